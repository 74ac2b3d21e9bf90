"""Options of the posting verbs, and the draft that a command line describes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from ircon.commands.arguments import Line, seconds
from ircon.commands.context import Context
from ircon.commands.streams import read_input
from ircon.desk.drafts import PublicDraft
from ircon.desk.validation import check_accepts_updates, check_may_publish
from ircon.errors import Refused, UsageError
from ircon.incident.components import ComponentChange
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import IMPACTS, STATUSES


def add_words(parser: argparse.ArgumentParser) -> None:
    """The options that say what is posted."""
    add = parser.add_argument
    add("-m", "--message", metavar="TEXT", help="what customers read; - reads standard input")
    add("-F", "--file", metavar="FILE", help="... from a file; with none of these, in $EDITOR")
    add("--template", metavar="T", help="... or a template: 'ircon templates' lists them")
    add("--set", action="append", metavar="K=V", help="a field of the template; repeatable")
    add(
        "-c",
        "--component",
        dest="components",
        action="append",
        metavar="NAME[=STATUS]",
        help="a component and its new status, or Group/*; repeatable",
    )
    add("--reason", default="", metavar="TEXT", help="why, for the record")
    add_sending(parser)
    add("--again", action="store_true", help="even if the same text is pending already")


def add_plan(parser: argparse.ArgumentParser) -> None:
    """The options that only the first words of an incident or a maintenance take."""
    add = parser.add_argument
    add("--impact", choices=IMPACTS, help="default: derived from its components")
    add("--from", dest="begins", metavar="T", help="when a maintenance begins")
    add("--until", dest="ends", metavar="T", help="when it ends")
    add("--remind", action="store_true", help="have the page remind its subscribers before")


def add_sending(parser: argparse.ArgumentParser) -> None:
    """The options that say how it is posted."""
    add = parser.add_argument
    add(
        "--notify",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="notify subscribers, or do not; the default is in config.toml",
    )
    add("--dry-run", action="store_true", help="show the update and its findings; send nothing")
    add("--strict", action="store_true", help="refuse it on warnings too")
    add("--key", metavar="K", help="the same key posts once: a script may repeat its command")
    add("--timeout", type=seconds, default=20, metavar="S", help="seconds for the page (20)")


def plan(line: Line, context: Context) -> dict[str, Any]:
    """What ``add_plan`` says, as fields of a draft.

    Raises:
        BadTime: a time cannot be read.
    """
    begins, ends = context.window(line.begins, line.ends)
    return {
        "impact": line.impact,
        "scheduled_for": begins,
        "scheduled_until": ends,
        "remind": line.remind or None,
    }


def compose(
    line: Line,
    context: Context,
    status: str | None,
    incident: Incident | None = None,
    restored: tuple[ComponentChange, ...] = (),
    **known: Any,
) -> PublicDraft:
    """The draft that the command line describes.

    Args:
        status: what it sets where neither the line nor its template says.
        incident: None declares a new one, of which ``known`` says the rest.
        restored: components that are set operational, unless the line says otherwise.

    Raises:
        UsageError: the line says too little or too much.
        Refused: a field of the template is still open; names it.
    """
    desk = context.desk
    if incident is not None:  # before anything else is found wrong with the words
        check_accepts_updates(incident, reopen=getattr(line, "reopen", False))
    if line.set and line.template is None:
        raise UsageError("--set fills in a template, and none is given.", "Use --template.")
    template = desk.compose.template(line.template) if line.template else None
    status = status or (template.status if template else None)
    if status is None and template and incident:
        status = incident.status  # it keeps the running one
    if status is None:
        raise UsageError("The update has no status.", f"Add --status: {', '.join(STATUSES)}.")
    if incident is not None and not desk.page_state.is_on_page(incident):
        check_may_publish(incident, status, known.get("title"))
    if line.message is None and template is None:
        line.message = line.unsaved = _written(line)
    page = (incident.page if incident else None) or line.page
    words = [f"{name}={level}" for name, level in template.components.items()] if template else []
    chosen = {one.id: one for one in restored}
    words += line.components or []
    with context.patience.spend():
        selected = desk.page_data.select(words, page, context.patience.remaining)
    chosen |= {one.id: one for one in selected}
    components = tuple(chosen.values())
    if template:
        composed = desk.compose.fill(
            template,
            status,
            incident=incident,
            page=page,
            components=components,
            typed=_pairs(line.set or []),
            severity=known.get("severity"),
            impact=known.get("impact"),
            since=context.at,
            begins=known.get("scheduled_for"),
            ends=known.get("scheduled_until"),
        )
        line.message = line.unsaved = composed.body
        if composed.open:
            named = "; ".join(f"{{{{{one.name}}}}}, {one.meaning}" for one in composed.open)
            raise Refused(
                f"Not filled in: {named}.",
                f"Use --set for each, as --set {composed.open[0].name}=TEXT.",
            )
    return PublicDraft(
        status=status,
        body=PublicText(tidy(line.message)),
        components=components,
        incident=incident.id if incident else None,
        page=line.page,
        notify=template.notify if line.notify is None and template else line.notify,
        at=context.at,
        template=line.template,
        reason=line.reason,
        **known,
    )


def read_words(line: Line) -> None:
    """Bring in the text of ``-m -`` and ``-F FILE``; whatever was typed is in ``said``.

    Raises:
        UsageError: it is said in several ways, or the file cannot be read as text.
    """
    given = [one for one in (line.message, line.file, line.template) if one is not None]
    line.unsaved = line.message or "\n".join(line.set or ())
    if len(given) > 1:
        raise UsageError("Several texts are given.", "Use one of -m, -F and --template.")
    if "-" in (line.message, line.file):
        line.elsewhere, line.unsaved = True, ""  # the dash is nobody's word
        line.message = read_input()
    elif line.file is not None:
        line.elsewhere = True
        try:
            line.message = Path(line.file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8"
            raise UsageError(
                f"{line.file[:200]} cannot be read: {why}.", "Give a text file, or -m TEXT."
            ) from error
    line.unsaved = line.message or line.unsaved


def tidy(text: str) -> str:
    """A text without the blanks and line ends around it that files and shells leave."""
    return text.rstrip().lstrip("\r\n")


def _written(line: Line) -> str:
    """What a person writes in their editor, where there is one and a terminal for it.

    Raises:
        UsageError: there is neither, so the words are missing.
        Refused: the editor failed, or nothing was written.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("The text is missing.", "Use one of -m TEXT, -F FILE and --template T.")
    from contextlib import nullcontext

    from ircon.console.external_editor import edit

    line.elsewhere = True
    text = edit("", os.environ, nullcontext)
    if not text.strip():
        raise Refused("Nothing was written, so nothing was sent.", "Write a text, or use -m TEXT.")
    return text


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(one.partition("=")[::2] for one in given)
    if any("=" not in one for one in given):
        raise UsageError("--set expects NAME=TEXT.", 'For example: --set cause="a bad release".')
    return pairs
