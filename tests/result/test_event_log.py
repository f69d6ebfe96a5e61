"""The event log: what happened becomes tables, whole or not there, whatever the number of parts."""

import threading

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from simbiz.catalogue import DIMENSIONS, LEAD_STAGES
from simbiz.errors import InputError
from simbiz.events import EVENTS, NOBODY_ASKED, UNANSWERED
from simbiz.results import event_log
from simbiz.results import folder as folder_module
from simbiz.results.event_log import EventLog
from simbiz.results.event_tables import JOURNEYS_EACH, SCHEMAS
from simbiz.scenario import load_scenario
from simbiz.state.columns import NO_CHANNEL, records
from simbiz.state.customers import KOPECKS, agent_counts
from simbiz.state.layout import Layout

START = 100
LAYOUT = Layout.of(load_scenario("partner-dv", {"customers": 1500}))
COUNTS = agent_counts(LAYOUT)
CHANNELS = list(LAYOUT.catalogue.channels.values())
OF_A_FIRM = next(i for i, channel in enumerate(CHANNELS) if channel.initiator == "firm")
OF_CUSTOMERS = next(i for i, channel in enumerate(CHANNELS) if channel.initiator == "customer")


def events(kind, count=1, **values):
    made = records(EVENTS[kind], count)
    for name, value in values.items():
        made[name] = value
    return made


def made_up(kind, count, seed=1):
    """Events with numbers that occur, of customers of both segments."""
    rng = np.random.default_rng(seed)
    made = records(EVENTS[kind], count)
    made.week = rng.integers(0, 200, count)
    made.segment = rng.integers(0, len(COUNTS), count)
    made.customer = rng.integers(0, COUNTS[made.segment])
    made.need = rng.integers(0, 500, count)
    made.firm = rng.integers(0, len(LAYOUT.firms), count)
    if kind != "lead" and kind != "survey":
        made.channel = rng.integers(0, len(LAYOUT.channels), count)
    return made


def table_of(folder, kind, made, name):
    with EventLog(folder, LAYOUT, START) as log:
        log.add(kind, made)
    return pd.read_parquet(folder / f"{name}.parquet")


# ---- what the tables say


def test_a_log_has_every_table_with_its_columns_even_where_nothing_happened(tmp_path):
    EventLog(tmp_path, LAYOUT, START).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{name}.parquet" for name in SCHEMAS)
    for name, schema in SCHEMAS.items():
        table = pd.read_parquet(tmp_path / f"{name}.parquet")
        assert (len(table), list(table.columns)) == (0, schema.names)


def test_a_purchase_says_who_bought_when_where_how_and_for_how_much(tmp_path):
    made = events("purchase", week=103, segment=1, customer=7, need=12, firm=6, channel=2, amount=1_234_500)
    (row,) = table_of(tmp_path, "purchase", made, "purchases").to_dict("records")
    customer = COUNTS[0] + 7
    assert row == {
        "week": 3,
        "customer": customer,
        "journey": customer * JOURNEYS_EACH + 12,
        "segment": LAYOUT.segments[1],
        "firm": LAYOUT.firms[6],
        "channel": LAYOUT.channels[2],
        "amount": 12.345,
    }


def test_weeks_before_the_programme_are_negative(tmp_path):
    assert table_of(tmp_path, "purchase", events("purchase", week=0), "purchases")["week"].tolist() == [-START]


