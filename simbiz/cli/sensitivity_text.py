"""What a study of sensitivity says, for people: the leading parameters of each outcome, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor, log10
from statistics import median
from typing import TYPE_CHECKING, Any

from simbiz.catalogue.caveats import caveats_in
from simbiz.cli.output import echo, print_table, print_text
from simbiz.studies.sensitivity.ranking import (
    blocks_needed,
    groups_in_words,
    order_of,
    rank_text,
    ranks_of,
    told_apart,
)

if TYPE_CHECKING:
    from simbiz.runs.conduct import Conducted

SHOWN = 5
PAIRS_SHOWN = 2
ALIKE = 0.1  # of the largest
BARE = "(an input that does nothing)"
FIRST = 3  # of the ranking, which should not change any more as the design grows

Report = Mapping[str, Any]


def print_study(conducted: Conducted) -> None:
    """Print what the study says."""
    print_sensitivity(conducted.report)


def print_sensitivity(report: Report) -> None:
    """Print a table for each outcome, then what was left out and whether the design was large enough.

    Of the claims the margins against the paired world in the first full year after the last step are printed, where
    they are among the outcomes. An outcome that is like one above is named below its table.
    """
    *screens, stage = report["stages"]
    _print_head(report)
    for screen in screens:
        _print_screen(screen)
    _paragraph(_described(stage, with_meaning=True))
    shown = _shown(stage["outcomes"])
    told = {name: outcome for name, outcome in shown.items() if outcome.get("moves")}
    for name, alike in _alike(told).items():
        _print_outcome(name, told[name], stage, alike)
    _print_products(told, stage, report)
    _print_rest(shown)
    _print_variances(told, len(report["seeds"]))
    _print_sureness(told, stage, report)
    for caveat in caveats_in(" ".join(told)):
        _paragraph(caveat)


def _paragraph(text: str) -> None:
    echo("")
    print_text(text)


def _print_head(report: Report) -> None:
    if report["question"]:
        print_text(report["question"])
    customers, seeds = report["customers"], report["seeds"]
    sample = "the whole market" if customers == "market" else f"a sample of {customers} customers"
    which = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    print_text(
        f"Scenario {report['scenario']}: worlds with and without the programme, {sample}, rivals {report['rivals']}, "
        f"decline {report['decline']}; the base year is fitted anew at every point and met within "
        f"{report['fit_tolerance']:.0%}. All points share {which}, so that luck is common to them and is not taken for "
        "an effect of a parameter."
    )


def _print_screen(stage: Report) -> None:
    _paragraph(
        f"{_described(stage)} {len(stage['kept'])} go on: every claim, or other outcome, in turn chose the largest "
        "part of its effects that was not chosen yet, and what acts only together with it came along. This is a choice "
        "by estimates, not a ranking."
    )
    echo("")
    rows = [
        [_short(row["path"]), f"{row['part']:.0%}", f"with {_short(row['with'])}" if "with" in row else row["group"]]
        for row in stage["kept"]
    ]
    print_table(["parameter", "part", "in"], rows)


def _described(stage: Report, with_meaning: bool = False) -> str:
    from simbiz.studies.sensitivity.methods import method_named

    method = method_named(stage["method"])
    varied, meaning = len(stage["inputs"]), f" {method.meaning}" if with_meaning else ""
    size = f"{stage['size']} {method.size_is}"
    return f"{method.title}, {size}: {varied} uncertain parameters, {stage['points']} points.{meaning}"


def _shown(outcomes: Mapping[str, Report]) -> dict[str, Report]:
    """Of margins those against the paired world in the later horizon; all other outcomes."""
    later = {name: one for name, one in outcomes.items() if " | paired | first full year" in name or " | " not in name}
    return later or dict(outcomes)


def _titled(name: str) -> str:
    return name.replace(" | ", ", ").replace("first full year after the last step", "full year")


def _alike(told: Mapping[str, Report]) -> dict[str, list[str]]:
    """Outcomes that have a table of their own, each with those that look like it."""
    found: dict[str, list[str]] = {}
    for name, outcome in told.items():
        like = next((other for other in found if _is_like(outcome, told[other])), None)
        if like is None:
            found[name] = []
        else:
            found[like].append(name)
    return found


def _is_like(outcome: Report, other: Report) -> bool:
    """Whether the same inputs lead in the same order, with indices that differ by less than a tenth of the largest."""
    leader = next(iter(outcome["indices"]))
    indices = [found["indices"][leader] for found in (outcome, other)]
    if min(map(max, indices)) <= 0.0 or len({tuple(_order(index)[:FIRST]) for index in indices}) > 1:
        return False
    one, two = ([value / max(index) for value in index] for index in indices)
    return all(abs(value - same) < ALIKE for value, same in zip(one, two, strict=True))


def _print_outcome(name: str, outcome: Report, stage: Report, alike: Sequence[str]) -> None:
    what = "Margin of " if " | " in name else ""
    echo(f"\n{what}{_titled(name)}\n")
    leader, parts = next(iter(outcome["indices"])), outcome["converging"]
    number_text = _number_text(max(outcome["indices"][leader]))
    columns, ranks = ["parameter"], ranks_of(outcome)
    for index in outcome["indices"]:
        columns += [index, *([f"95 % of {index}"] if index in outcome["half_widths"] else [])]
    columns += [f"at {part['blocks']}" for part in parts]
    rows = []
    for number in order_of(outcome)[:SHOWN]:
        halves = {name: half[number] for name, half in outcome["half_widths"].items()}
        values = {name: index[number] for name, index in outcome["indices"].items()}
        earlier = [number_text(part[leader][number]) for part in parts]
        cells = _cells(values, halves, number_text)
        rows.append([_short(stage["inputs"][number]["path"]), *cells, *earlier, rank_text(ranks[number])])
    if outcome["nothing"]:
        unsaid = dict.fromkeys(outcome["half_widths"])
        rows.append([BARE, *_cells(outcome["nothing"], unsaid, number_text), *("" for _ in parts), ""])
    print_table([*columns, "rank"], rows)
    names = [_short(row["path"]) for row in stage["inputs"]]
    print_text(f"Told apart: {groups_in_words(outcome, names)}.{_needed(outcome, stage)}")
    for pair in _leading_pairs(outcome):
        one, other = (_short(stage["inputs"][number]["path"]) for number in pair["inputs"])
        echo(f"  together {one} and {other}: S2 {pair['S2']:.2f} ± {pair['S2_half_width']:.2f}")
    if alike:
        _, _, own = name.partition(" | ")
        print_text(f"Much the same: {'; '.join(_titled(other.removesuffix(f' | {own}')) for other in alike)}.")


def _order(index: Sequence[float]) -> list[int]:
    return sorted(range(len(index)), key=lambda number: -index[number])


def _needed(outcome: Report, stage: Report) -> str:
    """How large a design would tell the leading inputs apart, where this one does not."""
    from simbiz.studies.sensitivity.methods import method_named

    method, apart = method_named(stage["method"]), stage["asked"]["apart"]
    if not method.grows or told_apart(outcome, apart):
        return ""
    blocks = blocks_needed(outcome, apart)
    about = "no number that can be worked with" if blocks is None else f"about {blocks:,}"
    return f" To tell at most {apart} from all others it would take {about} {method.size_is}."


def _print_products(told: Mapping[str, Report], stage: Report, report: Report) -> None:
    """Name the inputs of the tables that act only together with others."""
    paths = [row["path"] for row in stage["inputs"]]
    shown = {paths[number] for outcome in told.values() for number in order_of(outcome)[:SHOWN]}
    for path, others in report["acting_together"].items():
        if shown & {path, *others}:
            where = "this is" if len(others) == 1 else "all of these are"
            _paragraph(
                f"{_short(path)} acts only with {', '.join(map(_short, others))}: where {where} 0 it does nothing, so "
                "that its index is that of a product over their ranges."
            )


def _cells(
    values: Mapping[str, float], halves: Mapping[str, float | None], number_text: Callable[[float], str]
) -> Iterator[str]:
    """Indices, each with its interval where it has one."""
    for name, value in values.items():
        yield number_text(value)
        if name in halves:
            half = halves[name]
            yield "" if half is None else f"{number_text(value - half)} to {number_text(value + half)}"


def _leading_pairs(outcome: Report) -> list[Report]:
    """Pairs whose interval lies above 0, the strongest first."""
    sure = [pair for pair in outcome["pairs"] if pair["S2"] > pair["S2_half_width"]]
    return sorted(sure, key=lambda pair: -pair["S2"])[:PAIRS_SHOWN]


def _print_variances(told: Mapping[str, Report], seeds: int) -> None:
    """Print how much of a single world's variance is whose; nothing for one seed."""
    rows = [
        [_titled(name), *(f"{max(part, 0.0):.0%}" for part in outcome["variance"].values())]
        for name, outcome in told.items()
        if outcome["variance"]
    ]
    if rows:
        _paragraph(
            f"Whose the variance of a single world is, from {seeds} seeds: the parameters', the seed's, or theirs "
            "together (luck that depends on the parameters, which total indices count in):"
        )
        echo("")
        print_table(["outcome", "parameters", "seed", "both"], rows)


