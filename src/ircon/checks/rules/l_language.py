"""L1 to L8: phrases that blame, blur, or leave out who did something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ircon.checks.claims.quantities import QUANTITY, has_time
from ircon.checks.finding import INFO, WARN, Fix, Violation
from ircon.checks.lexicon.language import (
    ACTOR,
    AGENT,
    BLAME,
    COUNTERFACTUAL,
    HIDDEN,
    HURRIED,
    LABEL,
    MINIMISED,
    NAMED_FAULT,
    NOBODY,
    NOT_YET,
    OUTAGE,
    PEOPLE_PART,
    ROOT_CAUSE,
)
from ircon.checks.lexicon.stock_phrases import APOLOGY, ROTE
from ircon.checks.lexicon.symptoms import SYMPTOM
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.text.acronyms import COMMON_ACRONYMS, acronyms, acronyms_of_names, explained_acronyms
from ircon.text.outline import ACTIONS, CLOSING, DESCRIPTION, TIMELINE, outline, role_at
from ircon.text.phrases import PhraseMatch, contains, find_phrases
from ircon.text.prose import Span, sentences, spans_between

# An action, wherever it stands: "Add missing alerts on the queue".
_IS_TASK: Final = re.compile(
    r"(?:[-*\d.\[\] x]{1,8})?(?:add|fix|close|fill|address|remove|create|set up|cover|find|list"
    r"|write|build|document|complete|replace|introduce|review)\b",
    re.IGNORECASE,
)
_NEAR: Final = 40  # characters around a match
_INITIALS: Final = 4  # letters of a person's short form
_ONLY_INITIALS: Final = re.compile(r"[ \t>*+-]*(?:[A-Z]{2,4}[ \t]*(?:[,;/&+]|and)?[ \t]*){1,20}\.?")
_PEOPLE_LINE: Final = re.compile(
    r"[ \t>*+-]*(?:participants?|attendees?|attended|present|owners?|authors?|respon\w+|people"
    r"|reviewers?|commander|scribe|lead|facilitator|invited|excused|by|who)\b[^:\n]{0,20}:",
    re.IGNORECASE,
)
_LATER: Final = frozenset({ACTIONS, CLOSING})  # sections that no longer describe the past
# What is missing, as the object of what will be done: "Add missing alerts".
_ADDED: Final = re.compile(
    r"\b(?:add|creat|writ|fill|fix|clos|address|set up|introduc|provid|solv)\w*"
    r"(?: (?:in|the|any|all|our|this|that|for))* $",
    re.IGNORECASE,
)
_NARRATIVE: Final = DESCRIPTION | {ACTIONS}


@rule(
    "L1",
    WARN,
    english=True,
    good="'The limit was 512 MB, set for the traffic of 2023.'",
    bad="'We should have raised the limit.'",
)
def counterfactual(subject: Subject) -> Iterator[Violation]:
    """A description says what should have been: should have, failed to, hadn't been updated.

    What should have been explains nothing of what happened. A mechanism may fail; a person
    acted on what they knew. In lessons and actions such phrases are welcome.
    """
    for passage in subject.passages:
        for phrase in find_phrases(COUNTERFACTUAL, passage.text):
            is_task = _IS_TASK.match(phrase.within.text) or _ADDED.search(
                passage.text, max(0, phrase.start - _NEAR), phrase.start
            )
            if role_at(passage.text, phrase.start) in DESCRIPTION and not is_task:
                yield Violation(
                    passage,
                    *phrase.span(),
                    "This describes what did not happen. Say what was there, and why it seemed "
                    "right then; what should change is an action.",
                )


@rule(
    "L2",
    WARN,
    english=True,
    good="'The command did not ask for confirmation before it deleted.'",
    bad="'The incident was caused by human error.'",
    swallows=("L1",),
)
def blame(subject: Subject) -> Iterator[Violation]:
    """The text blames a person, or 'human error'.

    Where a person is the cause, nobody looks further, and nobody reports the next time. Names
    belong in the list of responders and in actions.
    """
    people = [name for name in subject.incident.roles.values() if len(name) > 2]
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, people))})(?!\w)") if people else None
    for passage in subject.passages:
        for phrase in find_phrases(BLAME, passage.text):
            yield Violation(
                passage,
                *phrase.span(),
                "Say what made it easy to happen: blame ends the search for the cause.",
            )
        for phrase in find_phrases(NAMED_FAULT, passage.text):
            if _is_person(phrase, subject):
                yield Violation(
                    passage,
                    *phrase.span(),
                    "A person is blamed by name: say what made it easy to happen, and who only by "
                    "role.",
                )
        for phrase in find_phrases(named, passage.text) if named else ():
            if not _is_listed(subject, passage, phrase.start):
                yield Violation(
                    passage,
                    *phrase.span(),
                    "A person by name: say the role, or what was done.",
                    "the roles of the incident",
                )


def _is_person(phrase: PhraseMatch, subject: Subject) -> bool:
    """Whether the subject of a fault is a person's name, not a team, a part or a product."""
    name = phrase.group("name") or phrase.group("whose") or phrase.group("by")
    first, _, last = name.partition(" ")
    if {first.lower(), last.lower()} & NOBODY or first.lower().endswith("ing"):
        return False
    known = {subject.page or "", *subject.words}
    known |= {component.name for component in subject.incident.components}
    parts = {word for name in known for word in name.split()}
    # "Backups failed to ..." begins a sentence; "Lucas forgot" does not need a list of names.
    plural = first.isascii() and first.endswith("s") and not last and bool(phrase.group("name"))
    plural = plural and not phrase.group("fault").startswith("forgot")
    return name not in known and first not in parts and not plural


