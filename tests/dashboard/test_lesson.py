"""The lesson asks before it shows, and shows the numbers of the worlds that were played."""

import re

import pytest
from worlds import SMALL

from simbiz.catalogue import load_catalogue
from simbiz.dashboard.last_year import focal_value, metric_text
from simbiz.dashboard.lesson import answers, lesson
from simbiz.dashboard.paired_model import PairedModel
from simbiz.dashboard.setup import CUSTOMERS, Setup, lesson_setup, own_setup
from simbiz.errors import InputError
from simbiz.scenario import load_scenario, scenario_names, with_changes

NUMBERS = range(len(lesson()))


@pytest.mark.parametrize("number", NUMBERS)
def test_a_step_stands_on_shipped_scenarios_and_declared_metrics(number):
    step, setup = lesson()[number], lesson_setup(number)
    assert {step.scenario, step.against or step.scenario} <= set(scenario_names())
    assert set(step.metrics) <= set(load_catalogue().metrics)
    assert setup.names == step.worlds
    assert setup.scenario.calendar.weeks == step.weeks
    assert setup.scenario.customers == CUSTOMERS


@pytest.mark.parametrize("number", NUMBERS)
def test_no_result_stands_in_the_text(number):
    step = lesson()[number]
    text = " ".join((step.do, step.look, step.question, step.afterwards))
    assert not re.search(r"\d+\s*%|\d\.\d|percent|per cent", text)


def small(number):
    """Give a step of the lesson with few customers and a short past."""
    changes = {key: value for key, value in SMALL.items() if key != "calendar.years"}
    setup = lesson_setup(number)
    against = setup.against and with_changes(setup.against, changes)
    return Setup(with_changes(setup.scenario, changes), against, setup.names, setup.seed, setup.step)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_step_answers_when_its_weeks_are_lived_and_with_the_numbers_of_these_worlds(number):
    setup = small(number)
    step, model = setup.lesson_step, setup.model()
    for _ in range(step.weeks - 1):
        model.step()
    assert answers(step, model) == []
    model.step()
    found = answers(step, model)
    assert [answer.metric for answer in found] == list(step.metrics)
    for answer in found:
        metric = load_catalogue().metrics[answer.metric]
        values = [focal_value(world, answer.metric) for world in model.worlds_side_by_side]
        assert answer.values == tuple(metric_text(value, metric) for value in values)
    assert not model.running


def test_a_mistake_in_a_lesson_is_named_with_its_line(tmp_path):
    file = tmp_path / "lesson.toml"
    file.write_text('[[step]]\ntitle = "a"\nscenario = "partner_dv"\nweks = 5\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        lesson(file)
    assert str(caught.value).startswith(f"{file}:")


def test_what_is_opened_is_a_sample_where_the_scenario_wants_everybody():
    assert load_scenario("partner-dv").customers == "market"
    assert own_setup("partner-dv", {}).scenario.customers == CUSTOMERS
    assert own_setup("partner-dv", {"customers": 700}).scenario.customers == 700


def test_two_scenarios_are_opened_under_their_names_if_they_share_their_past():
    setup = own_setup("omnichannel", {"customers": 300}, "multichannel", 3)
    assert (setup.names, setup.seed) == (("omnichannel", "multichannel"), 3)
    assert isinstance(setup.model(), PairedModel)
    with pytest.raises(InputError, match="cannot stand side by side"):
        own_setup("omnichannel", {}, "crm_only")
