"""U13 U14 U16 U18 U19: what is named, how it is called, and what must not get out."""

from __future__ import annotations

from ircon.checks.catalogue import Rule

RULES: tuple[Rule, ...] = ()
