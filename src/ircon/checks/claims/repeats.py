"""News of an update: its words without greetings, times, and when the next one is due."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ircon.text.phrases import phrases
from ircon.text.prose import mask_markup, normalise, sentences

# A clause about the next update, in any words; "by 14:30" ends it.
_NEXT: Final = phrases(
    r"next (?:\w+ ){0,2}?(?:update|report|news|word|status)",
    r"(?:we|i)(?:'ll| will| shall| are going to| plan to| aim to| expect to)"
    r" (?:\w+ ){0,4}?(?:updates?|write|post|report|inform|share|keep you|let you know|be back"
    r"|get back|come back|tell|speak|follow up|news|more (?:information|details))",
    r"(?:further|more|another|new) (?:updates?|information|details|news) (?:\w+ ){0,4}?"
    r"(?:will|by|at|in|within|follow|as|when|to)",
    r"(?:expect|look for) (?:\w+ ){0,3}?(?:update|news|word)",
    r"(?:an? )?updates? (?:by|at|in|within|every|will|to follow|follows?)",
    r"stay tuned",
)
_GREETING: Final = re.compile(
    r"\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b"
    r"(?: (?:all|everyone|everybody|customers?|users?|team|there|again))*\W+",
    re.IGNORECASE,
)
_COURTESY: Final = phrases(
    r"(?:we )?(?:sincerely |deeply |very )?(?:apologi[sz]e|are sorry|regret)",
    r"(?:our )?apologies",
    r"(?:many )?(?:thanks|thank you)",
    r"(?:kind|best) regards",
    r"please bear with us",
)
_CLOCK: Final = re.compile(
    r"(?:\b(?:as of|at|since|by|until|from|it is now|status at)\s+)?"
    r"\b\d{1,2}(?:[:.h]\d{2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\b\.?)?|\s?[AaPp]\.?[Mm]\b\.?)"
    r"(?:\s?\(?(?:UTC|GMT|Z|C?E?S?T|CES?T|BST|IST|JST|AES?T|[PMCE][DS]?T)\b(?:[+-]\d{1,2})?\)?)?"
)
_FILLER: Final = re.compile(r"\b(?:still|currently|now|continue to|at this time|again|yet)\b")
_PIECE: Final = re.compile(r"[;–—]\s|,\s(?=(?:and|we|next|with)\b)|\s(?=and (?:we|the next)\b)")
_FEW: Final = 3  # words: less of it may well be said twice


@lru_cache(maxsize=1024)
def news_of(text: str) -> str:
    """Return the words of an update that could be news; empty where hardly any are left."""
    kept = []
    for sentence in sentences(text):
        plain = mask_markup(sentence.text)
        greeting = _GREETING.match(plain)
        pieces = _PIECE.split(plain[greeting.end() :] if greeting else plain)
        kept += [
            _FILLER.sub("", normalise(_CLOCK.sub(" ", piece)))
            for piece in pieces
            if not _NEXT.search(piece) and not _COURTESY.match(piece.strip())
        ]
    words = " ".join(" ".join(kept).split())
    return words if len(words.split()) >= _FEW else ""
