"""Surveys: firms ask a sample of people what they expect, what they perceived, and whether they would recommend."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.compilation import compiled
from simbiz.draws import name_id, normal_quantile, uniform, uniform_pair
from simbiz.state.columns import CUSTOMERS, POTENTIAL
from simbiz.submodels.service import expectation_at_rest
from simbiz.submodels.survey import detracts, likert, promotes, recommendation
from simbiz.week.notes import sign
from simbiz.week.traits import taste_for_firm, tried

SURVEY = name_id("survey")
RECOMMEND = name_id("recommend")


@register_jitable
def in_sample(who: Any, number: Any, world: Any) -> Any:
    """Whether the customer of this id is asked. The survey is the event: `number` counts surveys."""
    return uniform(world.seed, SURVEY ^ world.stream, who, number, 0, 0) < world.survey_sample


@register_jitable
def answer_surveys(customer: Any, number: Any, world: Any, tally: Any) -> None:
    """Let a customer answer the survey of this half-year.

    Every firm it knows asks whether it would recommend; the firm of its last purchase asks for the five dimensions.
    """
    for firm in range(world.firm_id.shape[0]):
        if not tried(firm, customer) and customer.impressions[firm] == 0:
            continue
        answer = recommends(firm, number, customer, world)
        count_answer(firm, POTENTIAL, answer, customer, tally)
        if tried(firm, customer):
            count_answer(firm, CUSTOMERS, answer, customer, tally)
        if customer.last_firm == firm:
            count_questionnaire(firm, customer, world, tally)
        if tally.noting:
            note_survey(firm, answer, customer, world, tally)


@register_jitable
def recommends(firm: Any, number: Any, customer: Any, world: Any) -> Any:
    """Answer of the customer to the question of recommendation for a firm."""
    chance = uniform_pair(world.seed, RECOMMEND ^ world.stream, customer.id, number, world.firm_id[firm], 0)[0]
    attitude = np.float64(customer.satisfaction[firm]) + taste_for_firm(firm, customer)
    slope, noise = world.recommendation_slope, world.recommendation_noise
    return recommendation(world.recommendation_centre, slope, attitude, noise, normal_quantile(chance))


@register_jitable
def count_answer(firm: Any, asked: Any, answer: Any, customer: Any, tally: Any) -> None:
    """Count an answer among those who were asked in one quality."""
    segment = customer.segment
    tally.surveyed[firm, asked, segment] += 1
    tally.promoters[firm, asked, segment] += 1 if promotes(answer) else 0
    tally.detractors[firm, asked, segment] += 1 if detracts(answer) else 0


@register_jitable
def expected(dimension: Any, customer: Any, world: Any) -> Any:
    """What the customer expects of a dimension now, on the Likert scale."""
    weeks = world.week - customer.expectation_week
    at_rest = expectation_at_rest(np.float64(customer.expectation[dimension]), weeks, world.expectation_decay)
    return likert(at_rest, world.likert_unit)


@register_jitable
def count_questionnaire(firm: Any, customer: Any, world: Any, tally: Any) -> None:
    """Count the double answer to the five dimensions: what is expected now, what was perceived at last."""
    segment = customer.segment
    tally.answers[firm, segment] += 1
    for dimension in range(customer.expectation.shape[0]):
        tally.survey_expectation[firm, dimension, segment] += expected(dimension, customer, world)
        tally.survey_perception[firm, dimension, segment] += np.int64(customer.perceived[dimension])


@register_jitable
def note_survey(firm: Any, answer: Any, customer: Any, world: Any, tally: Any) -> None:
    """Note the answers of a customer to a firm; zeros where the five dimensions were not asked."""
    note = tally.survey[tally.surveys_noted]
    sign(note, firm, customer, world)
    note.asked = CUSTOMERS if tried(firm, customer) else POTENTIAL
    for dimension in range(customer.expectation.shape[0]):
        asked = customer.last_firm == firm
        note.expectation[dimension] = expected(dimension, customer, world) if asked else 0
        note.perception[dimension] = customer.perceived[dimension] if asked else 0
    note.recommend = answer
    tally.surveys_noted += 1


@compiled
def surveys_week(
    first: Any, start: Any, held: Any, customers: Any, number: Any, worlds: Any, room: Any, tally: Any
) -> Any:
    """Let the customers of a chunk who are in the sample answer the survey of this half-year.

    Parameters
    ----------
    first : int
        Customer of the chunk to begin with.
    start : int
        Row of the chunk's first customer among all that are held here.
    held : int64 array (2, segment)
        Row of the first customer of each segment that is held here, and its id.
    customers : record array (customer,)
        Records of customers; read only, and only those of the sample.
    number : int
        Number of the survey, from 0.
    worlds : record array (segment,)
        The world as each segment sees it.
    room : int
        Notes that one customer brings at most.
    tally : record
        Counts and notes of the chunk. Written.

    Returns
    -------
    int
        Customer to go on with when the notes were taken away, or the length of the chunk.
    """
    segment = 0
    for i in range(first, customers.shape[0]):
        if tally.surveys_noted + room > tally.survey.shape[0]:
            return i
        while segment + 1 < held.shape[1] and start + i >= held[0, segment + 1]:
            segment += 1
        world = worlds[segment]
        if in_sample(start + i - held[0, segment] + held[1, segment], number, world):
            answer_surveys(customers[i], number, world, tally)
    return customers.shape[0]
