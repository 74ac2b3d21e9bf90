"""Beginning an update from a template: its words with the record's filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ircon.errors import BadValue
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.vocabulary import effective_severity, is_closed
from ircon.writing.customer_view import public_record
from ircon.writing.placeholders import fill, placeholders
from ircon.writing.template_fields import FIELDS, Field, public_values
from ircon.writing.templates import UpdateTemplate

if TYPE_CHECKING:
    from ircon.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Composed:
    """An update as a template begins it.

    Attributes:
        title: the incident's name, where the template has one.
        body: its words; what is still open stands in double braces.
        open: the fields that are still open, in reading order.
    """

    title: str | None
    body: str
    open: tuple[Field, ...]


class Compose:
    """Fills templates from the record, the page and what a person adds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def template(self, name: str) -> UpdateTemplate:
        """An update template by its name.

        Raises:
            BadValue: there is none, or its file cannot be used.
        """
        loaded = self._desk.page_data.update_templates()
        if name not in loaded.templates:
            wrong = "".join(f" {problem}" for problem in loaded.failed)
            raise BadValue(
                f"No update template {name!r}.{wrong}",
                f"There are: {', '.join(sorted(loaded.templates))}.",
            )
        return loaded.templates[name]

    def fill(
        self,
        template: UpdateTemplate,
        status: str,
        *,
        incident: Incident | None = None,
        page: str | None = None,
        components: tuple[ComponentChange, ...] = (),
        typed: Mapping[str, str] | None = None,
        severity: str | None = None,
        impact: str | None = None,
        since: datetime | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> Composed:
        """A template's words, as far as they are known.

        Args:
            status: the status the update sets: how soon the next word is due.
            incident: None for one that is being declared; then page, severity,
                impact, since, begins and ends say what it has not got yet.
            components: those chosen for the update.
            typed: what a person says for fields, ``--set``; wins over the record.

        Raises:
            BadValue: nothing is called like a key of ``typed``.
        """
        said = dict(typed or {})
        for name in said:
            if name not in FIELDS:
                raise BadValue(f"No field is called {name!r}.", f"There are: {', '.join(FIELDS)}.")
        if incident is not None:
            severity, impact = incident.severity, incident.impact
            page = incident.page or page
        profile = self._desk.config.page(page)
        known = public_values(
            incident,
            # Not incident.components: the free names of an internal one are internal.
            components=components or (public_record(incident).components if incident else ()),
            zone=self._desk.zone,
            now=self._desk.clock.now(),
            next_update=self.promise(status, severity, impact),
            since=since,
            begins=begins,
            ends=ends,
            page=profile.page_name or profile.name,
        )
        values = known | said
        title = fill(template.title, values) if template.title else None
        body = fill(template.body, values)
        left = placeholders(f"{template.title or ''}\n{template.body}")
        return Composed(title, body, tuple(FIELDS[one] for one in left if one not in values))

    def promise(self, status: str, severity: str | None, impact: str | None) -> datetime | None:
        """When the next word is due after an update with this status, by the cadence."""
        if is_closed(status):
            return None
        rows = self._desk.config.cadence[effective_severity(severity, impact)]
        minutes = rows.get(status)
        return self._desk.clock.now() + timedelta(minutes=minutes) if minutes else None
