"""P: what was said before: shared text, actions promised again."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule

RULES: Final[tuple[Rule, ...]] = ()
