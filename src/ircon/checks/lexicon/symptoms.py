"""Symptoms that a user would see: it fails, is slow, wrong or unreachable (U3).

A product's or a component's name is not a symptom, nor is "an issue" or "an incident".
"""

from __future__ import annotations

import re
from typing import Final

# What goes wrong, by its stems.
_SYMPTOMS: Final = (
    (
        r"fail\w*|err(?:or|ors|oneous|oring)|exceptions?|crash\w*|broken?|malfunction\w*|hang(?:s"
        r"|ing)?"
        r"|fr(?:eez|oz)\w*|stuck|stall\w*|block(?:ed|ing)|blank|bounc(?:e|ed|ing)|reject\w*"
        r"|refus\w*"
    ),
    (
        r"slow\w*|sluggish\w*|laten\w*|lag(?:s|ging)?|delay\w*|time[ -]?outs?|tim(?:ed|es?"
        r"|ing)[ -]out"
        r"|backlogs?|queu(?:ed|ing)|wait times?|longer than|degrad\w*|impaired|throttl\w*"
        r"|rate[ -]limit\w*"
    ),
    (
        r"unavailab\w*|unreachable|inaccessib\w*|unresponsive|offline|outages?|down(?:time)?"
        r"|interrupt\w*|disrupt\w*|intermittent\w*|disconnect\w*|drop(?:s|ped|ping)|los(?:s|t|ing)"
    ),
    (
        r"wrong\w*|incorrect\w*|inaccura\w*|stale|outdated|out of date|missing|incomplete"
        r"|duplicate\w*"
        r"|corrupt\w*|mismatch\w*|unexpected (?:results?|behaviou?r|charges?)|garbled|empty"
    ),
    (
        r"unable|cannot|can['’]?t|can not|could(?: not|n['’]t)|(?:not|n['’]t)(?: be)?(?: \w+ly)?"
        r" (?:able|work\w*|load\w*|respond\w*|receiv\w*|deliver\w*|display\w*|show\w*|process\w*"
        r"|appear\w*|available|accessible|reachable|complet\w*|sen[dt]\w*|sync\w*|updat\w*|run\w*"
        r"|start\w*|connect\w*|open\w*|sav\w*|render\w*|function\w*)"
    ),
    r"(?:prevent|stop)(?:s|ed|ing)? \w+",
    # Longer, later or more often than it should: "takes up to 30 seconds", "arrive hours late".
    (
        r"t(?:akes?|aking|ook) (?:much longer|too long|(?:up to|more than|over|several|as long as)"
        r" (?:\d+(?:\.\d+)? ?)?(?:ms|s|sec(?:ond)?s?|min(?:ute)?s?|hours?))"
    ),
    (
        r"(?:arriv|deliver|com|sent|process|appear|publish)(?:e|es|ed|ing)?(?: \w+){0,3} late(?:r"
        r" than \w+)?"
    ),
    (
        r"(?:charg|bill|debit|deliver|send|sent|process|creat|post)\w*(?: \w+)?"
        r" (?:twice|double|multiple times|more than once|several times)"
    ),
    (
        r"(?:show|display|return|receiv|get|see|ha[sv])(?:s|e[ds]?|ing|ed)? (?:no|zero)"
        r" (?!further|information|news|updates?|eta|impact|known|evidence|indication)\w+"
    ),
    # Trouble with doing something: "issues logging in", "problems when uploading files".
    (
        r"(?:issue|problem|trouble|difficult(?:y|ie))s?(?: (?:with|in|when|while))?"
        r" (?!affecting|impacting|involving|regarding|concerning|relating|causing|using|resulting"
        r"|being|having|during|following|pending|including)\w+ing"
    ),
    (
        r"(?:elevated|increased|higher|high|reduced|lower|decreased|poor|impacted) (?:than \w+ )?"
        r"(?:number|volume|rates?|levels?|response|load|success|throughput|performance|availability"
        r"|capacity|quality|[45]xx)"
    ),
    (
        r"(?:performance|connectivity|connection|login|loading|delivery|audio|video) (?:issue"
        r"|problem)s?"
    ),
    # Cut, gone, doubled, behind: what users say when it does not fail outright.
    (
        r"drop|lose|late|stop(?:s|ped|ping)?|quits?|abort\w*|disappear\w*|vanish\w*|gone|dead"
        r"|(?:logged|signed|kicked|locked|thrown|cut|shut) (?:out|off)|chopp(?:y|ed)|distort\w*"
        r"|flicker\w*|jumbled|scrambled|mixed up|unread\w+|skipped|ignored|cancell?ed|declined"
        r"|denied|twice|(?:two|three|four|five|several|many|\d+) times|endless\w*|forever"
        r"|(?:spinning|black|white|grey|gray) (?:wheel|screen|page)s?|spinners?|in a loop|loops"
        r"|(?:pil|back)(?:e[sd]?|ing) up|wait(?:s|ed|ing)?|behind|unsuccessful\w*|overload\w*"
        r"|overwhelm\w*|overdue|unstable|unusable|unreliable|un(?:answered|delivered|processed"
        r"|sent|confirmed|finished|paid|loaded)"
        r"|mis(?:routed|directed|label\w+|calculat\w+|priced|sorted|printed|delivered|assigned"
        r"|placed)|out of (?:order|service|sync|stock)|nothing (?:happens|loads|comes|arrives)"
        r"|too (?:much|many|long|few|late|high|low|early|often|little)|(?:poor|bad) \w+"
        r"|half (?:an?|of the|the) \w+|nothing|crawl\w*|yesterday['’]s|(?:some|any)(?:one"
        r"|body) else\w*"
        r"|for no reason|only (?:part\w*|half|some|a (?:few|third|part|fraction)) \w+|leak\w*"
    ),
    (
        r"t(?:akes?|aking|ook) (?:\w+ ){0,4}(?:longer|forever|seconds|minutes|hours|days|a"
        r" minute|an hour)"
    ),
    (
        r"(?:nobody|no one|none|hardly any\w*|few) (?:\w+ ){0,4}(?:can|could|is|are|was|were|get"
        r"|gets|works?)"
    ),
    (
        r"(?:with|without|(?<!we )ha(?:s|ve|d)|there (?:is|are)|get|gets|hear|hears|see"
        r"|sees) (?:no|any)"
        r" (?!impact|issues?|further|known|news|updates?|evidence|eta)\w+"
    ),
    (
        r"(?:instead of|than) (?:the |a |an )?(?:right|correct|usual|normal|expected|own|real"
        r"|actual)"
    ),
    r"(?:HTTP )?[45](?:\d\d|xx)s?(?= (?:error|response|status|code)|s\b)|HTTP [45]\d\d",
    r"(?:return|answer|respond)(?:s|ed|ing)?(?: with)?(?: an?| HTTP)* [45]\d\d",
)

SYMPTOM: Final = re.compile(rf"\b(?:{'|'.join(_SYMPTOMS)})\b", re.IGNORECASE)
# Something does not do what it does: "orders are not confirmed", "the map no longer moves".
_NEGATED: Final = re.compile(
    r"\b(?P<subject>[\w'’-]+) (?:(?:is|are|was|were|do|does|did|has|have|had|will|would)"
    r"(?: not|n['’]t)|won['’]t|never|no longer|hardly|barely)(?: \w+ly)? (?P<verb>\w+)",
    re.IGNORECASE,
)
# ... but it is not those who write, nor what they know, that a user sees fail.
_WRITERS: Final = frozenset("we i team teams engineers cause it this they impact".split())
_KNOWING: Final = frozenset(
    "know known yet sure affected impacted related expect expected determined identified found"
    " confirmed understood clear".split()
)


def names_symptom(text: str) -> bool:
    """Whether a text names what a user would see fail, be slow, wrong or unreachable."""
    return SYMPTOM.search(text) is not None or any(
        match["subject"].lower() not in _WRITERS and match["verb"].lower() not in _KNOWING
        for match in _NEGATED.finditer(text)
    )
