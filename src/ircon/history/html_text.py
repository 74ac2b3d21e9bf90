"""HTML to text: the HTML inside reports, as the text a reader sees.

Tags become line breaks, list marks or nothing; a link keeps its address. Nothing
is interpreted, and the time is linear in the input: a page's HTML is foreign text
(docs/dependencies.md says why html.parser is not used).
"""

from __future__ import annotations

import html
import re
from typing import Final

_BREAKS: Final = {"br": "\n", "hr": "\n\n", "tr": "\n", "li": "\n- ", "td": " ", "th": " "}
_PARAGRAPHS: Final = frozenset(
    ("p", "div", "ul", "ol", "table", "pre", "blockquote", *(f"h{level}" for level in range(1, 7)))
)
_INLINE: Final = frozenset(
    ("a", "b", "strong", "i", "em", "u", "s", "del", "code", "small", "span", "var", "sub", "sup")
)
_KNOWN: Final = frozenset((*_BREAKS, *_PARAGRAPHS, *_INLINE))
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,11})(\s[^<>]{0,2000})?\s?/?>")
_ADDRESS: Final = re.compile(r"""\bhref\s*=\s*(["'])(.{1,1000}?)\1""", re.DOTALL)
_SPACES: Final = re.compile(r"[^\S\n]+")
_BLANK_LINES: Final = re.compile(r" ?\n(?: ?\n)+ ?")


def is_html(text: str) -> bool:
    """Whether a body holds tags that a browser would interpret."""
    return any(tag[2].lower() in _KNOWN for tag in _TAG.finditer(text))


def html_to_text(text: str) -> str:
    """Return HTML as text: paragraphs apart, lists as lines, links as ``text (address)``."""
    tags = [tag for tag in _TAG.finditer(text) if tag[2].lower() in _KNOWN]
    if any(tag[2].lower() not in _INLINE for tag in tags):
        text = text.replace("\n", " ")  # tags make the lines; without them line ends do
    out: list[str] = []
    addresses: list[str] = []
    end = 0
    for tag in tags:
        name = tag[2].lower()
        out.append(_SPACES.sub(" ", html.unescape(text[end : tag.start()])))
        end = tag.end()
        if name == "a":
            out.append(_linked(tag, addresses, out))
        elif name in _PARAGRAPHS:
            out.append("\n\n")
        elif not tag[1]:
            out.append(_BREAKS.get(name, ""))
    out.append(_SPACES.sub(" ", html.unescape(text[end:])))
    plain = _SPACES.sub(" ", "".join(out))
    plain = _BLANK_LINES.sub("\n\n", plain).replace(" \n", "\n").replace("\n ", "\n")
    return plain.strip()


def _linked(tag: re.Match[str], addresses: list[str], out: list[str]) -> str:
    """Return the text after a link: its address, unless the link shows it already."""
    if not tag[1]:
        match = _ADDRESS.search(tag[3] or "")
        addresses.append(html.unescape(match[2]) if match else "")
        return ""
    address = addresses.pop() if addresses else ""
    shown = out[-1].strip() if out else ""
    return f" ({address})" if address and address.rstrip("/") != shown.rstrip("/") else ""
