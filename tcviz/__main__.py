"""``python -m tcviz`` is the same as ``tcviz``."""

from tcviz.cli import main

if __name__ == "__main__":
    main()
