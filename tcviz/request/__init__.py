"""What was asked for: values and their limits, arrays from files and examples, canvases."""
