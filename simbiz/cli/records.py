"""`simbiz list` and `simbiz show`: what the catalogue and the scenario files declare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click

from simbiz.catalogue import listing, load_catalogue
from simbiz.catalogue.record import unknown
from simbiz.cli.changes import changes_option
from simbiz.cli.output import echo, json_option, print_fields, print_json, print_table
from simbiz.errors import InputError, did_you_mean, one_of
from simbiz.scenario import find_scenario, load_scenario, scenario_names
from simbiz.scenario.files import SHIPPED

# What can be listed, with the columns of its table besides the name.
COLUMNS = {
    "scenarios": ("title", "place"),
    "firms": ("title", "share", "digitalization_rate", "starting_tools"),
    "tools": ("block", "roles", "requires", "meaning"),
    "tool_effects": ("value", "range", "unit"),
    "measures": ("cost", "weeks", "fading", "meaning"),
    "channels": ("kind", "initiator", "serves", "meaning"),
    "parameters": ("value", "range", "unit", "meaning"),
    "scenario_values": ("path", "segment_kind", "range", "levels", "unit"),
    "mechanisms": ("off", "meaning"),
    "firm_attributes": ("index", "combine", "unit", "meaning"),
    "metrics": ("unit", "low", "high", "meaning"),
    "claims": ("kind", "source", "meaning"),
    "patterns": ("kind", "needs", "law"),
    "sources": ("kind", "citation"),
}
MEANINGS = {
    "scenarios": "cases that can be run",
    "firms": "firms of a scenario, and their business models",
    "tools": "digital tools that firms adopt",
    "tool_effects": "what each tool or measure changes in a firm; `effects` in a scenario",
    "measures": "measures that firms perform from time to time; `firms.NAME.measures` in a scenario",
    "channels": "ways of contact between customers and firms",
    "parameters": "numbers of the rules; `parameters` in a scenario",
    "scenario_values": "values of scenarios that nobody knows exactly, with their ranges or levels",
    "mechanisms": "parts of the model that can be switched off; `mechanisms` in a scenario",
    "firm_attributes": "what a tool or measure can change in a firm",
    "metrics": "what is measured for each firm and year",
    "claims": "published claims that are put to the test",
    "patterns": "laws of markets that must emerge",
    "sources": "where numbers come from",
}

MAIN_CASE = "partner-dv"

scenario_option = click.option(
    "--scenario", metavar="NAME", help=f"Scenario whose firms are meant; {MAIN_CASE} by default."
)


def kind_named(text: str) -> str:
    """Table of a kind written in the singular or plural, with hyphen or underscore."""
    folded = text.strip().lower().replace("-", "_").replace(" ", "_")
    for kind in COLUMNS:
        if folded in (kind, kind.removesuffix("s")):
            return kind
    kinds = [kind.replace("_", "-") for kind in COLUMNS]
    raise click.UsageError(f"{text} is not a kind; allowed: {one_of(kinds)}.{did_you_mean(text, kinds)}")


def _kind(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
    return None if text is None else kind_named(text)


def _kinds_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    kinds = [kind.replace("_", "-") for kind in COLUMNS]
    return [kind for kind in kinds if kind.startswith(incomplete)]


def _names_like(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    kind = context.params.get("kind")
    return [name for name in names_of(kind) if name.startswith(incomplete)] if kind else []


@click.command("list")
@click.argument("kind", callback=_kind, shell_complete=_kinds_like, required=False)
@scenario_option
@json_option
def list_command(kind: str | None, scenario: str | None, *, as_json: bool) -> None:
    """List what exists of a KIND; without KIND, the kinds and how many there are of each."""
    _refuse_scenario(kind, scenario)
    if kind is None:
        _list_kinds(as_json=as_json)
        return
    rows = [{"name": name, **record} for name, record in records_of(kind, scenario).items()]
    if as_json:
        print_json(rows)
    elif rows:
        columns = ["name", *(column for column in COLUMNS[kind] if any(column in row for row in rows))]
        print_table(columns, [[explained(row).get(column) for column in columns] for row in rows])
    else:
        echo(f"There are no {kind.replace('_', ' ')}.", err=True)


@click.command("show")
@click.argument("kind", callback=_kind, shell_complete=_kinds_like)
@click.argument("name", shell_complete=_names_like)
@scenario_option
@changes_option
@json_option
def show_command(kind: str, name: str, scenario: str | None, changes: dict[str, Any], *, as_json: bool) -> None:
    """Show everything about one record: its KIND as in `simbiz list`, and its NAME.

    A scenario is shown as a file that can be saved and changed, with all that it takes from others; a firm by its
    business model before its programme and with it finished, and the stages of the way.
    """
    _refuse_scenario(kind, scenario)
    if kind == "firms":
        from simbiz.cli.firm import show_firm

        show_firm(name, load_scenario(scenario or MAIN_CASE, changes), as_json=as_json)
        return
    if kind == "scenarios":
        _show_scenario(name, changes, as_json=as_json)
        return
    if changes:
        raise click.UsageError("--set changes scenarios and firms only", click.get_current_context())
    records = records_of(kind)
    if not records:
        raise InputError(f"there are no {kind.replace('_', ' ')}")
    known = name if name in records else name.replace("-", "_")
    if known not in records:
        what = kind.removesuffix("s").replace("_", " ")
        raise unknown(name, what, list(records), [name], lambda path: (None, None), listing(what))
    if as_json:
        print_json({"name": known, **records[known]})
    else:
        _show_record(kind.removesuffix("s"), known, records[known])


def names_of(kind: str) -> list[str]:
    """Names of all records of a kind."""
    return list(scenario_names() if kind == "scenarios" else records_of(kind))


def _refuse_scenario(kind: str | None, scenario: str | None) -> None:
    if scenario is not None and kind != "firms":
        raise click.UsageError("--scenario goes with firms only", click.get_current_context())


def records_of(kind: str, scenario: str | None = None) -> Mapping[str, dict[str, Any]]:
    """All records of a kind as plain data by name; none where the table has not been written."""
    catalogue = load_catalogue()
    if kind == "firms":
        firms = load_scenario(scenario or MAIN_CASE).firms
        return {name: firm.model_dump(mode="json") for name, firm in firms.items()}
    if kind == "scenarios":
        return {name: _scenario_summary(path) for name, path in scenario_names().items()}
    if kind == "tool_effects":
        units = {name: attribute.effect_unit for name, attribute in catalogue.firm_attributes.items()}
        return {
            name: {**effect.model_dump(mode="json"), "unit": units[effect.attribute]}
            for name, _, effect in (*catalogue.effects(), *catalogue.measure_effects())
        }
    if not catalogue.file(kind).exists():
        return {}
    return {name: record.model_dump(mode="json") for name, record in catalogue.table(kind).items()}


def explained(record: Mapping[str, Any]) -> dict[str, Any]:
    """Record whose meaning holds its caveat, for tables of people."""
    if not record.get("caveat"):
        return dict(record)
    return {**record, "meaning": f"{record['meaning']}; caution: {record['caveat']}"}


def _list_kinds(*, as_json: bool) -> None:
    rows = [
        {"kind": kind.replace("_", "-"), "records": len(names_of(kind)), "meaning": MEANINGS[kind]} for kind in COLUMNS
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(["kind", "records", "meaning"], [list(row.values()) for row in rows])


def _scenario_summary(file: Path) -> dict[str, Any]:
    try:
        title = load_scenario(file).title
    except InputError:
        title = "has a mistake, see: simbiz check"
    place = "shipped" if file.parent.resolve() == SHIPPED.resolve() else str(file)
    return {"title": title, "file": str(file), "place": place}


def _show_scenario(name: str, changes: Mapping[str, Any], *, as_json: bool) -> None:
    from simbiz.files.toml_file import dumps

    file = str(find_scenario(name))
    data = load_scenario(file, changes).model_dump(mode="json", exclude_none=True)
    if as_json:
        print_json({"file": file, **data})
        return
    echo(f"# Read from {file} with everything it extends.")
    for key, value in changes.items():
        echo(f"# Changed: {key} = {value!r}")
    echo(dumps(data), nl=False)


def _show_record(what: str, name: str, record: Mapping[str, Any]) -> None:
    echo(f"{what.replace('_', ' ')} {name}")
    fields = {key: value for key, value in record.items() if not _is_table(value)}
    sources = load_catalogue().sources
    if record.get("source") in sources:
        source = sources[record["source"]]
        fields["source"] = f"{record['source']} ({source.kind}): {source.citation}"
    print_fields({key: value for key, value in fields.items() if value not in (None, "", [], {})})
    for key, value in record.items():
        if _is_table(value):
            echo(f"\n{key.replace('_', ' ')}")
            _show_table(value)


def _is_table(value: Any) -> bool:
    rows = list(value.values()) if isinstance(value, dict) else value
    return isinstance(rows, list) and bool(rows) and all(isinstance(row, dict) for row in rows)


def _show_table(table: Any) -> None:
    rows = [{"name": name, **row} for name, row in table.items()] if isinstance(table, dict) else table
    keys = list(dict.fromkeys(key for row in rows for key in row))
    used = [key for key in keys if any(row.get(key) is not None for row in rows)]
    print_table(used, [[row.get(key) for key in used] for row in rows])
