"""Many pictures from one file: a spec becomes items, and those that changed become files."""
