"""Names for reports that have none, or too long a one."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from ircon.incident.vocabulary import MAX_NAME

_SENTENCE: Final = re.compile(r"[^.!?]{1,300}(?:[.!?](?!\s)[^.!?]{0,300}){0,10}")


def shorten_title(name: str, limit: int = MAX_NAME) -> str:
    """A name on one line, within ``limit`` characters, cut at a word."""
    line = " ".join(name[: limit * 4].split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head.rpartition(" ")[0] or head) + "…"


def title_from_file_name(document: str) -> str:
    """A document's name without its folder and ending; of an address, its last part."""
    return shorten_title(PurePosixPath(document.rstrip("/")).stem) or "Imported incident"


def first_sentence(text: str) -> str:
    """A text's first sentence, without its full stop."""
    found = _SENTENCE.match(text.lstrip())
    return shorten_title(found[0].strip() if found else text[:MAX_NAME])
