"""P: what will be done, by whom, until when."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule

RULES: Final[tuple[Rule, ...]] = ()
