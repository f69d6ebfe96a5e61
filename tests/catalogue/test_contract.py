"""What is declared is used, what is used is declared, and every number says where it comes from."""

import ast
import fnmatch
import tomllib
from pathlib import Path

import pytest

import simbiz
from simbiz.catalogue import FOLDER, KINDS, load_catalogue
from simbiz.errors import InputError
from simbiz.scenario import find_scenario, load_scenario, scenario_names, with_changes
from simbiz.scenario.possible import effect_bounds
from simbiz.scenario.uncertain_values import uncertain_values
from simbiz.studies.sensitivity.uncertainty import declared_for

PACKAGE = Path(simbiz.__file__).parent
CATALOGUE = load_catalogue()
SCENARIO_FILE = find_scenario("partner-dv")
MODEL = ("submodels", "week", "state", "metrics", "market")
READERS = (*MODEL, "runs", "studies")


def names_read(rooms):
    """Collect every attribute name and every text constant in the code of some rooms of the package."""
    read = set()
    for name in rooms:
        path = PACKAGE / name
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    read.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    read.add(node.value)
    return read


READ = names_read(READERS)


@pytest.mark.parametrize("parameter", CATALOGUE.parameters)
def test_every_parameter_is_read_by_some_code(parameter):
    assert parameter in READ


@pytest.mark.parametrize("attribute", CATALOGUE.firm_attributes)
def test_every_firm_attribute_is_read_by_the_model(attribute):
    assert attribute in names_read(MODEL)


def test_the_search_for_readers_finds_no_name_that_nobody_reads():
    assert "price_sensitivty" not in READ
    assert "unread_parameter" not in READ


def test_every_parameter_of_the_firms_is_declared():
    """A misspelt name of a parameter would fail only when a run comes by."""
    declared = {*CATALOGUE.parameters}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.value, (ast.Name, ast.Attribute))
                and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr) == "common"
                and isinstance(node.slice, ast.Constant)
            ):
                assert node.slice.value in declared, (file.name, node.lineno)


@pytest.mark.parametrize("attribute", CATALOGUE.firm_attributes)
def test_every_firm_attribute_lies_in_a_layout(attribute):
    from worlds import market

    from simbiz.state.layout import Layout

    assert Layout.of(market()).cells[attribute].size >= 1


@pytest.mark.parametrize("parameter", CATALOGUE.parameters)
def test_every_parameter_has_a_source_that_is_listed(parameter):
    record = CATALOGUE.parameters[parameter]
    assert record.source in CATALOGUE.sources
    if record.evidence == "measured":
        assert CATALOGUE.sources[record.source].kind == "measured"


def test_every_channel_and_effect_has_a_source_that_is_listed():
    for channel in CATALOGUE.channels.values():
        assert channel.source in CATALOGUE.sources
    for name, _, effect in CATALOGUE.effects():
        assert effect.source in CATALOGUE.sources or CATALOGUE.firm_attributes[effect.attribute].combine == "open", name


@pytest.mark.parametrize("parameter", [name for name, one in CATALOGUE.parameters.items() if one.range is not None])
def test_an_assumed_parameter_is_shipped_at_the_centre_of_its_range(parameter):
    record = CATALOGUE.parameters[parameter]
    if record.evidence == "assumed":
        low, high = record.range
        centre = (low * high) ** 0.5 if record.distribution == "log-uniform" else (low + high) / 2
        assert record.value == pytest.approx(centre, rel=1e-9, abs=1e-12)


EFFECTS = {name: one for name, _, one in (*CATALOGUE.effects(), *CATALOGUE.measure_effects()) if one.range is not None}


@pytest.mark.parametrize("effect", EFFECTS)
def test_an_effect_is_shipped_halfway_between_none_and_the_most_that_it_may_gain(effect):
    record = EFFECTS[effect]
    gain = sorted(record.range, key=lambda end: end * record.value)
    # Training is no effect on customers: a tool that nobody is trained for would never be used.
    none = gain[0] if record.attribute == "training" else 0.0
    assert record.value == pytest.approx((none + gain[1]) / 2)
    assert gain[0] * record.value <= 0.0 or record.attribute == "training"


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_range_goes_beyond_none_only_where_a_source_of_the_harm_is_named_and_no_further_than_rules_stand(effect):
    record = EFFECTS[effect]
    harms = min(end * record.value for end in record.range) < 0.0
    assert harms == (record.harm is not None)
    assert record.harm is None or record.harm in CATALOGUE.sources
    low, high = effect_bounds(record, CATALOGUE)
    assert low <= record.range[0] < record.range[1] <= high


def test_some_tool_may_do_harm():
    assert any(record.harm for record in EFFECTS.values())


