"""Model of the composer: what is typed, its context from the record, and the draft of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ircon.config.load import PageConfig
from ircon.desk.cadence import Deadline
from ircon.desk.drafts import PublicDraft
from ircon.desk.saved_drafts import update_key
from ircon.incident.components import Component, ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import COMPONENT_STATUSES, STATUSES, first_status, is_closed
from ircon.writing.placeholders import placeholders
from ircon.writing.templates import UpdateTemplate

if TYPE_CHECKING:
    from ircon.desk.desk import Desk

NO_NEWS: Final = "no-news"  # its template; status and components stay unchanged


@dataclass(frozen=True, slots=True)
class ComposerContext:
    """The record and the page's local copy, as read at one time.

    Attributes:
        incident: None while one is declared.
        page_name: the page's own name.
        components: the page's, in its order; empty if never read.
        subscribers: how many are notified by email; None if never read.
        seen: ids of the page's updates that the record has.
        opens: the update creates the incident on the page, and so sets its title.
        due: the next update due; None without a deadline.
        restored: what restoring sets to operational: not components of another open incident.
    """

    page: PageConfig
    page_name: str
    incident: Incident | None
    components: tuple[Component, ...]
    subscribers: int | None
    seen: frozenset[str]
    opens: bool
    due: Deadline | None = None
    restored: tuple[ComponentChange, ...] = ()

    @property
    def kind(self) -> str:
        """``incident`` or ``maintenance``."""
        return self.incident.kind if self.incident else "incident"

    @property
    def attached(self) -> tuple[ComponentChange, ...]:
        """The components that the incident has on the page."""
        return self.incident.posted_components if self.incident else ()

    @property
    def below(self) -> tuple[ComponentChange, ...]:
        """The attached components that customers see below operational."""
        return tuple(
            component
            for component in self.attached
            if COMPONENT_STATUSES[component.status or "operational"].rank
        )


@dataclass(frozen=True, slots=True)
class ComposerInput:
    """The input of the composer: everything that a person types or chooses.

    Attributes:
        title: the incident's name, if the update creates it on the page.
        components: status by id; None attaches a component unchanged.
        restore: on a closing update, set affected components to operational.
    """

    status: str
    body: str = ""
    title: str = ""
    components: Mapping[str, str | None] = field(default_factory=dict)
    notify: bool = True
    impact: str | None = None
    template: str | None = None
    restore: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been typed or chosen."""
        return not (self.body.strip() or self.title.strip() or self.components)

    def as_draft(self) -> dict[str, Any]:
        """Return the content of a saved draft, with the names of ``saved_drafts.draft_content``."""
        return {
            "status": self.status,
            "title": self.title or None,
            "body": self.body,
            "components": dict(self.components),
            "notify": self.notify,
            "impact": self.impact,
            "template": self.template,
            "restore": self.restore,
        }


def read_context(desk: Desk, incident: str | None) -> ComposerContext:
    """Read the current context; in a worker thread.

    Raises:
        NotFound, ConfigError: no such incident, or no such page.
    """
    state = desk.records.incident(incident) if incident else None
    page = desk.config.page(state.page if state else None)
    return ComposerContext(
        page=page,
        page_name=desk.page_data.title(page.name),
        incident=state,
        components=tuple(desk.page_data.components(page.name)),
        subscribers=desk.page_data.subscribers(page.name),
        seen=desk.page_state.seen_updates(state) if state else frozenset(),
        opens=state is None or not desk.page_state.is_on_page(state),
        due=desk.deadlines.of(state) if state else None,
        restored=desk.page_state.restorable(state).changes if state else (),
    )


def initial_input(
    desk: Desk, known: ComposerContext, status: str | None
) -> tuple[ComposerInput, bool]:
    """Return the first input, and whether it comes from a saved draft.

    Args:
        status: the requested one; it wins over the draft's.
    """
    incident = known.incident
    kept = desk.saved_drafts.load(update_key(incident.id if incident else None))
    over = incident is None or incident.has_ended
    running = first_status(known.kind) if incident is None or over else incident.status
    fresh = ComposerInput(
        status or running,
        title=incident.name if incident and known.opens else "",
        notify=known.page.notify,
    )
    if not kept:
        return fresh, False
    return _revived(kept, fresh, status), True