def _is_listed(subject: Subject, passage: Passage, offset: int) -> bool:
    """Whether a name is that of a responder, an author or an owner, which is not blame."""
    text = passage.text
    if subject.audience == "internal" and role_at(text, offset) == TIMELINE:
        return True
    begin = text.rfind("\n", 0, offset) + 1
    if LABEL.match(text, begin, offset) or role_at(text, offset) == ACTIONS:
        return True
    part = next(part for part in reversed(outline(text)) if part.start <= offset)
    return part.heading is not None and bool(PEOPLE_PART.search(part.heading.text))


@rule(
    "L3",
    INFO,
    english=True,
    good="'the contributing factors'",
    bad="'We identified the root cause.'",
)
def one_root(subject: Subject) -> Iterator[Violation]:
    """The text says 'the root cause', as if there were only one.

    Failures need several things at once. A search for the one cause ends at the first.
    """
    for passage in subject.passages:
        for phrase in find_phrases(ROOT_CAUSE, passage.text):
            replacement = (
                "the contributing factors" if " " in phrase.group()[:4] else "contributing factors"
            )
            yield Violation(
                passage,
                *phrase.span(),
                "Incidents have several causes: name the contributing factors.",
                fix=Fix(*phrase.span(), replacement),
            )


@rule(
    "L4",
    WARN,
    english=True,
    good="'Sign-in was slow for 12 % of users.'",
    bad="'During the outage ...', where the worst status was Degraded",
)
def no_outage(subject: Subject) -> Iterator[Violation]:
    """The text says 'outage', and no component was in major outage.

    In an outage nothing works. Used for every slowness, the word alarms readers today and means
    nothing on the day it is true.
    """
    changes = [change for update in subject.incident.updates for change in update.components]
    statuses = {change.status for change in (*changes, *subject.incident.components)} - {None}
    if not statuses or "major_outage" in statuses:
        return
    for passage in subject.passages:
        for phrase in find_phrases(OUTAGE, passage.text):
            if phrase.group("partial") and "partial_outage" in statuses:
                continue
            if role_at(passage.text, phrase.start) in DESCRIPTION:
                yield Violation(
                    passage,
                    *phrase.span(),
                    "'Outage' is for a component that is fully out: none was.",
                    "the statuses of the components: " + ", ".join(sorted(filter(None, statuses))),
                )


@rule(
    "L5",
    INFO,
    english=True,
    good="'3 % of uploads over 1 GB failed.'",
    bad="'Some users may have been affected.'",
)
def minimised(subject: Subject) -> Iterator[Violation]:
    """The impact is 'some users', 'may have been affected' or 'brief', without a number.

    To those affected it was neither some nor brief. A number or a condition lets each reader
    tell.
    """
    affected, listed = subject.incident.components, subject.page_components
    known = f"the record selects {len(affected)} of {len(listed)} components" if listed else None
    for passage in subject.passages:
        reported = -1
        for phrase in find_phrases(MINIMISED, passage.text):
            sentence = phrase.within
            if sentence.start == reported or not _is_about_impact(sentence.text):
                continue
            if (
                _is_measured(passage.text, phrase)
                or role_at(passage.text, sentence.start) in _LATER
            ):
                continue
            reported = sentence.start  # one finding a sentence
            yield Violation(
                passage,
                *phrase.span(),
                "How many? A number, or the condition, tells readers whether they are among them"
                + (f"; {known}." if known and affected else "."),
                known,
            )


@lru_cache(maxsize=4096)
def _is_about_impact(sentence: str) -> bool:
    """Whether a sentence describes the impact; an apology does not."""
    return bool(
        (SYMPTOM.search(sentence) or "affect" in sentence or "impact" in sentence)
        and not APOLOGY.search(sentence)
        and not ROTE.search(sentence)
    )


