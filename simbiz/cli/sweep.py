"""What a sweep says, for people: its points from the best on, and what each level of a factor does on average."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simbiz.cli.metric_text import difference_text, interval_text, unit_text, value_text
from simbiz.cli.output import WIDTH, as_text, echo, print_table, print_text

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

POINTS_SHOWN = 20
LEVELS_SHOWN = 30
GAP = 2
LONGEST_LABEL = 24

Report = Mapping[str, Any]


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_sweep(conducted.report)


def print_sweep(report: Report) -> None:
    """Print the best points, the effects of levels, and what could not be used."""
    from simbiz.catalogue import load_catalogue

    metric = load_catalogue().metrics[report["best"]["outcome"]]
    _print_head(report)
    if report["best"]["point"] is None:
        echo("\nNo point gave a result.")
    else:
        _print_points(report, metric)
        _print_effects(report, metric)
    _print_notes(report)


def _print_head(report: Report) -> None:
    if report["question"]:
        print_text(report["question"])
    used = [sum(point[key] for key in ("seeds", "missed_base_year", "failed")) for point in report["points"]]
    many = str(min(used)) if min(used) == max(used) else f"{min(used)} to {max(used)}"
    design = "all combinations" if report["design"] == "factorial" else f"a {report['design']} design"
    worlds = ", each with and without the programme" if report["paired"] else ""
    print_text(
        f"{len(report['points'])} points, {design} of {len(report['factors'])} factors, {many} seeds a point{worlds}; "
        f"{report['runs']} runs. Focal firm, year {report['best']['year']}; the programme starts with year 1."
    )


def _subject(report: Report) -> str:
    """What the best point is best at."""
    best = report["best"]
    name = best["outcome"].replace("_", " ")
    return f"gain in {name}" if best["of"] == "difference" else name


def _print_points(report: Report, metric: Any) -> None:
    best = report["best"]
    echo(f"\nPoints, the {best['direction']} {_subject(report)} first, with 95 % intervals:\n")
    rows = {row["point"]: row for row in report["rows"] if (row["outcome"], row["year"]) == _asked(best)}
    key = "mean" if best["of"] == "value" else "difference"
    usable = [number for number, row in rows.items() if row[key] is not None]
    sign = 1.0 if best["direction"] == "lowest" else -1.0
    ordered = sorted(usable, key=lambda number: (number != best["point"], sign * rows[number][key]))[:POINTS_SHOWN]
    columns = _columns(report, rows, ordered, metric)
    shown = _that_fit(columns, _by_effect(report))
    print_table([columns[name][0] for name in shown], zip(*(columns[name][1:] for name in shown), strict=True))
    echo("")
    hidden = [path for path in _by_effect(report) if path not in shown]
    if hidden:
        print_text(f"No room for {', '.join(map(_short, hidden))}: see sweep.json.")
    if len(usable) > len(ordered):
        print_text(f"{len(usable) - len(ordered)} more points stand in sweep.json.")
    alike = f"{len(best['alike'])} of the {len(best['behind'])} others" if best["behind"] else "no other"
    print_text(
        f"Best is point {best['point']}; {alike} cannot be told apart from it on common seeds. With 95 % probability "
        f"the truly best point is one of these."
    )


def _asked(best: Mapping[str, Any]) -> tuple[str, int]:
    return best["outcome"], best["year"]


def _columns(
    report: Report, rows: Mapping[int, Mapping[str, Any]], numbers: Sequence[int], metric: Any
) -> dict[str, list[str]]:
    """Columns by name, their heads first: of a factor by its path."""
    levels = {point["point"]: point["levels"] for point in report["points"]}
    columns = {"point": ["point", *map(str, numbers)]}
    for factor in report["factors"]:
        path = factor["factor"]
        columns[path] = [_short(path), *(_label(levels[number][path]) for number in numbers)]
    some = [rows[number] for number in numbers]
    value = [report["best"]["outcome"].replace("_", " "), *(value_text(row["mean"], metric) for row in some)]
    if report["best"]["of"] == "value":
        spans = [" to ".join(value_text(end, metric) for end in row["interval"] or [None]) for row in some]
        columns |= {"value": value, "interval": ["95 % interval", *spans]}
    else:
        gains = [difference_text(row["difference"], metric) for row in some]
        spans = [interval_text(row["difference_interval"], metric) for row in some]
        columns |= {"mean": value, "gain": [f"gain, {unit_text(metric)}", *gains]}
        columns["interval"] = ["95 % interval", *spans]
    columns["seeds"] = ["seeds", *(str(row["seeds"]) for row in some)]
    columns["best?"] = ["best?", *(_standing(report["best"], number) for number in numbers)]
    return columns


def _standing(best: Mapping[str, Any], number: int) -> str:
    if number == best["point"]:
        return "best"
    return "alike" if number in best["alike"] else "-"


def _that_fit(columns: Mapping[str, Sequence[str]], factors: Sequence[str]) -> list[str]:
    """Columns that fit side by side: the figures, the factors with the largest effects, the mean beside a gain."""
    optional = [*factors, "mean"]
    needed = [name for name in columns if name not in optional]
    room = WIDTH + GAP - sum(_width(columns[name]) for name in needed)
    chosen = set(needed)
    for name in optional:
        if name in columns and _width(columns[name]) <= room:
            chosen.add(name)
            room -= _width(columns[name])
    return [name for name in columns if name in chosen]


def _width(column: Sequence[str]) -> int:
    return max(map(len, column)) + GAP


def _by_effect(report: Report) -> list[str]:
    """Factors by the distance between the effects of their levels, the largest first."""
    spans: dict[str, float] = {}
    for path, rows in _effects_of_best(report):
        effects = [row["effect"] for row in rows if row["effect"] is not None]
        spans[path] = max(effects) - min(effects) if effects else 0.0
    return sorted(spans, key=lambda path: -spans[path])


def _effects_of_best(report: Report) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    best = report["best"]
    for factor in report["factors"]:
        path = factor["factor"]
        asked = (path, *_asked(best), best["of"])
        yield (
            path,
            [row for row in report["effects"] if (row["factor"], row["outcome"], row["year"], row["of"]) == asked],
        )


def _print_effects(report: Report, metric: Any) -> None:
    rows = dict(_effects_of_best(report))
    ordered = _by_effect(report)
    over = next((row["over"] for row in report["effects"]), "seeds")
    echo(f"\nEffects of the levels on the {_subject(report)}, against the mean of all points:\n")
    lines = []
    for path in ordered:
        for number, row in enumerate(rows[path]):
            mean = difference_text if report["best"]["of"] == "difference" else value_text
            lines.append(
                [
                    path if not number else "",
                    _label(row["level"]),
                    row["points"],
                    mean(row["mean"], metric),
                    difference_text(row["effect"], metric),
                    interval_text(row["interval"], metric),
                ]
            )
    unit = unit_text(metric)
    print_table(["factor", "level", "points", "mean", f"effect, {unit}", "95 % interval"], lines[:LEVELS_SHOWN])
    echo("")
    if len(lines) > LEVELS_SHOWN:
        print_text(f"{len(lines) - LEVELS_SHOWN} more levels stand in sweep.json.")
    if over == "seeds":
        seeds = max((row["sample"] for row in report["effects"]), default=0)
        print_text(f"The intervals are those of luck, over the {seeds} seeds that all these points have.")
    else:
        print_text("The points are the sample: the intervals hold what luck and the other factors do.")


def _print_notes(report: Report) -> None:
    """Caveat, points less sure than was asked, worlds that could not be used, outcomes that were not shown."""
    from simbiz.catalogue.caveats import caveats_in

    for caveat in caveats_in(report["best"]["outcome"]):
        print_text(caveat)
    stop = report["stop"]
    if stop is not None:
        asked = f"{stop['half_width']:.2%} of itself" if stop["relative"] else _half_width(stop)
        what = f"{'gain in ' if stop['of'] == 'difference' else ''}{stop['outcome'].replace('_', ' ')}"
        wide = stop["not_reached"]
        end = f"not reached within {stop['at_most']} seeds at {_listed(wide)}" if wide else "reached at every point"
        print_text(f"Asked for: {what} in year {stop['year']} known to {asked} either way; {end}.")
    for key, text in (("missed_base_year", "missed the base year"), ("failed", "failed")):
        lost = {point["point"]: point[key] for point in report["points"] if point[key]}
        if lost:
            where = _listed(list(lost))
            print_text(f"{sum(lost.values())} seeds {text} and are left out, at {where}.")
    nothing = [point["point"] for point in report["points"] if not point["seeds"]]
    if nothing:
        print_text(f"No seed could be used at {_listed(nothing)}: nothing is known there.")
    others = [name.replace("_", " ") for name in report["outcomes"] if name != report["best"]["outcome"]]
    others += ["other years"] if len(report["years"]) > 1 else []
    if others:
        print_text(f"More in sweep.json: {', '.join(others)}.")


def _half_width(stop: Mapping[str, Any]) -> str:
    from simbiz.catalogue import load_catalogue

    metric = load_catalogue().metrics[stop["outcome"]]
    return f"{difference_text(stop['half_width'], metric).removeprefix('+')} {unit_text(metric)}"


def _listed(numbers: Sequence[int]) -> str:
    few = ", ".join(map(str, numbers[:10]))
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"point{'s' if len(numbers) > 1 else ''} {few}{more}"


def _short(path: str) -> str:
    """What a factor is called in a table: the end of its path."""
    return path.rpartition(".")[2].replace("_", " ")


def _label(label: Any) -> str:
    """Level in a table: four digits of a number, the beginning of a long text."""
    text = as_text(float(f"{label:.4g}") if isinstance(label, float) else label)
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 3] + "..."
