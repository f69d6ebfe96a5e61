"""What a study would take, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.cli.output import echo, print_fields


def print_forecast(found: Mapping[str, Any]) -> None:
    """Print runs, time and disk."""
    more = " at least: further runs follow from what these give" if found["more_follow"] else ""
    other = found["done_elsewhere"]
    elsewhere = f", {other:,} more elsewhere (shards, other studies)" if other else ""
    fields = {
        "study": f"{found['study']} ({found['kind']})",
        "runs": f"{found['runs']:,}{more}",
        "distinct": f"{found['distinct']:,}",
        "done": f"{found['done']:,}{elsewhere}",
        "new": f"{found['new']:,}",
    }
    if found["seconds"] is not None:
        fields["time"] = f"about {duration(found['seconds'])} in {found['workers']} processes"
        fields["one run"] = f"{found['seconds_a_run']:.2f} s, mean of {found['timed_runs']} that were timed"
        fields["disk"] = f"about {size(found['bytes'])}"
    print_fields(fields | {"results": found["folder"]})
    echo("\nNothing was written." if found["new"] else "\nNothing is left to run, and nothing was written.")


def duration(seconds: float) -> str:
    """Time as people say it: 40 s, 12 min, 3.5 h, 2.1 days."""
    for limit, unit, name in ((100.0, 1.0, "s"), (6000.0, 60.0, "min"), (172800.0, 3600.0, "h")):
        if seconds < limit:
            number = seconds / unit
            return f"{number:.0f} {name}" if number >= 10 or name == "s" else f"{number:.1f} {name}"
    return f"{seconds / 86400.0:.1f} days"


def size(count: float) -> str:
    """Bytes as people say them: 12 kB, 3.4 MB, 1.2 GB."""
    for limit, unit, name in ((1e6, 1e3, "kB"), (1e9, 1e6, "MB")):
        if count < limit:
            return f"{count / unit:.1f} {name}"
    return f"{count / 1e9:.1f} GB"
