"""States that a sentence claims: that it is over, that it goes on, that the work goes on.

Only the present counts: "at 14:00 we were still looking" is history.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ircon.text.phrases import phrases

_ADVERB: Final = r"(?:(?:\w+ly|now|since|already|also|all|well and truly|thus|therefore) )*"
INCIDENT: Final = (
    r"(?:incident|issues?|problems?|outage|disruption|interruption|event|matter|degradation"
    r"|everything|this|it|all of (?:this|it))"
)
_ENDED: Final = r"(?:over|closed|fixed|solved|behind us|done with|concluded|resolved|finished)"
_OVER: Final = phrases(
    rf"{INCIDENT} (?:is|are|has been|have been|has|have) {_ADVERB}(?:been {_ADVERB})?{_ENDED}"
    r"(?! (?:by|in (?:most|some|part)|for (?:most|some|many)))",
    rf"{INCIDENT} (?:has|have) {_ADVERB}(?:ended|come to an end)",
    rf"we (?:now |hereby )?(?:consider|regard|treat|declare) (?:the |this )?(?:whole )?{INCIDENT}"
    rf" (?:(?:as|to be) )?{_ADVERB}{_ENDED}",
    rf"we (?:are|have)(?: now)? clos(?:ing|ed) (?:the|this) {INCIDENT}",
    rf"we have {_ADVERB}(?:fixed|solved|ended) (?:the|this) {INCIDENT}",
    r"that (?:is|was) the end of (?:the |this )?(?:incident|outage|disruption)",
)
# ... and these where nothing has been said to be fixed yet.
_ALL_BACK: Final = phrases(
    r"(?:everything|all (?:of )?(?:our |the )?(?:systems|services|functions|features|regions"
    r"|components))"
    rf" (?:(?:is|are|has|have) {_ADVERB}(?:been {_ADVERB})?"
    r"(?:back(?: to normal)?|restored|operational|recovered|up and running|working(?: again)?"
    r"|available again|healthy|normal)|works? (?:normally|again|as (?:usual|expected)))",
    rf"(?:is|are) {_ADVERB}(?:back|available|working|restored)(?: again)? for (?:everyone|everybody"
    r"|all (?:of )?(?:our |the )?(?:users|customers|regions|clients))",
    r"all systems (?:are )?(?:operational|go|normal)",
    r"service (?:is|has been) fully restored",
)
# "Once it is over", "not yet over", "we believe that it is over", "the issue of last week".
_UNSURE: Final = re.compile(
    r"\b(?:once|when|until|till|if|whether|after|before|unless|not|never|ensure|confirm\w*|verif\w+"
    r"|sure|believe|think|expect|hope|assume|suspect|consider(?= whether)|appears?|seems?|looks?"
    r"|should|partial\w*|mostly|partly|nearly|almost|as though|like|last week|previous|earlier"
    r"|related|upstream|provider\w*|will|cannot|another)\b[^.;]{0,70}$",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(
    r"\b(?:still|but|however|residual|remain\w*|not yet|some|partial\w*|most|except|again (?:fail"
    r"|slow)\w*|only)\b",
    re.IGNORECASE,
)

_WE: Final = (
    r"(?:(?:we|they)(?: are|'re)?|(?:our|the) (?:[\w-]+ ){0,2}?"
    r"(?:teams?|engineers?|staff|technicians|people|provider)(?: is| are)?|engineers are"
    r"|work (?:is|continues)|which we are)"
)
_STILL: Final = (
    r"(?: (?:still|currently|now|actively|all|also|presently|busy|hard at work|continuing to"
    r"|continues? to|keep|remain|at the moment|urgently))*"
)
_A_FIX: Final = (
    r"(?:an? |the |our |this |its )?(?:(?!permanent|long|lasting|proper|better|structural|final"
    r"|follow|durable|second|real)[\w-]+ ){0,2}?"
    r"(?:fix|solution|resolution|remedy|repair|recovery|restoration|mitigation|workaround|issue"
    r"|problem|incident|outage)"
)
_MENDING: Final = phrases(
    rf"{_WE}{_STILL} work(?:ing)? (?:hard )?(?:on|towards?|at) {_A_FIX}",
    rf"{_WE}{_STILL} (?:try|trying|work|working)(?: hard)? to (?:fix|resolve|restore|repair"
    r"|mitigate|solve|bring (?:\w+ ){1,3}back)(?! (?:the )?(?:last|remaining|root))",
    rf"{_WE}{_STILL} (?:fixing|repairing|restoring|resolving) (?:the |this )?(?:issue|problem"
    r"|service|fault|incident|outage)",
    r"(?:is|are|has|have) not (?:been )?(?:yet )?(?:fixed|resolved|repaired|restored|solved)"
    r"(?: yet)?",
    r"not yet (?:been )?(?:fixed|resolved|repaired|solved)",
    r"(?:there is |we have )?(?:still )?no (?:fix|solution|remedy) (?:yet|so far|in sight)",
    r"a (?:fix|solution) is (?:still )?(?:being (?:worked on|prepared|developed|implemented)"
    r"|in the works|under way|on its way)",
)
_CAUSE: Final = (
    r"(?:the |a |its )?(?:[\w-]+ )?(?:causes?|reasons?|source|origin|trigger|culprit)\b|why\b|how\b"
    r"|what (?:caused|led|triggered|went|happened|is|was)"
)
_SEARCHING: Final = phrases(
    rf"{_WE}{_STILL} (?:look(?:ing)? (?:for|into)|search(?:ing)? for|investigat(?:e|ing)"
    r"|try(?:ing)? to (?:find(?: out)?|identify|understand|establish|determine|isolate|locate|see)"
    rf"|hunt(?:ing)?(?: for)?|examining|analy[sz]ing|diagnosing) (?:{_CAUSE})",
    r"(?:the )?cause (?:is|remains) (?:still |as yet )?(?:unknown|unclear|not (?:yet )?known"
    r"|under investigation)",
    r"(?:we )?(?:still )?(?:do not|don't) (?:yet )?know (?:the cause|why"
    r"|what (?:causes|is causing))",
)
_LOOKING: Final = phrases(
    rf"{_WE}{_STILL} (?:look(?:ing)? into|investigat(?:e|ing)|examin(?:e|ing)|diagnos(?:e|ing))"
    r" (?:an? |the |this |these |reports? of |possible |ongoing )*(?:[\w-]+ ){0,3}?"
    r"(?:issues?|problems?|incident|outage|reports?|errors?|failures?|delays?|disruption"
    r"|degradation|time-?outs|slowness|latency)(?! (?:management|response|report|review|history))",
)
_BROKEN: Final = phrases(
    r"(?:users|customers|clients|people|you|visitors|tenants|requests|some|many|they)"
    r" (?:may |might |can |will |could )?still (?:see|experience|face|encounter|get|receive"
    r"|notice|fail|have (?:trouble|problems|issues)|be (?:unable|affected))(?! improve)",
    r"(?:is|are|remains?|continues? to be) (?:still |currently )?(?:down|unavailable|unreachable"
    r"|offline|degraded|inaccessible|broken)(?! (?:for|time|during|when|if))",
    r"(?:is|are) still (?:failing|timing out|slow|affected|impacted|not (?:working|available"
    r"|responding)|returning)",
    r"(?:errors?|failures?|delays?|the (?:issue|problem|outage)) (?:persists?|continues?|remains?"
    r"|is ongoing|are ongoing)(?! to (?:fall|drop|decrease|decline|improve|normal|be (?:low"
    r"|resolved|fixed)))",
    r"still (?:fails?|does not|do not|doesn't|don't|cannot|can't) (?!know)\w+",
)
# What makes a leftover harmless or conditional.
_HARMLESS: Final = re.compile(
    r"\b(?:if|should you|anyone|whoever|in case|until|while|cach\w+|refresh\w*|reload\w*|stale"
    r"|e-?mail us|contact|by design|deliberate\w*|on purpose|deprecated|no longer|not|retired"
    r"|old (?:version|client)s?|historical|charts?|graphs?|gaps?|permanently|switched off)\b",
    re.IGNORECASE,
)
_LATER_WORK: Final = re.compile(
    r"\b(?:permanent|long[- ]term|lasting|prevent\w*|recurren\w*|again in future|in (?:the )?future"
    r"|post-?mortem|post-incident|follow[- ]?up|next (?:week|month|days)|not happen|won['’]t happen"
    r"|root[- ]cause|separate\w*|unrelated|another)\b",
    re.IGNORECASE,
)
_MENDED: Final = re.compile(
    r"\b(?:fix(?:ed)?|mitigat\w+|recover\w*|restor\w+|roll(?:ed)? ?back|normal|improv\w+|subsid\w+"
    r"|stab(?:le|ili[sz]ed)|restarted|works? again|work again|back|resolved|deployed|implemented"
    r"|dropp?(?:ed|ing)|decreas\w+|fell|falling|reverted|disabled|replaced|moved|rerouted|scaled"
    r"|shrinking|switched|out of service|watch\w*|monitor\w*)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=16_384)
def says_it_is_over(sentence: str) -> tuple[int, int] | None:
    """Return where a sentence says outright that the incident is over."""
    return _sure(_OVER, sentence)


@lru_cache(maxsize=16_384)
def says_all_is_back(sentence: str) -> tuple[int, int] | None:
    """Return where a sentence says that everything works again, for everybody."""
    return _sure(_ALL_BACK, sentence)


def _sure(pattern: re.Pattern[str], sentence: str) -> tuple[int, int] | None:
    for match in pattern.finditer(sentence):
        behind = sentence[match.end() : match.end() + 60]
        if not _UNSURE.search(sentence[: match.start()]) and not _GOES_ON.search(behind):
            return match.span()
    return None


def is_qualified(text: str) -> bool:
    """Whether a text says that something of it goes on."""
    return _GOES_ON.search(text) is not None


@lru_cache(maxsize=16_384)
def says_work_goes_on(sentence: str) -> tuple[int, int] | None:
    """Return where a sentence says that the fault itself is still being fixed or looked into."""
    if _LATER_WORK.search(sentence):
        return None
    for pattern in (_MENDING, _LOOKING):
        match = pattern.search(sentence)
        if match and not re.search(r"\b(?:cause|why|if|how)\b", sentence[match.start() :]):
            return match.span()
    return None


@lru_cache(maxsize=16_384)
def says_cause_unknown(sentence: str) -> tuple[int, int] | None:
    """Return where a sentence says that the cause is still being looked for."""
    match = _SEARCHING.search(sentence)
    return match.span() if match else None


@lru_cache(maxsize=16_384)
def says_still_broken(sentence: str) -> tuple[int, int] | None:
    """Return where a sentence says that readers still see the fault."""
    match = None if _HARMLESS.search(sentence) else _BROKEN.search(sentence)
    return match.span() if match else None


@lru_cache(maxsize=4096)
def names_recovery(text: str) -> bool:
    """Whether a text names a recovery, or something that was done for it."""
    return _MENDED.search(text) is not None
