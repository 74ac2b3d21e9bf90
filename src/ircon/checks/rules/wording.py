"""U1 U2 U3 U7 U8 U11 U12 U17 U20 U21: what an update says, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.catalogue import Rule
from ircon.checks.changes import changes, tells_who_else
from ircon.checks.finding import ERROR, INFO, WARN, Finding, Fix, about_entry
from ircon.checks.prose import Span, masked, normalised, sentences
from ircon.checks.stock import (
    AHEAD,
    APOLOGY,
    CONTACT,
    DEFAULTS,
    EMPTY_PROMISE,
    ESTIMATE,
    PAST,
    ROTE,
    WAY,
)
from ircon.checks.subject import POSTMORTEM, UPDATE, Passage, Subject
from ircon.checks.symptoms import SYMPTOM
from ircon.incident.unfinished import leftovers
from ircon.incident.vocabulary import is_closed, known_status, phase

_RESOLVED: Final = re.compile(
    r"\b(?:has|have) (?:\w+ly |now |since |already )*been (?:\w+ly |now )*(?P<word>resolved)\b"
    r"|\bis (?:\w+ly |now |already )*(?P<is>resolved)\b|\bwe(?: have|['’]ve) (?:\w+ly |now )*"
    r"(?P<we>resolved) (?:the|this|all)\b",
    re.IGNORECASE,
)
# "Once it has been resolved", "not yet resolved", "confirm that it is resolved".
_NOT_YET: Final = re.compile(
    r"\b(?:once|when|until|till|if|whether|after|before|unless|not|ensure|confirm|verify|sure"
    r"|believe"
    r"|appears?|seems?|should|partially|mostly|partly)\b[^.;]{0,60}$",
    re.IGNORECASE,
)

# The summary of a related incident, by its address.
_ELSEWHERE: Final = re.compile(
    r"\b(?:refer to|see|described|available|published|found)\b[\s\S]{0,120}https?://", re.IGNORECASE
)


def stock_body(subject: Subject) -> Iterator[Finding]:
    """U1: the body is a tool's default sentence."""
    for passage in subject.updates:
        if normalised(passage.text) in DEFAULTS:
            yield _all(
                "U1",
                WARN,
                "This is the tool's default sentence: it says nothing about this incident.",
                passage,
                "the sentences that status pages offer",
            )


def repeated_body(subject: Subject) -> Iterator[Finding]:
    """U2: an earlier update of the incident said the same words."""
    said: dict[str, Passage] = {}
    for passage in subject.updates:
        words = normalised(passage.text)
        if not words:
            continue
        before, said[words] = said.get(words), passage
        if before is not None:
            when = f" ({before.stamp})" if before.stamp else ""
            yield about_entry(
                "U2",
                WARN,
                "The same words as an earlier update: readers cannot tell what is new.",
                passage,
                f"the {_label(before.status)} update{when}",
            )


def no_symptom(subject: Subject) -> Iterator[Finding]:
    """U3: the first update names nothing that a user would see."""
    first = next(iter(subject.updates), None)
    if first is None or subject.incident.kind == "maintenance" or _is_maintenance(first):
        return
    plain = masked(first.text)
    if not plain.strip() or SYMPTOM.search(plain):
        return
    span = sentences(first.text)[0]
    yield Finding(
        "U3",
        WARN,
        "The first update names no symptom: what fails, is slow, wrong or unreachable for whom?",
        first,
        span.start,
        span.end,
        "what a user would see",
    )


def resolved_too_early(subject: Subject) -> Iterator[Finding]:
    """U7: Monitoring, and the text says that it is resolved."""
    for passage in subject.updates:
        if passage.status != "monitoring":
            continue
        for sentence in sentences(passage.text):
            found = _RESOLVED.search(sentence.text)
            if found is None or _NOT_YET.search(sentence.text[: found.start()]):
                continue
            name = found.lastgroup or "word"
            word = (sentence.start + found.start(name), sentence.start + found.end(name))
            yield Finding(
                "U7",
                WARN,
                "The status is Monitoring, the words say resolved: one of them is wrong.",
                passage,
                sentence.start,
                sentence.start + found.end(),
                "the status of this update, Monitoring",
                Fix(*word, "mitigated"),
            )


