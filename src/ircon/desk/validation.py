"""Validation of a public text before it may be sent: limits, placeholders, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from ircon.checks.finding import ERROR, Finding
from ircon.desk.drafts import PublicDraft
from ircon.errors import BadValue, Refused
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, find_placeholders, safe_line
from ircon.incident.times import iso
from ircon.incident.vocabulary import (
    COMPONENT_STATUSES,
    MAX_BODY,
    STATUSES,
    first_status,
    is_closed,
)

_AT_WORK: Final = "under_maintenance"
_QUOTED: Final = 60  # characters of a quote


def check_status(status: str, kind: str) -> None:
    """Check that a status exists and belongs to the kind of incident.

    Raises:
        BadValue: no such status.
        Refused: it belongs to the other kind.
    """
    row = STATUSES.get(status)
    allowed = ", ".join(status.name for status in STATUSES.values() if status.kind == kind)
    if row is None:
        raise BadValue(f"{status!r} is not a valid status.", f"Use one of: {allowed}.")
    if row.kind != kind:
        article = "an" if kind == "incident" else "a"
        raise Refused(
            f"{status!r} is not a valid status of {article} {kind}.", f"Use one of: {allowed}."
        )


def check_accepts_updates(incident: Incident, *, reopen: bool = False) -> None:
    """Check that an incident may get another public update.

    Raises:
        Refused: it is imported, or has ended and is not to be reopened.
    """
    if incident.origin == "import":
        raise Refused(
            "An imported incident is read-only: nothing can be posted to it.",
            "Notes and a postmortem may be added.",
        )
    if incident.has_ended and not reopen:
        how = "closed here" if incident.closed else f"already {incident.status}"
        raise Refused(
            f"Incident {incident.id} is {how}.",
            "Use --reopen to post to it again, or declare a new incident.",
        )


def check_may_publish(incident: Incident, status: str, title: PublicText | None) -> None:
    """Check that an incident without a public title is not published only to be closed.

    Raises:
        Refused: nothing of it is public, and the update closes it.
    """
    if is_closed(status) and not title:
        raise Refused(
            f"Nothing of incident {incident.id} is public: there is nothing to close on the page.",
            f"'ircon close {incident.id}' closes it without an update; to notify customers after "
            f"all: 'ircon update {incident.id} --status {status} --title TEXT -m TEXT'.",
        )


def check_window(draft: PublicDraft, now: datetime) -> None:
    """Check the window of a maintenance, and the statuses it announces.

    Raises:
        BadValue: it is no maintenance, the window is missing, or it is impossible.
        Refused: a component would get another status than maintenance before it begins.
    """
    begins, ends = draft.scheduled_for, draft.scheduled_until
    if draft.kind != "maintenance":
        if begins or ends or draft.remind is not None:
            raise BadValue(
                "--from, --until and --remind are for a maintenance.",
                "Plan one with --status scheduled, or leave them out.",
            )
        return
    announced_now = draft.status == first_status("maintenance")
    if draft.incident is None and announced_now and not (begins and ends):
        raise BadValue("A maintenance needs a window.", "Give it with --from and --until.")
    if begins and ends and ends <= begins:
        raise BadValue(
            f"The maintenance would end ({iso(ends)}) before it begins ({iso(begins)}).",
            "Give an --until that is after --from, with its day: 2026-12-01 23:00.",
        )
    if ends and ends <= now:
        raise BadValue(f"The maintenance would have ended already: {iso(ends)}.", "Give its day.")
    if begins and begins <= now and announced_now:
        raise BadValue(
            f"The maintenance would have begun already: {iso(begins)}.",
            "Give its day, or announce that it runs with --status in_progress.",
        )
    other = [
        component for component in draft.components if component.status not in {None, _AT_WORK}
    ]
    if announced_now and other:
        raise Refused(
            f"An announced maintenance changes no component before it begins: "
            f"{', '.join(f'{change.path} {change.status}' for change in other)}.",
            f"Attach it unchanged or {_AT_WORK}; set the rest when it runs.",
        )


def in_window(draft: PublicDraft) -> bool:
    """Return whether the page sets its components under maintenance for the window only."""
    return draft.status == first_status("maintenance") and any(
        component.status == _AT_WORK for component in draft.components
    )


def announced_components(draft: PublicDraft) -> tuple[ComponentChange, ...]:
    """Return the components as the update leaves them: an announcement changes none."""
    if draft.status != first_status("maintenance"):
        return draft.components
    return tuple(component._replace(status=None) for component in draft.components)


def rank(status: str | None) -> int:
    """Return how bad a component's status is; 0 for operational or an unknown status."""
    return COMPONENT_STATUSES[status].rank if status in COMPONENT_STATUSES else 0