def test_no_two_customers_and_no_two_journeys_share_a_number(tmp_path):
    made = made_up("purchase", 5000)
    table = table_of(tmp_path, "purchase", made, "purchases")
    who = pd.Series(list(zip(made.segment.tolist(), made.customer.tolist(), strict=True)))
    what = pd.Series(list(zip(made.segment.tolist(), made.customer.tolist(), made.need.tolist(), strict=True)))
    assert (who.groupby(table["customer"]).nunique() == 1).all()
    assert table["customer"].nunique() == who.nunique()
    assert table["journey"].nunique() == what.nunique()
    assert (table["journey"] // JOURNEYS_EACH == table["customer"]).all()
    assert (table["journey"] % JOURNEYS_EACH == made.need).all()


def test_the_largest_customer_and_need_still_make_a_number_of_their_own(tmp_path):
    made = events("purchase", segment=0, customer=2_000_000_000, need=2**31 - 1)
    (journey,) = table_of(tmp_path, "purchase", made, "purchases")["journey"]
    assert (journey // JOURNEYS_EACH, journey % JOURNEYS_EACH) == (2_000_000_000, 2**31 - 1)


@pytest.mark.parametrize(
    ("stage", "phase", "kind"),
    [(0, "pre-purchase", "consultative"), (1, "purchase", "transactional"), (2, "post-purchase", "consultative")],
)
def test_a_touchpoint_has_the_phase_and_kind_of_its_stage(tmp_path, stage, phase, kind):
    (row,) = table_of(tmp_path, "touchpoint", events("touchpoint", stage=stage), "touchpoints").to_dict("records")
    assert (row["phase"], row["kind"]) == (phase, kind)


@pytest.mark.parametrize(
    ("channel", "returned", "side"),
    [(OF_CUSTOMERS, 0, "customer"), (OF_CUSTOMERS, 1, "firm"), (OF_A_FIRM, 0, "firm")],
)
def test_a_firm_starts_on_channels_of_its_own_and_where_it_brings_a_lead_back(tmp_path, channel, returned, side):
    made = events("touchpoint", channel=channel, returned=returned)
    assert table_of(tmp_path, "touchpoint", made, "touchpoints")["initiated_by"].tolist() == [side]


def test_a_wait_is_missing_where_nobody_had_to_answer_and_endless_where_nobody_did(tmp_path):
    made = events("touchpoint", 3, sequence=[1, 2, 3], kept=[1, 0, 1])
    made.hours = [NOBODY_ASKED, UNANSWERED, 2.5]
    table = table_of(tmp_path, "touchpoint", made, "touchpoints")
    assert np.isnan(table["wait_hours"][0])
    assert table["wait_hours"].tolist()[1:] == [np.inf, 2.5]
    assert table["seq"].tolist() == [1, 2, 3]
    assert table["context_kept"].tolist() == [True, False, True]


def test_a_lead_begins_with_nothing_and_takes_the_stages_of_the_catalogue(tmp_path):
    stages = range(len(LEAD_STAGES))
    made = events("lead", len(LEAD_STAGES), before=list(stages), after=[stage + 1 for stage in stages])
    table = table_of(tmp_path, "lead", made, "leads")
    assert table["to_stage"].tolist() == list(LEAD_STAGES)
    assert table["from_stage"].isna().tolist() == [True, *[False] * (len(LEAD_STAGES) - 1)]
    assert table["from_stage"].tolist()[1:] == list(LEAD_STAGES[:-1])


def test_an_answered_questionnaire_has_a_row_for_each_dimension(tmp_path):
    made = events("survey", recommend=9)
    made.expectation, made.perception = [1, 2, 3, 4, 5], [7, 6, 5, 4, 3]
    table = table_of(tmp_path, "survey", made, "surveys")
    assert table["dimension"].tolist() == list(DIMENSIONS)
    assert table["expectation"].tolist() == [1, 2, 3, 4, 5]
    assert table["perception"].tolist() == [7, 6, 5, 4, 3]
    assert table["recommend"].tolist() == [9] * 5
    assert table["asked"].tolist() == ["customer"] * 5


def test_who_was_asked_for_a_recommendation_only_has_one_row_without_a_dimension(tmp_path):
    table = table_of(tmp_path, "survey", events("survey", asked=1, recommend=0), "surveys")
    assert len(table) == 1
    assert table.loc[0, ["dimension", "expectation", "perception"]].isna().all()
    assert table.loc[0, ["recommend", "asked"]].tolist() == [0, "non-customer"]


def test_a_complaint_says_what_its_answer_restored(tmp_path):
    made = events("complaint", 2, channel=[0, NO_CHANNEL], hours=[4.0, UNANSWERED], recovered=[0.5, 0.0])
    table = table_of(tmp_path, "complaint", made, "complaints")
    assert table["wait_hours"].tolist() == [4.0, np.inf]
    assert table["recovered"].tolist() == [0.5, 0.0]
    assert table["channel"].isna().tolist() == [False, True]


# ---- parts


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(event_log, "EVENTS_IN_A_PART", 100)


def test_the_number_of_parts_and_the_size_of_what_is_added_change_nothing(tmp_path, monkeypatch):
    made = made_up("touchpoint", 1000)
    whole = table_of(tmp_path / "whole", "touchpoint", made, "touchpoints")
    monkeypatch.setattr(event_log, "EVENTS_IN_A_PART", 70)
    for size in (1, 69, 70, 71, 333):
        with EventLog(tmp_path / str(size), LAYOUT, START) as log:
            for first in range(0, len(made), size):
                log.add("touchpoint", made[first : first + size])
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / str(size) / "touchpoints.parquet"), whole)


