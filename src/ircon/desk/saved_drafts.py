"""Saved drafts: texts of updates that are being written, and of commands that were refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ircon.incident.event import Event
from ircon.incident.times import iso, iso_or_none
from ircon.journal.operation import Operation
from ircon.journal.reader import Draft

if TYPE_CHECKING:  # a refused note is saved without any of these
    from ircon.desk.page_state import PageState
    from ircon.desk.records import Records
    from ircon.desk.responding import Responding
    from ircon.desk.store import Store
    from ircon.pages.protocol import Payload

_REFUSED: Final = "refused:"  # begins the key of a refused command's text


class SavedDrafts:
    """Drafts by key: ``note:k7f2``, ``update:k7f2``, ``declare``.

    Args:
        store: the journal keeps them.
        records: the incidents they are for.
        responding: closes an incident whose last draft is discarded.
        page_state: knows the public title of an incident.
    """

    def __init__(
        self,
        store: Store,
        records: Records,
        responding: Responding,
        page_state: Callable[[], PageState],
    ) -> None:
        self._store = store
        self._records = records
        self._responding = responding
        self._page_state = page_state

    def save(self, key: str, content: Mapping[str, Any]) -> None:
        """Save a draft in place of an earlier one with the same key."""
        self._store.journal.save_draft(key, content)

    def load(self, key: str) -> dict[str, Any] | None:
        """The draft with this key; None where there is none."""
        draft = self._store.journal.draft(key)
        return draft.content if draft else None

    def drop(self, key: str) -> None:
        """Delete a draft."""
        self._store.journal.drop_draft(key)

    def discard(self, key: str) -> Event | None:
        """Delete a draft because a person does not want it any more.

        Returns:
            The entry that closes its incident, where that can never become public now.
        """
        self.drop(key)
        kind, _, rest = key.partition(":")
        return self._responding.abandon(rest.partition(":")[0]) if kind == "update" else None

    def of(self, incident: str) -> list[Draft]:
        """The drafts of an incident's updates, newest first."""
        key = update_key(incident)
        return [
            draft for draft in self.updates() if draft.key == key or draft.key.startswith(f"{key}:")
        ]

    def updates(self) -> list[Draft]:
        """Every draft of an update or a declaration, newest first."""
        return [draft for draft in self._store.journal.drafts() if _is_update(draft.key)]

    def save_rejected(self, operation: Operation) -> str | None:
        """Save the text of an operation that will not be sent: refused, or held too long.

        It becomes the draft that the composer opens with, unless another text is being
        typed there: then it gets a key of its own.

        Returns:
            The key; None for a postmortem, whose saved versions are in the journal.
        """
        from ircon.delivery.payload import thaw
        from ircon.pages.protocol import POSTMORTEM

        payload = thaw(operation)
        if payload.kind == POSTMORTEM:
            return None
        key, body = update_key(operation.incident), payload.body.public
        current = self.load(key)
        if current and current.get("body") != body:
            key = _own_key(key, body)
        self.save(key, self._content(operation, payload))
        return key

    def drop_published(self, incident: str, body: str) -> None:
        """Delete the drafts whose text has just been published.

        The drafts of a declaration that was refused, and typed again since, are among them:
        their incident can never become public under its own id.
        """
        state = self._records.incident(incident)
        title = self._page_state().public_title(state)
        for draft in self.updates():
            kind, _, rest = draft.key.partition(":")
            is_own = kind == "declare" or rest.partition(":")[0] == incident
            if draft.content.get("body") != body:
                continue
            if is_own:
                self.drop(draft.key)
            elif title and draft.content.get("title") == title.public:
                self.discard(draft.key)

    def save_taken_back(self, operation: Operation, payload: Payload) -> None:
        """Save the text of an update that was taken back as its incident's draft.

        Another text that was being typed there, or was taken back just before, is saved under
        a key of its own. A postmortem's text is in the journal already.
        """
        from ircon.pages.protocol import POSTMORTEM

        if payload.kind == POSTMORTEM:
            return
        key = update_key(operation.incident)
        current = self.load(key)
        text = str(current.get("body") or "") if current else ""
        if current and text.strip() and text != payload.body.public:
            self.save(_own_key(key, text), current)
        self.save(key, self._content(operation, payload))

    def _content(self, operation: Operation, payload: Payload) -> dict[str, Any]:
        """A confirmed update as a draft, with what only the record knows of it."""
        event = self._store.journal.event(operation.event)
        if event is None:
            return draft_content(payload)
        is_backdated = event.at != event.recorded_at
        return {
            **draft_content(payload),
            "reason": event.text("reason"),
            "template": event.text("template"),
            "at": iso(event.at) if is_backdated else None,
        }


class RefusedText(NamedTuple):
    """The text of a command that was refused. The names of the fields are those on disk.

    Attributes:
        verb: the command's name, ``note``.
        body: the text, unchanged.
        why: the reason it was refused for, in a sentence.
        command: the command line without the program's name; None stands for ``body``.
        incident: the incident's id, where it is known.
        piped: the text came from standard input.
    """

    verb: str
    body: str
    why: str
    command: tuple[str | None, ...]
    incident: str | None = None
    piped: bool = False


class RefusedTexts:
    """Texts of refused commands, kept until they are recorded, posted or dropped.

    They have keys of their own, so that no composer opens with one: an internal text among
    them is never offered for posting.

    Args:
        store: the journal keeps them among the drafts.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, text: RefusedText) -> str:
        """Save a text; returns its key. The same text of the same verb is saved once.

        Raises:
            JournalError: the journal does not take it.
        """
        named = f"{text.verb}\n{text.body}".encode("utf-8", "replace")
        key = _REFUSED + sha256(named).hexdigest()[:6]
        self._store.journal.save_draft(key, text._asdict())
        return key

    def all(self) -> dict[str, RefusedText]:
        """Every text by its key, newest first."""
        return {
            draft.key: RefusedText(**{**draft.content, "command": tuple(draft.content["command"])})
            for draft in self._store.journal.drafts()
            if draft.key.startswith(_REFUSED)
        }

    def drop_sent(self, body: str, *verbs: str) -> None:
        """Delete the saved copies of a text that one of the verbs has now recorded or posted.

        Trailing line ends do not count: shells cut them off.
        """
        for key, text in self.all().items():
            if text.verb in verbs and text.body.rstrip("\n") == body.rstrip("\n"):
                self._store.journal.drop_draft(key)


def update_key(incident: str | None) -> str:
    """The key of an incident's update; without an incident, of a declaration."""
    return f"update:{incident}" if incident else "declare"


def draft_content(payload: Payload) -> dict[str, Any]:
    """A confirmed update in the shape that the composer saves while it is typed.

    ``components`` maps a component's id to its status, or to None where it is
    attached without a change.
    """
    unchanged = "under_maintenance" if payload.in_window else None
    return {
        "status": payload.status,
        "title": payload.title.public if payload.title else None,
        "body": payload.body.public,
        "components": {
            component: payload.components.get(component, unchanged)
            for component in payload.component_ids
        },
        "notify": payload.notify,
        "impact": payload.impact,
        "scheduled_for": iso_or_none(payload.scheduled_for),
        "scheduled_until": iso_or_none(payload.scheduled_until),
        "remind": payload.remind,
    }


def _is_update(key: str) -> bool:
    return key.partition(":")[0] in {"update", "declare"}


def _own_key(key: str, body: str) -> str:
    """A key for a text that must not replace another one."""
    return f"{key}:{sha256(body.encode('utf-8', 'replace')).hexdigest()[:6]}"
