"""`python -m xenferry`: the same program where the script is not on the PATH."""

from xenferry.cli import main

if __name__ == "__main__":
    main()