def test_no_more_is_kept_in_memory_than_a_part(tmp_path, small_parts):
    log = EventLog(tmp_path, LAYOUT, START)
    for _ in range(50):
        log.add("touchpoint", made_up("touchpoint", 33))
        assert sum(map(len, log._collected["touchpoint"])) <= 100
    log._settle()
    assert all(pq.read_metadata(part).num_rows <= 100 for part in (tmp_path / "touchpoints").iterdir())


def test_the_caller_may_use_its_buffer_again(tmp_path):
    buffer = events("purchase", amount=100)
    with EventLog(tmp_path, LAYOUT, START) as log:
        log.add("purchase", buffer)
        buffer.amount = 0
    assert pd.read_parquet(tmp_path / "purchases.parquet")["amount"].tolist() == [100 / KOPECKS]


def test_a_run_that_breaks_off_leaves_whole_parts_that_can_be_read_as_one_table(tmp_path, small_parts):
    made = made_up("purchase", 350)

    def run():
        with EventLog(tmp_path, LAYOUT, START) as log:
            log.add("purchase", made)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        run()
    assert [path.name for path in tmp_path.iterdir()] == ["purchases"]
    left = pd.read_parquet(tmp_path / "purchases")
    assert len(left) == 300
    assert left["amount"].tolist() == (made.amount[:300] / KOPECKS).tolist()


def test_a_part_is_whole_or_not_there_and_what_went_wrong_is_raised(tmp_path, monkeypatch, small_parts):
    log = EventLog(tmp_path, LAYOUT, START)
    log.add("purchase", made_up("purchase", 150))
    log._settle()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module.os, "fsync", full)
    log.add("purchase", made_up("purchase", 90))
    with pytest.raises(OSError, match="No space left"):
        log.add("purchase", made_up("purchase", 90))
    assert [path.name for path in (tmp_path / "purchases").glob("[!.]*")] == ["00000.parquet"]
    assert len(pd.read_parquet(tmp_path / "purchases")) == 100


def test_parts_stay_until_the_joined_file_is_safe(tmp_path, monkeypatch, small_parts):
    log = EventLog(tmp_path, LAYOUT, START)
    log.add("purchase", made_up("purchase", 250))
    log._settle()
    real = folder_module.os.fsync
    calls = []

    def joining_fails(descriptor):
        calls.append(descriptor)
        if len(calls) > 1:  # the last part is the first, joined files follow
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(folder_module.os, "fsync", joining_fails)
    with pytest.raises(OSError, match="No space left"):
        log.close()
    assert not (tmp_path / "purchases.parquet").exists()
    assert len(pd.read_parquet(tmp_path / "purchases")) == 250


def test_what_is_written_in_the_background_is_written_while_the_run_goes_on(tmp_path, monkeypatch, small_parts):
    begun, may_end = threading.Event(), threading.Event()
    real = event_log.pq.write_table

    def slow(*arguments, **options):
        begun.set()
        assert may_end.wait(60)
        real(*arguments, **options)

    monkeypatch.setattr(event_log.pq, "write_table", slow)
    made = made_up("purchase", 300)
    with EventLog(tmp_path, LAYOUT, START) as log:
        log.add("purchase", made[:100])
        log.add("purchase", made[100:150])
        assert begun.wait(60)
        log.add("purchase", made[150:200])
        assert not list(tmp_path.glob("purchases/[!.]*"))
        may_end.set()
        log.add("purchase", made[200:])
    journeys = pd.read_parquet(tmp_path / "purchases.parquet")["journey"]
    assert (journeys % JOURNEYS_EACH).tolist() == made.need.tolist()


def test_names_are_read_as_categories_that_all_parts_share(tmp_path, small_parts):
    table = table_of(tmp_path, "purchase", made_up("purchase", 350), "purchases")
    assert table["firm"].dtype == "category"
    assert list(table["firm"].cat.categories) == LAYOUT.firms


# ---- folders


@pytest.mark.parametrize("left", ["purchases", "firms.parquet"])
def test_a_folder_that_holds_a_log_is_refused(tmp_path, left):
    (tmp_path / left).mkdir() if "." not in left else (tmp_path / left).write_text("")
    with pytest.raises(InputError, match="holds an event log already") as caught:
        EventLog(tmp_path, LAYOUT, START)
    assert str(caught.value).startswith(f"{tmp_path}: ")
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        EventLog(tmp_path / "file" / "below", LAYOUT, START)


def test_other_files_in_the_folder_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    EventLog(tmp_path, LAYOUT, START).close()
    assert (tmp_path / "notes.txt").read_text() == "mine"
