"""`python -m simbiz`."""

from simbiz.cli import main

if __name__ == "__main__":
    main()
