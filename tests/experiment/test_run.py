"""What decides a run decides its key, and sharing a past changes nothing."""

import ast
from pathlib import Path

import numpy as np
import pytest
from studies import content, point

import simbiz
from simbiz.catalogue import load_catalogue
from simbiz.compilation import MODEL_SOURCES, source_digest
from simbiz.errors import InputError
from simbiz.market.model import OmnichannelModel
from simbiz.metrics import observe
from simbiz.runs import run as run_module
from simbiz.runs.run import Run, execute, grouped, simulate, tidy
from simbiz.scenario import load_scenario, resolved, with_changes, without_programme

PACKAGE = Path(simbiz.__file__).parent
ORDER = ["smm", "messenger", "bpm_crm", "mobile_app", "website", "email", "content", "targeting"]
# What a world with a changed value shares with the shipped one only if it acts from the start of the programme on.
FUTURE = {
    "another order": {"programme.order": ORDER[::-1]},
    "no programme": {"programme.order": []},
    "two tools at a time": {"programme.parallel": 2},
    "a later start": {"programme.start_week": 3},
    "a budget": {"programme.budget": 0.01},
    "rivals on trend": {"rivals.mode": "trend"},
    "a profile afterwards": {"firms.partner_dv.profile_after": "multichannel"},
    "a profile of its own afterwards": {"firms.partner_dv.profile_after": "new", "profiles.new": {"channels": {}}},
    "measures": {"firms.rival_b.measures": {"image": {}}},
    "a shock": {"shock": {"start_week": 1, "weeks": 2, "digital_taste": 1.0}},
    "another trend": {"rivals.mode": "trend", "firms.rival_a.trend.order": ["content"]},
    # Within a year hardly anybody is noticed and answered.
    "rivals that respond": {"rivals.mode": "responding", "calendar.years": 2},
    "rivals that answer by price": {"rivals.mode": "responding", "rivals.answer": "price", "calendar.years": 2},
    "more years": {"calendar.years": 2},
    "some weeks": {"calendar.weeks": 70},
}
PAST = {
    "a parameter": {"parameters.price_sensitivity": 0.4},
    "a parameter of one segment": {"segments.person.parameters.loyalty_coefficient": 1.0},
    "a mechanism": {"mechanisms.price": False},
    "an effect of a tool": {"effects.smm.channel_quality.social": 0.1},
    "customers": {"customers": 151},
    "a price": {"firms.rival_a.price": 1.01},
    "a cause of the decline": {"past.decline": "steady"},
    "an index of the past": {"past.share_index_before": 0.9},
    "a longer past": {"calendar.burn_in_weeks": 104},
    "a growing market": {"market.growth": 0.01},
    "a fit": {"fit.damping": 0.3},
    "a channel": {"profiles.initiative.channels.phone.hours": 0.6},
    "staff": {"firms.rival_b.staff.sales": 63},
    "a culture": {"firms.partner_dv.culture": 1.2},
    "a competence": {"firms.rival_b.competence": 1.2},
}


@pytest.fixture(scope="module")
def plain() -> Run:
    return Run(point(), 1)


def test_the_same_content_has_the_same_key(plain):
    assert Run(point(), 1).key == plain.key
    assert Run(with_changes(point(), {"customers": 60}), 1).key == plain.key
    assert Run(point({"parameters.price_sensitivity": shipped("price_sensitivity")}), 1).key == plain.key
    assert len(plain.key) == 32


def shipped(parameter):
    return load_catalogue().parameters[parameter].value


@pytest.mark.parametrize("what", [*FUTURE, *PAST])
def test_another_key_has_a_run_with(what, plain):
    assert Run(point({**FUTURE, **PAST}[what]), 1).key != plain.key


def test_another_seed_has_another_key_and_another_past(plain):
    other = Run(plain.scenario, 2)
    assert other.key != plain.key
    assert other.past_key != plain.past_key


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"question": "Another question"},
        {"name": "another"},
        {"firms.rival_a.title": "Another rival"},
        {"sources": {}},
        {"mechanisms.price": True},
    ],
)
def test_words_decide_nothing(change, plain):
    assert Run(with_changes(point(), change), 1).key == plain.key


def test_words_of_the_catalogue_decide_nothing(tmp_path):
    from worlds import catalogue_with, shipped_table

    tools = shipped_table("tools")
    for tool in tools.values():
        tool["meaning"] = "something else"
        for step in tool["steps"]:
            step["name"] = "something else"
        for effect in tool["effects"]:
            if "source" in effect:
                effect["source"] = "nigay2022"
    reworded = catalogue_with(tmp_path / "reworded", tools=tools)
    assert resolved(point(), reworded) == resolved(point())
    tools["smm"]["effects"][1]["value"] += 0.1
    changed = catalogue_with(tmp_path / "changed", tools=tools)
    assert resolved(point(), changed) != resolved(point())


def test_the_sources_of_the_model_enter_the_key(plain, monkeypatch):
    monkeypatch.setattr(run_module, "model_digest", lambda: "other rules")
    assert Run(plain.scenario, 1).key != plain.key


