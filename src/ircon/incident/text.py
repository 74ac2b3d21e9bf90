"""Kinds of text: what may become public, what never may, and what is foreign.

``PublicText`` and ``InternalText`` have no common base and no function leads
from one to the other (docs/security.md): a note can only become public by being
typed again in the public composer. Foreign text is any text that ircon did not
write itself; ``safe`` makes it inert for a terminal.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


class PublicText:
    """Words that customers see, or will."""

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
    """Words that never leave the machine but by a person's own export.

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


MAX_MARKS: Final = 6  # combining marks on one base character
_PICTURES: Final = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}
_ZWJ: Final = 0x200D  # kept: families of emoji are joined with it


def _is_hidden(code: int) -> bool:
    """C1 controls, bidi overrides, zero-width signs, tags, surrogates, private fillers."""
    return (
        0x80 <= code <= 0x9F
        or code in {0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F, 0xFEFF, 0x3164, 0xFFA0}
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xD800 <= code <= 0xDFFF
        or 0xFFF9 <= code <= 0xFFFB
        or 0xE0000 <= code <= 0xE0FFF
        or 0x1D173 <= code <= 0x1D17A
    )


# Latin, Greek, Cyrillic, punctuation, currency, arrows and symbols: nothing to do.
_PLAIN: Final = re.compile(
    "[\n -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20a0-\u20cf\u2100-\u2bff]*"
)


def safe(text: str, limit: int = 1_000_000) -> str:
    """Foreign text made inert for a terminal; line breaks stay.

    Control characters become pictures (``␛``), invisible and direction-changing
    ones their code point in brackets, a tower of combining marks is cut at six,
    tabs become spaces, and anything past ``limit`` characters an ellipsis.
    Idempotent.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if _PLAIN.fullmatch(text):  # the common case costs one scan
        return text
    text = text.replace("\r\n", "\n")
    out: list[str] = []
    marks = 0
    for sign in text:
        code = ord(sign)
        if unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me"}:
            marks += 1
            if marks > MAX_MARKS:
                continue
        elif code != _ZWJ:
            marks = 0
        if sign == "\n":
            out.append(sign)
        elif sign == "\t":
            out.append("    ")
        elif code in _PICTURES:
            out.append(_PICTURES[code])
        elif _is_hidden(code):
            out.append(f"⟦U+{code:04X}⟧")
        else:
            out.append(sign)
    return "".join(out)


def safe_line(text: str, limit: int = 2_000) -> str:
    """Foreign text for one line: as ``safe``, with breaks and tabs as pictures."""
    return safe(text.replace("\r\n", "\n").replace("\n", "␤").replace("\t", "␉"), limit)


def ingest(text: str) -> str:
    """A text from outside as it may be kept: lone surrogates replaced.

    They are legal in JSON, and make sqlite3, httpx and tomli_w raise.
    """
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text
