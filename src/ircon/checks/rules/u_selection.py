"""U13: what a text says is affected, and the components that are selected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.component_mentions import (
    Group,
    components_named,
    groups,
    is_known,
    mentions,
    selected,
    whole_page,
)
from ircon.checks.finding import ERROR, WARN, Fix, Violation
from ircon.checks.rule import rule
from ircon.checks.subject import TITLE, UPDATE, Passage, Subject
from ircon.text.prose import mask_markup

_PARTIAL: Final = re.compile(r"\b(?:partial(?:ly)?|some)\b", re.IGNORECASE)
_NEAR: Final = 40  # characters between "partial" and the group that it is about


@rule(
    "U13",
    WARN,
    good="API (group 03) refuses uploads. (selected: API (group 03))",
    bad="The API is down. (selected: API (group 03) of nine)",
)
def scope(subject: Subject) -> Iterator[Violation]:
    """The text and the selected components disagree about the scope.

    Readers filter by component, and the page colours the selected ones. A text about a whole
    group beside one selected component, or 'partial' beside all of them, is wrong in one of the
    two.
    """
    told = [text for text in subject.public_texts if text.role != TITLE]
    found = [finding for passage in told for finding in _scope_of(subject, passage)]
    yield from found
    title = subject.title
    if title is not None and title in subject.public_texts:
        said = {finding.compared_with for finding in found}
        yield from (one for one in _scope_of(subject, title) if one.compared_with not in said)


def _scope_of(subject: Subject, passage: Passage) -> Iterator[Violation]:
    chosen, known = selected(subject), {one.name: one for one in groups(subject)}
    if not chosen:
        return
    listed = subject.page_components or ()
    named = {one.name for one in chosen.values()}
    told: set[str] = set()
    for mention in mentions(
        passage.text, frozenset({*known, *named, *(one.name for one in listed)})
    ):
        place = (mention.start, mention.end)
        if mention.name in told or (mention.name in named and mention.name not in known):
            continue
        if group := known.get(mention.name):
            finding = _less(group, passage, *place) if not mention.narrowed else None
            finding = finding or _all_of(group, passage, *place)
        else:
            finding = _unselected(mention.name, passage, *place)
        if finding is not None:
            told.add(mention.name)
            yield finding
    if passage.role == UPDATE:  # P21 asks it of a postmortem
        recorded = {*named, *known, *told, *(one.group for one in chosen.values() if one.group)}
        yield from _unheard_of(passage, recorded)
    if len(chosen) < len(listed):
        for start, end in list(whole_page(passage.text, subject.page))[:1]:
            yield Violation(
                passage,
                start,
                end,
                f"The text says the whole page; selected are {len(chosen)} of its "
                f"{len(listed)} components.",
                "the page's components",
                severity=ERROR,
            )


def _unheard_of(passage: Passage, recorded: set[str]) -> Iterator[Violation]:
    """What the text itself calls a component, and nobody selected or lists."""
    for one in components_named(passage.text):
        if not is_known(one.text, recorded):
            yield _unselected(one.text, passage, one.start, one.end)


def _less(group: Group, passage: Passage, start: int, end: int) -> Violation | None:
    """The text says all of a group, and fewer are selected."""
    if not group.is_less:
        return None
    count = len(group.selected)
    of = f" of {group.total}" if group.total else ""
    what = f"is only {group.selected[0]}" if count == 1 else f"are {count or 'none'}{of}"
    return Violation(
        passage,
        start,
        end,
        f"The text says {group.name}; selected {what}.",
        f"the selected components of {group.name}",
        Fix(start, end, group.selected[0]) if count == 1 and passage.is_draft else None,
        severity=ERROR,
    )


def _all_of(group: Group, passage: Passage, start: int, end: int) -> Violation | None:
    """The text says a part of a group, and all of it is selected."""
    from_here = max(0, start - _NEAR)
    before = mask_markup(passage.text)[from_here:start]
    said = list(_PARTIAL.finditer(before))[-1:]
    whole = group.is_whole and len(group.selected) > 1
    if not whole or not said or "." in before[said[0].end() :]:
        return None
    return Violation(
        passage,
        from_here + said[0].start(),
        end,
        f"The text says {said[0].group().lower()}, but all {group.total} components of "
        f"{group.name} are selected.",
        f"the page's components of {group.name}",
    )


def _unselected(name: str, passage: Passage, start: int, end: int) -> Violation:
    return Violation(
        passage,
        start,
        end,
        f"The text names {name}, which is not selected.",
        "the selected components",
    )
