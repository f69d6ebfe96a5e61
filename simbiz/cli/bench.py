"""simbiz bench: what things cost on this machine."""

from __future__ import annotations

from collections.abc import Mapping

import rich_click as click

from simbiz.cli.output import echo, json_option, print_fields, print_json, print_table

WORDS = {True: "holds", False: "missed", None: ""}


@click.command("bench")
@click.option("--quick", is_flag=True, help="A minute: no market above 100,000 customers, no compilation.")
@click.option("--profile", is_flag=True, help="Where a week's time goes instead, by submodel.")
@json_option
def bench_command(*, quick: bool, profile: bool, as_json: bool) -> None:
    """Measure what things cost on this machine: medians of repeats, beside their targets.

    Ratios are of two sides that were measured by turns. With --json the rows are printed, without machine and versions.
    """
    from simbiz import bench
    from simbiz.bench.machine import machine

    plan = bench.QUICK if quick else bench.FULL
    if profile:
        _print_profile(bench.profile(plan), machine(), as_json)
        return
    found = bench.rows(plan)
    if as_json:
        names = ("id", "value", "unit", "target", "holds")
        print_json([{name: getattr(row, name) for name in names} for row in found])
        return
    print_fields(machine())
    echo()
    lines = [
        [row.id, row.meaning, "" if row.value is None else f"{row.value:.3g}", row.unit, row.wanted, WORDS[row.holds]]
        for row in found
    ]
    print_table(["id", "what", "value", "unit", "target", ""], lines)


def _print_profile(parts: Mapping[str, float], described: Mapping[str, str], as_json: bool) -> None:
    """Parts of a week's time, the largest first."""
    percent = {name: 100.0 * part for name, part in sorted(parts.items(), key=lambda item: -item[1])}
    if as_json:
        print_json([{"id": name, "value": value, "unit": "%"} for name, value in percent.items()])
        return
    print_fields(described)
    echo()
    print_table(["part of a week", "%"], [[name, f"{value:.1f}"] for name, value in percent.items()])
