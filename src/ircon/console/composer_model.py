"""Model of the composer: what is typed, its context from the record, and the draft of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ircon.config.load import PageConfig
from ircon.desk.cadence import Deadline
from ircon.desk.drafts import Preview, PublicDraft
from ircon.desk.saved_drafts import update_key
from ircon.errors import IrconError
from ircon.incident.components import Component, ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import COMPONENT_STATUSES, STATUSES, first_status, is_closed
from ircon.writing.placeholders import placeholders
from ircon.writing.templates import UpdateTemplate

if TYPE_CHECKING:
    from ircon.desk.checking import Finding
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
    desk: Desk, context: ComposerContext, status: str | None
) -> tuple[ComposerInput, bool]:
    """Return the first input, and whether it comes from a saved draft.

    Args:
        status: the requested one; it wins over the draft's.
    """
    incident = context.incident
    saved = desk.saved_drafts.load(update_key(incident.id if incident else None))
    over = incident is None or incident.has_ended
    running = first_status(context.kind) if incident is None or over else incident.status
    fresh = ComposerInput(
        status or running,
        title=incident.name if incident and context.opens else "",
        notify=context.page.notify,
    )
    if not saved:
        return fresh, False
    return _from_draft(saved, fresh, status), True


def _from_draft(
    saved: Mapping[str, Any], fresh: ComposerInput, status: str | None
) -> ComposerInput:
    notify, components = saved.get("notify"), saved.get("components")
    draft_status = saved.get("status")
    return replace(
        fresh,
        status=status or (draft_status if draft_status in STATUSES else fresh.status),
        body=str(saved.get("body") or ""),
        title=str(saved.get("title") or fresh.title),
        components=dict(components) if isinstance(components, Mapping) else {},
        notify=notify if isinstance(notify, bool) else fresh.notify,
        impact=saved.get("impact"),
        template=saved.get("template"),
        restore=saved.get("restore") is True,
    )


def changes(typed: ComposerInput, context: ComposerContext) -> tuple[ComponentChange, ...]:
    """Return the component changes of the update, in the page's order."""
    wanted = dict(typed.components)
    if typed.restore and is_closed(typed.status):
        wanted |= {change.id: "operational" for change in context.restored}
    attached = {change.id: change for change in context.attached}
    by_id = {component.id: component for component in context.components}
    changed = []
    for id_ in sorted(wanted, key=_order(context)):
        listed = by_id.get(id_) or attached.get(id_)
        old = attached[id_].status if id_ in attached else None
        if id_ in by_id and old is None:
            old = by_id[id_].status
        name, group = (listed.name, listed.group) if listed else (id_, None)
        changed.append(ComponentChange(id_, name, group, wanted[id_], old))
    return tuple(changed)


def after(typed: ComposerInput, context: ComposerContext) -> tuple[ComponentChange, ...]:
    """Return the incident's components as customers see them once the update is public."""
    shown = {change.id: change for change in context.attached}
    for change in changes(typed, context):
        shown[change.id] = change._replace(status=change.status or change.was)
    return tuple(shown[id_] for id_ in sorted(shown, key=_order(context)))


def draft(typed: ComposerInput, context: ComposerContext) -> PublicDraft:
    """Return the draft that would be sent."""
    incident = context.incident
    return PublicDraft(
        status=typed.status,
        body=PublicText(typed.body),
        components=changes(typed, context),
        incident=incident.id if incident else None,
        title=PublicText(typed.title) if context.opens else None,
        page=context.page.name,
        notify=typed.notify,
        kind=context.kind,
        impact=typed.impact,
        template=typed.template,
        reopen=bool(incident and incident.has_ended),
        seen=context.seen if incident else None,
    )


class Examination(NamedTuple):
    """Examination of a draft: the preview or refusal of the desk, and the findings in the text."""

    text: str
    verdict: Preview | IrconError
    findings: tuple[Finding, ...]


def examine(desk: Desk, draft: PublicDraft, context: ComposerContext) -> Examination:
    """Return the preview or refusal of a draft, with its findings; for a thread."""
    verdict: Preview | IrconError
    try:
        verdict = desk.publish.prepare(draft)
    except IrconError as refused:
        verdict = refused
        findings: Iterable[Finding] = desk.checking.update_draft(draft, context.incident)
    else:
        findings = verdict.findings
    text = draft.body.public  # findings of the title are not shown
    return Examination(
        text, verdict, tuple(finding for finding in findings if finding.passage.text == text)
    )


def posted_meanwhile(before: ComposerContext | None, context: ComposerContext) -> list[str]:
    """Return a notice for each update that others have posted since an earlier context."""
    updates = context.incident.updates if context.incident else ()
    new = context.seen - before.seen if before else frozenset()
    return [
        f"{update.author or 'Somebody'} posted meanwhile: {update.body.public}"
        for update in updates
        if update.origin == "observed" and update.remote_id in new
    ]


def can_restore(typed: ComposerInput, context: ComposerContext) -> bool:
    """Return whether the update closes an incident with components below operational."""
    return is_closed(typed.status) and bool(context.below)


def from_template(
    desk: Desk, name: str, typed: ComposerInput, context: ComposerContext
) -> ComposerInput:
    """Return the input begun from a template; a title that was typed stays.

    Raises:
        NotFound: no such template, or it names components that the page lacks.
    """
    template = desk.compose.template(name)
    assignments = [f"{name}={status}" for name, status in template.components.items()]
    chosen = {
        change.id: change.status for change in desk.page_data.select(assignments, context.page.name)
    }
    title = typed.title if typed.title.strip() else template.title or ""
    same = context.incident.status if name == NO_NEWS and context.incident else typed.status
    result = replace(
        typed,
        status=template.status or same,
        body=template.body,
        title=title if context.opens else "",
        components={**typed.components, **chosen},
        notify=typed.notify if template.notify is None else template.notify,
        template=name,
    )
    return filled_in(desk, result, context)


def filled_in(desk: Desk, typed: ComposerInput, context: ComposerContext) -> ComposerInput:
    """Return the input with every placeholder filled that the record knows by now."""
    if not placeholders(f"{typed.title}\n{typed.body}"):
        return typed
    filled = desk.compose.fill(
        UpdateTemplate("typed", None, typed.body, typed.title or None),
        typed.status,
        incident=context.incident,
        page=context.page.name,
        components=changes(typed, context),
    )
    return replace(typed, body=filled.body, title=filled.title or typed.title)


def _order(context: ComposerContext) -> Any:
    indexes = {component.id: index for index, component in enumerate(context.components)}
    return lambda id_: indexes.get(id_, len(indexes))
