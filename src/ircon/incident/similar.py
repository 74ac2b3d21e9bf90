"""Earlier incidents that were like one. Plain values, found by the desk in the journal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """An earlier incident, and why it is thought to be alike.

    Attributes:
        incident: its id.
        reasons: the same components, the same words about the cause, and what was
            promised then and whether it was done; a phrase each.
    """

    incident: str
    name: str
    reasons: tuple[str, ...]
