"""simbiz run as a study: the means of the focal firm, and nothing that a seed does not decide."""

import pytest
from results_made import SEEDS, run_study

from simbiz.errors import InputError
from simbiz.runs.conduct import conduct
from simbiz.runs.study_file import load_study


def test_the_report_has_the_means_of_the_focal_firm(tmp_path):
    conducted = conduct(run_study(), folder=None)
    (finished,) = conducted.finished
    table = finished.outcomes
    own = table[(table["firm"] == "partner_dv") & (table["year"] == 0)]
    assert conducted.report["means"]["revenue"]["0"] == own["revenue"].mean()
    assert list(conducted.report["means"]["revenue"]) == ["-1", "0"]
    assert conducted.report["seeds"] == list(SEEDS)
    assert (conducted.report["finished_runs"], conducted.report["failed_runs"]) == (2, 0)


def test_seeds_beyond_the_largest_are_refused():
    with pytest.raises(InputError, match="seed 4294967296 lies outside the allowed 0 to 4294967295"):
        run_study(first_seed=2**32 - 1, replicates=2)


def test_a_study_of_few_metrics_keeps_only_those():
    conducted = conduct(run_study(keep={"metrics": ["revenue"], "firms": "focal"}), folder=None)
    assert list(conducted.finished[0].outcomes.columns) == ["key", "year", "firm", "revenue"]
    assert list(conducted.report["means"]) == ["revenue"]


@pytest.mark.parametrize("name", ["run", "run_small"])
def test_the_shipped_studies_are_sound(name):
    study = load_study(name)
    assert study.settings.series
    assert len(study.plan().runs) >= 2