def no_change_named(subject: Subject) -> Iterator[Finding]:
    """U8: Monitoring or Resolved, and nothing says what was changed; or Identified was skipped."""
    identified = skipped = False
    for passage in subject.updates:
        if _is_maintenance(passage):
            return
        identified = identified or passage.status == "identified"
        if phase(passage.status) not in {"monitoring", "closed"} or not _says_status(passage):
            continue
        if not identified and not skipped:
            skipped = True
            yield about_entry(
                "U8",
                WARN,
                f"{_label(passage.status)} without Identified before it: no update said that "
                "the cause was known.",
                passage,
                "the statuses before this update",
            )
        told = sentences(passage.text)
        if told and not _says_what_was_done(passage.text):
            yield Finding(
                "U8",
                WARN,
                "It does not say what was changed: name it (rolled back X, raised Y).",
                passage,
                told[0].start,
                told[0].end,
                "verbs of change with an object; 'a fix' is none",
            )


def _says_what_was_done(text: str) -> bool:
    return bool(changes(text) or tells_who_else(text) or _ELSEWHERE.search(text))


def rote_apology(subject: Subject) -> Iterator[Finding]:
    """U11: the same apology again, or "any inconvenience"."""
    said: set[str] = set()
    for passage in subject.public_texts:
        if passage.role not in {UPDATE, POSTMORTEM}:
            continue
        for sentence in _apologies(passage):
            rote = ROTE.search(sentence.text)
            words = normalised(sentence.text)
            again = passage.role == UPDATE and words in said
            if passage.role == UPDATE:
                said.add(words)
            if not (rote or again):
                continue
            yield Finding(
                "U11",
                WARN if passage.role == UPDATE else INFO,
                "The same apology as before: once, in the resolving update, is enough."
                if again
                else "'Any inconvenience' is rote: say what it cost whom, or leave it out.",
                passage,
                sentence.start,
                sentence.end,
                "the apologies before it" if again else None,
                Fix(sentence.start, sentence.end, "") if passage.is_draft else None,
            )


def _apologies(passage: Passage) -> Iterator[Span]:
    return (one for one in sentences(passage.text) if APOLOGY.search(one.text))


def empty_promise(subject: Subject) -> Iterator[Finding]:
    """U12: a promise without a time."""
    for passage in subject.updates:
        for sentence in sentences(passage.text):
            for found in EMPTY_PROMISE.finditer(sentence.text):
                around = sentence.text[: found.start()]
                if "few" in found.group().lower() and (
                    PAST.search(sentence.text) or not AHEAD.search(sentence.text)
                ):
                    continue
                if found.group().lower().strip() == "shortly" and not AHEAD.search(around):
                    continue
                yield Finding(
                    "U12",
                    INFO,
                    "Nobody can hold you to this: say a time.",
                    passage,
                    sentence.start + found.start(),
                    sentence.start + found.end(),
                )


def unfinished(subject: Subject) -> Iterator[Finding]:
    """U17: a placeholder, a mark or a sample sentence is left in it."""
    for passage in subject.passages:
        for left in leftovers(passage.text):
            yield Finding(
                "U17",
                ERROR,
                f"Not finished: fill in or remove {left.text[:60]}.",
                passage,
                left.start,
                left.end,
                "what can never be sent",
            )


def contact_nowhere(subject: Subject) -> Iterator[Finding]:
    """U20: "contact support", and no link or address."""
    for passage in subject.public_texts:
        if WAY.search(passage.text):
            continue
        for found in CONTACT.finditer(masked(passage.text)):
            yield Finding(
                "U20",
                INFO,
                "It does not say how to reach support: add a link or an address.",
                passage,
                *found.span(),
            )


def resolution_estimate(subject: Subject) -> Iterator[Finding]:
    """U21: a guess about when it will be over."""
    if subject.incident.kind == "maintenance":
        return
    for passage in subject.updates:
        if _is_maintenance(passage) or is_closed(passage.status):
            continue
        plain = masked(passage.text)
        for sentence in sentences(passage.text):
            for found in ESTIMATE.finditer(plain, sentence.start, sentence.end):
                yield Finding(
                    "U21",
                    INFO,
                    "A time for the resolution is a promise you may not keep: "
                    "promise the next update instead.",
                    passage,
                    *found.span(),
                )


