"""Stock phrases: default sentences of tools, set apologies, empty promises."""

from __future__ import annotations

import re
from typing import Final

from ircon.text.prose import normalise

# Sentences that status pages or their guides offer for each status (U1).
DEFAULTS: Final = frozenset(
    normalise(sentence)
    for sentence in (
        "We are currently investigating this issue.",
        "We are continuing to investigate this issue.",
        "The issue has been identified and a fix is being implemented.",
        "We are continuing to work on a fix for this issue.",
        "A fix has been implemented and we are monitoring the results.",
        "We are continuing to monitor for any further issues.",
        "This incident has been resolved.",
    )
)

APOLOGY: Final = re.compile(
    r"\bapologi[sz]\w*|\bapolog(?:y|ies)\b|\b(?:are|['’]re|am|very|truly|deeply|so|really) sorry\b"
    r"|\bsorry (?:for|about|that)\b|\bregret (?:the|any|this|that)\b",
    re.IGNORECASE,
)
ROTE: Final = re.compile(r"\bany inconveniences?\b", re.IGNORECASE)

# A promise without a time (U12): nothing after it says when.
EMPTY_PROMISE: Final = re.compile(
    r"\bas soon as (?:possible|practicable|practical|feasible|we (?:can|have|know|get|receive"
    r"|are able)"
    r"|(?:it|they|this|these|that|more|further|additional|new)\b(?: \w+){0,3} (?:is|are|becomes?)"
    r"(?: made)? (?:available|known))(?: (?:them|it|more|any|an|a|further|additional|new|updates?"
    r"|information|details?|news|something|to share))*"
    r"|\bas (?:quickly|fast|promptly|swiftly|rapidly|timely|expeditiously) as (?:possible|we can)"
    r"|\b(?:(?:with)?in|for|of|after|takes?|another|just|only) (?:the next |just )?a few (?:more )?"
    r"(?:seconds|minutes|moments|hours)\b"
    r"|\b(?:very |again )?shortly\b(?! (?:before|after|prior|there|following|past))"
    r"|\bmomentarily\b|\bin due (?:course|time)\b|\bin the (?:near|coming) (?:future|hours)\b"
    r"|\b(?:when|once|as) (?:(?:we have )?(?:more|further|additional|new) (?:information|details"
    r"|updates)"
    r"(?: (?:is|are|becomes?) (?:available|known))?|(?:it|they) (?:is|are|becomes?) available)",
    re.IGNORECASE,
)
# "It was back within a few minutes" is about the past.
PAST: Final = re.compile(
    r"\b(?:was|were|had|did|took|lasted|ago|later|earlier|after|experienced)\b", re.IGNORECASE
)
AHEAD: Final = re.compile(
    r"\b(?:will|shall|would|might|may|could|can|should|going to|expect\w*|aim\w*|hope\w*|plan\w*"
    r"|anticipat\w*|working|please|is|are)\b",
    re.IGNORECASE,
)

# It has recovered, though the status is still active ("Actions is operating normally"), and only
# the watch goes on: readers expect no further update (U4).
RECOVERED: Final = re.compile(
    r"\b(?:operating|functioning|working|back to) normal(?:ly)?\b"
    r"|\b(?:has|have)(?: now| all)?(?: been)?(?: fully| completely)?"
    r" (?:mitigated|resolved|recovered)\b",
    re.IGNORECASE,
)
GOES_ON: Final = re.compile(
    r"\b(?:still|but|however|residual|remain\w*|continu\w*(?! (?:to )?monitor)|investigat\w*"
    r"|(?:are|is) (?:now |currently )?(?:working|experiencing|seeing)|some|partial\w*|most)\b",
    re.IGNORECASE,
)

