"""U1 U2 U3 U7 U8 U11 U12 U17 U20 U21: what an update says, and what it leaves out."""

from __future__ import annotations

from ircon.checks.catalogue import Rule

RULES: tuple[Rule, ...] = ()
