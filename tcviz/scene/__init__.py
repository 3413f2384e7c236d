"""Pure data: marks, frames, roles and themes, how wide text is, and how numbers are written."""
