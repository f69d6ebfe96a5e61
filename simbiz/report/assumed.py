"""What a study takes for granted: evidence of the rules, what it varies or changes, where its scenario comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from simbiz.catalogue import load_catalogue
from simbiz.catalogue.tables import Parameter
from simbiz.plots.number_text import counted, figures, listed, plain
from simbiz.plots.sheet import Shown
from simbiz.result.load import Result
from simbiz.scenario import Scenario, parameter_values

EVIDENCE: tuple[Literal["measured", "estimated", "assumed"], ...] = ("measured", "estimated", "assumed")
HEADS = ("parameter", "what it is", "value", "range", "unit", "evidence", "source")
EFFECT, PARAMETER = "effects.", "parameters."


@dataclass(frozen=True)
class Assumed:
    """What a study takes for granted.

    Parameters
    ----------
    sentences : sequence of str
        How much of the rules is assumed, and what the study changes.
    tables : sequence of Shown
        Parameters and sources.
    """

    sentences: Sequence[str]
    tables: Sequence[Shown]


def assumed_of(result: Result, scenario: Scenario) -> Assumed:
    """What a study takes for granted."""
    known = load_catalogue().parameters
    free = {name: one for name, one in known.items() if one.role == "uncertainty"}
    counts = Counter(one.evidence for one in free.values())
    told = listed([f"{counts[name]} {name}" for name in EVIDENCE if counts[name]])
    sentences = [
        f"Of {len(free)} uncertain parameters of the rules the catalogue calls {told}. Where nobody has measured a "
        "number, its value is the middle of a range that was judged possible.",
        *_changed(result),
        *_switched_off(scenario),
    ]
    varied = varied_paths(result)
    if varied:
        sentences.append(f"{counted(len(varied), 'number')} are varied by the study.")
        tables = [Shown(HEADS, list(_rows(varied, scenario)), "What the study varies")]
    else:
        assumed = {PARAMETER + name: one.range for name, one in free.items() if one.evidence == "assumed"}
        sentences.append("None of them is varied here: simbiz sensitivity and simbiz uncertainty tell which matter.")
        tables = [Shown(HEADS, list(_rows(assumed, scenario)), "Assumed parameters, at the values of this study")]
    sources = [[path, text] for path, text in scenario.sources.items()]
    if sources:
        tables.append(Shown(("number of the scenario", "where it comes from"), sources, "Sources of the scenario"))
    return Assumed(sentences, tables)


def _changed(result: Result) -> Iterator[str]:
    """Values of the scenario that the study changes everywhere."""
    settings = result.settings
    own = {"customers": settings.get("customers"), "fit.tolerance": settings.get("fit_tolerance")}
    changes = {key: value for key, value in own.items() if value is not None} | settings.get("set", {})
    if changes:
        yield f"The study changes of its scenario: {'; '.join(f'{key} = {value}' for key, value in changes.items())}."


def _switched_off(scenario: Scenario) -> Iterator[str]:
    off = [plain(name) for name, works in scenario.mechanisms.items() if not works]
    if off:
        yield f"Switched off: {listed(off)}."


def varied_paths(result: Result) -> dict[str, tuple[float, float] | None]:
    """Paths of numbers that a study varies, with the range it uses; the others have none."""
    report = result.report
    if "stages" in report:
        return {row["path"]: (row["low"], row["high"]) for row in report["stages"][0]["inputs"]}
    if "ranges" in report:
        return {path: (limits[0], limits[1]) for path, limits in report["ranges"].items()}
    factors = report.get("factors")
    if isinstance(factors, list):
        return {row["factor"]: (row["low"], row["high"]) if row.get("low") is not None else None for row in factors}
    return {}


def _rows(paths: Mapping[str, Any], scenario: Scenario) -> Iterator[list[str]]:
    """A row a number: what the catalogue and the sources say of it."""
    catalogue, values = load_catalogue(), parameter_values(scenario)
    declared = (*catalogue.effects(), *catalogue.measure_effects())
    effects = {f"{EFFECT}{name}": effect for name, _, effect in declared}
    for path, limits in paths.items():
        span = "-" if limits is None else f"{figures(limits[0])} to {figures(limits[1])}"
        name = path.removeprefix(PARAMETER)
        if path.startswith(PARAMETER) and name in catalogue.parameters:
            one = catalogue.parameters[name]
            yield [name, one.meaning, figures(float(values[name])), span, one.unit, one.evidence, _cited(one)]
        elif path in effects:
            effect = effects[path]
            what = catalogue.firm_attributes[effect.attribute].meaning
            value = figures(float(scenario.effects.get(path.removeprefix(EFFECT), effect.value)))
            yield [path, what, value, span, "", "", effect.source or "assumed"]
        else:
            yield [path, "a value of the scenario", "-", span, "", "", "-"]


def _cited(parameter: Parameter) -> str:
    source = load_catalogue().sources[parameter.source]
    return source.citation
