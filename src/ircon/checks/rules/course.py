"""U4 U5 U6 U9 U10 U15: an update's place in the course of the incident."""

from __future__ import annotations

from ircon.checks.catalogue import Rule

RULES: tuple[Rule, ...] = ()
