"""The group of all commands: imports a command when it is used, and ends every mistake in one line."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import rich_click as click

from simbiz.cli.exits import BAD_INPUT, INTERRUPTED
from simbiz.cli.output import echo
from simbiz.errors import InputError, did_you_mean, one_line, shortened
from simbiz.runs.kinds import imported

LOOK = click.RichHelpConfiguration(max_width=100, style_options_panel_box="SIMPLE", style_commands_panel_box="SIMPLE")


@dataclass(frozen=True)
class Entry:
    """A command that can be used.

    Parameters
    ----------
    name : str
        Its name on the command line.
    place : str or callable
        Where it stands, "module:name", or what makes it.
    summary : str
        What it does, for the list of commands.
    """

    name: str
    place: str | Callable[[], click.Command]
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        command: click.Command = imported(self.place) if isinstance(self.place, str) else self.place()
        return command


class LazyGroup(click.RichGroup):
    """Commands by name; only the one that is used is imported.

    Parameters
    ----------
    entries : sequence of Entry
        The commands, in the order in which help lists them.
    """

    def __init__(self, *args: Any, entries: Sequence[Entry], **settings: Any) -> None:
        settings.setdefault("context_settings", {"help_option_names": ["-h", "--help"]})
        super().__init__(*args, **settings)
        self.context_settings.setdefault("rich_help_config", LOOK)
        self.entries = {entry.name: entry for entry in entries}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Command as far as help needs it: a name and what it does."""
        entry = self.entries.get(cmd_name)
        return click.Command(entry.name, short_help=entry.summary, help=entry.summary) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Command that is about to be used."""
        name = args[0]
        if name in self.entries:
            return name, self.entries[name].load(), args[1:]
        if not name.startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"{name} is not a command.{did_you_mean(name, self.entries)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; wrong input and an interruption have exit codes of their own."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            echo(str(error), err=True)
            ctx.exit(BAD_INPUT)
        except OSError as error:
            # Whoever asks whether a file is there gets this instead of no.
            if error.errno not in (errno.ENAMETOOLONG, errno.ELOOP):
                raise
            echo(str(InputError(shortened(f"{error.filename}: cannot be read: {error.strerror}"))), err=True)
            ctx.exit(BAD_INPUT)
        except KeyboardInterrupt as interruption:
            # A command that can be resumed says how in the exception.
            echo(str(interruption) or "interrupted", err=True)
            ctx.exit(INTERRUPTED)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run as a program: exit with a code, say what was misused in one line."""
        run: Callable[[], Any] = partial(super().main, args, prog_name, complete_var, False, **extra)
        if not standalone_mode:
            return run()
        try:
            # Commands return nothing, so what comes back is the code given to ctx.exit.
            code = run()
        except click.ClickException as error:
            echo(_one_line(error), err=True)
            code = error.exit_code
        except click.Abort:
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else 0)


def _one_line(error: click.ClickException) -> str:
    message = one_line(shortened(" ".join(error.format_message().split())))
    context = getattr(error, "ctx", None)
    if context is None:
        return message
    return f"{context.command_path}: {message} See: {context.command_path} --help"
