from pathlib import Path
from typing import Any

import pytest

from simbiz.catalogue import load_catalogue
from simbiz.errors import InputError
from simbiz.scenario import find_scenario, load_scenario, scenario_names, with_changes

NAMES = "See: simbiz show scenario NAME, simbiz list parameters"
TOOLS = ", ".join(load_catalogue().tools)
CHANNELS = ", ".join(load_catalogue().channels)
LOW, HIGH = load_catalogue().parameters["price_sensitivity"].bounds


def complaint_about_change(key: str, value: Any) -> str:
    with pytest.raises(InputError) as caught:
        load_scenario("partner-dv", {key: value})
    with pytest.raises(InputError) as in_another_way:
        with_changes(load_scenario("partner-dv"), {key: value})
    assert str(in_another_way.value) == str(caught.value)
    return str(caught.value)


def complaint_about_file(folder: Path, text: str, changes: dict[str, Any] | None = None) -> str:
    file = folder / "x.toml"
    file.write_text(f'extends = "partner-dv"\n{text}')
    with pytest.raises(InputError) as caught:
        load_scenario(file, changes)
    return str(caught.value).replace(str(folder), "folder")


CUSTOMERS = "customers must be 'market' or a whole number of at"


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("customers", -1, f"{CUSTOMERS} least 1, not -1"),
        ("customers", "all", f"{CUSTOMERS} least 1, not 'all'"),
        ("customers", True, f"{CUSTOMERS} least 1, not true"),
        ("customers", 3_000_000_000, f"{CUSTOMERS} most 2,000,000,000, not 3000000000"),
        ("firms.rival_a.share", 0.0, "firms.rival_a.share must be greater than 0, not 0.0"),
        (
            "programme.order",
            ["smmm"],
            f"programme.order: smmm is not a tool; allowed: one of {TOOLS}. Did you mean 'smm'?",
        ),
        ("programme.order", "smm", "programme.order must be a list in [ ], not 'smm'"),
        ("programme.order", ["smm", "smm"], "programme.order: a tool stands twice in ['smm', 'smm']"),
        (
            "parameters.price_sensitivty",
            1,
            "parameters.price_sensitivty is not a parameter. Did you mean 'price_sensitivity'? "
            "See: simbiz list parameters",
        ),
        ("parameters.zebra", 1, "parameters.zebra is not a parameter. See: simbiz list parameters"),
        ("parameters.price_sensitivity", "a", "parameters.price_sensitivity must be a number, not 'a'"),
        (
            "parameters.price_sensitivity",
            1e6,
            f"parameters.price_sensitivity = 1e+06 lies outside the allowed {LOW:g} to {HIGH:g}",
        ),
        ("mechanisms.loyalty", 0, "mechanisms.loyalty must be true or false, not 0"),
        (
            "mechanisms.loyaty",
            False,
            "mechanisms.loyaty is not a mechanism. Did you mean 'loyalty'? See: simbiz list mechanisms",
        ),
        (
            "effects.smm.reach.persn",
            0.1,
            "effects.smm.reach.persn is not a tool effect. Did you mean 'smm.reach.person'? "
            "See: simbiz list tool-effects",
        ),
        (
            "firms.rival_a.shar",
            1,
            "firms.rival_a.shar is not a known key; allowed: one of title, share, profile, staff, "
            "digitalization_rate, starting_tools, price, profile_after, culture, competence, measures, trend. "
            "Did you mean 'share'?",
        ),
        ("firms.rival_a", 3, "firms.rival_a must be a table, not 3"),
        (
            "firms.rival_a.staff.salse",
            1,
            "firms.rival_a.staff.salse is not a role that any tool needs; allowed: one of "
            "management, marketing, sales, service. Did you mean 'sales'?",
        ),
        (
            "profiles.initiative.channels.emial",
            {"open": 1},
            f"profiles.initiative.channels.emial is not a channel; allowed: one of {CHANNELS}. Did you mean 'email'?",
        ),
        (
            "profiles.initiative.channels.email.opn",
            1,
            "profiles.initiative.channels.email.opn is not a known key; "
            "allowed: one of open, quality, hours. Did you mean 'open'?",
        ),
        (
            "profiles.initiative.channels.email.open",
            "x",
            "profiles.initiative.channels.email.open must be a whole number or a table, not 'x'",
        ),
        (
            "profiles.initiative.channels.email.open",
            {"organisation": 5},
            "profiles.initiative.channels.email.open.organisation must be at most 2, not 5",
        ),
        ("segments.person.shortlist", [3, 1], "segments.person.shortlist: [3, 1] must be [least, most]"),
        ("segments.person.shortlist", [1], "segments.person.shortlist[1] is missing"),
        ("segments.person.shortlist", [0, 1], "segments.person.shortlist[0] must be at least 1, not 0"),
        (
            "segments.person.shortlist",
            [1, 2, 3],
            "segments.person.shortlist must have at most 2 values, not 3",
        ),
        ("rivals.mode", "stop", "rivals.mode must be 'stopped', 'trend' or 'responding', not 'stop'"),
        ("calendar.burn_in_weeks", 100, "calendar.burn_in_weeks must be a multiple of 52, not 100"),
        ("market.value", float("nan"), "market.value must be a finite number, not nan"),
        (
            "firms.partner_dv.profile_after",
            "multichanel",
            "firms.partner_dv.profile_after: multichanel is not a profile; "
            "allowed: one of initiative, traditional, multichannel. Did you mean 'multichannel'?",
        ),
        (
            "service_role",
            "servce",
            "service_role: servce is not a role of any staff; allowed: one of management, marketing, operations, "
            "sales, service. Did you mean 'service'?",
        ),
        ("shock", {"start_week": 1, "weeks": 2}, "shock.digital_taste is missing"),
        (
            "effects.image.service_quality.tangability",
            0.1,
            "effects.image.service_quality.tangability is not a tool effect. "
            "Did you mean 'image.service_quality.tangibility'? See: simbiz list tool-effects",
        ),
        ("focl", "x", f"focl is not a known key. Did you mean 'focal'? {NAMES}"),
        (
            "price_sensitivty",
            1,
            f"price_sensitivty is not a known key. Did you mean 'parameters.price_sensitivity'? {NAMES}",
        ),
        ("patience", 1, f"patience is not a known key. Did you mean 'mechanisms.patience'? {NAMES}"),
        ("", 1, f"'' is not a known key. {NAMES}"),
    ],
)
def test_a_mistaken_change_is_named_by_its_key_and_by_no_file(key: str, value: Any, message: str):
    assert complaint_about_change(key, value) == message


