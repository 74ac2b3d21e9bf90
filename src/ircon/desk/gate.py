"""What a public text is held against before it may leave: limits, left-overs, warnings."""

from __future__ import annotations

from dataclasses import replace

from ircon.desk.drafts import PublicDraft
from ircon.errors import Refused
from ircon.incident.components import Change
from ircon.incident.state import Incident
from ircon.incident.text import PublicText, safe
from ircon.incident.unfinished import leftovers
from ircon.incident.vocabulary import LEVELS, MAX_BODY, STATUSES, is_closed


def check_status(status: str, kind: str) -> None:
    """Hold a status against the kind of incident it is for.

    Raises:
        Refused: there is no such status, or it belongs to the other kind.
    """
    known = STATUSES.get(status)
    if known is None or known.kind != kind:
        allowed = ", ".join(one.name for one in STATUSES.values() if one.kind == kind)
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
    if is_closed(incident.status) and not reopen:
        raise Refused(
            f"Incident {incident.id} is already {incident.status}.",
            "Say so if it must speak again: --reopen, or declare a new incident.",
        )


def check_body(body: PublicText) -> None:
    """Hold a text against what a page takes, and against what must never be sent.

    Raises:
        Refused: it is empty, too long, or a placeholder is left in it.
    """
    text = body.public
    if not text.strip():
        raise Refused("There is nothing to say yet.", "Type the update.")
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
    left = leftovers(text)
    if left:
        named = ", ".join(dict.fromkeys(one.text for one in left))
        raise Refused(f"Not finished: {named}.", "Fill in or remove what is named.")


def left_below(draft: PublicDraft, incident: Incident | None) -> tuple[Change, ...]:
    """On a closing update: the components that would stay below operational on the page."""
    if not is_closed(draft.status):
        return ()
    after = {one.id: one for one in (incident.components if incident else ())}
    for change in draft.components:
        before = after.get(change.id)
        status = change.status or (before.status if before else change.was)
        after[change.id] = replace(change, status=status)
    return tuple(one for one in after.values() if LEVELS[one.status or "operational"].rank)


def warnings(draft: PublicDraft) -> list[str]:
    """Sentences worth reading before sending; none of them blocks."""
    found = invisible(draft.body.public)
    if draft.title:
        found += invisible(draft.title.public)
    return found


def invisible(text: str) -> list[str]:
    """Warn of characters that customers would not see, or see as something else."""
    if safe(text) == text.replace("\r\n", "\n").replace("\t", "    "):
        return []
    return ["The text holds invisible or control characters."]
