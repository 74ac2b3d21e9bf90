"""Looking back: the postmortem, and taking an incident elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ircon.errors import BadValue, Refused
from ircon.incident.event import Event
from ircon.incident.text import InternalText, PublicText

if TYPE_CHECKING:
    from ircon.desk.desk import Desk
    from ircon.writing.figures import Figure
    from ircon.writing.template_files import Loaded
    from ircon.writing.templates import PostmortemTemplate

FORMATS = ("toml", "json", "markdown", "html")


class Reviewing:
    """Writes up what the record holds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def templates(self) -> Loaded[PostmortemTemplate]:
        """The postmortem templates: ours, and the user's own, which come first."""
        from ircon.writing.templates import load_postmortem_templates

        return load_postmortem_templates(self._desk.paths.config / "postmortems")

    def draft(self, incident: str, *, template: str | None = None, new: bool = False) -> str:
        """The saved draft of an incident's postmortem, else its published text, else a new one.

        Raises:
            NotFound: no such incident; BadValue: no such template.
        """
        state = self._desk.records.incident(incident)
        saved = state.postmortem
        if not new and template in {None, saved.template}:
            if saved.body is not None:
                return saved.body.internal
            if saved.published is not None:  # as it was imported, or seen on the page
                return saved.published.public
        from ircon.writing.postmortem_draft import draft

        name = template or "four-questions"
        known = self.templates().templates
        if name not in known:
            raise BadValue(
                f"No postmortem template {name!r}.", f"There are: {', '.join(sorted(known))}."
            )
        promises = self._desk.checking.promises(state)
        figures = self._desk.records.metrics_of(state)
        return draft(state, figures, known[name], self._desk.zone, promises)

    def figures(self, incident: str) -> list[Figure]:
        """The record's figures, to be put into the text."""
        from ircon.writing.figures import figures

        state = self._desk.records.incident(incident)
        return figures(state, self._desk.records.metrics_of(state), self._desk.zone)

    def save(self, incident: str, text: str, *, template: str | None = None) -> Event:
        """Keep a version of the draft; the journal keeps the earlier ones.

        Raises:
            Refused: there is nothing in it.
        """
        if not text.strip():
            raise BadValue("The postmortem is empty.", "Nothing was saved.")
        state = self._desk.records.incident(incident)
        name = template or state.postmortem.template or "four-questions"
        known = self.templates().templates
        audience = known[name].audience if name in known else "public"
        event = self._desk.recorder.event(
            incident,
            "postmortem_saved",
            {"body": InternalText(text).internal, "template": name, "audience": audience},
        )
        return self._desk.journal.append([event])[0]

    def public_text(self, typed: str, incident: str) -> PublicText:
        """The words of a postmortem that a person sends to the public as they read them.

        Raises:
            Refused: the saved draft was made by a template for internal readers.
        """
        state = self._desk.records.incident(incident)
        if state.postmortem.audience == "internal":
            raise Refused(
                "This postmortem was drafted for internal readers; it has no publish.",
                "Draft a public one: ircon postmortem --new --template four-questions.",
            )
        return PublicText(typed)

    def export(self, incident: str, form: str, *, internal: bool = False) -> str:
        """An incident as a document: ``toml``, ``json``, ``markdown`` or ``html``.

        ``toml`` and ``json`` hold everything, internal entries too; ``markdown`` and
        ``html`` hold what is public unless ``internal``.

        Raises:
            Refused: an unknown form, or nothing of it is public.
        """
        if form == "toml":
            from ircon.journal.recording import write_recording

            return write_recording(incident, self._desk.records.events(incident))
        from ircon.writing import export

        state = self._desk.records.incident(incident)
        figures = self._desk.records.metrics_of(state)
        if form == "json":
            return export.to_json(state, figures, self._desk.checking.promises(state))
        if form == "markdown":
            return export.to_markdown(state, figures, self._desk.zone, internal=internal)
        if form == "html":
            return export.to_html(state, figures, self._desk.zone, internal=internal)
        raise BadValue(f"{form!r} is no export format.", f"Use one of: {', '.join(FORMATS)}.")

    def save_export(self, path: Path, text: str) -> None:
        """Write an export: readable by you alone, whole or not at all, never over a file.

        Raises:
            Refused: something is there already, or it cannot be written.
        """
        from ircon.writing.export import save_export

        save_export(path, text)