@pytest.mark.parametrize(
    ("table", "key", "shares"), [("firms", "share", "shares"), ("segments", "value_share", "value shares")]
)
def test_shares_that_do_not_sum_to_one_are_a_mistake_of_their_table(tmp_path: Path, table: str, key: str, shares: str):
    names = list(getattr(load_scenario("partner-dv"), table))
    equal = "\n".join(f"[{table}.{name}]\n{key} = 0.9" for name in names)
    message = f"{table}: the {shares} of all {table} must sum to 1, not {0.9 * len(names):g}"
    assert complaint_about_file(tmp_path, f"\n{equal}\n") == f"folder/x.toml:3: {message}"
    changes = {f"{table}.{name}.{key}": 0.9 for name in names}
    with pytest.raises(InputError) as caught:
        load_scenario("partner-dv", changes)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("customers = -1", f"folder/x.toml:2: {CUSTOMERS} least 1, not -1"),
        (
            "[parameters]\n\nzebra = 1",
            "folder/x.toml:4: parameters.zebra is not a parameter. See: simbiz list parameters",
        ),
        (
            '[programme]\norder = ["email", "smm", "smm"]',
            "folder/x.toml:3: programme.order: a tool stands twice",
        ),
        ('[firms.new]\ntitle = "New"', "folder/x.toml:2: firms.new.share is missing"),
        (
            '[effects]\nsmm.reach.person = "a"',
            "folder/x.toml:3: effects.smm.reach.person must be a number, not 'a'",
        ),
        (
            '[effects]\n"email.channel_quality.email" = {}',
            "folder/x.toml:3: effects.email.channel_quality.email must be a number",
        ),
        (
            "[profiles.initiative]\nmemory = 2",
            "folder/x.toml:3: profiles.initiative.memory must be at most 1",
        ),
    ],
)
def test_a_mistake_in_a_file_begins_with_its_line(tmp_path: Path, text: str, message: str):
    assert complaint_about_file(tmp_path, text).startswith(message)


