"""The command line: arguments, exit codes, printing. The work is `symbp.pipeline`'s.

Everything that imports SymPy is imported within the commands, so that `--help` is quick.
"""

from symbp.cli.app import app, main

__all__ = ["app", "main"]
