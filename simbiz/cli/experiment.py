"""simbiz experiment: studies from files."""

from __future__ import annotations

from typing import Any

import rich_click as click

from simbiz.cli.group import LOOK
from simbiz.cli.study import do_study, study_options


@click.group("experiment")
@click.rich_config(LOOK)
def experiment_command() -> None:
    """Run studies from files in experiments/, and look after them."""


@experiment_command.command("run")
@click.argument("file")
@study_options
@click.pass_context
def run_command(context: click.Context, file: str, **options: Any) -> None:
    """Run the study of FILE, a path or a name such as sweep_small; what is done already is not done again."""
    do_study(context, file, {}, **options)
