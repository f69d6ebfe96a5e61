"""simbiz schema: what editors need to complete and check scenario files."""

from __future__ import annotations

import json
from pathlib import Path

import rich_click as click

from simbiz.cli.output import print_json


@click.command("schema")
@click.option("-o", "--out", type=click.Path(path_type=Path), help="File to write; by default it is printed.")
def schema_command(out: Path | None) -> None:
    """Print the JSON schema of scenario files.

    An editor with TOML support takes it from a first line such as: #:schema ./scenario.schema.json
    """
    from simbiz.result.folder import open_folder, write_text
    from simbiz.scenario.schema import scenario_schema

    schema = scenario_schema()
    if out is None:
        print_json(schema)
        return
    open_folder(out.parent)
    write_text(out, json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    click.echo(f'{out} is written; first line of a scenario file: "#:schema {out}"')
