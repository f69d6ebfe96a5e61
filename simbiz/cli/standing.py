"""How studies stand, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simbiz.cli.forecast import duration
from simbiz.cli.output import as_text, echo, print_fields, print_table, print_text


def print_standing(found: Mapping[str, Any]) -> None:
    """Print what is done, who failed, and what to do next."""
    print_fields(
        {
            "study": found["study"] or "unknown: the folder has runs, but not what was asked",
            "results": found["folder"],
            "planned": f"{found['planned']:,}",
            "done": f"{found['done']:,}",
            "failed": f"{found['failed']:,}",
            "missing": f"{found['missing']:,}",
            "time in runs": duration(found["run_seconds"]),
        }
    )
    if found["shards"]:
        echo("")
        rows = [(one["shard"], f"{one['done']:,}", f"{one['failed']:,}") for one in found["shards"]]
        print_table(["shard", "done", "failed"], rows)
    if found["culprits"]:
        echo("\nFailed:\n")
        columns = ["run", "seed", "label", "stage", "error"]
        print_table(columns, [_culprit(one) for one in found["culprits"]])
        echo(f"\nThis repeats one here and shows where it fails:\n  {found['culprits'][0]['command']}")
    if found["failed"] or found["missing"]:
        echo(f"\nThis does what failed or is missing:\n  simbiz experiment retry {found['folder']}")
    else:
        echo(f"\n{'Everything is done.' if found['reported'] else 'All runs are done; the report is to come.'}")


def _culprit(one: Mapping[str, Any]) -> list[str]:
    return [one["key"][:12], str(one["seed"]), as_text(one["label"]), one["stage"] or "", one["error"]]


def print_studies(found: Sequence[Mapping[str, Any]]) -> None:
    """Print studies, what those lack that cannot be done, and the mistakes in files that cannot be read."""
    good = [one for one in found if "kind" in one]
    width = max((len(one["name"]) for one in good), default=0)
    for one in good:
        echo(f"{one['name']:{width}}  {one['kind']}{_own(one)}{_done(one)}")
        if one.get("question"):
            print_text(f"  {one['question']}")
        if "error" in one:
            print_text(f"  Cannot be done yet. {one['error']}")
    for one in found:
        if "kind" not in one:
            echo("")
            print_text(one["error"])
    echo("\nsimbiz experiment run STUDY --dry-run says what one takes.")


def _own(one: Mapping[str, Any]) -> str:
    return "" if one["file"] == "shipped" else f", {one['file']}"


def _done(one: Mapping[str, Any]) -> str:
    return "" if one.get("folder") is None else f", {one['done']:,} of {one['planned']:,} runs done in {one['folder']}"
