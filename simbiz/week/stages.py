"""Stages of a journey, and of the life of a lead, as numbers in the order of the catalogue."""

INFORMATION, ORDER, SERVICE = range(3)
NOTHING, VISITOR, SUSPECT, PROSPECT, LEAD, OPPORTUNITY, CUSTOMER = range(7)