def _revived(kept: Mapping[str, Any], fresh: ComposerInput, status: str | None) -> ComposerInput:
    notify, components = kept.get("notify"), kept.get("components")
    held = kept.get("status")
    return replace(
        fresh,
        status=status or (held if held in STATUSES else fresh.status),
        body=str(kept.get("body") or ""),
        title=str(kept.get("title") or fresh.title),
        components=dict(components) if isinstance(components, Mapping) else {},
        notify=notify if isinstance(notify, bool) else fresh.notify,
        impact=kept.get("impact"),
        template=kept.get("template"),
        restore=kept.get("restore") is True,
    )


def changes(words: ComposerInput, known: ComposerContext) -> tuple[ComponentChange, ...]:
    """Return the component changes of the update, in the page's order."""
    wanted = dict(words.components)
    if words.restore and is_closed(words.status):
        wanted |= {one.id: "operational" for one in known.restored}
    before = {one.id: one for one in known.attached}
    by_id = {component.id: component for component in known.components}
    made = []
    for one in sorted(wanted, key=_order(known)):
        listed = by_id.get(one) or before.get(one)
        was = before[one].status if one in before else None
        if one in by_id and was is None:
            was = by_id[one].status
        name, group = (listed.name, listed.group) if listed else (one, None)
        made.append(ComponentChange(one, name, group, wanted[one], was))
    return tuple(made)


def after(words: ComposerInput, known: ComposerContext) -> tuple[ComponentChange, ...]:
    """Return the incident's components as customers see them once the update is public."""
    shown = {one.id: one for one in known.attached}
    for change in changes(words, known):
        shown[change.id] = change._replace(status=change.status or change.was)
    return tuple(shown[one] for one in sorted(shown, key=_order(known)))


def draft(words: ComposerInput, known: ComposerContext) -> PublicDraft:
    """Return the draft that would be sent."""
    incident = known.incident
    return PublicDraft(
        status=words.status,
        body=PublicText(words.body),
        components=changes(words, known),
        incident=incident.id if incident else None,
        title=PublicText(words.title) if known.opens else None,
        page=known.page.name,
        notify=words.notify,
        kind=known.kind,
        impact=words.impact,
        template=words.template,
        reopen=bool(incident and incident.has_ended),
        seen=known.seen if incident else None,
    )


def can_restore(words: ComposerInput, known: ComposerContext) -> bool:
    """Return whether the update closes an incident with components below operational."""
    return is_closed(words.status) and bool(known.below)


def from_template(
    desk: Desk, name: str, words: ComposerInput, known: ComposerContext
) -> ComposerInput:
    """The words as a template begins them; a title that was typed stays.

    Raises:
        NotFound: no such template, or it names components that the page has not got.
    """
    template = desk.compose.template(name)
    said = [f"{one}={status}" for one, status in template.components.items()]
    chosen = {one.id: one.status for one in desk.page_data.select(said, known.page.name)}
    title = words.title if words.title.strip() else template.title or ""
    same = known.incident.status if name == NO_NEWS and known.incident else words.status
    begun = replace(
        words,
        status=template.status or same,
        body=template.body,
        title=title if known.opens else "",
        components={**words.components, **chosen},
        notify=words.notify if template.notify is None else template.notify,
        template=name,
    )
    return filled_in(desk, begun, known)


def filled_in(desk: Desk, words: ComposerInput, known: ComposerContext) -> ComposerInput:
    """The words, with every placeholder filled that the record knows by now."""
    if not placeholders(f"{words.title}\n{words.body}"):
        return words
    made = desk.compose.fill(
        UpdateTemplate("typed", None, words.body, words.title or None),
        words.status,
        incident=known.incident,
        page=known.page.name,
        components=changes(words, known),
    )
    return replace(words, body=made.body, title=made.title or words.title)


def _order(known: ComposerContext) -> Any:
    places = {one.id: place for place, one in enumerate(known.components)}
    return lambda one: places.get(one, len(places))
