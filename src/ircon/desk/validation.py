"""What a public text is held against before it may leave: limits, left-overs, the checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from ircon.checks.finding import ERROR, Finding
from ircon.desk.drafts import PublicDraft
from ircon.errors import BadValue, Refused
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe_line
from ircon.incident.times import iso
from ircon.incident.unfinished import find_placeholders
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
    """Hold a status against the kind of incident it is for.

    Raises:
        BadValue: there is no such status.
        Refused: it belongs to the other kind.
    """
    known = STATUSES.get(status)
    allowed = ", ".join(one.name for one in STATUSES.values() if one.kind == kind)
    if known is None:
        raise BadValue(f"{status!r} is no status.", f"Use one of: {allowed}.")
    if known.kind != kind:
        article = "an" if kind == "incident" else "a"
        raise Refused(f"{status!r} is no status of {article} {kind}.", f"Use one of: {allowed}.")


def check_speaks(incident: Incident, *, reopen: bool = False) -> None:
    """Refuse to speak on an incident that says no more.

    Raises:
        Refused: it is imported, or over and not to be reopened.
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
            "Say so if it must speak again: --reopen, or declare a new incident.",
        )


def check_opens(incident: Incident, status: str, title: PublicText | None) -> None:
    """Refuse to publish an incident only to end it, unless its title was said for the public.

    Raises:
        Refused: nothing of it is public, and the update closes it.
    """
    if is_closed(status) and not title:
        raise Refused(
            f"Nothing of incident {incident.id} is public, so nobody waits for its end.",
            f"'ircon close {incident.id}' ends it here without a word; to tell customers after "
            f"all: 'ircon update {incident.id} --status {status} --title TEXT -m TEXT'.",
        )


def check_window(draft: PublicDraft, now: datetime) -> None:
    """Hold the window of a maintenance against the clock, and its components against it.

    Raises:
        BadValue: there is no maintenance, no window where one is announced, or none
            that can be.
        Refused: a component would get another status than maintenance.
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
        raise BadValue("A maintenance is planned from when until when?", "--from and --until.")
    if begins and ends and ends <= begins:
        raise BadValue(
            f"The maintenance would end ({iso(ends)}) before it begins ({iso(begins)}).",
            "Give an --until that is after --from, with its day: 2026-12-01 23:00.",
        )
    if ends and ends <= now:
        raise BadValue(f"The maintenance would be over already: {iso(ends)}.", "Give its day.")
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
            f"A maintenance that is announced changes no component before it begins: "
            f"{', '.join(f'{one.path} {one.status}' for one in other)}.",
            f"Attach it, as it is or {_AT_WORK}; say the rest when it runs.",
        )


def in_window(draft: PublicDraft) -> bool:
    """Whether the page is to set its components under maintenance, for the window only."""
    return draft.status == first_status("maintenance") and any(
        component.status == _AT_WORK for component in draft.components
    )


def announced(draft: PublicDraft) -> tuple[ComponentChange, ...]:
    """The components as the update leaves them: what is only announced changes none."""
    if draft.status != first_status("maintenance"):
        return draft.components
    return tuple(component._replace(status=None) for component in draft.components)


def rank(status: str | None) -> int:
    """How bad a component's status is; 0 for operational, and for what is not known."""
    return COMPONENT_STATUSES[status].rank if status in COMPONENT_STATUSES else 0


def check_body(body: PublicText) -> None:
    """Hold a text against what a page takes, and against what must never be sent.

    Raises:
        Refused: it is empty, too long, or a placeholder is left in it.
    """
    text = body.public
    if not text.strip():
        raise BadValue("There is nothing to say yet.", "Type the update.")
    if "\ufffd" in text:
        raise Refused(
            "The text holds bytes that are no letters; they are shown as \ufffd.",
            "Type those words again, or save the file as UTF-8.",
        )
    if len(text) > MAX_BODY:
        raise Refused(
            f"The text has {len(text):,} characters; a page takes {MAX_BODY:,}.",
            f"Shorten it by {len(text) - MAX_BODY:,}.",
        )
    check_leftovers(text)


def check_leftovers(text: str) -> None:
    """Refuse what is not finished: placeholders and samples.

    Raises:
        Refused: names each of them.
    """
    left = find_placeholders(text)
    if left:
        named = ", ".join(dict.fromkeys(one.text for one in left))
        raise Refused(f"Not finished: {named}.", "Fill in or remove what is named.")


def left_below(draft: PublicDraft, incident: Incident | None) -> tuple[ComponentChange, ...]:
    """On a closing update: the components that would stay below operational on the page."""
    if not is_closed(draft.status):
        return ()
    after = {one.id: one for one in (incident.posted_components if incident else ())}
    for change in draft.components:
        before = after.get(change.id)
        status = change.status or (before.status if before else change.was)
        after[change.id] = change._replace(status=status)
    return tuple(one for one in after.values() if rank(one.status))


def backdated(draft: PublicDraft, incident: Incident | None) -> tuple[str, ...]:
    """That an update is said to be older than its incident, if it is: most likely a slip."""
    begun = [one for one in (incident.started_at, incident.declared_at) if one] if incident else []
    if not draft.at or not begun or draft.at >= min(begun):
        return ()
    at, since = (f"{one.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for one in (draft.at, min(begun)))
    return (f"It is recorded at {at}, before the incident began ({since}).",)


def wants_reason(found: Iterable[Finding], *, errors: bool) -> tuple[str, ...]:
    """What goes out only with a typed reason, each in a sentence.

    Args:
        errors: any error does; else only secrets and internal details.
    """
    return tuple(
        _sentence(one) for one in found if one.confidential or (errors and one.severity == ERROR)
    )


def check_reason(wanted: Sequence[str], *reasons: str) -> str:
    """The reason that was typed, where one is wanted.

    Raises:
        Refused: one is wanted and none was given; says what for.
    """
    given = next((reason.strip() for reason in reasons if reason.strip()), "")
    if wanted and not given:
        raise Refused(
            f"This goes out only with a reason. {' '.join(wanted)}",
            "Change the words, or say why they must go out as they are: --reason TEXT.",
        )
    return given


def warnings(found: Iterable[Finding]) -> tuple[str, ...]:
    """Errors in a live update, in sentences: worth reading before sending; none blocks."""
    return tuple(_sentence(one) for one in found if one.severity == ERROR and not one.confidential)


def _sentence(finding: Finding) -> str:
    """A finding in one line. Of what may be a secret only the place."""
    line, column, _, _ = finding.span
    quote = "" if finding.confidential else f" {safe_line(finding.quote, _QUOTED)!r}"
    where = f"{finding.passage.role}, line {line}, column {column}"
    return f"{finding.rule}: {finding.message} ({where}{quote})"
