"""The command line: one file per group of commands, each imported when one of its commands is used."""

from __future__ import annotations

import rich_click as click

import simbiz
from simbiz.cli.group import Entry, LazyGroup
from simbiz.cli.output import echo
from simbiz.cli.study import study_entries

# Name, module and summary of each command beside those of the kinds of study; it is the function `name_command`.
COMMANDS = (
    ("experiment", "experiment", "Run studies from files, and look after them."),
    ("results", "results", "Look at results: list, show, verify, merge, export, remove."),
    ("report", "report", "A result as one page to read, print and pass on."),
    ("plot", "plot", "Figures of a result."),
    ("dashboard", "dashboard", "Two worlds side by side in a browser, with a lesson."),
    ("bench", "bench", "What things cost on this machine."),
    ("list", "records", "What exists: parameters, tools, scenarios and the rest."),
    ("show", "records", "Everything about one of them."),
    ("explain", "explain", "What a number means and where its value comes from."),
    ("new", "new", "Write a commented scenario to change."),
    ("schema", "schema", "JSON schema of scenario and study files, for editors."),
    ("check", "check", "Check scenario files and the catalogue."),
    ("docs", "docs", "Renew the tables of the catalogue in a Markdown page."),
)

WHERE_TO_START = """\
simbiz asks whether customers would do what a digital business model promises.

  simbiz claims partner-dv               the main job: published claims against paired worlds
  simbiz run partner-dv                  one world, year by year
  simbiz list                            what exists: scenarios, tools, parameters, ...
  simbiz list scenarios                  the cases that are ready to run
  simbiz explain market.growth           what a number means and where its value comes from
  simbiz new my_case --from partner-dv   a commented file of your own to change
  simbiz check my_case                   whether it makes sense
  simbiz --help                          all commands
"""


def _entries() -> list[Entry]:
    own = [Entry(name, f"simbiz.cli.{module}:{name}_command", summary) for name, module, summary in COMMANDS]
    return [*study_entries(), *own]


@click.group(cls=LazyGroup, entries=_entries(), invoke_without_command=True)
@click.version_option(simbiz.__version__, prog_name="simbiz", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Would customers do what a digital business model promises? An agent-based simulation."""
    if context.invoked_subcommand is None:
        echo(WHERE_TO_START, nl=False)
