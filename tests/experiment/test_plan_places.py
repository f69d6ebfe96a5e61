"""Which run stands at which place of a plan of points, with which seed, and what makes it another plan."""

from studies import point

from simbiz.runs.plan import Plan, PointRuns

POINTS = [{"parameters.loyalty_coefficient": value} for value in (1.0, 2.0, 3.0)]
SEEDS = (5, 6)


def runs(**changes):
    given = {"points": POINTS, "seeds": SEEDS, "programmes": (True, False)} | changes
    return PointRuns(point(), **given)


def test_runs_stand_point_by_point_seed_by_seed_world_by_world():
    found = [
        (run.scenario.parameters["loyalty_coefficient"], run.seed, bool(run.scenario.programme.order), label)
        for run, label in runs()
    ]
    assert found == [
        (value, seed, programme, {"point": number, "programme": programme})
        for number, value in enumerate((1.0, 2.0, 3.0))
        for seed in SEEDS
        for programme in (True, False)
    ]
    assert runs()[-1][0].seed == 6
    backwards = runs()
    assert [backwards[place][0].scenario.parameters["loyalty_coefficient"] for place in (8, 0)] == [3.0, 1.0]


def test_points_have_seeds_of_their_own_where_that_is_asked_for():
    own = runs(first=lambda number: 100 * number)
    assert [run.seed for run, _ in own][::2] == [5, 6, 105, 106, 205, 206]
    assert own.all_seeds == [5, 6, 105, 106, 205, 206]


def test_both_worlds_of_a_pair_belong_to_one_part():
    part = Plan("a plan", runs()).parts()
    assert [part(place) for place in range(6)] == [0, 0, 1, 1, 2, 2]


def test_a_plan_is_another_with_other_points_seeds_worlds_or_first_seeds():
    others = [
        runs(),
        runs(points=POINTS[:2]),
        runs(seeds=(5, 7)),
        runs(seeds=(6, 5)),
        runs(programmes=(True,)),
        runs(first=lambda number: number),
    ]
    assert len({one.fingerprint for one in others}) == len(others)
    assert runs().fingerprint == runs().fingerprint
