"""Checks of texts against the record: of documents, of incidents, and of drafts while typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ircon.checks import catalogue
from ircon.checks.finding import OFF, Finding
from ircon.checks.rule import OTHER_POSTMORTEMS, SPELLING, Rule
from ircon.checks.subject import (
    POSTMORTEM,
    TITLE,
    UPDATE,
    Passage,
    Subject,
    stated_audience,
    truncate,
)
from ircon.checks.weight import is_sent
from ircon.desk.archive import document_path
from ircon.desk.similar_incidents import SimilarIncidents
from ircon.desk.spelling import Spelling
from ircon.desk.subjects import locate, report_passages, update_passages
from ircon.errors import NoReport, Refused, Unreadable
from ircon.history import read_reports, to_events
from ircon.history.shapes import is_recording, may_be_draft
from ircon.history.sources import LeftOut
from ircon.incident.event import Event
from ircon.incident.fold import fold
from ircon.incident.state import Incident, SimilarIncident
from ircon.incident.time_input import render_clock
from ircon.text.language import is_english
from ircon.text.zones import zone_of_stamps

if TYPE_CHECKING:
    from ircon.desk.archive import Archive
    from ircon.desk.drafts import PublicDraft
    from ircon.desk.page_data import PageData
    from ircon.desk.records import Records
    from ircon.desk.reviewing import Reviewing
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.history.report import Report
    from ircon.incident.recorder import Recorder
    from ircon.incident.times import Clock


_MARKDOWN: Final = (".md", ".markdown")
_TEXT: Final = (".txt", ".text", ".rst", ".adoc")
# What a file of a folder must be about to be taken for a draft of a postmortem.
_ABOUT_INCIDENT: Final = re.compile(r"\b(?:incident|outage|post-?mortem|downtime)", re.IGNORECASE)
_NEXT: Final = (
    "Give a report as text or JSON, a recording, or a postmortem as a .md file; "
    "'ircon check --help' has examples."
)

__all__ = ["CheckResult", "Checking", "Finding", "LeftOut"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings in one document or incident.

    Attributes:
        source: the document's name, or the incident's id.
        findings: in the order of the text.
        path: where the document is: a path or an address; None for an incident.
        can_change: whether any of its texts can still be changed.
    """

    source: str
    findings: tuple[Finding, ...]
    path: str | None = None
    can_change: bool = True


