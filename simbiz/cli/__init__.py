"""The command line: one file per group of commands, each imported when one of its commands is used."""

from __future__ import annotations

import rich_click as click

import simbiz
from simbiz.cli.group import Entry, LazyGroup
from simbiz.cli.output import echo

# A command `name` is the function `name_command` of its module.
COMMANDS = (
    Entry("claims", "simbiz.cli.claims", "Test the published claims on paired worlds."),
    Entry("uncertainty", "simbiz.cli.claims_uncertainty", "Test the claims over all that is uncertain."),
    Entry("sensitivity", "simbiz.cli.sensitivity", "Which uncertain parameters decide the claims."),
    Entry("ablation", "simbiz.cli.ablation", "What each mechanism adds to the effect of the programme."),
    Entry("orders", "simbiz.cli.orders", "Which order of adopting tools is best."),
    Entry("patterns", "simbiz.cli.patterns", "Whether laws of real markets emerge, here or in a panel."),
    Entry("calibrate", "simbiz.cli.calibrate", "Parameter points under which laws of real markets hold."),
    Entry("seen-and-caused", "simbiz.cli.seen_and_caused", "The uplift a company sees beside the one that was caused."),
    Entry("experiment", "simbiz.cli.experiment", "Run studies from files, and look after them."),
    Entry("run", "simbiz.cli.run", "Run a scenario."),
    Entry("compare", "simbiz.cli.compare", "Compare scenarios pair by pair on paired worlds."),
    Entry("results", "simbiz.cli.results", "Look at results: list, show, verify, merge, export, remove."),
    Entry("report", "simbiz.cli.report", "A result as one page to read, print and pass on."),
    Entry("plot", "simbiz.cli.plot", "Figures of a result."),
    Entry("payback", "simbiz.cli.payback", "When the programme has paid for itself."),
    Entry("loyalty", "simbiz.cli.loyalty", "How loyal buyers are, beside what is expected."),
    Entry("map", "simbiz.cli.map", "The competitive market map of a scenario, in every variant."),
    Entry("dashboard", "simbiz.cli.dashboard", "Two worlds side by side in a browser, with a lesson."),
    Entry("bench", "simbiz.cli.bench", "What things cost on this machine."),
    Entry("list", "simbiz.cli.records", "What exists: parameters, tools, scenarios and the rest."),
    Entry("show", "simbiz.cli.records", "Everything about one of them."),
    Entry("explain", "simbiz.cli.explain", "What a number means and where its value comes from."),
    Entry("new", "simbiz.cli.new", "Write a commented scenario to change."),
    Entry("schema", "simbiz.cli.schema", "JSON schema of scenario and study files, for editors."),
    Entry("check", "simbiz.cli.check", "Check scenario files and the catalogue."),
    Entry("docs", "simbiz.cli.docs", "Renew the tables of the catalogue in a Markdown page."),
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


@click.group(cls=LazyGroup, entries=COMMANDS, invoke_without_command=True)
@click.version_option(simbiz.__version__, prog_name="simbiz", message="%(prog)s %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Would customers do what a digital business model promises? An agent-based simulation."""
    if context.invoked_subcommand is None:
        echo(WHERE_TO_START, nl=False)
