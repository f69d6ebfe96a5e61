"""simbiz schema: what editors need to complete and check scenario and study files."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

from simbiz.cli.output import echo, print_json

FOR = ("scenario", "study")


@click.command("schema")
@click.option("--for", "what", type=click.Choice(FOR), default=FOR[0], show_default=True, help="Files it is for.")
@click.option("--kind", metavar="KIND", help="Kind of study, such as sweep; by default a file says its own.")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write; by default it is printed.")
def schema_command(what: str, kind: str | None, out: Path | None) -> None:
    """Print the JSON schema of scenario files, or of study files.

    An editor with TOML support takes it from a first line such as: #:schema ./scenario.schema.json
    """
    from simbiz.results.folder import open_folder, write_text
    from simbiz.runs.study_schema import study_schema
    from simbiz.scenario.schema import scenario_schema

    if kind is not None and what != "study":
        raise click.UsageError("--kind goes with --for study.")
    schema = scenario_schema() if what == "scenario" else study_schema(kind)
    if out is None:
        print_json(schema)
        return
    open_folder(out.parent)
    write_text(out, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    echo(f'{out} is written; first line of a {what} file: "#:schema {out}"')
