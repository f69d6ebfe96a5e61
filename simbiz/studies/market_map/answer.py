"""The market map in sentences and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simbiz.plots.number_text import counted, figures, listed, percent
from simbiz.plots.sheet import Shown
from simbiz.plots.tables_markets import cells_by_variant, in_class, meanings, same_elsewhere
from simbiz.report.sentences import Answer, failed_runs
from simbiz.results.load import Result

FIRMS = ["firm", "share", "growth", "cell", "label", "stability", "worlds"]
BORDERS = ["variant", "share", "growth", "meaning"]
BORDERS_OF = "Borders (outsider | weak | strong | leader; fast deteriorating | ... | fast improving)"


def answer(result: Result) -> Answer:
    """Where the focal firm stands by the default variant, and whether the method decides it."""
    report = result.report
    if not report["worlds"]:
        return Answer(["No world is left to draw a map of."])
    variant = report["default_variant"]
    focal = next(firm for firm in report["firms"] if firm["focal"])
    label, since = focal["labels"][variant], f"year {report['growth_since']}"
    same, different = same_elsewhere(focal, variant)
    grown = f", {figures(focal['growth'])} times that of {since}" if focal["growth"] is not None else ""
    sentences = [
        f"{focal['title']} stands in cell {label['cell']} ({in_class(label)}) in year {report['year']}, with a share "
        f"of {percent(focal['share'], 2)}{grown}; that is the usual variant of the method, {variant}.",
    ]
    if different:
        agree = f"{listed(same)} {'say' if len(same) > 1 else 'says'} the same" if same else "none says the same"
        sentences.append(f"The method decides it: of the other variants {agree}; {'; '.join(different)}.")
    else:
        sentences.append("The method does not decide it: every variant says the same.")
    if report["worlds"] > 1:
        alone = round(label["worlds"] * report["worlds"])
        sentences.append(
            f"Luck: by {variant}, {alone} of {counted(report['worlds'], 'world')} taken alone put it into that cell."
        )
    cautions = [
        f"Mean shares of {counted(report['worlds'], 'world')}. Growth: share over the share of {since}. Stability: "
        "part of the other variants with the same label; worlds: part of the worlds in which the firm has it.",
        f"Variants: {meanings(result)}.",
        *failed_runs(report),
    ]
    default = report["default_variant"]
    firms = Shown(FIRMS, [_firm_line(firm, default) for firm in report["firms"]], f"Firms by {default}")
    borders = Shown(BORDERS, [_border_line(one) for one in report["variants"]], BORDERS_OF)
    return Answer(sentences, [firms, cells_by_variant(result), borders], cautions)


def _border_line(variant: Mapping[str, Any]) -> list[str]:
    share, growth = variant["share_borders"], variant["growth_borders"]
    names = ("lower", "middle", "upper")
    return [
        variant["variant"],
        " | ".join("none" if share[name] is None else f"{share[name]:.2%}" for name in names),
        " | ".join("none" if growth[name] is None else f"{growth[name]:.3f}" for name in names),
        variant["meaning"],
    ]


def _name(firm: Mapping[str, Any]) -> str:
    return f"{firm['title']} *" if firm["focal"] else str(firm["title"])


def _firm_line(firm: Mapping[str, Any], variant: str) -> list[str]:
    label = firm["labels"][variant]
    return [
        _name(firm),
        f"{firm['share']:.2%}",
        "-" if firm["growth"] is None else f"{firm['growth']:.3f}",
        str(label["cell"]),
        f"{label['share_class']}, {label['growth_class']}",
        "-" if firm["stability"] is None else f"{firm['stability']:.0%}",
        f"{label['worlds']:.0%}",
    ]
