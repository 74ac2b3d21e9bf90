"""P21: what a postmortem says happened, and what the record has."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule

RULES: Final[tuple[Rule, ...]] = ()
