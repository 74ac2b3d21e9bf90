"""Words somebody is still typing, kept so that they come back."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ircon.delivery.payload import thaw
from ircon.incident.event import Event
from ircon.incident.times import iso, iso_or_none
from ircon.journal.operation import Operation
from ircon.journal.reader import Draft
from ircon.pages.protocol import POSTMORTEM, Payload

if TYPE_CHECKING:
    from ircon.desk.desk import Desk


class SavedDrafts:
    """Keeps what is typed under a key: ``note:k7f2``, ``update:k7f2``, ``declare``."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def save(self, key: str, content: Mapping[str, Any]) -> None:
        """Keep a draft, in place of the one that was there."""
        self._desk.journal.save_draft(key, content)

    def load(self, key: str) -> dict[str, Any] | None:
        """The draft under this key, if there is one."""
        draft = self._desk.journal.draft(key)
        return draft.content if draft else None

    def drop(self, key: str) -> None:
        """Forget a draft."""
        self._desk.journal.drop_draft(key)

    def discard(self, key: str) -> Event | None:
        """Drop a draft because a person wants no more of it.

        Returns:
            The entry that closes its incident, where that will never be public now.
        """
        self.drop(key)
        kind, _, rest = key.partition(":")
        return self._desk.respond.abandon(rest.partition(":")[0]) if kind == "update" else None

    def of(self, incident: str) -> list[Draft]:
        """The drafts of an incident's updates."""
        key = update_key(incident)
        return [
            update
            for update in self.updates()
            if update.key == key or update.key.startswith(f"{key}:")
        ]

    def save_rejected(self, operation: Operation) -> str | None:
        """Keep the words of an operation that will not be sent: refused, or held too long.

        They come back in the composer, unless something else is being typed there:
        then they are kept beside it.

        Returns:
            The key; None for a postmortem's, which are in the journal as they were saved.
        """
        content = thaw(operation)
        if content.kind == POSTMORTEM:
            return None
        key, body = update_key(operation.incident), content.body.public
        there = self.load(key)
        if there and there.get("body") != body:
            key = _beside(key, body)
        self.save(key, self._said(operation, content))
        return key

    def updates(self) -> list[Draft]:
        """Every draft of an update or a declaration, newest first."""
        return [draft for draft in self._desk.journal.drafts() if _is_update(draft.key)]

    def drop_published(self, incident: str, body: str) -> None:
        """Forget drafts whose very words are public now.

        Those of a declaration that was refused, and typed again since, are among them:
        their incident will never be public under its own id.
        """
        state = self._desk.records.incident(incident)
        title = self._desk.page_state.public_title(state)
        for update in self.updates():
            kind, _, rest = update.key.partition(":")
            ours = kind == "declare" or rest.partition(":")[0] == incident
            if update.content.get("body") != body:
                continue
            if ours:
                self.drop(update.key)
            elif title and update.content.get("title") == title.public:
                self.discard(update.key)

    def save_taken_back(self, operation: Operation, payload: Payload) -> None:
        """Save the text of an update that was taken back as its incident's draft.

        Another text that was being typed there, or was taken back just before, is saved under
        a key of its own. A postmortem's text is in the journal already.
        """
        if payload.kind == POSTMORTEM:
            return
        key = update_key(operation.incident)
        typed = self.load(key)
        text = str(typed.get("body") or "") if typed else ""
        if typed and text.strip() and text != payload.body.public:
            self.save(_beside(key, text), typed)
        self.save(key, self._said(operation, payload))

    def _said(self, operation: Operation, content: Payload) -> dict[str, Any]:
        """Confirmed words with what the record knows of them besides."""
        event = self._desk.journal.event(operation.event)
        if event is None:
            return composed(content)
        own = event.at != event.recorded_at
        return {
            **composed(content),
            "reason": event.text("reason"),
            "template": event.text("template"),
            "at": iso(event.at) if own else None,
        }


def _is_update(key: str) -> bool:
    return key.partition(":")[0] in {"update", "declare"}


def _beside(key: str, body: str) -> str:
    """The key of words that must not take the place of others."""
    return f"{key}:{sha256(body.encode('utf-8', 'replace')).hexdigest()[:6]}"


def update_key(incident: str | None) -> str:
    """The key of an update's draft; without an incident, of a declaration's."""
    return f"update:{incident}" if incident else "declare"


def composed(content: Payload) -> dict[str, Any]:
    """Confirmed words as the composer keeps them while they are typed.

    ``components`` maps a component's id to its status, or to None where it is
    attached as it is.
    """
    return {
        "status": content.status,
        "title": content.title.public if content.title else None,
        "body": content.body.public,
        "components": {
            one: content.components.get(one, "under_maintenance" if content.in_window else None)
            for one in content.component_ids
        },
        "notify": content.notify,
        "impact": content.impact,
        "scheduled_for": iso_or_none(content.scheduled_for),
        "scheduled_until": iso_or_none(content.scheduled_until),
        "remind": content.remind,
    }
