"""HTML and XML that is escaped by construction.

``element`` is the only way to make markup here: whatever is not markup already is text, and text
is escaped. So nothing that somebody wrote into a name or a body can act in a browser.
"""

import html
import re
from collections.abc import Iterable

# What XML 1.0 cannot hold, not even escaped, and HTML has no use for; and the marks that turn the
# direction of the text around them.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)
_REPLACEMENT = "\ufffd"

_VOID = frozenset({"br", "link", "meta"})


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
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for key, value in attributes.items()
    )
    if name in _VOID:
        return Markup(f"<{name}{said}/>")
    return Markup(f"<{name}{said}>{joined(children)}</{name}>")
