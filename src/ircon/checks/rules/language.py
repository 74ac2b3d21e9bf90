"""L: words that blame, blur or hide."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule

RULES: Final[tuple[Rule, ...]] = ()
