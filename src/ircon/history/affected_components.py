"""``This incident affected: LIST.`` as components with their groups.

LIST is items joined by ", " and a final " and " (", and " after three groups); an
item is ``Name`` or ``Group (child, child, ...)``, and children may hold their own
parentheses. ``Console (platform.example.com)`` may be either: the page's own list
of components decides, and without one the words are kept as they stand.
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
_TOO_MANY: Final = "more components than any page has: none is taken"


class _Piece(NamedTuple):
    joint: str  # what stood between it and the piece before
    text: str


def parse_affected(
    listed: str, known: Sequence[Component] = ()
) -> tuple[tuple[ComponentChange, ...], list[str]]:
    """The components that a sentence lists.

    Args:
        listed: the LIST, without the words before it and the full stop.
        known: the page's components, to settle what the words leave open.

    Returns:
        The components, each once, and what remains doubtful.
    """
    pieces = _pieces(listed[:_LONGEST])
    if len(pieces) > _MOST or len(listed) > _LONGEST:
        return (), [_TOO_MANY]
    page = _Page(known)
    changes: list[ComponentChange] = []
    doubts = [] if _balanced(listed) else [f"the list of components is cut off: {listed[-40:]!r}"]
    place = 0
    while place < len(pieces):
        # The longest run of pieces that the page knows: names may hold ", " and " and ".
        for end in range(min(len(pieces), place + _LONGEST_NAME), place, -1):
            if found := page.components(_joined(pieces[place:end])):
                changes += found
                break
        else:
            end = place + 1
            changes += _guessed(pieces[place].text, doubts)
            if pieces[place].joint == " and " and not pieces[place - 1].text.endswith(")"):
                both = _joined(pieces[place - 1 : end])
                doubts.append(f"{both[:80]!r} is read as two components")
        place = end
    return tuple(dict.fromkeys(changes)), doubts


def split_run_together(
    line: str, known: Sequence[Component] = ()
) -> tuple[tuple[ComponentChange, ...], list[str]]:
    """The components of a line in which the names stand side by side.

    With the page's components the names are told apart; without, only where a
    closing parenthesis shows a seam.
    """
    if known:
        by_length = sorted({one.name for one in known}, key=len, reverse=True)
        names = re.findall("|".join(map(re.escape, by_length)), line)
        if "".join(names) == line:
            page = _Page(known)
            return tuple(one for name in names for one in page.components(name)), []
    names = [name.strip() for name in _SEAM.split(line[:_LONGEST])]
    if len(names) > _MOST or len(line) > _LONGEST:
        return (), [_TOO_MANY]
    doubts = [
        f"{name[:80]!r} may be several names run together: kept as it stands"
        for name in names
        if _MAYBE_SEAM.search(name)
    ]
    return tuple(dict.fromkeys(ComponentChange(name, name) for name in names if name)), doubts


class _Page:
    """A page's components, by name and by group."""

    def __init__(self, known: Iterable[Component]) -> None:
        self._named: dict[str, list[Component]] = {}
        self._groups: dict[str, dict[str, Component]] = {}
        for one in known:
            self._named.setdefault(one.name, []).append(one)
            self._groups.setdefault(one.group or "", {})[one.name] = one

    def components(self, item: str) -> list[ComponentChange]:
        """What an item is on this page; empty where it has no such, or several."""
        named = self._named.get(item, [])
        if len(named) == 1:
            return [_listed(named[0])]
        group, children = _group(item)
        members = self._groups.get(group, {}) if group else {}
        return [_listed(members[child]) for child in children if members.keys() >= {*children}]


def _listed(component: Component) -> ComponentChange:
    return ComponentChange(component.id, component.name, component.group)


def _guessed(item: str, doubts: list[str]) -> Iterator[ComponentChange]:
    """An item by its form alone."""
    group, children = _group(item)
    if len(children) > 1 or any("(" in child for child in children):
        for child in children:
            yield ComponentChange(f"{group}/{child}", child, group)
        return
    if children:
        doubts.append(f"{item[:80]!r} may be a component or a group of one: kept as it stands")
    yield ComponentChange(item, item)


def _group(item: str) -> tuple[str, list[str]]:
    """``Group (child, child)`` as its name and its children; empty if it has another form."""
    name, _, inside = item.partition(" (")
    if not name or not inside.endswith(")") or not _balanced(inside[:-1]):
        return "", []
    return name, [piece.text for piece in _pieces(inside[:-1])]


def _pieces(text: str) -> list[_Piece]:
    """A list cut at its joints outside parentheses."""
    depths, depth = [], 0
    for sign in text:
        depth = max(depth + _DEPTH.get(sign, 0), 0)
        depths.append(depth)
    cuts = [found for found in _JOINTS.finditer(text) if depths[found.start()] == 0]
    joints = ["", *(cut[0] for cut in cuts)]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    cut_out = [
        _Piece(joint, text[start:end].strip())
        for joint, start, end in zip(joints, starts, ends, strict=True)
    ]
    return [piece for piece in cut_out if piece.text]


def _joined(pieces: list[_Piece]) -> str:
    return pieces[0].text + "".join(piece.joint + piece.text for piece in pieces[1:])


def _balanced(text: str) -> bool:
    return not sum(_DEPTH.get(sign, 0) for sign in text)
