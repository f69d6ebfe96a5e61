"""Notes of what happened: stages of leads, and events for the log where somebody wants them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

from simbiz.week.traits import judgement_in_parts


@register_jitable
def room_left(tally: Any, room: Any) -> Any:
    """Whether the notes have room for whatever may happen in one step of a journey."""
    most = max(tally.speakers, tally.touchpoints_noted, tally.leads_noted, tally.surveys_noted)
    return most + room <= tally.speaker.shape[0]


@register_jitable
def note_speaker(firm: Any, judgement: Any, customer: Any, world: Any, tally: Any) -> None:
    """Remember what the customer will tell from next week on."""
    note = tally.speaker[tally.speakers]
    note.row = world.segment_first[customer.segment] + np.int64(customer.id)
    note.firm = firm
    note.judgement = judgement_in_parts(judgement)
    tally.speakers += 1


@register_jitable
def advance_lead(slot: Any, stage: Any, customer: Any, world: Any, tally: Any) -> None:
    """Move the lead in a slot up to a stage, if it is not there yet; 1 visitor to 6 customer."""
    before = np.int64(customer.slot_stage[slot])
    if stage <= before:
        return
    firm = customer.slot_firm[slot]
    for passed in range(before, stage):
        tally.leads[firm, passed, customer.segment] += 1
    customer.slot_stage[slot] = stage
    if tally.noting:
        note = tally.lead[tally.leads_noted]
        sign(note, firm, customer, world)
        note.before = before
        note.after = stage
        tally.leads_noted += 1


@register_jitable
def note_touchpoint(
    slot: Any, stage: Any, channel: Any, kept: Any, hours: Any, customer: Any, world: Any, tally: Any
) -> None:
    """Note a touchpoint."""
    note = tally.touchpoint[tally.touchpoints_noted]
    sign(note, customer.slot_firm[slot], customer, world)
    note.sequence = customer.touchpoints
    note.channel = channel
    note.stage = stage
    note.kept = kept
    note.returned = slot == customer.slot_firm.shape[0] - 1
    note.hours = hours
    tally.touchpoints_noted += 1


@register_jitable
def note_purchase(firm: Any, channel: Any, amount: Any, customer: Any, world: Any, tally: Any) -> None:
    """Note a purchase."""
    note = tally.purchase[tally.purchases_noted]
    sign(note, firm, customer, world)
    note.channel = channel
    note.amount = amount
    tally.purchases_noted += 1


@register_jitable
def note_complaint(firm: Any, channel: Any, hours: Any, recovered: Any, customer: Any, world: Any, tally: Any) -> None:
    """Note a complaint and what its answer restored."""
    note = tally.complaint[tally.complaints_noted]
    sign(note, firm, customer, world)
    note.channel = channel
    note.hours = hours
    note.recovered = recovered
    tally.complaints_noted += 1


@register_jitable
def sign(note: Any, firm: Any, customer: Any, world: Any) -> None:
    """Write who, when and with whom into a note."""
    note.week = world.week
    note.segment = customer.segment
    note.customer = customer.id
    note.need = customer.need_number
    note.firm = firm