def _all(
    rule: str, severity: str, message: str, passage: Passage, compared_with: str | None
) -> Finding:
    return Finding(rule, severity, message, passage, 0, len(passage.text), compared_with)


def _label(status: str) -> str:
    return status.replace("_", " ").capitalize() or "first"


def _says_status(passage: Passage) -> bool:
    """Whether its status is its own; a page's word "Update" keeps the running one."""
    return passage.update is None or known_status(passage.update.raw_status or "") is not None


def _is_maintenance(passage: Passage) -> bool:
    return passage.status in {"scheduled", "in_progress", "verifying", "completed"}


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "U1",
        WARN,
        "an update is nothing but a tool's default sentence",
        "Status pages offer a sentence for each status. Sent as it is, it tells readers that "
        "somebody pressed a button; half of all updates of some vendors are nothing else.",
        "Uploads over 10 MB fail with a time-out since 09:12 UTC. We are looking at the storage.",
        "We are currently investigating this issue.",
        stock_body,
    ),
    Rule(
        "U2",
        WARN,
        "an update repeats an earlier one word for word",
        "Who reads it cannot tell whether something happened, or whether it was sent twice by "
        "mistake. Say what was tried since, even if it did not help.",
        "Still failing at 10:30 UTC. Restarting the workers did not help; we now move the queue.",
        "We are looking into it. (as 20 minutes ago)",
        repeated_body,
    ),
    Rule(
        "U3",
        WARN,
        "the first update names no symptom",
        "People come to the page to learn whether what they see is this. The name of a product "
        "does not tell them; what fails, is slow, wrong or unreachable does.",
        "Logging in fails with error 502 for customers in Europe.",
        "We are investigating an issue with our platform.",
        no_symptom,
    ),
    Rule(
        "U7",
        WARN,
        "a Monitoring update says that it has been resolved",
        "Monitoring means that a fix is being watched. If it does not hold, the words were wrong; "
        "if it is over, the status is.",
        "We rolled back the release at 14:05 UTC; error rates are normal. We keep watching.",
        "Monitoring: the issue has been resolved.",
        resolved_too_early,
    ),
    Rule(
        "U8",
        WARN,
        "Monitoring or Resolved does not say what was changed, or Identified was skipped",
        "A fix without a name cannot be told from a problem that went away by itself. Readers "
        "trust what they are told was done.",
        "We raised the connection limit of the database from 200 to 600.",
        "A fix has been implemented.",
        no_change_named,
    ),
    Rule(
        "U11",
        WARN,
        'the same apology twice, or "any inconvenience"',
        "An apology is for the end, once, and for what it cost: repeated with every update it "
        "becomes noise. In a postmortem the phrase is an info.",
        "We know that many of you could not pay your staff on time this morning. We are sorry.",
        "We apologize for any inconvenience this may have caused.",
        rote_apology,
    ),
    Rule(
        "U12",
        INFO,
        "a promise without a time",
        '"Shortly" and "as soon as possible" promise nothing that could be kept, and people ask '
        "again. A time can be held, and moved.",
        "Next update by 15:30 CEST (13:30 UTC).",
        "We will provide an update as soon as possible.",
        empty_promise,
    ),
    Rule(
        "U17",
        ERROR,
        "a placeholder, a mark such as TODO, or a sample sentence is left in the text",
        "What was to be filled in was not. It is never sent: this is the one rule that refuses.",
        "Checkout is slow since 09:10 UTC.",
        "{{component}} is slow since {{since}}.",
        unfinished,
    ),
    Rule(
        "U20",
        INFO,
        "it sends people to support without a link or an address",
        "Those who need help now should not have to search for the way to it.",
        "Questions: support@example.com, or https://example.com/help.",
        "Please reach out to our support team for assistance.",
        contact_nowhere,
    ),
    Rule(
        "U21",
        INFO,
        "it says when the incident will be over",
        "An estimate is read as a promise and mostly missed. Some vendors do give one, so this "
        "is an info; a time for the next update is always safe.",
        "We do not know yet how long it takes. Next update by 11:00 UTC.",
        "We expect this to be resolved within 10 minutes.",
        resolution_estimate,
    ),
)
