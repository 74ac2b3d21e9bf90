"""P7 P8 P9 P11: the least that a postmortem says: when, how much, why, and who noticed."""

from __future__ import annotations

import re
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
from ircon.checks.lexicon.symptoms import names_symptom
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

# A number of what was affected, in any trade: "640 drivers", "14 warehouses" (P8).
_PLURALS: Final = (
    r"(?:[a-z][a-z-]*[a-rt-z]s|[a-z-]*(?:sses|uses|people|staff|children|men|women|crew|cargo"
    r"|freight|mail|traffic|revenue))"
)
_OWN_PARTS: Final = (
    r"(?:hosts?|servers?|nodes?|instances?|containers?|pods?|workers?|machines?|clusters?|steps?"
    r"|services?|process(?:es)?|queues?|databases?|teams?|engineers?|replicas?|shards?|threads?"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?|years?|times|releases|versions?|lines?|alerts?"
    r"|actions?|updates?|changes|commits?|dashboards?|retries|regions?|zones?|disks?|cores?|cpus?"
    r"|bytes|components?|tests?|fixes|things|reasons?|causes?|factors?|attempts|incidents?|outages?"
    r"|phases?|waves?|tables?|indexes|caches|brokers?|partitions|volumes?|gateways?|proxies"
    r"|balancers?|switches|routers?|racks?|deployments?|namespaces?|rules?|limits?|options?|ways"
    r"|parts|vms|gb|mb|tb|hs|ms|pages? of|responders?|participants?|certificates?|systems?)"
)
_COUNTED: Final = re.compile(
    r"(?<![\w.:/#-])(?:\d{1,3}(?:[,.’' ]\d{3})+|\d{1,9})(?![\d:]|[.,]\d|st\b|nd\b|rd\b|th\b)"
    r"(?:\s(?:k|million|thousand|billion))?(?: (?:of|out of) (?:the |our |all )?[\d,.]+)?"
    rf" (?:(?!(?:UTC|GMT|[AP]M|to|and|on|in|at|of|or|by|is|was|were|had|{_OWN_PARTS})\b)"
    rf"[a-z][\w-]* ){{0,2}}?(?!{_OWN_PARTS}\b){_PLURALS}\b(?! {_OWN_PARTS}\b)"
)
_YEAR: Final = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: \d{1,2}(?:st|nd|rd|th)?)?,?"
    r" (?:19|20)\d\d\b"
)
_ABOUT_IMPACT: Final = re.compile(
    r"\b(?:impact\w*|affect\w*|scope|hit|suffer\w*|lost|late|miss\w*)\b", re.IGNORECASE
)
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

# The harm, not the cause: "the trouble caused by this interruption", "caused by this outage".
_HARM_BY: Final = re.compile(
    r"caused by (?:this|the|that|our|these) (?:\w+ ){0,2}?(?:outages?|incidents?|interruptions?"
    r"|disruptions?|downtime|degradation|issues?|problems?|unavailability)\b",
    re.IGNORECASE,
)
_HARMED: Final = re.compile(
    r"\b(?:inconveniences?|trouble|frustration|apolog\w+|sorry|disruption|difficult\w+|delays?"
    r"|harm|damage|pain|distress)\b",
    re.IGNORECASE,
)
_OF_INCIDENT: Final = re.compile(
    r"\b(?:incident|outage|issue|problem|disruption|cause|this|it|happened|interruption)\b",
    re.IGNORECASE,
)
# A cause all of whose words say nothing: "a glitch", "a malfunction of our systems".
_NOTHING: Final = (
    r"(?:an?|the|some|our|its|of|in|within|with|on|to|and|or|one|several|various|certain|few|many"
    r"|number|unexpected|unforeseen|unknown|unspecified|unusual|unidentified|unplanned|internal"
    r"|external|technical|minor|major|small|serious|severe|temporary|transient|brief|sudden|rare"
    r"|isolated|underlying|general|operational|different|other|part|parts|component|components"
    r"|glitch(?:es)?|hiccups?|malfunctions?|malfunctioning|issues?|problems?|difficult(?:y|ies)"
    r"|errors?|faults?|failures?|bugs?|defects?|anomal(?:y|ies)|irregularit(?:y|ies)|disturbances?"
    r"|complications?|circumstances|conditions?|events?|occurrences?|challenges|instability"
    r"|misbehaviou?r|situation|reasons?|factors?|human|something|wrong|systems?|infrastructure"
    r"|platforms?|backends?|environment|services?|software|it|side|end|setup|landscape|stack"
    r"|production|beyond|control|kind|sort|nature|which|we|are|is|was|still|not|yet|known"
    r"|encountered|experienced|occurred|that)"
)
_EMPTY_CAUSE: Final = re.compile(
    r"(?:caused by|due to|because of|(?:as a |the )?result of|resulted from|traced (?:back )?to"
    r"|attributed to|stemm(?:ed|ing) from|triggered by|causes? (?:was|is)|reason (?:was|is|for \w+"
    r" \w+ was)|came from|originated (?:in|from)|owing to|down to|source (?:was|is))[:]? "
    rf"(?:an? |the )?(?P<cause>{_NOTHING}(?:,? {_NOTHING}){{0,11}})(?=\s*(?:[.;!?)]|\Z|, (?:which"
    rf"|and|but|so)\b"
    r"|(?:on|at|from|between|during|since|starting|around|after|before) (?:the |about )?(?:\d"
    r"|morning"
    r"|night|day|even|after|Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov"
    r"|Dec)))",
    re.IGNORECASE,
)
_BARE_CAUSE: Final = re.compile(
    rf"\A(?:it was |this was |there was |we had )?{_NOTHING}(?: {_NOTHING}){{0,7}}[.!]?\Z",
    re.IGNORECASE,
)
_FAULT_NOUN: Final = re.compile(
    r"\b(?:glitch|hiccup|malfunction|issue|problem|difficult|error|fault|failure|bug|defect|anomal"
    r"|irregularit|disturbance|complication|circumstance|condition|event|occurrence|instability"
    r"|situation|factor|reason|something)",
    re.IGNORECASE,
)

