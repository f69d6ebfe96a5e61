"""Kinds of study, one file each; all of them go through Run, the ledger and the engine."""
