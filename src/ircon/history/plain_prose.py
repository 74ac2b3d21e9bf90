"""The shape ``prose``: a postmortem as plain prose, with no title, page or zones.

Any file may be imported, so a text is accepted only where it tells of an incident:
of something that went wrong, in the past, and when. ``refusal`` says of any other
text what it looks like instead.

All of it is the postmortem's body. The times its sentences mention are part of the
text, not entries of a timeline, and no entries are made from them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ircon.errors import Unreadable
from ircon.history.document import Document, Warnings, trim_blank_lines
from ircon.history.report import POSTMORTEM, Block, Report, Shape, first_sentence, shorten_title
from ircon.incident.components import Component

FORMAT: Final = "prose"

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS: Final = 5  # of a line that counts as a sentence
_LONGEST_TITLE: Final = 80
_SAMPLE: Final = 20_000  # characters that are read to tell prose from other files
_SHARE: Final = 0.5  # of them that must stand in sentences
_PIECE: Final = re.compile(r"[^.!?…。\n|]+")
_CODE: Final = re.compile(r"[={}\[\]<>;|\\]")
_BRACES: Final = re.compile(r"[={}<>\\]")
_FEWEST_OF_A_DRAFT: Final = 15  # words in lines that are sentences
_MARKUP: Final = re.compile(r"\s*<(?:!doctype|html|\?xml|rss|head|body)\b", re.IGNORECASE)
_SIGNS: Final = re.compile(
    r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{6}"
)  # of scripts without blanks
_FENCED: Final = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,500}\)|https?://\S+")

_TIME: Final = r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?:[.,]\d+)?"
_DATE: Final = r"(?:\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2} {1,2}\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
# Texts that are not prose, by their beginning.
_HEAD: Final = (
    (re.compile(r"(?:diff --git |--- \S|Index: |@@ -)"), "a patch"),
    (re.compile(r"commit [0-9a-f]{7,64}\b"), "a git log"),
    (re.compile(r"#!"), "a script"),
    (re.compile(r"Metadata-Version: "), "a package's description"),
    (
        re.compile(r"(?s)---[ \t]*\n.{0,2000}?^(?:resolved|severity|affected)\w*:", re.MULTILINE),
        "a status page's source file with a YAML head",
    ),
)
_MAIL: Final = re.compile(r"(?m)^(?:From|To|Subject|Date|Message-ID|Received|MIME-Version): ")
_LOGGED: Final = re.compile(rf"\W{{0,3}}(?:{_DATE}[T ,]{{1,2}})?{_TIME}\b")
_STAMPED: Final = re.compile(rf"(?:{_LOGGED.pattern}|.{{1,60}}\s{_TIME}(?: ?[AaPp][Mm])?\s*\Z)")
_OF_A_PAGE: Final = re.compile(
    r"(?im)^[^\w\n]{0,9}(?:past incidents|no incidents reported|update timeline)\b"
    r"|^\W{0,3}(?:investigating|identified|monitoring|resolved|scheduled|completed)\W{0,3} [-–—] "
)
_VERSION: Final = re.compile(r"(?:\W{0,4}|Version |Release )v?\d+\.\d+(?:\.\d+)?\b(?!\s*[%°]|:)")
_LISTED_LINK: Final = re.compile(r"\W{0,6}\[[^\]\n]{1,200}\]\(")
# Keys of programs are in small letters; people's labels ("Impact: ...") begin with a capital.
_KEY: Final = re.compile(r"(?:- )?[a-z][a-z0-9_]{1,40}:(?:\s|\Z)")
_FEWEST_KEYS: Final = 4
_HEAD_END: Final = 80  # lines in which a YAML head must end
_TITLE_KEY: Final = re.compile(r"(?:title|name):\s+([\"']?)(.+?)\1\s*")
_COPYRIGHT: Final = re.compile(r"©|\bcopyright\b", re.IGNORECASE)
_SECTION: Final = re.compile(
    r"(?im)^\W{0,6}(?:summary|timeline|root causes?|causes?|impact|resolution|detection|mitigation"
    r"|what happened|why did|lessons|action items|contributing|remediation|prevention|background"
    r"|überblick|ursache|auswirkung)"
)
# Marks of an incident report: something went wrong, the past tense, and times.
_TROUBLE: Final = re.compile(
    r"\b(?:outages?|incidents?|downtime|disrupt\w*|interrupt\w*|degrad\w*|unavailab\w*|unreachable"
    r"|unresponsive|errors?|fail(?:ed|ures?|ing)?|crash\w*|latency|slow(?:ness|er|ly|ed)?|time-?outs?"
    r"|timed out|(?:went|was|were|is|are) down|breach\w*|delay\w*|los[st]|cut|broken?|bugs?"
    r"|could not|couldn['’]t|unable|stopped|full|missing|wrong"
    r"|Ausf[aä]ll\w*|Störung\w*|Unterbrechung\w*|fiel|Fehler\w*|nicht erreichbar"
    r"|pannes?|perturbations?|indisponib\w*|erreurs?|ca[ií]das?|incidentes?|incidenti|fallos?|errore?s?"
    r"|interru[pz]\w*|disservizi\w*|storing\w*|onderbreking\w*|falhas?|awari\w*)\b"
    r"|障害|停止|故障|中断|장애",
    re.IGNORECASE,
)
_PAST: Final = re.compile(
    r"\b(?:was|were|had|did|began|went|became|started|failed|caused|noticed|found|restored|resolved"
    r"|identified|experienced|received|could not|rolled back|lost|saw|stopped|deleted|updated|fixed"
    r"|war(?:en)?|wurden?|konnten?|hatten?|fiel(?:en)?|a été|ont été|était|étaient|fue(?:ron)?"
    r"|estaba|hubo|è stato|sono stati|foi|foram|werd(?:en)?|waren)\b"
    r"|ました|ていた|했습니다|发生|恢复",
    re.IGNORECASE,
)
_PRESENT: Final = re.compile(
    r"\b(?:is|are|has|can|does|do|will|uses?|runs?|should|must|may)\b", re.IGNORECASE
)
_WHEN: Final = re.compile(
    r"\b\d{1,2}[:.h]\d{2}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:\d+|an?|one|two|several|few|half)[ -]"
    r"(?:min|minutes?|hours?|hrs?|seconds?|days?|Minuten?|Stunden?|heures?|horas?|minutos?|uur)\b"
    r"|\b\d{1,2}\.? (?:Jan|Feb|Mar|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez)\w*"
    r"|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w* \d{1,2}\b|\b\d{1,2} ?[ap]m\b"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\d+[月日時]",
    re.IGNORECASE,
)
_TELLING: Final = re.compile(
    r"\b(?:resolv|restore|mitigat|identif|investigat|roll(?:ed|ing)? ?back|root cause|post-?mortem"
    r"|remediat|impact|affect|customer|users?\b|recover|detect|alert|Kunde|behoben|Ursache|betroffen"
    r"|clients?\b|clientes|cause)",
    re.IGNORECASE,
)
_LINES: Final = 400  # that are read
_MOSTLY: Final = 0.6  # of the lines: those of a log begin with a time, those of a table are alike


def sniff(document: Document) -> bool:
    """Whether a document is prose about an incident, or markup, which ``read`` refuses."""
    return bool(_MARKUP.match(document.bare)) or refusal(document) is None


def may_be_draft(document: Document) -> bool:
    """Whether a text may be a draft: mostly sentences, and not of a page that cannot be read."""
    sample = _LINK.sub(r"\1", _FENCED.sub("", document.bare[:_SAMPLE]))
    start = document.bare[:_SAMPLE].lstrip()
    if _MARKUP.match(start) or _OF_A_PAGE.search(start):
        return False
    words = sum(len(line.split()) for line in document.lines if _is_sentence(line))
    if words < _FEWEST_OF_A_DRAFT or len(_BRACES.findall(sample)) > words // 4:
        return False
    is_mail = len(_MAIL.findall(start[:1000])) >= 3
    return not is_mail and not any(pattern.match(start) for pattern, _ in _HEAD)


def refusal(document: Document) -> str | None:
    """Return why a document is not prose about an incident; None where it is."""
    sample = _LINK.sub(r"\1", _FENCED.sub("", document.bare[:_SAMPLE]))
    start = document.bare[:_SAMPLE].lstrip()
    if any(char in sample for char in "\x00\x01\x02\x03\ufffd"):
        return "This is not text."
    likeness = next((text for pattern, text in _HEAD if pattern.match(start)), None)
    likeness = likeness or _by_lines(
        [line for line in document.lines[:_LINES] if line.strip()], start
    )
    if likeness:
        return f"This looks like {likeness}, and not like a postmortem."
    if not _is_prose(sample):
        return "The document has no known shape: no update, and not mostly sentences."
    if not _tells_of_an_incident(sample):
        return "This is not an incident report: it does not say what went wrong, and when."
    return None


def _by_lines(lines: Sequence[str], start: str) -> str | None:
    """Return what a document looks like by its lines; None where nothing but prose fits."""
    count = max(len(lines), 3)
    written_up = bool(_SECTION.search(start))  # a postmortem may have a list of times
    commas = [line.count(",") for line in lines]
    logged = sum(bool(_LOGGED.match(line[:200])) for line in lines)
    stamped = sum(bool(_STAMPED.match(line[:200])) for line in lines)
    of_a_page = len(_OF_A_PAGE.findall(start))
    likenesses = {
        "a mail": len(_MAIL.findall(start[:1000])) >= 3,
        "a log, or a list of updates that could not be read": logged > _MOSTLY * count,
        "a chat, a log or a list of updates that could not be read": stamped >= 3
        and not written_up,
        "a status page whose updates could not be read": of_a_page >= (3 if written_up else 1),
        "a list of releases": sum(bool(_VERSION.match(line)) for line in lines) >= 3
        and not written_up,
        "a licence": len(_COPYRIGHT.findall(start)) >= 3,
        "settings with remarks": sum(line.startswith("#") for line in lines) > _MOSTLY * count,
        "a list of links": sum(bool(_LISTED_LINK.match(line)) for line in lines) > _MOSTLY * count,
        "data with keys": _is_keyed(lines),
        "a table of values": commas.count(max(min(commas, default=0), 2)) > _MOSTLY * count,
    }
    return next((likeness for likeness, is_so in likenesses.items() if is_so), None)


def _is_keyed(lines: Sequence[str]) -> bool:
    """Whether every line at the margin begins with a key; indented lines may be sentences."""
    at_margin = [line for line in lines if line[:1] not in {" ", "\t", "#"}]
    keys = sum(bool(_KEY.match(line)) for line in at_margin)
    return keys >= _FEWEST_KEYS and keys == len(at_margin)


def _tells_of_an_incident(sample: str) -> bool:
    past, times = len(_PAST.findall(sample)), len(_WHEN.findall(sample))
    if not (past and _TROUBLE.search(sample)):
        return False
    if not times and len({word.lower() for word in _TELLING.findall(sample)}) < 2:
        return False
    # Manuals, changelogs and policies are in the present tense.
    present = len(_PRESENT.findall(sample))
    return past * 2 >= present or (times >= 5 and times * 3 >= present)


def read(document: Document, page_components: Sequence[Component]) -> list[Report]:  # noqa: ARG001 - prose names components in words only
    """Return a report with the postmortem and no updates, as a list of one.

    Raises:
        Unreadable: it has no sentence, or is markup.
    """
    body, line = trim_blank_lines(document.lines, 0, len(document.lines))
    if _MARKUP.match(body):
        raise Unreadable(
            "This is markup, not text.", "Copy the page's text, or import its address.", line
        )
    if not any(_is_sentence(each) for each in document.lines):
        raise Unreadable(
            "No update and no sentence was found.",
            "Expected an incident's page, a feed, JSON, or a postmortem in sentences.",
            line,
        )
    warnings = Warnings(document.warnings)
    warnings.add(line, "no title, page or zone: imported as a postmortem of unknown date")
    return [
        Report(
            format=FORMAT,
            name=_name(document.lines[line - 1 :]),
            page=None,
            kind="incident",
            impact=None,
            updates=(),
            postmortem=Block(
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


def _is_prose(sample: str) -> bool:
    """Whether most of a sample is sentences, not settings, code or bytes."""
    pieces = _PIECE.findall(sample)
    in_sentences = sum(
        len(piece) for piece in pieces if _is_sentence(piece) and not _CODE.search(piece)
    )
    in_words = sum(len(piece) for piece in pieces if _WORD.search(piece) or _SIGNS.search(piece))
    return in_sentences > _SHARE * in_words


def _is_sentence(line: str) -> bool:
    return len(_WORD.findall(line[:2000])) >= _FEWEST_WORDS or bool(_SIGNS.search(line[:2000]))


def _name(lines: Sequence[str]) -> str:
    """Return a YAML head's title, else a short first line of its own, else the first sentence."""
    head, lines = _headed(lines)
    for line in head:
        if titled := _TITLE_KEY.fullmatch(line):
            return shorten_title(titled[2])
    first, below = lines[0].strip(), "".join(lines[1:2]).strip()
    if len(first) <= _LONGEST_TITLE and not below and not first.endswith((".", ":")):
        return shorten_title(first.lstrip("# "))
    return first_sentence(next(line for line in lines if _is_sentence(line)).lstrip("# "))


def _headed(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Split off a YAML head: its lines, and those below it from the first that is not blank."""
    ends = [index for index, line in enumerate(lines[:_HEAD_END]) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0]:
        return (), lines
    below = next((index for index in range(ends[1] + 1, len(lines)) if lines[index].strip()), None)
    if below is None or not any(_is_sentence(line) for line in lines[below:]):
        return lines[1 : ends[1]], lines
    return lines[1 : ends[1]], lines[below:]


SHAPE: Final = Shape(FORMAT, sniff, read)
