"""U13: the scope that a text states, beside the selected components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.component_mentions import (
    Group,
    component_groups,
    find_mentions,
    find_whole_page,
    labelled_components,
    matches_any,
    selected_components,
)
from ircon.checks.finding import ERROR, WARN, Fix, Violation
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.subject import TITLE, UPDATE, Passage, Subject
from ircon.text.prose import mask_markup

_PARTIAL: Final = re.compile(r"\b(?:partial(?:ly)?|some)\b", re.IGNORECASE)
_NEAR: Final = 40  # characters between "partial" and the group that it is about


@rule(
    "U13",
    WARN,
    good="API (group 03) refuses uploads. (selected: API (group 03))",
    bad="The API is down. (selected: API (group 03) of nine)",
    kind=CONTRADICTION,
)
def scope(subject: Subject) -> Iterator[Violation]:
    """The text and the selected components disagree about the scope.

    Readers filter by component, and the page colours the selected ones. A text about a whole
    group beside one selected component, or 'partial' beside all of them, is wrong in one of the
    two.
    """
    texts = [text for text in subject.public_texts if text.role != TITLE]
    violations = [violation for passage in texts for violation in _scope_of(subject, passage)]
    yield from violations
    title = subject.title
    if title is not None and title in subject.public_texts:
        reported = {violation.compared_with for violation in violations}
        for violation in _scope_of(subject, title):
            if violation.compared_with not in reported:
                yield violation


def _scope_of(subject: Subject, passage: Passage) -> Iterator[Violation]:
    chosen = selected_components(subject)
    groups = {group.name: group for group in component_groups(subject)}
    if not chosen:
        return
    listed = subject.page_components or ()
    named = {component.name for component in chosen.values()}
    reported: set[str] = set()
    for mention in find_mentions(
        passage.text, frozenset({*groups, *named, *(component.name for component in listed)})
    ):
        span = (mention.start, mention.end)
        if mention.name in reported or (mention.name in named and mention.name not in groups):
            continue
        if group := groups.get(mention.name):
            violation = _too_wide(group, passage, *span) if not mention.narrowed else None
            violation = violation or _too_narrow(group, passage, *span)
        else:
            violation = _unselected(mention.name, passage, *span)
        if violation is not None:
            reported.add(mention.name)
            yield violation
    if passage.role == UPDATE:  # P21 asks it of a postmortem
        parents = {component.group for component in chosen.values() if component.group}
        yield from _unlisted(passage, {*named, *groups, *reported, *parents})
    if len(chosen) < len(listed):
        for start, end in list(find_whole_page(passage.text, subject.page))[:1]:
            yield Violation(
                passage,
                start,
                end,
                f"The text says the whole page; selected are {len(chosen)} of its "
                f"{len(listed)} components.",
                "the page's components",
                severity=ERROR,
            )


def _unlisted(passage: Passage, known: set[str]) -> Iterator[Violation]:
    """Yield what the text itself calls a component, and is neither selected nor listed."""
    for name in labelled_components(passage.text):
        if not matches_any(name.text, known):
            yield _unselected(name.text, passage, name.start, name.end)


def _too_wide(group: Group, passage: Passage, start: int, end: int) -> Violation | None:
    """The text names a whole group, and fewer of its components are selected."""
    if not group.is_less:
        return None
    count = len(group.selected)
    of = f" of {group.total}" if group.total else ""
    selection = f"is only {group.selected[0]}" if count == 1 else f"are {count or 'none'}{of}"
    return Violation(
        passage,
        start,
        end,
        f"The text says {group.name}; selected {selection}.",
        f"the selected components of {group.name}",
        Fix(start, end, group.selected[0]) if count == 1 and passage.is_draft else None,
        severity=ERROR,
    )


def _too_narrow(group: Group, passage: Passage, start: int, end: int) -> Violation | None:
    """The text says a part of a group, and all of its components are selected."""
    from_here = max(0, start - _NEAR)
    before = mask_markup(passage.text)[from_here:start]
    partial = list(_PARTIAL.finditer(before))[-1:]
    whole = group.is_whole and len(group.selected) > 1
    if not whole or not partial or "." in before[partial[0].end() :]:
        return None
    return Violation(
        passage,
        from_here + partial[0].start(),
        end,
        f"The text says {partial[0].group().lower()}, but all {group.total} components of "
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
