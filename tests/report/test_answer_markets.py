"""Pay-back, loyalty and the map say in a sentence what their report says in numbers."""

import pytest
from studies import TINY

from simbiz.report.answers import answer_of
from simbiz.results.load import load_result
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import study_of


def made(kind, folder, **changes):
    settings = {"kind": kind, "scenario": "partner-dv", "first_seed": 1, "replicates": 2, "set": TINY | changes}
    return load_result(conduct(study_of(settings), folder=folder).folder)


@pytest.mark.parametrize(
    ("order", "sentence"),
    [([], "in 2 of 2 worlds, there by week 1 (median; 1 to 1)."), (["service_backbone"], "in no world")],
)
def test_payback_names_its_week_or_that_there_is_none(order, sentence, tmp_path):
    changes = {"programme.order": order, "programme.budget": 1.0, "parameters.gross_margin": 0.01, "calendar.weeks": 52}
    answer = answer_of(made("payback", tmp_path / "made", **changes), [])
    assert sentence in answer.sentences[0]
    assert answer.cautions[0].startswith("2 pairs of worlds")


def test_loyalty_sets_what_is_beside_what_is_expected_for_each_segment(tmp_path):
    result = made("loyalty", tmp_path / "made", customers=600)
    answer = answer_of(result, [])
    focal = [row for row in result.report["firms"] if row["firm"] == "partner_dv"]
    assert len(answer.sentences) == len([row for row in focal if row["frequency"] is not None])
    for row, sentence in zip(focal, answer.sentences, strict=True):
        assert f"{row['frequency']:.2f} purchases a buyer where {row['expected_frequency']:.2f} may be exp" in sentence
        low, high = row["intervals"]["excess_frequency"]
        assert ("cannot be told" in sentence) == (low <= 0.0 <= high)


def test_the_map_names_the_cell_of_the_focal_firm(tmp_path):
    result = made("map", tmp_path / "made")
    focal = next(firm for firm in result.report["firms"] if firm["focal"])
    label = focal["labels"][result.report["default_variant"]]
    sentence, method, luck = answer_of(result, []).sentences
    assert sentence.startswith(f"Partner-DV stands in cell {label['cell']} ({label['share_class']}")
    alike = [one["cell"] == label["cell"] for one in focal["labels"].values()]
    assert method.startswith("The method does not decide it" if all(alike) else "The method decides it")
    assert f"{round(2 * label['worlds'])} of 2 worlds" in luck


def test_a_map_of_no_world_says_so(tmp_path):
    result = made("map", tmp_path / "made", **{"fit.tolerance": 1e-9})
    assert answer_of(result, []).sentences == ["No world is left to draw a map of."]
