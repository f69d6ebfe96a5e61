"""`simbiz docs`: tables of the catalogue inside a Markdown page, between markers that say what belongs there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.cli.output import as_text, echo
from simbiz.errors import InputError, did_you_mean, one_of

# <!-- simbiz parameters --> for all of a kind, <!-- simbiz parameters forgetting base_reach --> for some.
MARKED = re.compile(r"<!-- simbiz (?!end)(?P<kind>\S+)(?P<names>[^>]*?) -->\n(?P<table>.*?)<!-- simbiz end -->", re.S)

COLUMNS = {
    "parameters": ("value", "range", "unit", "evidence", "source", "meaning"),
    "scenario_values": ("path", "segment_kind", "range", "levels", "unit", "source", "meaning"),
    "mechanisms": ("meaning", "off"),
    "channels": (
        *("kind", "initiator", "serves", "digital", "effort", "contact_cost", "human", "identifies", "run_by"),
        *("source", "meaning"),
    ),
    "firm_attributes": ("index", "combine", "unit", "bounds", "use", "meaning"),
    "tools": ("block", "roles", "requires", "steps", "meaning"),
    "tool_effects": ("value", "range", "unit", "source", "harm"),
    "measures": ("cost", "weeks", "fading", "source", "meaning"),
    "metrics": ("unit", "low", "high", "meaning"),
    "claims": ("kind", "source", "readings", "meaning"),
    "sources": ("kind", "citation"),
}


@click.command("docs")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; end with exit code 3 where a table is out of date.")
def docs_command(file: Path, *, check: bool) -> None:
    """Renew the tables of the catalogue in a Markdown FILE, such as docs/ODD.md."""
    from simbiz.results.folder import write_text

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not text in UTF-8"
        raise InputError(f"cannot be read: {reason}", file=file) from None
    renewed = with_tables(text, file)
    if renewed != text and check:
        raise InputError(f"a table is out of date; renew it with: simbiz docs {file}", file=file)
    if renewed != text:
        try:
            write_text(file, renewed)
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=file) from None
    echo(f"{file}: {'renewed' if renewed != text else 'up to date'}")


def with_tables(text: str, file: Path) -> str:
    """Text of a page with every marked table made anew.

    Raises
    ------
    InputError
        For a kind or name that does not exist, with file and line.
    """

    def renewed(found: re.Match[str]) -> str:
        line = text.count("\n", 0, found.start()) + 1
        table = _table(found["kind"], found["names"].split(), file, line)
        return f"<!-- simbiz {found['kind']}{found['names']} -->\n{table}<!-- simbiz end -->"

    return MARKED.sub(renewed, text)


def _table(kind: str, names: Sequence[str], file: Path, line: int) -> str:
    from simbiz.cli.records import records_of

    if kind not in COLUMNS:
        allowed = f"allowed: {one_of(COLUMNS)}.{did_you_mean(kind, COLUMNS)}"
        raise InputError(f"{kind} is no table of the catalogue; {allowed}", file=file, line=line)
    records = records_of(kind)
    for name in names:
        if name not in records:
            suggestion = did_you_mean(name, records)
            raise InputError(f"{name} is not one of the {kind.replace('_', ' ')}.{suggestion}", file=file, line=line)
    rows = [{"name": f"`{name}`", **_readable(records[name])} for name in names or records]
    columns = ["name", *COLUMNS[kind]]
    head = [column.replace("_", " ") for column in columns]
    lines = [head, ["---"] * len(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _readable(record: Mapping[str, Any]) -> dict[str, Any]:
    """Record in which steps are summed up and tables are their names."""
    from simbiz.cli.records import explained

    row = explained(record)
    if "steps" in row:
        weeks, cost = (sum(step[name] for step in row["steps"]) for name in ("weeks", "cost"))
        printed = sum(step["printed"] for step in row["steps"])
        row["steps"] = f"{len(row['steps'])} ({printed} printed), {weeks:g} weeks, {cost:.2%}"
    if row.get("distribution") == "log-uniform":
        row["range"] = f"{as_text(row['range'])}, log-uniform"
    if "readings" in row:
        row["readings"] = list(row["readings"])
    return row


def _cell(value: Any) -> str:
    return as_text(value).replace("|", "\\|").replace("\n", " ")
