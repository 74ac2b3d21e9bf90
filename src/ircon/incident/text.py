"""Text types: public, internal and foreign text, and the placeholders of an unfinished one.

``PublicText`` and ``InternalText`` have no common base and no function leads
from one to the other (docs/security.md): a note can only become public by being
typed again in the public composer. Foreign text is any text that ircon did not
write itself; ``safe`` makes it inert for a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class PublicText:
    """Text that customers see, or will see."""

    __slots__ = ("public",)

    def __init__(self, public: str) -> None:
        if not isinstance(public, str):
            raise TypeError("public text is made of typed or published words only")
        self.public: Final = public

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicText) and other.public == self.public

    def __hash__(self) -> int:
        return hash((PublicText, self.public))

    def __repr__(self) -> str:
        return f"PublicText({self.public!r})"


class InternalText:
    """Text that leaves the machine only by an explicit export.

    The representation is masked, so that a stray f-string or a log line does
    not carry them anywhere.
    """

    __slots__ = ("internal",)

    def __init__(self, internal: str) -> None:
        if not isinstance(internal, str):
            raise TypeError("internal text is made of typed words only")
        self.internal: Final = internal

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InternalText) and other.internal == self.internal

    def __hash__(self) -> int:
        return hash((InternalText, self.internal))

    def __repr__(self) -> str:
        return f"InternalText(<{len(self.internal)} characters>)"


MAX_MARKS: Final = 6  # combining marks, and joiners, on one base character
_ZWJ: Final = "\u200d"  # kept: families of emoji are joined with it

# Control characters and their visible pictures; line breaks stay.
_PICTURES: Final = {code: chr(0x2400 + code) for code in range(0x20)} | {
    0x7F: "␡",
    0x09: "    ",
    0x0A: "\n",
}

# C1 controls, soft hyphen, fillers, zero-width characters, bidi marks and overrides,
# separators, surrogates, annotations, tags, and the invisible controls of scripts.
_HIDDEN: Final = re.compile(
    "[\x80-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

# The same, and C0 controls other than line breaks and tabs.
_UNSEEN: Final = re.compile(f"(?:[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|{_HIDDEN.pattern})+")
# Marks that right-to-left and Indic scripts need between their letters.
_JOINING: Final = frozenset("\u061c\u200c\u200e\u200f")
_OTHER_SCRIPTS: Final = 0x0590  # from here on: Hebrew, Arabic, Indic and so on

# Latin, Greek, Cyrillic, punctuation, currency, arrows and symbols: always inert.
_PLAIN: Final = re.compile(
    "[\n -~\xa1-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2100-\u2bff]*"
)


def safe(text: str, limit: int = 1_000_000) -> str:
    """Make foreign text inert for a terminal; line breaks stay.

    Control characters become pictures (``␛``), invisible and direction-changing
    ones their code point in brackets, a tower of combining marks is cut at six,
    tabs become spaces, and anything past ``limit`` characters an ellipsis.
    Idempotent.
    """
    inert = text[:limit]
    if not _PLAIN.fullmatch(inert):  # the common case costs one scan
        inert = _without_towers(inert.replace("\r\n", "\n")).translate(_PICTURES)
        inert = _HIDDEN.sub(lambda hidden: f"⟦U+{ord(hidden[0]):04X}⟧", inert)
    if len(text) > limit or len(inert) > limit:
        inert = inert[: limit - 1] + "…"
    return inert


def _without_towers(text: str) -> str:
    chars, marks = [], 0
    for char in text:
        marks = marks + 1 if char == _ZWJ or unicodedata.category(char)[0] == "M" else 0
        if marks <= MAX_MARKS:
            chars.append(char)
    return "".join(chars)


def safe_line(text: str, limit: int = 2_000) -> str:
    """Make foreign text inert on one line: like ``safe``, with breaks and tabs as pictures."""
    return safe(text.replace("\r\n", "\n").replace("\n", "␤").replace("\t", "␉"), limit)


_CREDENTIALS: Final = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/?#]*@")


def strip_credentials(text: str) -> str:
    """Return a text with user name and password removed from its addresses."""
    return _CREDENTIALS.sub(r"\1", text) if "@" in text else text


def invisible_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of invisible characters: control, zero-width, direction-changing.

    Marks that some scripts need count only away from letters of such scripts.
    """
    if _PLAIN.fullmatch(text):
        return []
    return [match.span() for match in _UNSEEN.finditer(text) if not _belongs(text, *match.span())]


def _belongs(text: str, start: int, end: int) -> bool:
    around = text[max(start - 1, 0) : start] + text[end : end + 1]
    is_other_script = any(char.isalpha() and ord(char) >= _OTHER_SCRIPTS for char in around)
    return is_other_script and _JOINING.issuperset(text[start:end])


def compose(text: str) -> str:
    """Return a text in Unicode NFC: one spelling of ``é``, however it was typed."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold_case(text: str) -> str:
    """Return a name for comparison: in NFC, without regard to case."""
    return compose(compose(text).casefold())


def ingest(text: str) -> str:
    """Return a text from outside as it may be stored: lone surrogates replaced.

    They are legal in JSON, and make sqlite3, httpx and tomli_w raise.
    """
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


def ingest_value(value: Any) -> Any:
    """Return a JSON value from outside with ``ingest`` applied to every text in it."""
    if isinstance(value, str):
        return ingest(value)
    if isinstance(value, Mapping):
        return {ingest(str(name)): ingest_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [ingest_value(inner) for inner in value]
    return value


# One pattern for the refusal to send and for the finding (CHECKS, U17), so that they agree.
_UNFINISHED: Final = re.compile(
    r"\{\{[^{}\n]{0,500}\}\}|\{\{|\}\}"
    r"|\b(?:TODO|FIXME|XXX)\b"
    # The sample sentence that status pages offer beside an empty text field.
    r"|(?i:\blet your users know\b[^.\n]{0,200})"
)


class Placeholder(NamedTuple):
    """An unfinished part of a text: ``text[start:end]`` must be replaced before it is sent."""

    text: str
    start: int
    end: int


def find_placeholders(text: str) -> list[Placeholder]:
    """Return everything that must not be sent as it is: ``{{holes}}``, TODO marks, samples."""
    return [Placeholder(match[0], *match.span()) for match in _UNFINISHED.finditer(text)]