_NOTICED: Final = phrases(
    r"(?<!we\s)(?<!team\s)(?<!engineers\s)(?<!lead\s)(?:called|phoned|rang|telephoned|wrote"
    "|told|e-?mailed|texted|tweeted|contacted|asked) (?:us|in"
    "|at|about|to|the|our|support|by|from|that|when|just|around|shortly|\\d)",
    "(?:users?|customers?|people|callers?|guests?|shops?|clients?) (?:\\w+ )?(?:called|phoned|rang"
    "|wrote|saying|asking)",
    "(?:first|an?|the|several|two|three|many) (?:\\w+ )?(?:calls?|tickets?|complaints?|reports?"
    "|e-?mails?|messages?) (?:\\w+ )?(?:came|arrived|reached|from|about|at|was|were)",
    "reporting", "noticing", "noticeable", "saw", "spott(?:ed|ing)", "witness(?:ed|ing)",
    "warn(?:ed|ing|s)", "informed", "caught", "picked up", "brought to our attention", "woke",
    "woken", "tripped", "went off", "raised (?:by|a|the)", "(?:heard|learn(?:ed|t)) (?:of|about"
    "|from|that|at)", "sms", "siren", "hotline", "help ?desk", "received (?:\\w+ ){0,4}(?:calls?"
    "|tickets?|complaints?|reports?|e-?mails?|messages?|alarms?)",
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
    r"(?:at once|straight away|right away|immediately|instantly|the same (?:minute|moment|hour"
    r"|morning|evening|day)|(?:that|this|the next|the following) (?:morning|afternoon|evening|night"
    r"|day)|at (?:noon|midnight)|overnight|(?:half )?an hour (?:later|after|into|before))",
)


@rule(
    "P7",
    WARN,
    english=True,
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
    title = f"{subject.title.text}\n\n" if subject.title else ""
    plain = title + passage.text.replace("|", " ")  # a table of facts counts, too
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
    english=True,
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
        _counts_affected(statement.text)
        for statement in statements(text)
        if role_at(text, statement.start) not in _NOT_IMPACT
    ):
        return
    yield missing_from(
        passage,
        "The impact has no number: how many users, requests or minutes of what?",
        "its sentences about the impact",
    )


@lru_cache(maxsize=8192)
def _counts_affected(sentence: str) -> bool:
    """Whether it says how many were harmed: "14 warehouses could not print labels"."""
    plain = _YEAR.sub(", ", sentence)  # "12 May 2026 logins failed" counts nothing
    return is_quantified(plain) or (
        _COUNTED.search(plain) is not None
        and (_ABOUT_IMPACT.search(plain) is not None or names_symptom(plain))
    )


@rule(
    "P9",
    ERROR,
    english=True,
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
        if part.role in {ACTIONS, CLOSING}:
            continue
        for sentence in spans_between(sentences(text), part.start, part.end):
            yield from _vague_causes(passage, part, sentence)


def _vague_causes(passage: Passage, part: Section, sentence: Span) -> Iterator[Violation]:
    causes = _causes_in(sentence.text, part.role)
    named = _NAMED.search(_around(passage.text, part, sentence)) if causes else None
    for start, end in causes:
        reason = (
            f"it adds nothing to '{named.group()}'"
            if named
            else "no component, change or limit is named"
        )
        yield Violation(
            passage,
            sentence.start + start,
            sentence.start + end,
            f"'{sentence.text[start:end]}' is not a cause: {reason}.",
            "the paragraph around it",
            severity=WARN if named else ERROR,
        )


@lru_cache(maxsize=8192)
def _causes_in(sentence: str, role: str) -> tuple[tuple[int, int], ...]:
    """Return where a sentence gives a cause that names nothing."""
    explains, is_cause_section = find_matches(BECAUSE, sentence), role == CAUSE
    found: list[tuple[int, int]] = []
    if explains or is_cause_section:
        found = [match.span() for match in find_matches(_VAGUE, sentence)]
        if not is_cause_section:
            found = [span for span in found if 0 < span[0] - explains[0].start() < _REACH]
        found += [match.span() for match in find_matches(_SYMPTOM_ONLY, sentence)]
    for match in _EMPTY_CAUSE.finditer(sentence):
        if _FAULT_NOUN.search(match["cause"]):
            found.append(match.span("cause"))
    if is_cause_section and not found and _FAULT_NOUN.search(sentence):
        found += [match.span() for match in [_BARE_CAUSE.match(sentence)] if match]
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        is_harm = _is_harm(sentence, start)
        if not is_harm and all(end <= first or start >= last for first, last in apart):
            apart.append((start, end))
    return tuple(apart)


def _is_harm(sentence: str, start: int) -> bool:
    """Whether "caused by" there says what the incident did: "the trouble caused by this outage"."""
    begin = max(0, start - 12)
    harm = _HARM_BY.search(sentence, begin)
    before = sentence[:start]
    if _HARMED.search(before):
        return True
    return harm is not None and harm.start() <= start and not _OF_INCIDENT.search(before)


def _around(text: str, part: Section, sentence: Span) -> str:
    """Return the paragraph of a sentence, as far as it belongs to the section."""
    block = next(reversed(spans_between(paragraphs(text), 0, sentence.start + 1)), None)
    start = max(part.start, block.start) if block else part.start
    return text[start : min(part.end, block.end) if block else part.end]


@rule(
    "P11",
    WARN,
    english=True,
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