def check_body(body: PublicText) -> None:
    """Check a text against the page's limits and for what must never be sent.

    Raises:
        BadValue: it is empty.
        Refused: it is too long, is not UTF-8, or has a placeholder.
    """
    text = body.public
    if not text.strip():
        raise BadValue("The update has no text yet.", "Type it.")
    if "\ufffd" in text:
        raise Refused(
            "The text has bytes that are not valid UTF-8; they are shown as \ufffd.",
            "Type those places again, or save the file as UTF-8.",
        )
    if len(text) > MAX_BODY:
        raise Refused(
            f"The text has {len(text):,} characters; a page accepts {MAX_BODY:,}.",
            f"Shorten it by {len(text) - MAX_BODY:,}.",
        )
    check_leftovers(text)


def check_leftovers(text: str) -> None:
    """Check that a text has no placeholders and no samples.

    Raises:
        Refused: it has; names each of them.
    """
    placeholders = find_placeholders(text)
    if placeholders:
        named = ", ".join(dict.fromkeys(placeholder.text for placeholder in placeholders))
        raise Refused(f"Not finished: {named}.", "Fill in or remove what is named.")


def left_below(draft: PublicDraft, incident: Incident | None) -> tuple[ComponentChange, ...]:
    """Return the components that a closing update would leave below operational."""
    if not is_closed(draft.status):
        return ()
    after = {change.id: change for change in (incident.posted_components if incident else ())}
    for change in draft.components:
        before = after.get(change.id)
        status = change.status or (before.status if before else change.was)
        after[change.id] = change._replace(status=status)
    return tuple(change for change in after.values() if rank(change.status))


def backdate_warning(draft: PublicDraft, incident: Incident | None) -> tuple[str, ...]:
    """Return a sentence if an update is dated before its incident: most likely a slip."""
    begun = list(filter(None, [incident.started_at, incident.declared_at])) if incident else []
    if not draft.at or not begun or draft.at >= min(begun):
        return ()
    times = (draft.at, min(begun))
    at, since = (f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for time in times)
    return (f"It is recorded at {at}, before the incident began ({since}).",)


def required_reasons(findings: Iterable[Finding], *, errors: bool) -> tuple[str, ...]:
    """Return what is sent only with a typed reason, a sentence each.

    Args:
        errors: any error needs one; else only secrets and internal details.
    """
    return tuple(
        _sentence(finding)
        for finding in findings
        if finding.confidential or (errors and finding.severity == ERROR)
    )


def check_reason(required: Sequence[str], *reasons: str) -> str:
    """Return the first reason that was typed, or an empty text where none is required.

    Raises:
        Refused: one is required and none was given; says what for.
    """
    given = next((reason.strip() for reason in reasons if reason.strip()), "")
    if required and not given:
        raise Refused(
            f"This is sent only with a reason. {' '.join(required)}",
            "Change the text, or say why it must be sent as it is: --reason TEXT.",
        )
    return given


def warnings(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the errors in a live update that do not block it, a sentence each."""
    return tuple(
        _sentence(finding)
        for finding in findings
        if finding.severity == ERROR and not finding.confidential
    )


def _sentence(finding: Finding) -> str:
    """Return a finding in one line, without the quote where it may be a secret."""
    line, column, _, _ = finding.span
    quote = "" if finding.confidential else f" {safe_line(finding.quote, _QUOTED)!r}"
    where = f"{finding.passage.role}, line {line}, column {column}"
    return f"{finding.rule}: {finding.message} ({where}{quote})"
