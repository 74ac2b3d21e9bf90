"""An update while it is composed: what is typed, what is known, and the draft they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ircon.config.load import PageConfig
from ircon.desk.cadence import Deadline, next_deadline
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

NO_NEWS: Final = "no-news"  # the template that says so: all stays as it is
_NEVER_THERE = frozenset({"failed", "cancelled"})  # deliveries that left nothing on the page


@dataclass(frozen=True, slots=True)
class ComposerContext:
    """What the record and the page's local copy say, as read at one moment.

    Attributes:
        incident: None while a new one is declared.
        page_name: what the page calls itself.
        components: the page's, in its order; empty if never heard.
        subscribers: how many a mail goes to; None if never heard.
        seen: ids of the page's updates that this record has.
        due: when the next word about the incident is due; None if nobody waits for one.
        restored: what restoring sets operational: not what another open incident says is broken.
    """

    page: PageConfig
    page_name: str
    incident: Incident | None
    components: tuple[Component, ...]
    subscribers: int | None
    seen: frozenset[str]
    due: Deadline | None = None
    restored: tuple[ComponentChange, ...] = ()

    @property
    def kind(self) -> str:
        """``incident`` or ``maintenance``."""
        return self.incident.kind if self.incident else "incident"

    @property
    def opens(self) -> bool:
        """Whether the update puts the incident on the page, and so gives its title."""
        one = self.incident
        return one is None or not (
            one.remote_id or any(update.delivery not in _NEVER_THERE for update in one.updates)
        )

    @property
    def attached(self) -> tuple[ComponentChange, ...]:
        """The components that the incident has on the page."""
        return self.incident.posted_components if self.incident else ()

    @property
    def below(self) -> tuple[ComponentChange, ...]:
        """Those of them that customers see below operational."""
        return tuple(
            one for one in self.attached if COMPONENT_STATUSES[one.status or "operational"].rank
        )


@dataclass(frozen=True, slots=True)
class ComposerInput:
    """Everything that somebody composing an update says.

    Attributes:
        title: the incident's name, where the update opens it.
        components: status by id; None attaches one as it is.
        restore: on a closing update, set what is below operational to operational.
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
        """Whether nothing would be lost with it."""
        return not (self.body.strip() or self.title.strip() or self.components)

    def as_draft(self) -> dict[str, Any]:
        """As a draft keeps it; ``desk.saved_drafts.composed`` has the same names."""
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
    """What is known now; for a worker thread.

    Raises:
        NotFound, ConfigError: there is no such incident, or no such page.
    """
    state = desk.records.incident(incident) if incident else None
    page = desk.config.page(state.page if state else None)
    identity = desk.page_data.identity(page.name)
    return ComposerContext(
        page=page,
        page_name=page.page_name or (identity.name if identity else page.name),
        incident=state,
        components=tuple(desk.page_data.components(page.name)),
        subscribers=desk.page_data.subscribers(page.name),
        seen=desk.page_state.seen_updates(state) if state else frozenset(),
        due=_due(desk, state) if state else None,
        restored=desk.page_state.restorable(state).changes if state else (),
    )


def _due(desk: Desk, incident: Incident) -> Deadline | None:
    said = desk.checking.promises(incident) if incident.public_updates else ()
    return next_deadline(incident, desk.config.cadence, said)


def initial_input(
    desk: Desk, known: ComposerContext, status: str | None
) -> tuple[ComposerInput, bool]:
    """The words to begin with, and whether they were typed before.

    Args:
        status: asked for; it wins over the one that was kept.
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
    """The components that the update carries, in the page's order."""
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
    """The incident's components as customers see them once the update is public."""
    shown = {one.id: one for one in known.attached}
    for change in changes(words, known):
        shown[change.id] = change._replace(status=change.status or change.was)
    return tuple(shown[one] for one in sorted(shown, key=_order(known)))


def draft(words: ComposerInput, known: ComposerContext) -> PublicDraft:
    """What would be sent."""
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
    """Whether the update closes an incident with components below operational."""
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
