"""simbiz bench: what things cost on this machine."""

from __future__ import annotations

import rich_click as click

from simbiz.cli.output import json_option, print_json, print_table

WORDS = {True: "holds", False: "missed", None: ""}


@click.command("bench")
@json_option
def bench_command(*, as_json: bool) -> None:
    """Measure what things cost on this machine: medians of repeats, beside their targets."""
    from simbiz.bench import rows

    found = list(rows())
    if as_json:
        names = ("id", "value", "unit", "target", "holds")
        print_json([{name: getattr(row, name) for name in names} for row in found])
        return
    lines = [[row.id, row.meaning, f"{row.value:.3g}", row.unit, row.target, WORDS[row.holds]] for row in found]
    print_table(["id", "what", "value", "unit", "target", ""], lines)