def _is_measured(text: str, phrase: PhraseMatch) -> bool:
    """Whether its sentence, or the next one, says how many; or how long it was."""
    following = spans_between(sentences(text), phrase.within.start, len(text))[:2]
    is_brief = phrase.group().lower().startswith("brief")
    return any(contains(QUANTITY, sentence.text) for sentence in following) or (
        is_brief and has_time(following[0].text)
    )


@rule(
    "L6",
    WARN,
    english=True,
    good="'We found the cause after 11 minutes.'",
    bad="'Our team quickly identified the cause.'",
)
def hurried(subject: Subject) -> Iterator[Violation]:
    """'quickly', 'immediately' or 'diligently' stands without a time.

    Self-praise counts for little; minutes speak for themselves.
    """
    for passage in subject.passages:
        for phrase in find_phrases(HURRIED, passage.text):
            group = "before" if phrase.group("before") else "behind"
            preceding = phrase.within.text[: phrase.match.start()]
            if NOT_YET.search(preceding[-_NEAR:]) or has_time(phrase.within.text):
                continue
            is_asked = group == "before" and not preceding.strip(" \t\n-*+•0123456789.)")
            if is_asked and not phrase.group().endswith(("ed", "ing")):
                continue  # "Quickly address ...": advice, no praise
            start, end = phrase.span(group)
            cut = Fix(start, end + 1, "") if group == "before" else Fix(start - 1, end, "")
            yield Violation(
                passage,
                *phrase.span(),
                f"'{phrase.group(group)}' without a time is praise: give the minutes, or leave it "
                "out.",
                fix=cut,
            )


@rule(
    "L7",
    WARN,
    english=True,
    good="'We rebooted both servers.'",
    bad="'The servers were rebooted.'",
)
def hidden_actor(subject: Subject) -> Iterator[Violation]:
    """A passive hides who did something.

    'The servers were rebooted' hides whether a person, a script or a supplier did it, and with
    it what can be learnt.
    """
    passage = subject.postmortem
    if passage is None:
        return
    for phrase in find_phrases(HIDDEN, passage.text):
        following = phrase.within.text[phrase.match.end() :][:_NEAR]
        if _names_actor(passage.text, phrase):
            continue
        if not contains(AGENT, following) and role_at(passage.text, phrase.start) in _NARRATIVE:
            yield Violation(
                passage,
                *phrase.span(),
                "Who did it? 'We ...', or the program that did.",
            )


def _names_actor(text: str, phrase: PhraseMatch) -> bool:
    """Whether the same sentence, or the one before, says who or what acted."""
    earlier = spans_between(sentences(text), max(0, phrase.within.start - 400), phrase.within.start)
    before = earlier[-1:] if earlier and "\n\n" not in text[earlier[-1].end : phrase.start] else ()
    return any(ACTOR.search(sentence.text) for sentence in (*before, phrase.within))


@rule(
    "L8",
    INFO,
    in_composer=False,
    english=True,
    good="'our message broker (MQX)'",
    bad="'MQX was degraded.'",
)
def jargon(subject: Subject) -> Iterator[Violation]:
    """An abbreviation is not explained anywhere.

    Customers do not know the names that a team gave its parts. Component names and the known
    words of config.toml are allowed.
    """
    names = {*subject.words, *(component.path for component in subject.incident.components)}
    explained = COMMON_ACRONYMS | acronyms_of_names(names) | {name.upper() for name in names}
    explained |= frozenset(
        short for passage in subject.passages for short in explained_acronyms(passage.text)
    )
    reported: set[str] = set()
    for passage in subject.public_texts:
        for short in acronyms(passage.text):
            if (
                short.text not in explained
                and short.text not in reported
                and not _is_initials(passage.text, short)
            ):
                reported.add(short.text)
                yield Violation(
                    passage,
                    short.start,
                    short.end,
                    f"'{short.text}' is not explained anywhere: say what it is, or add it to the "
                    "known words in config.toml.",
                    "the names of the page's components and the known words",
                )


def _is_initials(text: str, short: Span) -> bool:
    """Whether a short form stands for a person: on a line or in a section of people."""
    begin = text.rfind("\n", 0, short.start) + 1
    end = text.find("\n", short.end)
    line = text[begin : len(text) if end < 0 else end]
    if _ONLY_INITIALS.fullmatch(line) or _PEOPLE_LINE.match(line):
        return True
    part = next(part for part in reversed(outline(text)) if part.start <= short.start)
    is_people = part.heading is not None and PEOPLE_PART.search(part.heading.text) is not None
    return len(short.text) <= _INITIALS and is_people
