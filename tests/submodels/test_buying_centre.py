import pytest

from simbiz.submodels.buying_centre import member_weight, need_lapses, own_part, own_taste


@pytest.mark.parametrize("members", [1, 2, 4])
@pytest.mark.parametrize("leader", [0.0, 0.25, 1.0])
def test_the_weights_of_the_members_sum_to_one(members, leader):
    weights = [member_weight(member, members, leader) for member in range(members)]
    assert sum(weights) == pytest.approx(1.0, abs=1e-15)
    assert weights[0] == pytest.approx(leader + (1 - leader) / members)


def test_tastes_of_members_weigh_up_to_those_of_the_organisation():
    drawn = [0.7, -1.2, 0.3]
    weights = [member_weight(member, 3, 0.3) for member in range(3)]
    group = sum(weight * normal for weight, normal in zip(weights, drawn, strict=True))
    own = [own_taste(0.5, normal, group) for normal in drawn]
    assert sum(weight * taste for weight, taste in zip(weights, own, strict=True)) == pytest.approx(0.0, abs=1e-15)


def test_somebody_alone_has_the_taste_of_the_organisation():
    assert own_taste(0.5, 1.7, member_weight(0, 1, 0.25) * 1.7) == 0.0


def test_every_meeting_removes_the_same_part_of_what_divides_the_members():
    assert own_part(0.5, 0) == 1.0
    assert own_part(0.5, 3) == 0.125
    assert own_part(1.0, 1) == 0.0
    assert own_part(0.0, 5) == 1.0


def test_a_need_lapses_with_its_probability():
    assert need_lapses(0.2, 0.1999)
    assert not need_lapses(0.2, 0.2)
    assert not need_lapses(0.0, 1e-16)
