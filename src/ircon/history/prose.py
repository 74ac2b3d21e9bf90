"""A postmortem as plain prose: no title, no page, no times with zones.

All of it is the postmortem's body. The times its sentences mention are the
author's words about the incident, not entries of a timeline, and none is made up
from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ircon.errors import Unreadable
from ircon.history.document import Document, Warnings, trimmed
from ircon.history.naming import first_sentence, shortened
from ircon.history.report import POSTMORTEM, Report, Written
from ircon.incident.components import Component

FORMAT: Final = "prose"

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS: Final = 5  # of a line that may be called a sentence
_LONGEST_TITLE: Final = 80
_SAMPLE: Final = 20_000  # characters that are looked at to tell prose from other files
_SHARE: Final = 0.5  # of them that must stand in sentences
_PIECE: Final = re.compile(r"[^.!?…\n]+")
_CODE: Final = re.compile(r"[={}\[\]<>;|\\]")
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|\?xml|rss|head|body)\b", re.IGNORECASE)


def sniff(document: Document) -> bool:
    """Mostly sentences; asked last. What is markup is refused by the reader, in its own words."""
    return bool(_MARKUP.match(document.text)) or _is_prose(document.text)


def read(document: Document, known: Sequence[Component]) -> list[Report]:  # noqa: ARG001 - prose names components in words only
    """The postmortem.

    Raises:
        Unreadable: there is no sentence in it, or it is markup.
    """
    body, line = trimmed(document.lines, 0, len(document.lines))
    if _MARKUP.match(body):
        raise Unreadable(
            "This is markup, not text.", "Copy the page's text, or import its address.", line
        )
    if not any(_is_sentence(each) for each in document.lines):
        raise Unreadable(
            "No update and no sentence was found.",
            "Expected an incident's page, a feed, JSON, or a postmortem in words.",
            line,
        )
    warnings = Warnings(document.warnings)
    warnings.add(line, "no title, page or zone: read as a postmortem of unknown date")
    return [
        Report(
            format=FORMAT,
            name=_name(document.lines[line - 1 :]),
            page=None,
            kind="incident",
            impact=None,
            updates=(),
            postmortem=Written(
                status=POSTMORTEM,
                body=body,
                at=None,
                at_text="",
                line=line,
                body_line=line,
                end_line=line + body.count("\n"),
                problem="the document does not say when it was published",
            ),
            components=(),
            source=document.name,
            text=document.text,
            warnings=warnings.all(),
        )
    ]


def _is_prose(body: str) -> bool:
    """Whether people wrote it to be read: words in sentences, not settings, code or bytes."""
    sample = body[:_SAMPLE]
    if any(sign in sample for sign in "\x00\x01\x02\x03\ufffd"):
        return False
    pieces = _PIECE.findall(sample)
    told = sum(len(one) for one in pieces if _is_sentence(one) and not _CODE.search(one))
    return told > _SHARE * sum(map(len, pieces))


def _is_sentence(line: str) -> bool:
    return len(_WORD.findall(line[:2000])) >= _FEWEST_WORDS


def _name(lines: Sequence[str]) -> str:
    """A short first line that stands alone, else the first sentence."""
    first, below = lines[0].strip(), "".join(lines[1:2]).strip()
    if len(first) <= _LONGEST_TITLE and not below and not first.endswith((".", ":")):
        return shortened(first.lstrip("# "))
    return first_sentence(next(line for line in lines if _is_sentence(line)))