def _number_text(largest: float) -> Callable[[float], str]:
    """How the numbers of a table are written: with as many decimals as give the largest two figures, or three."""
    decimals = min(max(1 - floor(log10(largest)), 2 if largest < 10.0 else 0), 9) if largest > 0.0 else 2

    def text(value: float) -> str:
        rounded = f"{value:,.{decimals}f}"
        return rounded.lstrip("-") if float(rounded.replace(",", "")) == 0.0 else rounded

    return text


def _short(path: str) -> str:
    """Name of a parameter or effect without its table."""
    return path.removeprefix("parameters.").removeprefix("effects.")


def _print_rest(shown: Mapping[str, Report]) -> None:
    still = [_titled(name) for name, outcome in shown.items() if outcome.get("moves") is False]
    if still:
        _paragraph(f"Nothing moves {', '.join(still)}.")
    refused = {name: outcome["refused"] for name, outcome in shown.items() if "refused" in outcome}
    for name, why in refused.items():
        _paragraph(f"No indices of {_titled(name)}: {why}.")


def _print_sureness(told: Mapping[str, Report], stage: Report, report: Report) -> None:
    missing = max((one["missing_points"] for one in stage["outcomes"].values()), default=0)
    lost = max((one["blocks_left_out"] for one in told.values()), default=0)
    blocks = max((one["blocks"] for one in told.values()), default=0)
    _paragraph(
        f"Missing: at most {missing} of {stage['points']} points for any outcome (failed, base year missed, or ended "
        f"before the horizon); {lost} of {blocks} blocks of the design were left out of a table above. "
        + ("No run failed." if not report["failed_runs"] else f"{report['failed_runs']} runs failed twice.")
    )
    if len(report["seeds"]) == 1:
        print_text("One seed does not tell the seed's part of the variance; --replicates 2 does, by twice the runs.")
    remark = _settled(told)
    if remark:
        print_text(remark)


def _settled(told: Mapping[str, Report]) -> str:
    """How far the leading index moved from half of the design to all of it."""
    moved: list[float] = []
    same = 0
    for outcome in told.values():
        if outcome["converging"]:
            leader = next(iter(outcome["indices"]))
            half, whole = outcome["converging"][-1][leader], outcome["indices"][leader]
            first = _order(whole)[:FIRST]
            if whole[first[0]] > 0.0:
                moved.append(max(abs(half[number] - whole[number]) for number in first) / whole[first[0]])
                same += _order(half)[:FIRST] == first
    if not moved:
        return ""
    return (
        "Convergence: the columns at hold the leading index over the first so many blocks of the design. From half "
        f"of it to all of it the index of the first {FIRST} moved by {median(moved):.0%} of the largest in the middle "
        f"outcome and {max(moved):.0%} at most; they are the same in the same order in {same} of {len(moved)} outcomes."
    )
