"""Components listed in a sentence such as ``This incident affected: LIST.``.

LIST is items joined by ", " and a final " and " (", and " after three groups); an
item is ``Name`` or ``Group (child, child, ...)``, and children may hold their own
parentheses. ``Console (platform.example.com)`` may be either: the page's own list
of components decides, and without one the item is taken as one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ircon.incident.components import Component, ComponentChange

_JOINTS: Final = re.compile(r", and | and |, ")
_DEPTH: Final = {"(": 1, ")": -1}
# Where two names were run together, as in ``API (group 01)API (group 02)``.
_SEAM: Final = re.compile(r"(?<=\))(?=[^\s),.])")
_MAYBE_SEAM: Final = re.compile(r"[a-z0-9)][A-Z]")
_MOST: Final = 2_000  # components of one list; a page has some hundreds at most
_LONGEST: Final = 100_000  # characters of one list
_LONGEST_NAME: Final = 6  # pieces that one name may have, commas and "and" in it
_TOO_MANY: Final = "more components than any page has: none of them is imported"


class _Piece(NamedTuple):
    joint: str  # the text between it and the piece before
    text: str


def parse_affected(
    listed: str, page_components: Sequence[Component] = ()
) -> tuple[tuple[ComponentChange, ...], list[str]]:
    """Return the components that a sentence lists.

    Args:
        listed: the LIST, without the text before it and the full stop.
        page_components: the page's components, which settle what the text leaves open.

    Returns:
        The components, each once, and a sentence for each doubt that remains.
    """
    pieces = _pieces(listed[:_LONGEST])
    if len(pieces) > _MOST or len(listed) > _LONGEST:
        return (), [_TOO_MANY]
    page = _Page(page_components)
    changes: list[ComponentChange] = []
    doubts = [] if _balanced(listed) else [f"the list of components is cut off: {listed[-40:]!r}"]
    index = 0
    while index < len(pieces):
        # The longest run of pieces that the page knows: names may hold ", " and " and ".
        for end in range(min(len(pieces), index + _LONGEST_NAME), index, -1):
            if named := page.components(_joined(pieces[index:end])):
                changes += named
                break
        else:
            end = index + 1
            changes += _guessed(pieces[index].text, doubts)
            if pieces[index].joint == " and " and not pieces[index - 1].text.endswith(")"):
                both = _joined(pieces[index - 1 : end])
                doubts.append(f"{both[:80]!r} is read as two components")
        index = end
    return tuple(dict.fromkeys(changes)), doubts


def split_run_together(
    line: str, page_components: Sequence[Component] = ()
) -> tuple[tuple[ComponentChange, ...], list[str]]:
    """Return the components of a line in which the names follow each other directly.

    With the page's components the names are told apart; without, only where a
    closing parenthesis shows a seam.
    """
    if page_components:
        by_length = sorted({component.name for component in page_components}, key=len, reverse=True)
        names = re.findall("|".join(map(re.escape, by_length)), line)
        if "".join(names) == line:
            page = _Page(page_components)
            return tuple(component for name in names for component in page.components(name)), []
    names = [name.strip() for name in _SEAM.split(line[:_LONGEST])]
    if len(names) > _MOST or len(line) > _LONGEST:
        return (), [_TOO_MANY]
    doubts = [
        f"{name[:80]!r} may be several names run together: read as one"
        for name in names
        if _MAYBE_SEAM.search(name)
    ]
    return tuple(dict.fromkeys(ComponentChange(name, name) for name in names if name)), doubts


class _Page:
    """A page's components, by name and by group."""

    def __init__(self, page_components: Iterable[Component]) -> None:
        self._named: dict[str, list[Component]] = {}
        self._groups: dict[str, dict[str, Component]] = {}
        for component in page_components:
            self._named.setdefault(component.name, []).append(component)
            self._groups.setdefault(component.group or "", {})[component.name] = component

    def components(self, item: str) -> list[ComponentChange]:
        """Return the page's components for an item; empty for an unknown or ambiguous one."""
        named = self._named.get(item, [])
        if len(named) == 1:
            return [_listed(named[0])]
        group, children = _group(item)
        members = self._groups.get(group, {}) if group else {}
        return [_listed(members[child]) for child in children if members.keys() >= {*children}]


def _listed(component: Component) -> ComponentChange:
    return ComponentChange(component.id, component.name, component.group)


def _guessed(item: str, doubts: list[str]) -> Iterator[ComponentChange]:
    """Yield the components of an item by its form alone."""
    group, children = _group(item)
    if len(children) > 1 or any("(" in child for child in children):
        for child in children:
            yield ComponentChange(f"{group}/{child}", child, group)
        return
    if children:
        doubts.append(f"{item[:80]!r} may be a component or a group of one: read as a component")
    yield ComponentChange(item, item)


def _group(item: str) -> tuple[str, list[str]]:
    """Split ``Group (child, child)`` into name and children; empty for any other form."""
    name, _, inside = item.partition(" (")
    if not name or not inside.endswith(")") or not _balanced(inside[:-1]):
        return "", []
    return name, [piece.text for piece in _pieces(inside[:-1])]


def _pieces(text: str) -> list[_Piece]:
    """Split a list at its joints outside parentheses."""
    depths, depth = [], 0
    for char in text:
        depth = max(depth + _DEPTH.get(char, 0), 0)
        depths.append(depth)
    cuts = [match for match in _JOINTS.finditer(text) if depths[match.start()] == 0]
    joints = ["", *(cut[0] for cut in cuts)]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    pieces = [
        _Piece(joint, text[start:end].strip())
        for joint, start, end in zip(joints, starts, ends, strict=True)
    ]
    return [piece for piece in pieces if piece.text]


def _joined(pieces: list[_Piece]) -> str:
    return pieces[0].text + "".join(piece.joint + piece.text for piece in pieces[1:])


def _balanced(text: str) -> bool:
    return not sum(_DEPTH.get(char, 0) for char in text)
