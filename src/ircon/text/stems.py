"""Word stems, by which ``automated scaling policies`` equals ``automatic scaling policy``.

A table of English suffixes, longest first; no dictionary. Stems are compared with each
other only, never shown.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ircon.text.prose import words

_SHORTEST: Final = 3  # letters of a stem

# Suffix and its replacement; the first that leaves enough letters is applied.
_SUFFIXES: Final = (
    *(("isations", "is"), ("izations", "is"), ("isation", "is"), ("ization", "is")),
    *(("ically", ""), ("ations", "at"), ("ation", "at"), ("ators", "at"), ("ator", "at")),
    *(("ating", "at"), ("ated", "at"), ("ates", "at"), ("ate", "at"), ("atic", "at")),
    *(("ities", "it"), ("ity", "it"), ("ments", ""), ("ment", ""), ("iveness", "iv")),
    *(("ness", ""), ("ables", ""), ("able", ""), ("ibly", ""), ("ably", ""), ("ively", "iv")),
    *(("ives", "iv"), ("ive", "iv"), ("ional", "ion"), ("ising", "is"), ("izing", "is")),
    *(("ised", "is"), ("ized", "is"), ("ise", "is"), ("ize", "is"), ("sions", "s")),
    *(("sion", "s"), ("tions", "t"), ("tion", "t"), ("ings", ""), ("ing", ""), ("ies", "y")),
    *(("ied", "y"), ("ers", ""), ("er", ""), ("edly", ""), ("ed", ""), ("ly", "")),
    *(("sses", "ss"), ("ss", "ss"), ("us", "us"), ("es", ""), ("s", ""), ("e", ""), ("y", "y")),
)

# Stop words: those of every sentence, and those of every postmortem.
_STOP_WORDS: Final = frozenset(
    {
        *("a", "about", "above", "after", "again", "all", "also", "an", "and", "any", "are"),
        *("as", "at", "be", "because", "been", "before", "being", "below", "between", "both"),
        *("but", "by", "can", "could", "did", "do", "does", "doing", "done", "down", "during"),
        *("each", "either", "every", "few", "first", "for", "from", "further", "get", "had"),
        *("has", "have", "having", "he", "her", "here", "his", "how", "i", "if", "in", "into"),
        *("is", "it", "its", "itself", "just", "last", "let", "like", "made", "make", "makes"),
        *("making", "many", "may", "me", "might", "more", "most", "much", "must", "my", "need"),
        *("needs", "new", "next", "no", "nor", "not", "now", "of", "off", "on", "once", "one"),
        *("only", "or", "other", "our", "ours", "out", "over", "own", "per", "same", "she"),
        *("should", "since", "so", "some", "such", "than", "that", "the", "their", "them"),
        *("then", "there", "these", "they", "this", "those", "through", "to", "too", "two"),
        *("under", "until", "up", "upon", "us", "use", "used", "using", "very", "via", "was"),
        *("we", "well", "were", "what", "when", "where", "which", "while", "who", "why", "will"),
        *("with", "within", "without", "would", "you", "your", "yet", "additional", "better"),
        *("future", "further", "incident", "incidents", "issue", "issues", "problem"),
        *("problems", "similar", "occurring", "occur", "recurring", "recurrence", "happening"),
        *("happen", "again", "prevent", "preventing", "avoid", "team", "teams", "engineer"),
        *("engineers", "engineering", "internal", "system", "systems", "regular", "regularly"),
        *("various"),
    }
)


class ContentWord(NamedTuple):
    """A word other than a stop word: its stem, and its offsets in the text."""

    stem: str
    start: int
    end: int


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """Return the stem of a word, in lower case."""
    plain = word.lower().replace("’", "'").removesuffix("'s").strip("'-")
    for suffix, replacement in _SUFFIXES:
        length = len(plain) - len(suffix)
        if length >= _SHORTEST and plain.endswith(suffix):
            plain = plain[:length] + replacement
            break
    if len(plain) > _SHORTEST and plain[-1] == plain[-2] and plain[-1] not in "lsz":
        plain = plain[:-1]  # planning: plan
    return plain


def content_words(text: str) -> list[ContentWord]:
    """Return the words of a text without stop words, numbers and single letters."""
    return [
        ContentWord(stem(word.text), word.start, word.end)
        for word in words(text)
        if word.text.lower() not in _STOP_WORDS and not word.text.isdigit() and len(word.text) > 1
    ]


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's content words."""
    return frozenset(word.stem for word in content_words(text))