def test_an_edit_of_a_rule_changes_the_digest(tmp_path, monkeypatch):
    import shutil

    from simbiz import compilation

    copy = tmp_path / "simbiz"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compilation, "PACKAGE", copy)
    assert source_digest() == source_digest()
    for name in ("market/base_year.py", "metrics/market.py", "submodels/choice.py", "state/customers.py"):
        before = source_digest()
        with (copy / name).open("a", encoding="utf-8") as file:
            file.write("edited = 1\n")
        assert source_digest() != before, name
    before = source_digest()
    (copy / "cli" / "run.py").write_text("", encoding="utf-8")
    assert source_digest() == before


# What only reads and checks input (it enters the key resolved), or only explains.
READERS = {"errors", "files", "catalogue", "scenario", "compilation"}


def test_every_module_that_the_model_is_made_of_is_in_the_digest():
    digested = {name.removesuffix(".py") for name in MODEL_SOURCES}
    found, waiting = set(), ["market/model.py", "metrics/__init__.py"]
    while waiting:
        file = PACKAGE / waiting.pop()
        for module in imported(file):
            room = module.split(".")[1]
            if room not in found and room not in READERS:
                found.add(room)
                path = PACKAGE / room
                inside = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
                waiting += [one.relative_to(PACKAGE).as_posix() for one in inside]
    assert {"week", "market", "state"} <= found
    assert found <= digested


def imported(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simbiz."):
            yield node.module


@pytest.mark.parametrize("what", FUTURE)
def test_a_past_is_shared_by_runs_that_differ_in(what, plain):
    assert Run(point(FUTURE[what]), 1).past_key == plain.past_key


@pytest.mark.parametrize("what", PAST)
def test_a_past_of_its_own_has_a_run_with(what, plain):
    assert Run(point(PAST[what]), 1).past_key != plain.past_key


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_that_the_draws_cannot_tell_from_another_is_refused(seed):
    with pytest.raises(InputError, match="outside the allowed 0 to 4294967295"):
        Run(point(), seed)


def test_groups_keep_the_order_in_which_they_first_appear():
    runs = [Run(point(change), seed) for seed in (2, 1) for change in ({}, FUTURE["no programme"])]
    assert grouped([runs[0], runs[2], runs[1], runs[3]]) == [[runs[0], runs[1]], [runs[2], runs[3]]]


def test_runs_that_share_a_past_give_bit_for_bit_what_they_give_alone():
    group = [Run(point(), 3), *(Run(point(change), 3) for change in FUTURE.values())]
    together = execute(group)
    assert [outcome.status for outcome in together] == ["ok"] * len(group)
    backwards = execute(group[::-1])[::-1]
    alone = [execute([run])[0] for run in group]
    for run, one, two, three in zip(group, together, backwards, alone, strict=True):
        assert one.key == run.key
        assert content(one) == content(two) == content(three)
    # The comparison can see a difference: only the years of 70 weeks are those of the plain calendar.
    assert len({str(outcome.metrics) for outcome in alone}) == len(group) - 1


def test_a_run_gives_bit_for_bit_what_the_model_gives_that_never_branched():
    (outcome,) = execute([Run(point(), 3)])
    plain = OmnichannelModel(point(), rng=3).run()
    assert outcome.metrics == {name: values.tolist() for name, values in observe(plain.observation()).items()}


def test_weekly_series_come_only_where_they_are_asked_for_and_change_nothing():
    run = Run(point({"calendar.weeks": 1}), 1)
    (plain,), (watched,) = execute([run]), execute([run], series=True)
    assert plain.weekly is None
    assert len(watched.weekly["week"]) == 7 * (52 + 104 + 1)
    assert content(plain) == content(watched)


@pytest.fixture
def broken(monkeypatch):
    """Break the metrics of all worlds in which the focal firm has no programme."""
    sound = run_module.observe

    def observe(observation):
        if not observation.layout.scenario.programme.order:
            raise ArithmeticError("a planted failure")
        return sound(observation)

    monkeypatch.setattr(run_module, "observe", observe)


def test_a_run_that_raises_is_an_outcome_with_its_traceback_and_costs_the_others_nothing(broken):
    group = [Run(point(), 1), Run(without_programme(point()), 1), Run(point({"programme.parallel": 2}), 1)]
    outcomes = execute(group)
    assert [outcome.status for outcome in outcomes] == ["ok", "failed", "ok"]
    failed = outcomes[1]
    assert (failed.key, failed.seed, failed.metrics) == (group[1].key, 1, {})
    assert failed.error.startswith("Traceback")
    assert failed.error.rstrip().endswith("ArithmeticError: a planted failure")
    assert content(outcomes[0]) == content(execute(group[:1])[0])


def test_a_past_that_raises_fails_all_that_share_it(monkeypatch):
    def broken(*arguments, **settings):
        raise MemoryError("a planted failure")

    monkeypatch.setattr(run_module, "OmnichannelModel", broken)
    outcomes = execute([Run(point(), 1), Run(without_programme(point()), 1)])
    assert [outcome.status for outcome in outcomes] == ["failed"] * 2
    assert all("MemoryError: a planted failure" in outcome.error for outcome in outcomes)


def test_an_interruption_is_no_outcome(monkeypatch):
    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "OmnichannelModel", interrupted)
    with pytest.raises(KeyboardInterrupt):
        execute([Run(point(), 1)])


