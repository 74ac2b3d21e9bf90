"""P7 P8 P9 P11: the least that a postmortem says: when, how much, why, and who noticed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from ircon.checks.claims.quantities import (
    BECAUSE,
    has_clock,
    has_duration,
    is_quantified,
    statements,
)
from ircon.checks.finding import ERROR, WARN, Violation, missing_from
from ircon.checks.followups import WILL
from ircon.checks.rule import rule
from ircon.checks.subject import Passage, Subject
from ircon.text.clock_times import text_times
from ircon.text.durations import durations
from ircon.text.outline import (
    ACTIONS,
    CAUSE,
    CLOSING,
    LESSONS,
    RESPONSE,
    Section,
    outline,
    role_at,
)
from ircon.text.phrases import contains, find_matches, phrases
from ircon.text.prose import Span, paragraphs, sentences, spans_between

_REACH: Final = 70  # characters from "caused by" to a vague cause
_NOT_IMPACT: Final = frozenset({ACTIONS, CAUSE, CLOSING, LESSONS, RESPONSE})

# Vague causes (CHECKS, P9).
_VAGUE: Final = phrases(
    r"(?:unexpected|unforeseen|some|various|certain|several|unknown|unspecified|internal|technical)"
    r" (?:unexpected |technical |internal |minor )?(?:issues?|problems?|difficult(?:y|ies)"
    r"|interactions?|complications?|circumstances)",
    r"(?:a |some )?parts? of (?:the|our) (?:systems?|infrastructure|platform|service|backend)",
    r"scal(?:ing|ability) (?:issues?|problems?)",
    r"technical glitch(?:es)?",
)
# What makes a cause concrete: something that was changed, or that ran out.
_NAMED: Final = phrases(
    "deploy~", "releas(?:e|es|ed)", "updates?", "upgrad~", "migrat~", "configur~", "config",
    "roll-?outs?", "code", "feature flags?", "patch~", "certificat~", "credential~", "dns",
    "quer(?:y|ies)", "index(?:es)?", "schema", "limits?", "quotas?", "time-?outs?", "memory",
    "disks?", "cpu", "connection (?:pool|limit)~", "connections", "threads?", "pools?", "caches?",
    "databases?", "replica~", "queues?", "load balancers?", "prox(?:y|ies)", "firewalls?",
    "routers?", "switch(?:es)?", "network", "cables?", "fib(?:er|re)", "power", "storage",
    "provider'?s?", "vendor'?s?", "third-?part(?:y|ies)", "upstream", "library", "librar(?:y|ies)",
    "kernel", "containers?", "cluster~", "nodes?", "kubernetes", "leak~", "deadlock~", "race",
    "bugs?", "regression", "scripts?", "cron~", "jobs?", "tokens?", "keys?", "locks?", "garbage",
)  # fmt: skip
# The symptom as its own cause: "caused by performance degradation".
_SYMPTOM_ONLY: Final = phrases(
    r"caused by (?:an? |the |this |some )?"
    r"(?:(?:performance|service|system|severe|significant|partial|api|temporary|brief) )*"
    r"(?:degradation|outage|downtime|slowness|unavailability|disruption|interruption|instability"
    r"|failures?|errors?|issues?|problems?)"
    r"(?=[.,;!?]|\Z| (?:in|of|with|on) (?:the |our |its )?"
    r"(?:system|service|platform|application|api|software)s?[.,;!?])"
)

_NOTICED: Final = phrases(
    "alert(?:s|ed|ing)?", "alarm~", "pag(?:ed|er|ing)", "monitor(?:s|ed)?", "monitoring",
    "dashboards?", "detect(?:ed|ion|s)?", "notic(?:ed|es)", "flagged", "observed", "discovered",
    "became aware", "made aware", "report(?:s|ed)(?: (?:by|from))?", "complain(?:ts?|ed)",
    "support (?:tickets?|requests?|cases?)", "health ?checks?", "probes?", "on-?call",
    "(?:we|i|(?:the |our )?\\w+ (?:team|engineers?)) (?:first )?(?:saw|see|noticed?)",
    "(?:began|started) (?:seeing|to see|observing|noticing)", "discovery", "discovers?",
    "pages (?:an?|the|our|on)", "page(?=:)",
    "witnessed", "spotted", "reali[sz]ed", "found out", "notified", "warned", "fires", "fired",
    "went off", "goes off", "raise[sd] (?:an? |the )?(?:\\w+ )?(?:alarm|alert|ticket|incident)",
    # Somebody from outside, who told us.
    "(?:calls?|called|rang|rings|phone[sd]?|wrote|writes|contact(?:s|ed)|told|tells|ask(?:s|ed)"
    "|mailed|e-?mailed) (?:to )?(?:us|(?:the |our |their )?(?:\\w+ ){0,2}?(?:support|desk"
    "|help-?line|hot-?line|line|team|office|centre|center|number))",
    "(?:customers?|users?|clients?|guests?|patients?|shops?|stores?|developers?|teachers?"
    "|partners?) (?:(?:in|from|of|at) (?:\\w+ ){1,2})?"
    "(?:called|rang|phoned|wrote|told|asked|contacted|complained|calls?|rings?|phones?|writes?|tells?|asks?|opens?|opened)",
    "opens? (?:an? )?ticket", "(?:first|more|\\d+) calls?",
)  # fmt: skip
# A time without a clock: "shortly after the deployment" says when, "after some time" does not.
_SINCE: Final = phrases(
    r"(?:shortly|immediately|soon|directly|seconds|minutes) after (?!(?:that|which|this)\b)\w+",
    r"within (?:the first |the same )?(?:seconds|minutes|an hour|the hour)",
    r"at the (?:same time|start|beginning) of",
    r"(?:detected|noticed|flagged|reported) (?:\w+ ){0,4}after the",
)


@rule(
    "P7",
    WARN,
    good="'On 12 May 2026 from 10:04 to 10:41 UTC ...'",
    bad="'During the recent incident ...'",
)
def no_dates(subject: Subject) -> Iterator[Violation]:
    """The postmortem gives no day, no start, no end and no duration.

    A postmortem is read long after, by people who want to know whether this was what they saw.
    Without a day and a time they cannot tell.
    """
    passage = subject.postmortem
    if passage is None:
        return
    plain = passage.text.replace("|", " ")  # a table of facts counts, too
    times = text_times(plain)
    has_length = any(has_duration(statement.text) for statement in statements(passage.text))
    missing = []
    if not any(day.is_date for day in times.days):
        missing.append("the day")
    if not times.clocks:
        missing += ["when it began", "when it ended"]
    if len(times.clocks) <= 1 and not has_length:
        missing.append("how long it lasted")
    if missing and not (times.clocks and has_length):
        yield missing_from(
            passage, f"It does not say {_listed(missing)}.", "what readers look for first"
        )


@rule(
    "P8",
    ERROR,
    good="'12 % of logins failed for 23 minutes.'",
    bad="'Users experienced degraded performance.'",
)
def no_quantity(subject: Subject) -> Iterator[Violation]:
    """No number says how bad the impact was.

    'Some users' may be three or all. A share, a count or the minutes of a component lets
    readers judge. Servers, steps and the time window do not count.
    """
    passage = subject.postmortem
    if passage is None:
        return
    text = passage.text
    if any(
        is_quantified(statement.text)
        for statement in statements(text)
        if role_at(text, statement.start) not in _NOT_IMPACT
    ):
        return
    yield missing_from(
        passage,
        "The impact has no number: how many users, requests or minutes of what?",
        "its sentences about the impact",
    )


@rule(
    "P9",
    ERROR,
    good="'The connection limit of the session database was reached.'",
    bad="'The incident was caused by some issues in a part of the system.'",
    swallows=("L3", "L5", "L7"),
)
def vague_cause(subject: Subject) -> Iterator[Violation]:
    """The cause names nothing concrete; a warning where something is named beside it.

    'Unexpected issues' explains no incident. Name the component, the change or the limit that
    was reached, as far as it may be public.
    """
    passage = subject.postmortem
    if passage is None:
        return
    text = passage.text
    for part in outline(text):
        if part.role in {ACTIONS, CLOSING, LESSONS}:
            continue
        for sentence in spans_between(sentences(text), part.start, part.end):
            yield from _vague_causes(passage, part, sentence)


def _vague_causes(passage: Passage, part: Section, sentence: Span) -> Iterator[Violation]:
    explains = find_matches(BECAUSE, sentence.text)
    if part.role != CAUSE and not explains:
        return
    causes = list(find_matches(_VAGUE, sentence.text))
    if part.role != CAUSE:
        causes = [cause for cause in causes if 0 < cause.start() - explains[0].start() < _REACH]
    causes += find_matches(_SYMPTOM_ONLY, sentence.text)
    named = _NAMED.search(_around(passage.text, part, sentence)) if causes else None
    for cause in causes:
        reason = (
            f"it adds nothing to '{named.group()}'"
            if named
            else "no component, change or limit is named"
        )
        yield Violation(
            passage,
            sentence.start + cause.start(),
            sentence.start + cause.end(),
            f"'{cause.group()}' is not a cause: {reason}.",
            "the paragraph around it",
            severity=WARN if named else ERROR,
        )


def _around(text: str, part: Section, sentence: Span) -> str:
    """Return the paragraph of a sentence, as far as it belongs to the section."""
    block = next(reversed(spans_between(paragraphs(text), 0, sentence.start + 1)), None)
    start = max(part.start, block.start) if block else part.start
    return text[start : min(part.end, block.end) if block else part.end]


@rule(
    "P11",
    WARN,
    good="'The queue alert fired at 10:04 UTC, nine minutes after the deploy.'",
    bad="'Our team quickly started to investigate.'",
)
def no_detection(subject: Subject) -> Iterator[Violation]:
    """The postmortem does not say who or what noticed the incident, or when.

    The minutes until detection are often the most that could be saved. An alert, a customer, a
    colleague: each leads to other actions.
    """
    passage = subject.postmortem
    if passage is None:
        return
    mentions = [
        _with_heading(passage.text, statement)
        for statement in statements(passage.text)
        if role_at(passage.text, statement.start) not in {ACTIONS, CLOSING, LESSONS}
        and contains(_NOTICED, statement.text)
        and not contains(WILL, statement.text)
    ]
    missing = []
    if not mentions:
        missing.append("who or what noticed it")
    if not any(has_clock(text) or contains(_SINCE, text) or _is_later(text) for text in mentions):
        missing.append("when it was noticed")
    if missing:
        yield missing_from(
            passage,
            f"It does not say {_listed(missing)}.",
            "its sentences about alerts, reports and monitoring",
        )


def _with_heading(text: str, statement: Span) -> str:
    """Return a statement with the heading above it, where that is its time: ``### 16:30``."""
    part = next(part for part in reversed(outline(text)) if part.start <= statement.start)
    heading = part.heading.text if part.heading else ""
    return f"{heading} {statement.text}" if has_clock(heading) else statement.text


@lru_cache(maxsize=4096)
def _is_later(sentence: str) -> bool:
    """Whether it gives a time after the start: ``12 minutes later``."""
    return any(
        sentence[duration.end :].lstrip().lower().startswith(("after", "later", "into"))
        or sentence[: duration.start].rstrip().lower().endswith(("within", "after"))
        for duration in durations(sentence)
    )


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)
