"""When the next public word is due, by the cadence of config.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ircon.incident.event import INTERNAL
from ircon.incident.state import Incident
from ircon.incident.vocabulary import effective_severity

SOON: Final = 0.8  # of the time between two words


@dataclass(frozen=True, slots=True)
class Due:
    """The next word: counted from ``since``, due ``at``."""

    since: datetime
    at: datetime

    def urgency(self, now: datetime) -> str:
        """``calm``, ``soon`` (80 % of the time is gone) or ``late``."""
        if now >= self.at:
            return "late"
        return "soon" if now - self.since >= (self.at - self.since) * SOON else "calm"


def next_word(incident: Incident, cadence: Mapping[str, Mapping[str, float]]) -> Due | None:
    """When the next public word is due; None where nobody waits for one.

    It counts from the last word that is certainly public; before there is one,
    from the declaration, unless that was internal on purpose.

    Args:
        incident: as it stands.
        cadence: severity to status to minutes, ``first`` for the first word.
    """
    if not incident.is_open:
        return None
    row = cadence[effective_severity(incident.severity, incident.impact)]
    spoken = incident.public_updates
    if spoken:
        since, minutes = spoken[-1].shown, row.get(incident.status)
    else:
        declared = next((one for one in incident.entries if one.kind == "declared"), None)
        if declared is None or declared.visibility == INTERNAL:
            return None
        since, minutes = declared.at, row.get("first")
    return Due(since, since + timedelta(minutes=minutes)) if minutes else None