def test_the_fit_says_how_far_the_base_year_was_missed():
    signs, still = set(), {"past.share_index_before": 1.0}
    for seed in range(1, 9):
        for tolerance, met in ((100.0, True), (1e-9, False)):
            (outcome,) = execute(
                [Run(point({**still, "customers": 300, "calendar.weeks": 1, "fit.tolerance": tolerance}), seed)]
            )
            before, now = (year[outcome.firms.index("partner_dv")] for year in outcome.metrics["market_share"][:2])
            assert outcome.fit["met"] is met
            assert outcome.fit["target"] == pytest.approx([0.0771, 0.0771])
            assert outcome.fit["reached"] == pytest.approx([before, now], rel=1e-12)
            assert outcome.fit["relative_miss"] == pytest.approx(now / 0.0771 - 1.0)
            signs.add(now > 0.0771)
    # Too much is as far from the target as too little.
    assert signs == {True, False}


def test_the_programme_is_told_in_weeks_from_its_start():
    certain = {"mechanisms.uncertain_durations": False, "mechanisms.failed_implementations": False}
    (outcome,) = execute([Run(point({"calendar.years": 2, **certain}), 1)])
    tasks = outcome.programme["tasks"]
    assert not any(task["attempt"] or task["failed"] for task in tasks)
    assert (outcome.programme["blocked"], outcome.programme["answers"]) == ({}, [])
    assert [(task["tool"], task["step"], task["first_week"]) for task in tasks[:3]] == [
        ("smm", 0, 0),
        ("smm", 1, 2),
        ("messenger", 0, 5),
    ]
    assert outcome.programme["last_week"] == max(task["last_week"] for task in tasks)
    assert outcome.programme["spent"] <= 0.10


def test_failed_attempts_are_told_with_the_programme():
    failing = {"calendar.weeks": 80, "parameters.implementation_failure": 0.8}
    (outcome,) = execute([Run(point(failing), 1)])
    tasks = outcome.programme["tasks"]
    failed = [number for number, task in enumerate(tasks) if task["failed"]]
    assert failed
    for number in failed:
        following = tasks[number + 1]
        assert (following["tool"], following["step"]) == (tasks[number]["tool"], tasks[number]["step"])
        assert following["attempt"] == tasks[number]["attempt"] + 1


def test_answers_of_rivals_are_told_in_weeks_from_the_start_of_the_programme():
    alert = {"parameters.notice_threshold": 0.0, "mechanisms.benchmarking": False, "parameters.imitation_lag": 6.0}
    (outcome,) = execute([Run(point({"customers": 300, "rivals.mode": "responding", **alert}), 1)])
    answers = outcome.programme["answers"]
    assert answers
    for answer in answers:
        assert answer["noticed_week"] in (13, 26, 39)
        assert answer["week"] - answer["noticed_week"] in (3, 6)
        assert answer["rival"] != answer["noticed"]
        assert set(answer["tools"]) <= set(load_catalogue().tools)


@pytest.mark.parametrize(
    ("changes", "last_week"), [({"programme.start_week": 200}, 199), ({"programme.order": []}, -1)]
)
def test_a_programme_that_has_not_begun_has_not_ended_either(changes, last_week):
    (outcome,) = execute([Run(point({"calendar.weeks": 1, **changes}), 1)])
    assert (outcome.programme["tasks"], outcome.programme["last_week"]) == ([], last_week)


def test_simulate_gives_a_row_for_every_seed_year_and_firm():
    table = simulate(point(), seed=5, replicates=2)
    assert list(table.columns) == ["seed", "year", "firm", *load_catalogue().metrics]
    assert table.groupby(["seed", "year", "firm"]).size().tolist() == [1] * (2 * 3 * 7)
    assert sorted(set(table["seed"])) == [5, 6]
    (outcome,) = execute([Run(point(), 6)])
    second = table[table["seed"] == 6].reset_index(drop=True)
    np.testing.assert_array_equal(second["revenue"], tidy(outcome)["revenue"])


def test_simulate_without_the_programme_is_the_world_in_which_nothing_is_adopted():
    table = simulate(point(), programme=False)
    expected = simulate(without_programme(point()))
    assert table.equals(expected)
    assert not table.equals(simulate(point()))


def test_simulate_takes_the_name_of_a_scenario_and_says_what_is_wrong_with_it():
    with pytest.raises(InputError, match="Did you mean 'partner_dv'"):
        simulate("partner-vd")


def test_simulate_raises_where_a_run_fails(broken):
    with pytest.raises(RuntimeError, match="the run with seed 4 failed:\nTraceback"):
        simulate(point(), seed=4, programme=False)


def test_a_shipped_scenario_has_the_key_of_its_content_whatever_it_is_called():
    assert Run(load_scenario("partner-dv"), 1).key == Run(load_scenario("partner_dv"), 1).key