@pytest.mark.parametrize("value", CATALOGUE.scenario_values)
def test_a_declared_value_of_scenarios_is_one_that_the_shipped_scenario_has_and_can_take(value):
    scenario = load_scenario("partner-dv")
    declared = CATALOGUE.scenario_values[value]
    paths = [path for path, one in uncertain_values(scenario).items() if one == declared]
    assert paths
    assert declared.source in CATALOGUE.sources
    for path in paths:
        uncertain = declared_for(path, declared)
        for unit in (0.0, 1.0):
            assert with_changes(scenario, {path: uncertain.value(unit)}) is not None


def test_names_of_effects_are_unique():
    names = [name for name, _, _ in CATALOGUE.effects()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("mechanism", CATALOGUE.mechanisms)
def test_a_mechanism_is_switched_off_within_the_bounds_of_its_parameters(mechanism):
    off = CATALOGUE.mechanisms[mechanism].off
    assert off
    for name, value in off.items():
        low, high = CATALOGUE.parameters[name].bounds
        assert low <= value <= high
        assert value != CATALOGUE.parameters[name].value


def test_no_two_mechanisms_share_a_parameter():
    silenced = [name for mechanism in CATALOGUE.mechanisms.values() for name in mechanism.off]
    assert len(set(silenced)) == len(silenced)


@pytest.mark.parametrize("tool", CATALOGUE.tools)
def test_a_tool_has_staff_who_are_trained_for_it_and_a_cost(tool):
    record = CATALOGUE.tools[tool]
    attributes = {effect.attribute for effect in record.effects}
    assert record.roles
    assert {"training", "cost"} <= attributes
    assert all(step.cost > 0 for step in record.steps)
    assert record.steps[-1].part > 0


def test_every_stage_has_a_traditional_and_a_digital_channel():
    for kind in ("traditional", "digital"):
        served = {stage for channel in CATALOGUE.channels.values() if channel.kind == kind for stage in channel.serves}
        assert {"information", "order", "service"} <= served


def test_a_channel_that_takes_orders_informs_as_well():
    for channel in CATALOGUE.channels.values():
        assert "order" not in channel.serves or "information" in channel.serves


def numbers(value, path=()):
    """Yield the dotted path of every number in plain data, lists counting as one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, (*path, key))
    elif isinstance(value, bool):
        return
    elif isinstance(value, (int, float)) or (isinstance(value, list) and value and isinstance(value[0], (int, float))):
        yield ".".join(path)


def test_every_number_of_the_shipped_scenario_says_where_it_comes_from():
    data = tomllib.loads(SCENARIO_FILE.read_text(encoding="utf-8"))
    globs = data.pop("sources")
    without = [
        path
        for path in numbers(data)
        if not any(fnmatch.fnmatchcase(path, glob) or fnmatch.fnmatchcase(path, f"{glob}.*") for glob in globs)
    ]
    assert without == []


def test_every_source_of_the_shipped_scenario_covers_a_number():
    data = tomllib.loads(SCENARIO_FILE.read_text(encoding="utf-8"))
    globs = data.pop("sources")
    # Lists of names are choices with a source, too.
    paths = [*numbers(data), "programme.order", *(f"firms.{name}.trend.order" for name in data["firms"])]
    for glob in globs:
        assert any(fnmatch.fnmatchcase(p, glob) or fnmatch.fnmatchcase(p, f"{glob}.*") for p in paths), glob


@pytest.mark.parametrize(
    "name", sorted(path.stem for path in SCENARIO_FILE.parent.glob("*.toml") if not path.name.endswith(".fit.toml"))
)
def test_every_shipped_scenario_can_be_read(name):
    assert load_scenario(name).focal


def test_every_source_is_cited_somewhere():
    catalogue = load_catalogue()
    texts = [(FOLDER / f"{kind}.toml").read_text() for kind in KINDS if kind != "sources"]
    texts += [path.read_text() for path in scenario_names().values()]
    uncited = [name for name in catalogue.sources if not any(name in text for text in texts)]
    assert not uncited


def test_prerequisites_that_run_in_a_loop_are_refused_with_the_loop(tmp_path):
    text = (FOLDER / "tools.toml").read_text(encoding="utf-8")
    head, *tools = text.split("requires = []")
    names = list(CATALOGUE.tools)
    required = [[names[1]], [names[0]], *([] for _ in tools[2:])]
    looped = head + "".join(
        f"requires = {given}".replace("'", '"') + rest for given, rest in zip(required, tools, strict=True)
    )
    (tmp_path / "tools.toml").write_text(looped, encoding="utf-8")
    with pytest.raises(InputError) as refusal:
        _ = load_catalogue(tmp_path).tools
    beginning = f"{tmp_path / 'tools.toml'}:"
    assert str(refusal.value).startswith(beginning)
    line, message = str(refusal.value).removeprefix(beginning).split(": ", 1)
    assert message.startswith(f"prerequisites run in a loop: {names[0]} -> {names[1]} -> {names[0]}")
    assert looped.splitlines()[int(line) - 1].startswith("requires")
