import json

from click.testing import CliRunner

from simbiz import bench
from simbiz.cli import main


def test_a_benchmark_holds_where_it_is_at_most_its_target_and_is_silent_without_one(monkeypatch):
    found = [bench.Row("a", "x", 0.2, "s", 0.3), bench.Row("b", "y", 0.4, "s", 0.3), bench.Row("c", "z", 9, "us", None)]
    monkeypatch.setattr(bench, "rows", lambda: iter(found))
    result = CliRunner().invoke(main, ["bench", "--json"])
    rows = json.loads(result.stdout)
    assert [row["holds"] for row in rows] == [True, False, None]
    assert set(rows[0]) == {"id", "value", "unit", "target", "holds"}


def test_a_cost_is_the_median_of_repeats():
    durations = iter([9.0, 1.0, 5.0, 2.0, 3.0, 4.0])
    clock = [0.0]

    def work():
        clock[0] += next(durations)

    patched, bench.time.perf_counter = bench.time.perf_counter, lambda: clock[0]
    try:
        assert bench.median_seconds(work) == 3.0
    finally:
        bench.time.perf_counter = patched
