"""U1 U2 U3 U7 U8: what an update says, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ircon.checks.changes import find_changes, mentions_external_recovery
from ircon.checks.claims.repeats import news_of
from ircon.checks.claims.states import says_it_is_over
from ircon.checks.finding import WARN, Fix, Violation, about_entry
from ircon.checks.lexicon.stock_phrases import DEFAULTS, ELSEWHERE
from ircon.checks.lexicon.symptoms import names_symptom
from ircon.checks.rule import CONTRADICTION, rule
from ircon.checks.subject import Passage, Subject
from ircon.incident.vocabulary import parse_status, status_phase
from ircon.text.prose import mask_markup, normalise, sentences

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


@rule(
    "U1",
    WARN,
    good="Uploads over 10 MB fail with a time-out since 09:12 UTC. We are looking at the storage.",
    bad="We are currently investigating this issue.",
    swallows=("U3", "U8", "U12", "L3", "L5", "L6", "L7"),
)
def stock_body(subject: Subject) -> Iterator[Violation]:
    """An update is nothing but a tool's default sentence.

    Status pages offer a sentence for each status. Sent unchanged, it tells readers only that
    somebody pressed a button; half of all updates of some vendors are nothing else.
    """
    for passage in subject.updates:
        if normalise(passage.text) in DEFAULTS:
            yield Violation(
                passage,
                0,
                len(passage.text),
                "This is the tool's default sentence: it says nothing about this incident.",
                "the sentences that status pages offer",
            )


@rule(
    "U2",
    WARN,
    good="Still failing at 10:30 UTC. Restarting the workers did not help; we now move the queue.",
    bad="We are looking into it. (as 20 minutes ago)",
    swallows=("U1", "U3", "U8", "U12", "L6", "L7"),
)
def repeated_body(subject: Subject) -> Iterator[Violation]:
    """An update repeats an earlier one, word for word or but for the times in it.

    Readers cannot tell whether something happened, or whether it was sent twice by mistake. Say
    what was tried since, even if it did not help.
    """
    earlier: dict[str, Passage] = {}
    told: dict[str, Passage] = {}
    for passage in subject.updates:
        text, news = normalise(passage.text), news_of(passage.text)
        if not text:
            continue
        before, earlier[text] = earlier.get(text), passage
        alike = told.get(news) if news else None
        told[news] = passage
        if before is not None:
            when = f" ({before.stamp})" if before.stamp else ""
            yield about_entry(
                passage,
                "The same text as an earlier update: readers cannot tell what is new.",
                f"the {before.status_label} update{when}",
            )
        elif alike is not None and alike.status == passage.status:
            when = f" ({alike.stamp})" if alike.stamp else ""
            yield about_entry(
                passage,
                "The same text as an earlier update, but for its times: readers cannot tell "
                "what is new.",
                f"the {alike.status_label} update{when}",
            )


@rule(
    "U3",
    WARN,
    english=True,
    good="Logging in fails with error 502 for customers in Europe.",
    bad="We are investigating an issue with our platform.",
)
def no_symptom(subject: Subject) -> Iterator[Violation]:
    """The first update names no symptom.

    Readers come to the page to learn whether it explains what they see. The name of a product
    does not tell them; what fails, is slow, wrong or unreachable does.
    """
    first = next(iter(subject.updates), None)
    if first is None or subject.incident.kind == "maintenance" or first.is_maintenance:
        return
    plain = mask_markup(first.text)
    if not plain.strip() or names_symptom(plain):
        return
    span = sentences(first.text)[0]
    yield Violation(
        first,
        span.start,
        span.end,
        "The first update names no symptom: what fails, is slow, wrong or unreachable for whom?",
        "what a user would see",
    )


@rule(
    "U7",
    WARN,
    good="We rolled back the release at 14:05 UTC; error rates are normal. We keep watching.",
    bad="Monitoring: the issue has been resolved.",
    kind=CONTRADICTION,
)
def resolved_too_early(subject: Subject) -> Iterator[Violation]:
    """A Monitoring update says that the incident is resolved.

    Monitoring means that a fix is being watched. Either the text or the status is wrong.
    """
    for passage in subject.updates:
        if passage.status != "monitoring":
            continue
        for sentence in sentences(passage.text):
            match = _RESOLVED.search(sentence.text)
            if match is None or _NOT_YET.search(sentence.text[: match.start()]):
                if place := says_it_is_over(mask_markup(sentence.text)):
                    yield Violation(
                        passage,
                        sentence.start + place[0],
                        sentence.start + place[1],
                        "The status is Monitoring, the text says that it is over: one of them "
                        "is wrong.",
                        "the status of this update, Monitoring",
                    )
                continue
            name = match.lastgroup or "word"
            word = (sentence.start + match.start(name), sentence.start + match.end(name))
            yield Violation(
                passage,
                sentence.start,
                sentence.start + match.end(),
                "The status is Monitoring, the text says resolved: one of them is wrong.",
                "the status of this update, Monitoring",
                Fix(*word, "mitigated"),
            )


@rule(
    "U8",
    WARN,
    english=True,
    good="We raised the connection limit of the database from 200 to 600.",
    bad="A fix has been implemented.",
)
def no_change_named(subject: Subject) -> Iterator[Violation]:
    """Monitoring or Resolved does not say what was changed, or Identified was skipped.

    A fix without a name cannot be told from a problem that went away by itself. Readers trust a
    fix that they can name.
    """
    identified = skipped = False
    for passage in subject.updates:
        if passage.is_maintenance:
            return
        identified = identified or passage.status == "identified"
        if status_phase(passage.status) not in {"monitoring", "closed"} or not _has_own_status(
            passage
        ):
            continue
        if not identified and not skipped:
            skipped = True
            yield about_entry(
                passage,
                f"{passage.status_label} without Identified before it: no update said that "
                "the cause was known.",
                "the statuses before this update",
            )
        spans = sentences(passage.text)
        if spans and not _names_change(passage.text):
            yield Violation(
                passage,
                spans[0].start,
                spans[0].end,
                "It does not say what was changed: name it (rolled back X, raised Y).",
                "verbs of change with an object; 'a fix' does not count",
            )


def _names_change(text: str) -> bool:
    return bool(find_changes(text) or mentions_external_recovery(text) or ELSEWHERE.search(text))


def _has_own_status(passage: Passage) -> bool:
    """Whether the update sets a status; a page's "Update" keeps the current one."""
    return passage.update is None or parse_status(passage.update.raw_status or "") is not None
