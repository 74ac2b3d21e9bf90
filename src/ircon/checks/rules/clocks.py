"""T: the times in the texts, held against the recorded ones."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule

RULES: Final[tuple[Rule, ...]] = ()
