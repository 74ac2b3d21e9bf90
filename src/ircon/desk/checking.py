"""The words against the record: documents, incidents of the journal, and what is typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ircon.checks import catalogue
from ircon.checks.finding import Finding
from ircon.checks.ledger import ledger
from ircon.checks.subject import POSTMORTEM, TITLE, UPDATE, Passage, Subject
from ircon.checks.zones import stamped
from ircon.desk.passages import passages
from ircon.errors import Unreadable
from ircon.history import read_reports, to_events
from ircon.history.reading import is_recording
from ircon.incident.fold import fold
from ircon.incident.promise import Promise
from ircon.incident.state import Incident
from ircon.incident.when import render

if TYPE_CHECKING:
    from pathlib import Path

    from ircon.desk.desk import Desk
    from ircon.history.report import Report


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one document or incident."""

    source: str
    findings: tuple[Finding, ...]


class Checking:
    """Finds what the texts say and the record does not, or the other way round."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rules(self, ids: Collection[str] = ()) -> list[catalogue.Rule]:
        """Rows of the catalogue, all or these.

        Raises:
            NotFound: there is no such rule.
        """
        return catalogue.selected(ids)

    def check(self, subjects: Sequence[Subject], ids: Collection[str] = ()) -> list[Checked]:
        """All findings; several subjects are also compared with each other."""
        only = catalogue.selected(ids)
        found = []
        for subject in subjects:
            others = tuple(one for one in subjects if one is not subject)
            whole = replace(subject, others=(*subject.others, *others))
            findings = catalogue.check(whole, only, self._severities())
            found.append(Checked(subject.source, tuple(findings)))
        return found

    def documents(
        self, sources: Iterable[str | Path], unreadable: list[str] | None = None
    ) -> list[Subject]:
        """The reports and recordings in files and folders and at addresses.

        Args:
            sources: paths and addresses.
            unreadable: takes a sentence for each document that cannot be read; without
                it the first such document ends it.

        Raises:
            NotFound: there is nothing at a path.
            Unreadable: a document cannot be read.
        """
        subjects = []
        for name, data in self._desk.archive.documents(map(str, sources)):
            try:
                subjects += self._in_document(name, data)
            except Unreadable as error:
                if unreadable is None:
                    raise
                unreadable.append(str(error))
        return subjects

    def incident(self, incident: str) -> Subject:
        """An incident of the journal, its saved postmortem with it."""
        state = self._desk.records.incident(incident)
        return self._subject(incident, state, self._own_passages(state))

    def update_draft(
        self, incident: str | None, body: str, status: str, title: str = ""
    ) -> list[Finding]:
        """Findings in an update that is being written; those of its title too."""
        state = self._desk.records.incident(incident) if incident else Incident(id="", name=title)
        draft = Passage(UPDATE, body, is_draft=True, status=status)
        before = self._own_passages(state) if incident else ()
        subject = self._subject(
            incident or "", state, (*(one for one in before if one.role != POSTMORTEM), draft)
        )
        shown = [rule for rule in catalogue.selected() if rule.in_composer]
        return catalogue.check(subject, shown, self._severities(), focus=draft)

    def postmortem_draft(self, incident: str, text: str) -> list[Finding]:
        """Findings in a postmortem that is being written."""
        state = self._desk.records.incident(incident)
        draft = Passage(POSTMORTEM, text, is_draft=True)
        before = tuple(one for one in self._own_passages(state) if one.role != POSTMORTEM)
        subject = self._subject(incident, state, (*before, draft))
        return catalogue.check(subject, None, self._severities(), focus=draft)

    def promises(self, state: Incident, at: datetime | None = None) -> list[Promise]:
        """What an incident's updates promised customers, and what became of it.

        Args:
            state: as it stands, or stood ``at`` that moment.
        """
        return [promise for _, promise in ledger(self._told(state, at))]

    def _told(self, state: Incident, at: datetime | None) -> Subject:
        now = at or self._desk.clock.now()
        return Subject(state.id, state, self._own_passages(state), now, self._desk.zone)

    def silent(self, subjects: Sequence[Subject], ids: Collection[str] = ()) -> list[str]:
        """What could not be looked at, and why: a sentence each."""
        asked = {rule.id for rule in catalogue.selected(ids)}
        written_up = [one for one in subjects if one.postmortem is not None]
        sentences = []
        if "P14" in asked and len(written_up) == 1 and not _has_others(written_up[0]):
            sentences.append("P14 had no other postmortem to compare with.")
        if "U18" in asked and subjects and subjects[0].misspelt is None:
            sentences.append("U18 is off: spelling needs the extra ircon[spelling].")
        return sentences

    def _severities(self) -> dict[str, str]:
        return {
            rule: said.severity
            for rule, said in self._desk.config.checks.items()
            if said.severity is not None
        }

    def _in_document(self, name: str, data: bytes) -> list[Subject]:
        if not is_recording(data):
            return [self._of_report(report) for report in read_reports(data, name)]
        from ircon.journal.recording import read_recording

        _, events = read_recording(data.decode("utf-8", "replace"))
        state = fold(events)
        return [self._subject(name, state, self._own_passages(state))] if state else []

    def _of_report(self, report: Report) -> Subject:
        now = self._desk.clock.now()
        state = fold(to_events(report, "checked", recorded_at=now, actor=""))
        state = state or Incident(id="checked", name=report.name)
        texts = passages(report, state)
        own = self._desk.zone
        return replace(
            self._subject(report.source, state, texts),
            has_record=bool(state.public_updates),
            zone=stamped(text.stamp for text in texts) or own,
            zones=(own,),
        )

    def _subject(self, source: str, state: Incident, texts: tuple[Passage, ...]) -> Subject:
        config = self._desk.config
        configured = config.pages.get(state.page or "")
        known = self._desk.catalogue.components(configured.name) if configured else []
        names = {state.page, *(page.page_name for page in config.pages.values())}
        components = {one.name for one in state.components} | {one.name for one in known}
        return Subject(
            source=source,
            incident=state,
            passages=texts,
            now=self._desk.clock.now(),
            zone=self._desk.zone,
            page_components=tuple(known) or None,
            cadence=config.cadence,
            words=frozenset({*config.words, *components, *filter(None, names)}),
            page=configured.page_name if configured else state.page,
            page_names=tuple(name for name in names if name),
            internal=tuple(note.text.internal for note in state.notes if not note.retracted),
            audience=state.postmortem.audience,
            required=self._required(state),
        )

    def _required(self, state: Incident) -> tuple[str, ...]:
        template = self._desk.review.templates().templates.get(state.postmortem.template or "")
        if template is None:
            return ()
        return tuple(one.heading for one in template.sections if one.required and one.heading)

    def _own_passages(self, state: Incident) -> tuple[Passage, ...]:
        found = [Passage(TITLE, state.name)]
        found += [
            Passage(
                UPDATE,
                update.body.public,
                entry=update.id,
                update=update,
                at=update.shown,
                stamp=render(update.shown, self._desk.zone),
                status=update.status,
            )
            for update in state.public_updates
        ]
        postmortem = state.postmortem
        if postmortem.published is not None:
            found.append(
                Passage(POSTMORTEM, postmortem.published.public, at=postmortem.published_at)
            )
        elif postmortem.body is not None:
            found.append(Passage(POSTMORTEM, postmortem.body.internal, is_draft=True))
        return tuple(found)


def _has_others(subject: Subject) -> bool:
    return any(other.postmortem is not None for other in subject.others)
