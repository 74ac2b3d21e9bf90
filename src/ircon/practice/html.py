"""HTML and XML that is escaped by construction, and the Markdown of postmortems as HTML.

``element`` is the only way to make markup here: whatever is not markup already is text, and text
is escaped. So nothing that somebody wrote into a name or a body can act in a browser.
"""

import html
import re
from collections.abc import Iterable, Iterator
from itertools import groupby

# What XML 1.0 cannot hold, not even escaped, and HTML has no use for; and the marks that turn the
# direction of the text around them.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_REPLACEMENT = "\ufffd"

_VOID = frozenset({"br", "link", "meta"})

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEM = re.compile(r"[-*] +(.+)")
_INLINE = re.compile(r"\*\*([^*\n]+)\*\*|`([^`\n]+)`")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


NOTHING = Markup()


def escaped(text: str) -> Markup:
    """Text made harmless: as it reads, with nothing that HTML or XML would interpret."""
    if isinstance(text, Markup):
        return text
    harmless = html.escape(_UNPRINTABLE.sub(_REPLACEMENT, text), quote=False)
    return Markup(harmless.replace('"', "&quot;"))  # attributes are in double quotes, always


def joined(parts: Iterable[str]) -> Markup:
    """Parts one after the other; those that are not markup are escaped."""
    return Markup("".join(map(escaped, parts)))


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """``<name attribute="...">children</name>``.

    Args:
        name: the element's name.
        children: what stands inside, escaped unless it is markup.
        attributes: an underscore at the end is dropped (``class_``), others become dashes.
    """
    markup = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Markup(f"<{name}{markup}/>")
    return Markup(f"<{name}{markup}>{joined(children)}</{name}>")


def prose(text: str) -> Markup:
    """Render the little Markdown that postmortems are written in.

    Headings (one level below the page's own), lists, paragraphs, ``**bold**`` and ``code``;
    everything else, links and HTML included, is shown as it was written.
    """
    return joined(_blocks(text.splitlines()))


def _blocks(lines: list[str]) -> Iterator[Markup]:
    for kind, run in groupby(lines, key=_kind):
        of_kind = list(run)
        if kind == "heading":
            yield from map(_heading, of_kind)
        elif kind == "item":
            yield element("ul", *(element("li", _inline(line[1:].strip())) for line in of_kind))
        elif kind == "paragraph":
            yield element("p", _inline("\n".join(of_kind)))


def _kind(line: str) -> str:
    if not line.strip():
        return "nothing"
    if _HEADING.fullmatch(line):
        return "heading"
    return "item" if _ITEM.fullmatch(line) else "paragraph"


def _heading(line: str) -> Markup:
    marks, _, words = line.partition(" ")
    return element(f"h{min(len(marks) + 1, 6)}", _inline(words.strip()))


def _inline(text: str) -> Markup:
    parts: list[str] = []
    end = 0
    for match in _INLINE.finditer(text):
        bold, code = match.groups()
        marked = element("strong", bold) if bold else element("code", code)
        parts += [text[end : match.start()], marked]
        end = match.end()
    return joined([*parts, text[end:]])
