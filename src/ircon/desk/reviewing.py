"""Postmortems, handovers and exports: documents written from an incident's record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ircon.errors import BadValue, Refused
from ircon.incident.event import Event
from ircon.incident.text import InternalText, PublicText

if TYPE_CHECKING:
    from ircon.desk.records import Records
    from ircon.desk.settings import Settings
    from ircon.desk.store import Store
    from ircon.incident.recorder import Recorder
    from ircon.incident.times import Clock
    from ircon.writing.figures import Figure
    from ircon.writing.template_files import Loaded
    from ircon.writing.templates import PostmortemTemplate

FORMATS = ("toml", "json", "markdown", "html")


class Reviewing:
    """Drafts postmortems and writes documents from the record.

    Args:
        store: the journal keeps every saved version.
        settings: the time zone, and the folder of the user's templates.
        recorder: who saves a version.
        records: the incidents and their metrics.
        clock: tells until when a handover describes.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        recorder: Recorder,
        records: Records,
        clock: Clock,
    ) -> None:
        self._store = store
        self._settings = settings
        self._recorder = recorder
        self._records = records
        self._clock = clock

    def templates(self) -> Loaded[PostmortemTemplate]:
        """The postmortem templates: the built-in ones, and the user's own, which come first."""
        from ircon.writing.templates import load_postmortem_templates

        return load_postmortem_templates(self._settings.folder / "postmortems")

    def draft(self, incident: str, *, template: str | None = None, new: bool = False) -> str:
        """The saved draft of an incident's postmortem, else its published text, else a new one.

        Args:
            incident: its id.
            template: the name of a template; a draft of another one is not used.
            new: always draft a new one.

        Raises:
            NotFound: there is no such incident.
            BadValue: there is no such template.
        """
        state = self._records.incident(incident)
        saved = state.postmortem
        if not new and template in {None, saved.template}:
            if saved.body is not None:
                return saved.body.internal
            if saved.published is not None:  # as it was imported, or seen on the page
                return saved.published.public
        from ircon.writing.postmortem_draft import draft

        name = template or "four-questions"
        templates = self.templates().templates
        if name not in templates:
            raise BadValue(
                f"No postmortem template {name!r}.", f"There are: {', '.join(sorted(templates))}."
            )
        promises = self._records.promises(state)
        metrics = self._records.metrics_of(state)
        return draft(state, metrics, templates[name], self._settings.zone, promises)

    def figures(self, incident: str) -> list[Figure]:
        """The incident's metrics as texts, to be inserted into the postmortem."""
        from ircon.writing.figures import figures

        state = self._records.incident(incident)
        return figures(state, self._records.metrics_of(state), self._settings.zone)

    def save(self, incident: str, text: str, *, template: str | None = None) -> Event:
        """Save a version of the draft; the journal keeps the earlier ones.

        Raises:
            BadValue: it is empty.
        """
        if not text.strip():
            raise BadValue("The postmortem is empty.", "Nothing was saved.")
        state = self._records.incident(incident)
        name = template or state.postmortem.template or "four-questions"
        templates = self.templates().templates
        audience = templates[name].audience if name in templates else "public"
        event = self._recorder.event(
            incident,
            "postmortem_saved",
            {"body": InternalText(text).internal, "template": name, "audience": audience},
        )
        return self._store.journal.append([event])[0]

    def public_text(self, typed: str, incident: str) -> PublicText:
        """The public text of a postmortem, as a person confirmed it.

        Raises:
            Refused: the saved draft was made by a template for internal readers.
        """
        state = self._records.incident(incident)
        if state.postmortem.audience == "internal":
            raise Refused(
                "This postmortem was drafted for internal readers; it cannot be published.",
                "Draft a public one: ircon postmortem --new --template four-questions.",
            )
        return PublicText(typed)

    def handover(self, incident: str) -> str:
        """The current state of an incident for the next on-call engineer; internal.

        Raises:
            NotFound: there is no such incident.
        """
        from ircon.writing.handover_page import handover

        state = self._records.incident(incident)
        return handover(state, self._settings.zone, self._clock.now()).rstrip()

    def export(self, incident: str, form: str, *, internal: bool = False) -> str:
        """An incident as a document: ``toml``, ``json``, ``markdown`` or ``html``.

        ``toml`` and ``json`` hold everything, internal entries too; ``markdown`` and
        ``html`` hold what is public unless ``internal``.

        Raises:
            BadValue: there is no such format.
            Refused: nothing of it is public.
        """
        if form == "toml":
            from ircon.journal.recording import write_recording

            return write_recording(incident, self._records.events(incident))
        from ircon.writing import export

        state = self._records.incident(incident)
        metrics = self._records.metrics_of(state)
        if form == "json":
            return export.to_json(state, metrics, self._records.promises(state))
        if form == "markdown":
            return export.to_markdown(state, metrics, self._settings.zone, internal=internal)
        if form == "html":
            return export.to_html(state, metrics, self._settings.zone, internal=internal)
        raise BadValue(f"{form!r} is not an export format.", f"Use one of: {', '.join(FORMATS)}.")

    def save_export(self, path: Path, text: str) -> None:
        """Write an export to a new file that only its owner may read, completely or not at all.

        Raises:
            Refused: the path exists already, or it cannot be written.
        """
        from ircon.writing.export import save_export

        save_export(path, text)
