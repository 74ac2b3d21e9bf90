"""SECURITY 5.8: whatever happens to an incident, no internal word gets into public text."""

from __future__ import annotations

import json
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st
from written_record import BERLIN

from events import Recorder
from ircon.errors import Refused
from ircon.incident.fold import fold
from ircon.incident.metrics import compute_metrics
from ircon.incident.state import Incident
from ircon.writing.export import to_html, to_markdown
from ircon.writing.figures import figures
from ircon.writing.json_documents import timeline_document
from ircon.writing.postmortem_draft import draft
from ircon.writing.public_lines import entries_for_insert
from ircon.writing.template_fields import public_values
from ircon.writing.templates import load_postmortem_templates
from ircon.writing.terminal_views import timeline_lines

CANARY = "canary"
PUBLIC_TEMPLATES = [
    one for one in load_postmortem_templates().templates.values() if one.audience == "public"
]
NOT_PUBLIC = ["queued", "held", "sending", "unknown", "rejected", "cancelled", "needs_human"]


class Aviary:
    """Records events in which every internal text holds a word of its own."""

    def __init__(self, *, declared_internally: bool) -> None:
        self.record = Recorder()
        self._numbers = count(1)
        visibility = "internal" if declared_internally else "public"
        name = self.word() if declared_internally else "Payments fail"
        components = [self.component(self.word())] if declared_internally else []
        self.record.declared(name, visibility=visibility, components=components)

    def word(self) -> str:
        return f"{CANARY}{next(self._numbers)}x"

    def component(self, name: str) -> dict[str, str]:
        return {"id": name, "name": name, "status": "major_outage"}

    def note(self) -> None:
        note = self.record.note(self.word())
        self.record.make("pinned", {"target": note.id, "pinned": True}, actor=self.word())

    def amended_note(self) -> None:
        self.record.amend(self.record.note(self.word()), text=self.word())

    def retracted_note(self) -> None:
        self.record.retract(self.record.note(self.word()))

    def milestone(self) -> None:
        milestone = self.record.milestone("detected")
        self.record.amend(milestone, text=self.word())

    def role(self) -> None:
        self.record.make("role", {"role": self.word(), "person": self.word()})

    def handover(self) -> None:
        self.record.make("handover", {"text": self.word(), "person": self.word()})

    def action(self) -> None:
        named = ("text", "owner", "due", "ticket")
        self.record.make("action", {name: self.word() for name in named})

    def renamed(self) -> None:
        self.record.make("changed", {"name": self.word()})

    def saved_draft(self) -> None:
        self.record.make("postmortem_saved", {"body": self.word(), "audience": "public"})

    def published(self) -> None:
        self.record.update("identified", "Public words.", [], author=self.word())

    def stuck(self, state: str) -> None:
        self._sent(state, "update", {"status": "resolved", "notify": False, "title": self.word()})

    def stuck_postmortem(self, state: str) -> None:
        self._sent(state, "postmortem", {})

    def _sent(self, state: str, kind: str, payload: dict[str, object]) -> None:
        name = self.word()
        components = [self.component(name)] if kind == "update" else None
        event = self.record.make(
            kind,
            {
                "body": name,
                "origin": "ircon",
                "op": name,
                "reason": self.word(),
                **({"components": components} if components else {}),
                **payload,
            },
        )
        self.record.delivery(event, state, move=1, error=self.word())


STEPS = st.one_of(
    st.sampled_from(
        [
            "note",
            "amended_note",
            "retracted_note",
            "milestone",
            "role",
            "handover",
            "action",
            "renamed",
            "saved_draft",
            "published",
        ]
    ).map(lambda name: (name, ())),
    st.tuples(
        st.sampled_from(["stuck", "stuck_postmortem"]),
        st.sampled_from(NOT_PUBLIC).map(lambda s: (s,)),
    ),
)


@st.composite
def incidents(draw) -> Incident:
    aviary = Aviary(declared_internally=draw(st.booleans()))
    for name, arguments in draw(st.lists(STEPS, max_size=12)):
        getattr(aviary, name)(*arguments)
    incident = fold(aviary.record.events)
    assert incident is not None
    return incident


def public_texts(incident: Incident) -> list[str]:
    """Everything that this room makes for customers."""
    metrics = compute_metrics(incident)
    texts = [draft(incident, metrics, one, BERLIN) for one in PUBLIC_TEMPLATES]
    texts += [f"{one.text} {one.label}" for one in figures(incident, metrics, BERLIN)]
    texts += [one.text for one in entries_for_insert(incident, BERLIN)]
    texts.append(json.dumps(timeline_document(incident, public_only=True)))
    texts += timeline_lines(incident, BERLIN, public_only=True)
    now = incident.entries[-1].at
    texts += public_values(incident, components=(), zone=BERLIN, now=now).values()
    for render in (to_markdown, to_html):
        try:
            texts.append(render(incident, metrics, BERLIN, internal=False))
        except Refused:
            assert not incident.public_updates
    return texts


@settings(deadline=None)
@given(incident=incidents())
def test_no_internal_word_gets_into_public_text(incident):
    for text in public_texts(incident):
        assert CANARY not in text.lower()


def test_the_canaries_are_there_to_be_found():
    aviary = Aviary(declared_internally=True)
    for name in ("note", "action", "role", "handover", "renamed", "published"):
        getattr(aviary, name)()
    aviary.stuck("rejected")
    incident = fold(aviary.record.events)
    assert incident is not None
    everything = to_markdown(incident, compute_metrics(incident), BERLIN, internal=True)
    everything += json.dumps(timeline_document(incident))
    found = [one for one in range(1, 16) if f"{CANARY}{one}x" in everything]
    assert len(found) >= 8
