"""Preview of a post: its target, its components, its window, and what ``--dry-run`` prints."""

from __future__ import annotations

import shlex
from datetime import tzinfo
from typing import Any, Final

from ircon.checks.finding import ERROR, WARN
from ircon.commands.arguments import Line
from ircon.commands.context import Context
from ircon.desk.drafts import OutboxItem, Preview, PublicDraft
from ircon.desk.validation import warnings as finding_warnings
from ircon.incident.event import Event
from ircon.incident.text import PublicText, safe_line

FOUND: Final = 3  # ... and for findings of severity error where nothing is sent


def print_dry_run(
    line: Line,
    context: Context,
    preview: Preview,
    incident: str | None,
    draft: PublicDraft | None = None,
) -> int:
    """``--dry-run``: what would be posted and what is found in it; 3 with errors."""
    from ircon.commands.finding_documents import findings_document
    from ircon.desk.checking import CheckResult

    print_target(context, preview, incident)
    if draft and (repeated := context.desk.duplicates.warning(draft)):
        context.out.aside(f"Warning: {repeated}")
    context.out.line(preview.body)
    print_findings(context, preview)
    context.out.aside("Nothing was sent.")
    findings = findings_document([CheckResult(incident or "", preview.findings)])
    context.out.answer({"would": _would(incident, preview), "findings": findings})
    refused = {ERROR, WARN} if line.strict else {ERROR}
    return FOUND if any(finding.severity in refused for finding in preview.findings) else 0


def _would(incident: str | None, preview: Preview) -> dict[str, Any]:
    """What a post would be, as JSON."""
    from ircon.incident.times import iso_or_none

    return {
        "incident": incident,
        "page": preview.page,
        "environment": preview.environment,
        "title": preview.title or None,
        "status": preview.status,
        "body": preview.body,
        "components": {component.id: component.status for component in preview.components},
        "notify": preview.notify,
        "subscribers": preview.subscribers,
        "impact": preview.impact,
        "scheduled_for": iso_or_none(preview.scheduled_for),
        "scheduled_until": iso_or_none(preview.scheduled_until),
        "creates": preview.opens,
        "left_below": [one.id for one in preview.left_below],
        "warnings": list(preview.warnings),
        "needs_reason": list(preview.needs_reason),
    }


def print_target(context: Context, preview: Preview, incident: str | None = None) -> None:
    """Print the incident, the page, the status, and whether subscribers are notified."""
    aside = context.out.aside
    aside(
        f"{_target(preview.title, incident, preview.page_name, preview.page, preview.environment)}"
        f", {preview.host}: {preview.status}; {_notification(preview)}."
    )
    if preview.scheduled_for or preview.scheduled_until:
        aside(f"Window: {format_window(preview, context.desk.zone)}.")
    if preview.components:
        listed = (
            f"{component.path} {component.status or 'unchanged'}"
            for component in preview.components
        )
        only = ", for the window only" if preview.scheduled_for else ""
        aside(f"Components: {safe_line(', '.join(listed))}{only}.")
    if preview.left_below:
        listed = (f"{one.path} {one.status}" for one in preview.left_below)
        # Of what --restore itself left, the reason was printed.
        hint = " Use --restore to set them operational." if context.could_restore else ""
        aside(f"Still not operational: {safe_line(', '.join(listed))}.{hint}")
    found = set(finding_warnings(preview.findings))  # of those, ``print_findings`` says more
    for warning in preview.warnings:
        if warning not in found:
            aside(f"Warning: {safe_line(warning)}")


def print_findings(context: Context, preview: Preview) -> None:
    """Print what ``check`` finds in a text that is about to go out: errors and warnings.

    What may be a secret is not repeated: standard error ends up in logs.
    """
    if not any(finding.severity in {ERROR, WARN} for finding in preview.findings):
        return
    from ircon.commands.finding_lines import brief_lines

    for text in brief_lines(preview.findings):
        context.out.aside(text)


def format_window(preview: Preview, zone: tzinfo) -> str:
    """A maintenance's window in full, with its days."""
    from ircon.writing.text_format import moment

    begins, ends = preview.scheduled_for, preview.scheduled_until
    words = (("from", begins), ("until", ends))
    return " ".join(f"{name} {moment(one, zone)}" for name, one in words if one)


def print_item_target(context: Context, item: OutboxItem) -> None:
    """As ``print_target``, of what goes on from the outbox."""
    page = context.desk.config.page(item.page)
    called = page.title
    target = _target(item.incident_name, item.incident, called, page.name, page.environment)
    state = context.desk.records.incident(item.incident)
    told = state.public_updates and item.status and item.status != state.status
    shown = f" (the page shows {state.status})" if told else ""
    context.out.aside(f"{target}: {item.status or item.kind}{shown}.")


def _target(title: str, incident: str | None, called: str, page: str, environment: str) -> str:
    where = "PRODUCTION" if environment == "production" else environment
    which = f"incident {incident}, " if incident else "a new incident, "
    return f"To {safe_line(called)} (page '{page}', {where}), {which}{safe_line(title, 120)!r}"


def _notification(preview: Preview) -> str:
    count = "its" if preview.subscribers is None else preview.subscribers
    return f"notifies {count} subscribers" if preview.notify else "notifies nobody"


def print_unreachable(context: Context) -> None:
    """That what others posted meanwhile is not known, where the page could not be asked."""
    for one in context.desk.reachability.unanswered():
        context.out.aside(one.describe(context.desk.zone, context.desk.clock.now()))


def print_pulled(context: Context, pulled: list[Event]) -> None:
    """What others posted meanwhile, and what else the page shows otherwise by now."""
    for event in pulled:
        incident = context.desk.records.incident(event.incident)
        entry = next((one for one in incident.entries if one.event_id == event.id), None)
        words = entry.text.public if entry and isinstance(entry.text, PublicText) else ""
        if event.kind == "update":
            words = f"{event.text('status')}: {event.text('body') or ''}"
        what = "Posted by others" if event.kind == "update" else "Changed on the page"
        update = next((one for one in incident.updates if one.event_id == event.id), None)
        if update and context.desk.outbox.was_dropped_in_doubt(incident.id, update):
            what = "On the page now, perhaps your dropped update"
        said = f"{what}, {event.incident} {event.entry}: {safe_line(words, 300)}"
        context.out.aside(said.rstrip(" :"))
        if event.payload.get("deleted") is True and not event.text("remote_id"):
            line = shlex.join(context.ircon)
            context.out.aside(f"'{line} close {event.incident}' closes it here too.")
