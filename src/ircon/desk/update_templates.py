"""Update templates, filled from the record, the page and what a person adds."""

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
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from ircon.config.load import Config
    from ircon.desk.page_data import PageData
    from ircon.incident.times import Clock


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """Template with the known fields filled in.

    Attributes:
        title: the incident's name, where the template has one.
        body: its text; a field that is still open is in double braces.
        open: the fields that are still open, in reading order.
    """

    title: str | None
    body: str
    open: tuple[Field, ...]


class UpdateTemplates:
    """Finds templates by name and fills them.

    Args:
        page_data: has the templates.
        config: the configured pages and the cadence.
        zone: returns the time zone of filled-in times.
        clock: tells the time.
    """

    def __init__(
        self, page_data: PageData, config: Config, zone: Callable[[], ZoneInfo], clock: Clock
    ) -> None:
        self._page_data = page_data
        self._config = config
        self._zone = zone
        self._clock = clock

    def template(self, name: str) -> UpdateTemplate:
        """Return an update template by its name.

        Raises:
            BadValue: no such template, or its file cannot be used.
        """
        loaded = self._page_data.update_templates()
        if name not in loaded.templates:
            wrong = "".join(f" {problem}" for problem in loaded.failed)
            raise BadValue(
                f"No update template {name!r}.{wrong}",
                f"Use one of: {', '.join(sorted(loaded.templates))}.",
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
    ) -> FilledTemplate:
        """Return a template with its fields filled in as far as they are known.

        Args:
            status: the status the update sets, which decides when the next update is due.
            incident: None for one that is being declared; page, severity, impact, since,
                begins and ends then give its values.
            components: those chosen for the update.
            typed: values that a person gives (``--set``); they win over the record.

        Raises:
            BadValue: a key of ``typed`` is not a field.
        """
        given = dict(typed or {})
        for name in given:
            if name not in FIELDS:
                raise BadValue(f"{name!r} is not a field.", f"Use one of: {', '.join(FIELDS)}.")
        if incident is not None:
            severity, impact = incident.severity, incident.impact
            page = incident.page or page
        profile = self._config.page(page)
        known = public_values(
            incident,
            # Not incident.components: the free names of an internal one are internal.
            components=components or (public_record(incident).components if incident else ()),
            zone=self._zone(),
            now=self._clock.now(),
            next_update=self.next_update_due(status, severity, impact),
            since=since,
            begins=begins,
            ends=ends,
            page=profile.title,
        )
        values = known | given
        title = fill(template.title, values) if template.title else None
        body = fill(template.body, values)
        fields = placeholders(f"{template.title or ''}\n{template.body}")
        return FilledTemplate(
            title, body, tuple(FIELDS[field] for field in fields if field not in values)
        )

    def next_update_due(
        self, status: str, severity: str | None, impact: str | None
    ) -> datetime | None:
        """Return when the cadence requires the update after one with this status; None if never."""
        if is_closed(status):
            return None
        rows = self._config.cadence[effective_severity(severity, impact)]
        minutes = rows.get(status)
        return self._clock.now() + timedelta(minutes=minutes) if minutes else None
