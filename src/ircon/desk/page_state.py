"""State of the page as the journal and the local copy have it: incidents, titles, components."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ircon.delivery.payload import thaw
from ircon.desk.drafts import OtherStatus, PublicDraft, Restoration
from ircon.desk.validation import rank
from ircon.errors import Refused
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import first_status
from ircon.pages.protocol import CREATE

if TYPE_CHECKING:
    from ircon.config.load import Config, PageConfig
    from ircon.desk.page_data import PageData
    from ircon.desk.records import Records
    from ircon.journal.store import Journal

_NEVER_SENT = frozenset({"rejected", "cancelled", "draft"})


class PageState:
    """Answers what customers see of an incident, without asking its page.

    Args:
        journal: has the operations that were sent.
        records: the other incidents of a page.
        page_data: the local copy of the page's components.
        config: the configured pages.
    """

    def __init__(
        self, journal: Journal, records: Records, page_data: PageData, config: Config
    ) -> None:
        self._journal = journal
        self._records = records
        self._page_data = page_data
        self._config = config

    def page(self, name: str | None, incident: Incident | None) -> PageConfig:
        """Return the configured page of an incident: its own, else the named, else the default.

        Raises:
            Refused: the incident is on another page than the named one.
            ConfigError: no such page is configured.
        """
        own = incident.page if incident else None
        if own and name and name != own:
            raise Refused(
                f"This incident is on the page '{own}', not '{name}'.",
                "Declare another one for another page.",
            )
        return self._config.page(own or name)

    def is_on_page(self, incident: Incident) -> bool:
        """Return whether an incident is on its page, or its creation is on the way there."""
        if incident.remote_id:
            return True
        return any(
            operation.kind == CREATE and operation.state not in _NEVER_SENT
            for operation in self._journal.operations(incident=incident.id)
        )

    def seen_updates(self, incident: Incident) -> frozenset[str]:
        """Return the page's ids of the updates that the journal has, and so its reader has seen."""
        return frozenset(update.remote_id for update in incident.updates if update.remote_id)

    def public_title(self, incident: Incident) -> PublicText | None:
        """Return the title that a person gave an incident for the public; None if nobody did."""
        for operation in reversed(self._journal.operations(incident=incident.id)):
            title = thaw(operation).title
            if title is not None:
                return title
        return None

    def needs_title(self, incident: Incident) -> bool:
        """Return whether the first public update of an incident must give its title."""
        return not self.is_on_page(incident) and self.public_title(incident) is None

    def still_listed(
        self, changes: Iterable[ComponentChange], page: PageConfig
    ) -> tuple[ComponentChange, ...]:
        """Return the components without those that were deleted on the page, as far as known."""
        listed = {component.id for component in self._page_data.components(page.name)}
        return tuple(change for change in changes if not listed or change.id in listed)

    def restorable(self, incident: Incident) -> Restoration:
        """Return which components a closing update may set operational, and which it must not.

        The local copy has the page's components: refresh it first to be certain.
        """
        page = self.page(None, incident)
        below = incident.not_operational
        listed = self.still_listed(below, page)
        others = self._other_statuses(page.name, incident.id)
        deleted = [
            component
            for component in incident.components
            if component.id in incident.deleted_components
        ]
        return Restoration(
            changes=tuple(
                change._replace(status="operational", was=change.status)
                for change in listed
                if change.id not in others
            ),
            elsewhere=tuple(others[change.id] for change in listed if change.id in others),
            gone=(*deleted, *(change for change in below if change not in listed)),
        )

    def contradictions(
        self, draft: PublicDraft, incident: Incident | None, page: PageConfig
    ) -> Iterator[str]:
        """Yield a sentence for each component that another open incident says is worse."""
        has_statuses = any(change.status for change in draft.components)
        if draft.status == first_status("maintenance") or not has_statuses:
            return
        others = self._other_statuses(page.name, incident.id if incident else None)
        for change in draft.components:
            other = others.get(change.id)
            if other and change.status and rank(change.status) < rank(other.component.status):
                yield f"{change.path} becomes {change.status}, but {other.phrase}."

    def _other_statuses(self, page: str, excluded: str | None) -> dict[str, OtherStatus]:
        """Return what other open incidents of a page say is not operational, by component id."""
        statuses: dict[str, OtherStatus] = {}
        for summary in self._records.incidents(open_only=True):
            # One that was opened internally on no page in particular goes to the default one.
            own = summary.page or self._config.page(None).name
            if summary.incident == excluded or own != page:
                continue
            other = self._records.incident(summary.incident)
            for component in other.not_operational if other.is_public else ():
                statuses.setdefault(component.id, OtherStatus(component, other.id, other.name))
        return statuses