# "Contact our support" (U20), and ways to do so.
CONTACT: Final = re.compile(
    r"\b(?:contact(?:ing)?|reach(?:ing)? out to|get(?:ting)? in (?:touch|contact) with"
    r"|e-?mail(?:ing)?"
    r"|call(?:ing)?|writ(?:e|ing) to|turn(?:ing)? to|rais(?:e|ing) (?:a|your) (?:ticket|case"
    r"|request)"
    r" with|open(?:ing)? (?:a|your) (?:ticket|case|request) with|let)"
    r" (?:(?:us|your|our|the|with|\w+['’]s|[A-Z][\w-]+) ){0,3}?"
    r"(?:(?:customer|technical|client|user|product|premium|local|IT) )?"
    r"(?:support|help ?desk|service ?desk|customer (?:service|care|success)|care team|success team)"
    r"(?: (?:team|staff|desk|department|portal|center|centre|engineers?|representatives?))?"
    r"(?: for (?:\w+ ){0,2}(?:assistance|help|support|questions))?",
)
WAY: Final = re.compile(
    r"https?://|\bwww\.|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.|\]\("
    r"|(?<![\w-])[\w-]{1,63}\.(?:com|net|org|io|eu|de|fr|nl|uk|cloud|dev|app|ch|at)\b"
    r"|\+\d[\d ()/-]{6,}\d|\b(?:call|phone|tel\.?):? [\d(][\d ()/-]{5,}\d"
    r"|\b(?:via|through|using|by|from within|on) (?:the |our |your |a |an |in-app |live |e-?)*"
    r"(?:chat|portal|form|widget|app|phone|hotline|e?mail|dashboard|admin console|console|slack"
    r"|website|ticket\w*|help cent(?:er|re))\b",
    re.IGNORECASE,
)

# The facts are elsewhere: the summary of a related incident, by its address.
ELSEWHERE: Final = re.compile(
    r"\b(?:refer to|see|described|available|published|found)\b[\s\S]{0,120}https?://", re.IGNORECASE
)

_GUESS: Final = (
    r"(?:(?:expect|estimat|anticipat|project|hop|aim|plan)(?:e[sd]?|s|ed|ing)?|likely"
    r"|(?:will|should|may) be)\b"
)
_THE_END: Final = (
    r"(?:resol(?:v\w+|ution)|restor\w+|recover\w*|fix(?:ed)?"
    r"|back(?! (?:to you )?with (?:\w+ )?(?:news|more|details|information|word)\b)"
    r"|mitigat\w+|repair\w*|operational"
    r"|complet\w+)\b"
)
_BY: Final = (
    r"\b(?:(?:with)?in|by|before|at|around|about|approximately|until|after) "
    r"(?:(?:the|about|around|next|approximately|roughly|another|end|of|less|than) ){0,4}"
    r"(?:\d[\w:.-]*|(?:half )?an hour|today|tonight|tomorrow|day|business day|noon|midnight|EO[BD]"
    r"|(?:one|two|three|four|five|six|ten|fifteen|twenty|thirty|sixty|few|several|couple)"
    r" (?:more |of )*(?:minutes?|hours?|days?)|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_ETA: Final = (
    r"\b(?:ETA|ETR|estimated time (?:of|to|for) (?:\w+ )?(?:resolution|recovery|repair|restoration"
    r"|fix))(?: (?!no\b|not\b|unknown)\w+){0,3}?(?:[:=~]| is| of| in| at| by)? ?"
    r"(?:about |around )?(?:EO[BD] )?"
    r"(?:(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w* )?\d[\w:.-]*"
)
# An estimate of the end (U21): it is expected, or will be, by some time.
ESTIMATE: Final = re.compile(
    rf"\b{_GUESS}[^.!?\n]{{0,40}}?\b{_THE_END}[^.!?\n]{{0,30}}?{_BY}"
    rf"|\b{_THE_END}[^.!?\n]{{0,20}}?\b{_GUESS}[^.!?\n]{{0,30}}?{_BY}|{_ETA}",
    re.IGNORECASE,
)
