"""What must be said beside a metric wherever it is explained or printed as a result, until it is repaired."""

from __future__ import annotations

from simbiz.catalogue import load_catalogue


def caveats_in(text: str) -> list[str]:
    """Sentences to stand beside a text: one for every metric with a caveat that the text names."""
    said = text.lower().replace("_", " ")
    spoken = {name.replace("_", " "): metric.caveat for name, metric in load_catalogue().metrics.items()}
    return [f"{name.capitalize()}: {caveat}." for name, caveat in spoken.items() if caveat and name in said]