def test_changes_are_left_as_they_were_given():
    changes = {"market": load_scenario("partner-dv").market.model_dump(), "market.growth": 0.5}
    assert load_scenario("partner-dv", changes).market.growth == 0.5
    assert changes["market"]["growth"] == 0.0


def test_a_mistake_in_a_table_of_both_files_is_found_in_the_one_that_made_it(tmp_path: Path):
    (tmp_path / "parent.toml").write_text('extends = "partner-dv"\n[parameters]\nzebra = 1\n')
    (tmp_path / "child.toml").write_text('extends = "parent"\n[parameters]\nloyalty_coefficient = 1\n')
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "child.toml")
    assert (caught.value.file, caught.value.line) == (tmp_path / "parent.toml", 3)


def test_a_mistake_beside_a_change_still_has_its_line(tmp_path: Path):
    text = "[parameters]\nzebra = 1"
    complaint = complaint_about_file(tmp_path, text, {"parameters.loyalty_coefficient": 1})
    assert complaint.startswith("folder/x.toml:3: parameters.zebra is not a parameter.")


def test_a_change_mends_a_mistake_of_the_file(tmp_path: Path):
    (tmp_path / "x.toml").write_text('extends = "partner-dv"\ncustomers = -1\n')
    assert load_scenario(tmp_path / "x.toml", {"customers": 5}).customers == 5


@pytest.mark.parametrize("customers", ["market", 1, 2000])
def test_customers_are_the_market_or_a_number(customers: str | int):
    assert load_scenario("partner-dv", {"customers": customers}).customers == customers


def test_an_unknown_scenario_lists_those_within_reach():
    known = list(scenario_names())
    with pytest.raises(InputError) as caught:
        find_scenario("partner_vd")
    assert str(caught.value).startswith("partner_vd is not a scenario; allowed: a path or ")
    near = "Did you mean 'partner_dv'? See: simbiz list scenarios"
    assert str(caught.value).endswith(near) == ("partner_dv" in known)


def test_a_fit_beside_a_scenario_is_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "mine.toml").write_text("")
    (tmp_path / "scenarios" / "mine.fit.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert "mine" in scenario_names()
    assert "mine.fit" not in scenario_names()


def test_a_folder_of_the_same_name_hides_no_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "partner_dv").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_scenario("partner-dv").name == "partner_dv.toml"


def test_an_order_with_a_tool_that_would_wait_for_ever_is_refused(tmp_path: Path):
    tools = load_catalogue().tools
    later, first = next((name, tool.requires[0]) for name, tool in tools.items() if tool.requires)
    free = ", ".join(name for name, tool in tools.items() if not tool.requires)
    complaint = complaint_about_file(tmp_path, f'[firms.rival_f.trend]\norder = ["{later}"]\n')
    assert complaint == (
        f"folder/x.toml:3: firms.rival_f.trend.order: {later} requires {first}, which is neither in the order nor a "
        f"starting tool of rival_f; allowed without it: one of {free}"
    )
    changes = {"programme.order": [later], "firms.partner_dv.starting_tools": ["email"]}
    with pytest.raises(InputError, match=f"^programme.order: {later} requires {first}, which is neither"):
        load_scenario("partner-dv", changes)
    load_scenario("partner-dv", changes | {"programme.order": [later, first]})
    load_scenario("partner-dv", {"programme.order": [later]})
