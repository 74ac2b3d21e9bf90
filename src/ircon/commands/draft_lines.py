"""Drafts as the command line lists them, each with the line that takes it up."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ircon.desk.desk import Desk
from ircon.desk.saved_drafts import RefusedText
from ircon.errors import NotFound
from ircon.incident.text import safe_line

# What a draft keeps besides its words, by the option that says it.
_VALUES: Final = {
    "--title": "title",
    "--impact": "impact",
    "--from": "scheduled_for",
    "--until": "scheduled_until",
    "--at": "at",
    "--reason": "reason",
}
_LISTED: Final = 300  # characters of the words in a list


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """Words that were typed, and neither posted nor recorded.

    Attributes:
        why: the reason they were refused for; None for what is being composed.
        take_up: a shell line that says them after all; ``ID`` in it is for a person.
        ircon: how such lines begin.
    """

    key: str
    incident: str | None
    body: str
    why: str | None
    take_up: str
    ircon: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """What it is, for people."""
        yield f"{self.key}  draft, not posted: {safe_line(self.body, _LISTED)}"
        if self.why:
            yield f"    refused: {safe_line(self.why, _LISTED)}"

    def commands(self) -> Iterator[str]:
        """What can be done with it: lines with a command to be copied."""
        if len(self.body) > _LISTED or "\n" in self.body.strip():
            yield f"    full text: {shlex.join([*self.ircon, 'outbox', 'show', self.key])}"
        yield f"    continue: {self.take_up}"
        drop = shlex.join([*self.ircon, "outbox", "resolve", self.key, "--drop"])
        yield f"    discard: {drop}"

    def document(self) -> dict[str, Any]:
        """A row of ``outbox --json``."""
        return {
            "incident": self.incident,
            "update": None,
            "operation": self.key,
            "state": "draft",
            "attempts": 0,
            "next_attempt_at": None,
            "last_error": self.why,
            "body": self.body,
            "take_up": self.take_up,
        }


def all_drafts(desk: Desk, ircon: list[str]) -> list[ListedDraft]:
    """What was refused, and what is being composed; each the newest first.

    Args:
        ircon: how the lines begin that take them up.
    """
    begins = tuple(ircon)
    refused = [
        ListedDraft(key, one.incident, one.body, one.why, _say(key, one, ircon), begins)
        for key, one in desk.refused_texts.all().items()
    ]
    composed = [
        ListedDraft(
            update.key,
            _incident(update.key),
            str(update.content.get("body") or ""),
            None,
            _post(desk, update.key, update.content, ircon),
            begins,
        )
        for update in desk.saved_drafts.updates()
    ]
    return [*refused, *composed]


def _incident(key: str) -> str | None:
    """The incident of a composer's draft: ``update:k7f2``, ``update:k7f2:3fa9c1``."""
    kind, _, rest = key.partition(":")
    return rest.partition(":")[0] if kind == "update" else None


def _say(key: str, words: RefusedText, ircon: list[str]) -> str:
    show = shlex.join([*ircon, "outbox", "show", key])
    said = [f'"$({show})"' if one is None else shlex.quote(one) for one in words.command]
    line = " ".join([shlex.join(ircon), *said])
    return f"{show} | {line}" if words.piped else line


def _post(desk: Desk, key: str, content: Mapping[str, Any], ircon: list[str]) -> str:
    """The line that posts what is composed: all that was meant, with absolute times."""
    incident, notify = _incident(key), content.get("notify")
    title = content.get("title")
    components = content.get("components")
    said = ["update", incident] if incident else ["declare", str(title or "NAME")]
    said += ["--status", str(content.get("status") or "STATUS")]
    said += ["--reopen"] if incident and _is_over(desk, incident) else []
    for one, status in components.items() if isinstance(components, Mapping) else ():
        said += ["-c", f"{one}={status}" if status else one]
    said += [] if notify is None else ["--notify" if notify else "--no-notify"]
    for option, name in _VALUES.items():
        if (value := content.get(name)) and (name != "title" or incident):
            said.append(f"{option}={value}")
    said += ["--remind"] if content.get("remind") else []
    show = shlex.join([*ircon, "outbox", "show", key])
    return f'{shlex.join([*ircon, *said])} --message="$({show})"'


def _is_over(desk: Desk, incident: str) -> bool:
    """Whether an update of it is said only to reopen it."""
    try:
        return desk.records.incident(incident).has_ended
    except NotFound:
        return False
