"""Data loss of a restored journal: kept in the new one until somebody has acknowledged it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Final

from ircon.journal.storage.rows import to_json

Gap = tuple[int, int]

_LISTED: Final = 9  # short ids in a sentence


@dataclass(frozen=True, slots=True)
class DataLoss:
    """How a journal was restored.

    Attributes:
        at: when, ISO 8601 in UTC.
        asides: the names of the quarantined damaged files.
        backup: the name of the backup that was used, if there was a sound one.
        events: how many were saved.
        missing: which numbers (``seq``) of the damaged file are missing, as first and last.
        held: the operations that need a manual decision, since their outcome is unknown.
        renamed: the new short ids of incidents whose old ones were lost.
    """

    at: str
    asides: tuple[str, ...]
    backup: str | None
    events: int
    missing: tuple[Gap, ...]
    held: tuple[str, ...]
    renamed: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As the table ``meta`` keeps it."""
        return to_json(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> DataLoss:
        """The inverse of ``to_json``."""
        said = json.loads(text)
        return cls(
            at=said["at"],
            asides=tuple(said["asides"]),
            backup=said["backup"],
            events=said["events"],
            missing=tuple((first, last) for first, last in said["missing"]),
            held=tuple(said["held"]),
            renamed=tuple(said.get("renamed", ())),
        )

    def sentences(self) -> list[str]:
        """Return what happened and what is missing, as sentences."""
        aside = f"quarantined as {', '.join(self.asides)}" if self.asides else "gone"
        source = f"it and the backup {self.backup}" if self.backup else "it; there was no backup"
        what = f"The journal was damaged or lost at {self.at}: the old file is {aside}."
        said = [f"{what} Events restored from {source}: {self.events}.", self._missing()]
        if self.renamed:
            more = ", ..." if len(self.renamed) > _LISTED else ""
            said.append(
                f"Short ids that were lost: {len(self.renamed)}. Their incidents have new ones,"
                f" so check before you type an old one: {', '.join(self.renamed[:_LISTED])}{more}."
            )
        if self.held:
            said.append(
                f"Updates whose delivery is unknown: {len(self.held)}."
                " 'ircon outbox' shows them; look at the page before you send one again."
            )
        return said

    def _missing(self) -> str:
        count = sum(last - first + 1 for first, last in self.missing)
        which = ", ".join(
            f"{one}" if one == last else f"{one}-{last}" for one, last in self.missing
        )
        known = f"Missing: {count} (numbers {which})." if count else "No gap in what was found."
        return f"{known} Whatever came after the last that was found is missing too."


def gaps(numbers: Iterable[int]) -> tuple[Gap, ...]:
    """What is missing between 1 and the highest, as first and last of each gap."""
    ordered = sorted({0, *numbers})
    return tuple((one + 1, other - 1) for one, other in pairwise(ordered) if other > one + 1)
