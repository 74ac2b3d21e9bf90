"""What is to be posted, out of the words of a command line."""

from __future__ import annotations

import argparse
from typing import Any

from ircon.commands.context import Context
from ircon.commands.parsing import Line
from ircon.desk.drafts import PublicDraft
from ircon.desk.gate import check_speaks
from ircon.errors import Refused, UsageError
from ircon.incident.state import Incident
from ircon.incident.text import PublicText
from ircon.incident.vocabulary import STATUSES


def add_words(parser: argparse.ArgumentParser) -> None:
    """The options that say what is posted."""
    add = parser.add_argument
    add("-m", "--message", metavar="TEXT", help="what customers read")
    add("--template", metavar="T", help="... or a template: 'ircon templates' lists them")
    add("--set", action="append", metavar="K=V", help="a field of the template; repeats")
    add(
        "-c",
        "--component",
        dest="components",
        action="append",
        metavar="NAME[=STATUS]",
        help="a component and its new status, or Group/*; repeats",
    )
    add("--reason", default="", metavar="TEXT", help="why, for the record")
    add_sending(parser)


def add_sending(parser: argparse.ArgumentParser) -> None:
    """The options that say how it is posted."""
    add = parser.add_argument
    add(
        "--notify",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="mail the subscribers, or do not; config.toml has the default",
    )
    add("--timeout", type=float, default=20, metavar="S", help="seconds to wait for the page (20)")


def compose(
    line: Line,
    context: Context,
    status: str | None,
    incident: Incident | None = None,
    **known: Any,
) -> PublicDraft:
    """The draft that the command line describes.

    Args:
        status: what it sets where neither the line nor its template says.
        incident: None declares a new one, of which ``known`` says the rest.

    Raises:
        UsageError: the line says too little or too much.
        Refused: a field of the template is still open; names it.
    """
    desk = context.desk
    if incident is not None:  # before anything else is found wrong with the words
        check_speaks(incident, reopen=getattr(line, "reopen", False))
    if (line.message is None) == (line.template is None):
        raise UsageError("One of -m TEXT and --template T says what is posted.", "Give one.")
    if line.set and line.template is None:
        raise UsageError("--set fills in a template.", "Say which with --template.")
    template = desk.compose.template(line.template) if line.template else None
    status = status or (template.status if template else None)
    if status is None and template and incident:
        status = incident.status  # it keeps the running one
    if status is None:
        raise UsageError("An update sets a status.", f"Add --status: {', '.join(STATUSES)}.")
    page = (incident.page if incident else None) or line.page
    words = [f"{name}={level}" for name, level in template.components.items()] if template else []
    components = tuple(desk.catalogue.select(words + (line.components or []), page))
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
        line.message = line.said = composed.body
        if composed.open:
            named = "; ".join(f"{{{{{one.name}}}}}, {one.meaning}" for one in composed.open)
            raise Refused(
                f"Not filled in: {named}.",
                f"Say each with --set, as --set {composed.open[0].name}=TEXT.",
            )
    return PublicDraft(
        status=status,
        body=PublicText(line.message),
        components=components,
        incident=incident.id if incident else None,
        page=line.page,
        notify=template.notify if line.notify is None and template else line.notify,
        at=context.at,
        template=line.template,
        reason=line.reason,
        **known,
    )


def typed_words(line: Line) -> str:
    """What a person typed of an update: the text, or what fills in a template."""
    return line.message or "\n".join(line.set or ())


def _pairs(given: list[str]) -> dict[str, str]:
    pairs = dict(one.partition("=")[::2] for one in given)
    if any("=" not in one for one in given):
        raise UsageError("--set wants NAME=TEXT.", 'For example: --set cause="a bad release".')
    return pairs
