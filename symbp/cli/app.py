"""The program: its commands, its exit codes, and faults as one line."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from symbp.cli.check import check
from symbp.cli.generate import generate
from symbp.cli.layers import nearest_hint
from symbp.cli.report import report
from symbp.cli.show import derive, list_layers
from symbp.errors import SymbpError
from symbp.version import __version__

__all__ = ["app", "main"]

FAULT = 2
INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 well, 1 a difference or a failed check, 2 a fault.

    Faults of what was given are one line on standard error; a traceback is a bug.
    """
    try:
        code = app.main(arguments, prog_name="symbp", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _fail(_usage_fault(error))
    except BrokenPipeError:  # the reader of a pipe has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAULT)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except SymbpError as error:
        _fail(str(error))
    except (KeyboardInterrupt, click.Abort):
        click.echo("symbp: interrupted", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)


class _Commands(click.Group):
    """A group that answers a wrong name with the nearest right one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"no command `{args[0]}`{nearest_hint(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(__version__, prog_name="symbp")
@click.pass_context
def app(context: click.Context) -> None:
    """Derive the backward pass of NumPy layers from their forward equations, and emit both."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for command in (generate, check, list_layers, derive, report):
    app.add_command(command)


def _usage_fault(error: click.ClickException) -> str:
    message = error.format_message().splitlines()
    return " ".join(line.strip() for line in message)


def _fail(message: str) -> NoReturn:
    click.echo(f"symbp: {' '.join(message.split())}", err=True)
    sys.exit(FAULT)
