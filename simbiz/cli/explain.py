"""simbiz explain: what a number means and where its present value comes from."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import rich_click as click

from simbiz.cli.changes import changes_option
from simbiz.cli.completion import keys_like
from simbiz.cli.output import echo, json_option, print_fields, print_json
from simbiz.cli.records import MAIN_CASE

METRICS = "metrics"


@click.command("explain")
@click.argument("key", shell_complete=keys_like)
@click.option("--scenario", metavar="NAME", default=MAIN_CASE, show_default=True, help="Scenario that is looked at.")
@changes_option
@json_option
def explain_command(key: str, scenario: str, changes: dict[str, Any], *, as_json: bool) -> None:
    """Explain a KEY of a scenario: meaning, value, unit, range, source, and what set the value.

    KEY is a dotted path such as market.growth or firms.partner_dv.staff; a parameter, a mechanism or an effect of a
    tool may be named alone. A metric, such as metrics.profit, is explained too; no scenario sets it.
    """
    from simbiz.catalogue import load_catalogue
    from simbiz.scenario.setting import setting

    table, _, name = key.rpartition(".")
    if table == METRICS and name in load_catalogue().metrics:
        _explain_metric(key, load_catalogue().metrics[name].model_dump(mode="json"), as_json=as_json)
        return
    found = setting(scenario, key, changes)
    if as_json:
        print_json({"schema_version": 1, "scenario": scenario, **asdict(found)})
        return
    echo(f"{found.key}\n")
    fields = {"meaning": found.meaning, "value": found.value, "set by": found.origin, **found.facts}
    print_fields({name: value for name, value in fields.items() if value not in (None, "", [], {})})
    echo(f"\nTo change it: simbiz run {scenario} --set '{found.key}=...'")


def _explain_metric(key: str, facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json({"schema_version": 1, "key": key, **facts})
        return
    echo(f"{key}\n")
    print_fields({name: value for name, value in facts.items() if value not in (None, "")})
