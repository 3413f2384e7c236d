"""Files: whole or not at all, read within bounds, and a clean end wherever a signal strikes."""