class Checking:
    """Finds where texts and the record disagree.

    Args:
        store: the journal: similar incidents, and silenced rules.
        settings: severities of rules, the cadence, the pages and the time zone.
        clock: tells which promised times have passed.
        recorder: who silences a rule.
        records: the incidents.
        archive: reads documents.
        page_data: a page's components.
        reviewing: the templates, which require sections of a postmortem.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Clock,
        recorder: Recorder,
        records: Records,
        archive: Archive,
        page_data: PageData,
        reviewing: Reviewing,
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._recorder = recorder
        self._records = records
        self._archive = archive
        self._page_data = page_data
        self._reviewing = reviewing
        self._spelling = Spelling()
        self._similar = SimilarIncidents(
            store, records, lambda incident: self._alone(records.incident(incident))
        )
        self._headings: dict[str, tuple[str, ...]] = {}

    def rules(self, ids: Collection[str] = ()) -> list[Rule]:
        """The rules of the catalogue, all or those with these ids.

        Raises:
            NotFound: there is no such rule.
        """
        return catalogue.selected(ids)

    def check(self, subjects: Sequence[Subject], ids: Collection[str] = ()) -> list[CheckResult]:
        """Check subjects by all rules, or by those with these ids; also against each other."""
        rules = catalogue.selected(ids)
        if any(rule.needs == SPELLING for rule in rules):
            self._spelling.look_up(
                passage.text for subject in subjects for passage in subject.passages
            )
        results = []
        for subject in subjects:
            others = tuple(other for other in subjects if other is not subject)
            whole = replace(self._with_spelling(subject), others=(*subject.others, *others))
            findings = catalogue.check(whole, rules, self._severities(subject.incident))
            results.append(
                CheckResult(
                    subject.source,
                    tuple(findings),
                    subject.path,
                    can_change=not all(map(is_sent, subject.passages)),
                )
            )
        return results

    def documents(
        self, sources: Iterable[str | Path], left_out: LeftOut | None = None
    ) -> list[Subject]:
        """The subjects in reports and recordings, in files and folders and at addresses.

        Args:
            sources: paths and addresses.
            left_out: takes a sentence for each document that cannot be read, and the names
                of files in folders that are no reports. Without it, the first document that
                cannot be read raises its error.

        Raises:
            NotFound: there is nothing at a path.
            Unreadable: a document cannot be read.
        """
        subjects = []
        for source in map(str, sources):
            is_folder = Path(source).is_dir()
            for name, data in self._archive.documents([source], left_out):
                try:
                    found = self._in_document(name, data, is_chosen=not is_folder)
                except Unreadable as error:
                    if left_out is None:
                        raise _positioned(name, error) from error
                    if is_folder and isinstance(error, NoReport):
                        left_out.skipped.append(name)
                    else:
                        left_out.unreadable.append(f"{name}: {error}")
                    continue
                path = document_path(source, name)
                subjects += [replace(subject, path=path) for subject in found]
        return subjects

    def document(self, name: str, data: bytes) -> list[Subject]:
        """The subjects in a document that is at hand; what is no report is a postmortem.

        Raises:
            Unreadable: it cannot be read.
        """
        try:
            return self._in_document(name, data, is_draft=True)
        except Unreadable as error:
            raise _positioned(name, error) from error

    def incident(self, incident: str) -> Subject:
        """The subject of an incident of the journal, with its postmortem and similar incidents."""
        subject = self._alone(self._records.incident(incident))
        return replace(subject, others=self._similar.subjects(subject))

    def _alone(self, state: Incident) -> Subject:
        return self._subject(state.id, state, self._own_passages(state))

    def similar(self, state: Incident, limit: int = 5) -> list[SimilarIncident]:
        """Earlier incidents of the journal that are similar to one, each with the reasons.

        Args:
            state: any incident, in the journal or from a document.
            limit: how many at most.
        """
        return self._similar.similar(self._alone(state), limit)

    def update_draft(
        self, draft: PublicDraft, incident: Incident | None, ids: Collection[str] = ()
    ) -> list[Finding]:
        """Findings in an update that is being written, and in its title.

        Fast enough for every key: spelling comes from earlier calls of ``look_up``.

        Args:
            draft: the update.
            incident: its current state; None where the draft declares it.
            ids: the rules to apply; without any, those that are shown while typing.
        """
        title = draft.title.public if draft.title else ""
        state = incident or Incident(id="", name=title, kind=draft.kind)
        state = replace(
            state,
            page=state.page or draft.page or self._settings.config.default_page,
            severity=draft.severity or state.severity,
        )
        body = Passage(
            UPDATE,
            draft.body.public,
            is_draft=True,
            status=draft.status,
            components=draft.components,
        )
        passages = [
            passage
            for passage in (self._own_passages(state) if incident else ())
            if passage.role == UPDATE or (passage.role == TITLE and not title)
        ]
        if title:
            passages.insert(0, Passage(TITLE, title, is_draft=True))
        subject = self._with_spelling(self._subject(state.id, state, (*passages, body)))
        rules = [rule for rule in catalogue.selected(ids) if ids or rule.in_composer]
        return catalogue.check(subject, rules, self._severities(state), focus=subject.drafts)

    def confidential(self, draft: PublicDraft, incident: Incident | None) -> list[Finding]:
        """Findings in an update that may be secrets or internal details."""
        ids = [rule.id for rule in catalogue.selected() if rule.confidential]
        return self.update_draft(draft, incident, ids)

    def postmortem_draft(self, incident: str, text: str) -> list[Finding]:
        """Findings in a postmortem that is being written; as fast as ``update_draft``."""
        state = self._records.incident(incident)
        draft = Passage(POSTMORTEM, text, is_draft=True)
        before = tuple(
            passage for passage in self._own_passages(state) if passage.role != POSTMORTEM
        )
        subject = self._with_spelling(self._subject(incident, state, (*before, draft)))
        subject = replace(subject, others=self._similar.subjects(subject))
        return catalogue.check(subject, None, self._severities(state), focus=subject.drafts)

    def look_up(self, *texts: str) -> bool:
        """Look up the spelling of new words, in a thread; True when a new check may find more."""
        return self._spelling.look_up(texts)

    def notices(self) -> list[str]:
        """Why spelling could not be checked, as sentences; none where it could."""
        return [self._spelling.problem] if self._spelling.problem else []

    def silence(self, incident: str, rule: str, reason: str) -> Event:
        """Silence a rule for an incident; the reason stays in the record.

        Raises:
            NotFound: there is no such incident or rule.
            Refused: no reason was given.
        """
        catalogue.selected([rule])
        if not reason.strip():
            raise Refused(
                "A rule is silenced with a reason.", "Give the reason why it does not apply here."
            )
        return self._record_silence(incident, rule, reason.strip())

    def unsilence(self, incident: str, rule: str) -> Event:
        """Apply a silenced rule to an incident again.

        Raises:
            NotFound: there is no such incident or rule.
        """
        catalogue.selected([rule])
        return self._record_silence(incident, rule, "")

    def _record_silence(self, incident: str, rule: str, reason: str) -> Event:
        state = self._records.incident(incident)
        event = self._recorder.event(state.id, "check_silenced", {"rule": rule, "reason": reason})
        return self._store.journal.append([event])[0]

    def silent(self, subjects: Sequence[Subject], ids: Collection[str] = ()) -> list[str]:
        """What could not be checked in these subjects, and why: a sentence each."""
        rules = catalogue.selected(ids)
        written_up = [subject for subject in subjects if subject.postmortem is not None]
        sentences = [
            f"{subject.source}: only the first "
            f"{sum(len(text.text) for text in subject.passages):,} "
            f"characters were checked, not the {subject.left_out:,} after them."
            for subject in subjects
            if subject.left_out
        ]
        sentences += [
            f"{subject.source} is not in English: only the rules about time and the record were "
            "applied to it."
            for subject in subjects
            if any(not is_english(passage.text) for passage in subject.passages)
        ]
        if len(written_up) == 1 and not _has_others(written_up[0]):
            sentences += [
                f"{rule.id} had no other postmortem to compare with."
                for rule in rules
                if rule.needs == OTHER_POSTMORTEMS
            ]
        return sentences + (self.notices() if any(rule.needs == SPELLING for rule in rules) else [])

    def _severities(self, incident: Incident) -> dict[str, str]:
        """Severities by rule: those of config.toml, and OFF for rules silenced for the incident."""
        configured = {
            rule: row.severity
            for rule, row in self._settings.config.checks.items()
            if row.severity is not None
        }
        return configured | dict.fromkeys(incident.silenced, OFF)

    def _with_spelling(self, subject: Subject) -> Subject:
        texts = [passage.text for passage in subject.passages]
        return replace(subject, misspelt=self._spelling.misspelt(texts, subject.words))

    def _in_document(
        self, name: str, data: bytes, *, is_chosen: bool = True, is_draft: bool = False
    ) -> list[Subject]:
        """The subjects in a document.

        Args:
            is_chosen: it was given itself, not a folder that it is in: then a text is a
                draft of a postmortem, whatever it is about.
            is_draft: it is one, if it is in sentences and no report.
        """
        if not is_recording(data):
            try:
                return [self._of_report(report) for report in read_reports(data, name)]
            except Unreadable:
                text = data.decode("utf-8-sig", "replace")
                is_text = (is_draft or name.lower().endswith(_TEXT)) and may_be_draft(data, name)
                is_draft = is_text or name.lower().endswith(_MARKDOWN)
                is_wanted = is_chosen or _ABOUT_INCIDENT.search(text)
                if not (is_draft and is_wanted and text.strip()):
                    raise
                return [self._of_draft(name, text)]
        text = data.decode("utf-8", "replace")
        _, state = self._archive.read_recording(data)
        return [self._subject(name, state, locate(self._own_passages(state), text))]

    def _of_draft(self, name: str, text: str) -> Subject:
        """The subject of a text that is not a report: a draft of a postmortem."""
        state = Incident(id="checked", name=name)
        draft = Passage(POSTMORTEM, text, is_draft=True)
        return replace(
            self._subject(name, state, (draft,)), has_record=False, audience=stated_audience(text)
        )

    def _of_report(self, report: Report) -> Subject:
        now = self._clock.now()
        state = fold(to_events(report, "checked", recorded_at=now, actor=""))
        state = state or Incident(id="checked", name=report.name)
        passages = report_passages(report, state)
        own = self._settings.zone
        return replace(
            self._subject(report.source, state, passages),
            has_record=bool(state.public_updates),
            # Beside public updates it is on a page, whatever it says.
            audience=state.postmortem.audience
            if state.public_updates
            else stated_audience("".join(text.text for text in passages)),
            zone=zone_of_stamps(passage.stamp for passage in passages) or own,
            zones=(own,),
        )

    def _subject(self, source: str, state: Incident, passages: tuple[Passage, ...]) -> Subject:
        config = self._settings.config
        configured = config.pages.get(state.page or "")
        on_page = self._page_data.components(configured.name) if configured else []
        page = (configured.page_name if configured else None) or state.page
        components = {component.name for component in state.components}
        components |= {component.name for component in on_page}
        passages, left_out = truncate(passages)
        return Subject(
            source=source,
            incident=state,
            passages=passages,
            left_out=left_out,
            now=self._clock.now(),
            zone=self._settings.zone,
            page_components=tuple(on_page) or None,
            cadence=config.cadence,
            words=frozenset({*config.words, *components, *filter(None, [page])}),
            page=page,
            public_links=config.public_links,
            # Retracted notes too: no note is for the public.
            internal=tuple(note.text.internal for note in state.notes),
            audience=state.postmortem.audience,
            required=self._required(state),
        )

    def _required(self, state: Incident) -> tuple[str, ...]:
        name = state.postmortem.template
        if name is None:
            return ()
        if name not in self._headings:  # read once: this runs after every key
            template = self._reviewing.templates().templates.get(name)
            self._headings[name] = tuple(
                section.heading
                for section in (template.sections if template else ())
                if section.required and section.heading
            )
        return self._headings[name]

    def _own_passages(self, state: Incident) -> tuple[Passage, ...]:
        passages = [Passage(TITLE, state.name), *update_passages(state, self._settings.zone)]
        postmortem = state.postmortem
        if postmortem.published is not None:
            passages.append(
                Passage(
                    POSTMORTEM,
                    postmortem.published.public,
                    at=postmortem.published_at,
                    stamp=render_clock(postmortem.published_at, self._settings.zone)
                    if postmortem.published_at
                    else "",
                )
            )
        elif postmortem.body is not None:
            passages.append(Passage(POSTMORTEM, postmortem.body.internal, is_draft=True))
        return tuple(passages)


def _has_others(subject: Subject) -> bool:
    return any(other.postmortem is not None for other in subject.others)


def _positioned(name: str, error: Unreadable) -> Unreadable:
    """The error with the document's name and line in front."""
    position = f"{name}:{error.line}" if error.line else name
    return Unreadable(f"{position}: {error.message}", error.hint or _NEXT)
