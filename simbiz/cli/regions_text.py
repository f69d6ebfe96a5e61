"""Regions in which a claim holds, and in which it does not, for people."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from simbiz.cli.output import WIDTH, echo, print_table

Row = Mapping[str, Any]


def print_regions(found: Row) -> None:
    """Print the regions in which a claim holds and those in which it does not, or that none was found."""
    outcome = ", ".join(part.strip() for part in found["outcome"].split("|"))
    for side, words in (("holds", "is reached"), ("fails", "is not reached")):
        searched = found[side]
        _say(
            f"Where {outcome} {words}: {searched['holding']} of {searched['points']} points, each under one mode of "
            "the rivals, in turn. A point is one where it is if it is so in at least half of its worlds."
        )
        for name in ("prim", "cart"):
            _print_search(name.upper(), searched[name], searched["density"], words)
        echo("")


def _print_search(name: str, found: Row | None, density: float, words: str) -> None:
    if found is None:
        _say(f"{name}: not searched; there must be at least 10 such points and 10 others.")
        return
    chance = f"chance gives so good a box with probability {_probability(found['probability'])}"
    if not found["better_than_chance"]:
        _say(f"{name}: no region with bounds that are better than chance ({chance}).")
        return
    elsewhere = found["density_elsewhere"]
    _say(
        f"{name}: {chance}. Searched in one half of the points, it {words} in {elsewhere:.0%} of those that lie inside "
        f"in the other half, against {density:.0%} of all."
    )
    for number, box in enumerate(found["boxes"], start=1):
        _say(
            f"Box {number}: it {words} in {box['density']:.0%} of {box['points']} points (density); "
            f"{box['coverage']:.0%} of all such points (coverage), {box['mass']:.0%} of all points (mass)."
        )
        print_table(("bounded by", "from", "to", "quasi-p"), [_bound(bound) for bound in box["bounds"]])


def _bound(bound: Row) -> list[str]:
    if bound["levels"] is not None:
        return [bound["name"], " or ".join(bound["levels"]), "", _probability(bound["quasi_p"])]
    low, high = ("" if limit is None else f"{limit:.3g}" for limit in (bound["low"], bound["high"]))
    return [bound["name"], low, high, _probability(bound["quasi_p"])]


def _probability(value: float) -> str:
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}" if value < 0.01 else f"{value:.3f}"


def _say(text: str) -> None:
    for line in textwrap.wrap(text, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
        echo(line)
