"""Rows of a ledger: whose they are, how often they stand there, and from which other ledger they may come."""

from types import SimpleNamespace

from simbiz.results.ledger import Ledger
from simbiz.results.ledger_sharing import copy_finished

METRICS, FIRMS, YEARS = ["share", "profit"], ["ours", "theirs", "others"], [0, 1]


def outcome(key, shift=0.0, status="ok"):
    values = {name: [[10.0 * i + j + shift for j in range(3)] for i in range(2)] for name in METRICS}
    about = {"seed": 1, "seconds": 0.5, "stage": "", "error": "", "fit": {}, "programme": {}}
    years, firms = (YEARS, FIRMS) if status == "ok" else ([], [])
    return SimpleNamespace(key=key, status=status, years=years, firms=firms, metrics=values, **about)


def planned(ledger, keys, fingerprint):
    return ledger.plan([(key, 1, {}) for key in keys], fingerprint)


def test_every_value_stands_under_its_year_and_firm():
    with Ledger(":memory:", METRICS) as ledger:
        planned(ledger, "a", "one")
        ledger.finish([outcome("a")])
        rows = {(row["year"], row["firm"]): row["share"] for row in ledger.outcomes()}
        assert rows == {(i, firm): 10.0 * i + j for i in range(2) for j, firm in enumerate(FIRMS)}


def test_a_run_that_is_done_again_stands_there_once_with_its_new_values():
    with Ledger(":memory:", METRICS) as ledger:
        planned(ledger, "a", "one")
        ledger.finish([outcome("a"), outcome("a", shift=0.25)])
        assert [row["share"] for row in ledger.outcomes()] == [0.25, 1.25, 2.25, 10.25, 11.25, 12.25]


def test_a_plan_has_its_own_runs_at_their_first_places_and_failed_ones_are_missing():
    with Ledger(":memory:", METRICS) as ledger:
        first, second = planned(ledger, "abca", "one"), planned(ledger, "cd", "two")
        assert (ledger.places(first), ledger.places(second)) == ([0, 1, 2], [0, 1])
        ledger.finish([outcome("b"), outcome("c", status="failed")])
        assert ledger.missing() == {"a", "c", "d"}
        assert (ledger.places(first), ledger.places(first, also_done=True)) == ([0, 2], [0, 1, 2])
        assert ledger.keys(second, [1]) == {"d"}


def test_runs_are_copied_only_from_ledgers_that_measured_in_the_same_way(tmp_path):
    for name, facts in (("same", {"measure": "metrics"}), ("other", {"measure": "loyalty"})):
        (tmp_path / name).mkdir()
        with Ledger(tmp_path / name / "runs.sqlite", METRICS, facts) as there:
            planned(there, "ab", "one")
            there.finish([outcome("a"), outcome("b", status="failed")])
    with Ledger(tmp_path / "runs.sqlite", METRICS, {"measure": "metrics"}) as ledger:
        planned(ledger, "abc", "one")
        assert copy_finished(ledger, tmp_path / "other" / "runs.sqlite") == 0
        assert ledger.missing() == set("abc")
        assert copy_finished(ledger, tmp_path / "same" / "runs.sqlite") == 1
        assert ledger.missing() == set("bc")
        assert len(ledger.outcomes()) == 6
