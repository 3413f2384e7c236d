"""What a layer is and does: sizes, operands, traces, gradients, overlap.  Nothing is drawn."""
