"""`python -m symbp`: the command line."""

from symbp.cli import main

if __name__ == "__main__":
    main()
