"""Phrases of a postmortem that blame, blur or boast, and words of its subject matter."""

from __future__ import annotations

import re
from typing import Final

from ircon.text.phrases import phrases

_STAFF: Final = (
    r"(?:engineers?|developers?|operators?|employees?|technicians?|administrators?|contractors?"
    r"|colleagues?|team members?|staff|responders?)"
)
_WHO: Final = rf"(?:we|they|he|she|i|(?:the|our|an?) (?:[\w-]+ ){{0,2}}?(?:teams?|{_STAFF}))"
_CARE: Final = (
    r"(?:notic|detect|catch|test|check|verif|monitor|updat|configur|anticipat|consider|account"
    r"|communicat|inform|follow|review|reali[sz]|understand|plan|prepar|act|alert|escalat|respond"
    r"|know|document|validat|foresee|set|add|apply|recogni[sz]|identify|expect|renew|rotat|patch"
    r"|have (?:sufficient|adequate|enough|proper|the right))\w*"
)
_KEPT: Final = (
    r"(?:configured|tested|monitored|documented|optimi[sz]ed|tuned|maintained|reviewed|sized"
    r"|provisioned|validated)"
)
# A past that did not happen (CHECKS, L1): a person as the subject, or a passive about
# something that people maintain. A mechanism may fail, and a text may say so.
COUNTERFACTUAL: Final = phrases(
    rf"{_WHO} (?:should|could|would)(?: not|n't)?(?: \w+ly)? have",
    rf"{_WHO} (?:[\w-]+ ){{1,8}}?(?:and|but) (?:should|could|would)(?: not|n't)?(?: \w+ly)? have",
    r"shouldn't have",
    r"should(?: not)? have been \w+(?:ed|en|t)",
    r"if only",
    r"had (?:we|they|the team|our team)(?! to| been able| already| a)",
    rf"{_WHO}(?: \w+ly)? (?:did not|didn't|never)(?: \w+ly)? {_CARE}(?! any)",
    rf"{_WHO}(?: \w+ly)? (?:neglected|forgot|omitted) to",
    rf"{_WHO}(?: \w+ly)? failed to(?: \w+ly)? (?:{_CARE}|ensure|provide|maintain|meet|keep|take)",
    rf"(?:had not|hadn't|has not|hasn't) been(?: \w+ly)? (?:{_KEPT}|updated|renewed|rotated|patched"
    r"|upgraded|set|enabled|adjusted|increased|raised|scaled|checked)",
    rf"(?:was|were) not(?: \w+ly)? {_KEPT}",
    rf"(?:wasn't|weren't)(?: \w+ly)? {_KEPT}",
    r"(?:insufficient|inadequate|lack of|missing|limitations? (?:in|of)) (?:our |the )?(?:\w+ )?"
    r"(?:monitoring|alerting|alerts|testing|tests|test coverage|documentation|reviews?|validation)",
)

BLAME: Final = phrases(
    "(?:human|operator|user|manual|operational) error", "mistakes? (?:made )?by",
    r"careless\w*", r"negligen\w+", "fat-?finger~",
    # A name, and what only people do.
    r"(?-i:(?!We|I|It|They|This|That|The|Nobody|Someone|You)[A-Z][a-z]+)"
    r"(?: (?-i:[A-Z][a-z]+))?,?(?: who)?(?: had| has)?"
    r" (?:forgot|neglected|overlooked|mistyped|misread|misunderstood|accidentally|carelessly"
    r"|mistakenly|inadvertently|wrongly assumed|made a mistake|was careless|did not bother"
    r"|didn't bother|ignored (?:it|the|an?|our|this|that|every))(?! by)",
    r"without thinking", r"(?:should|could) have known better", r"sloppy|sloppiness",
    rf"(?:an?|one of our|the|our) (?:\w+ )?{_STAFF} (?:accidentally|mistakenly|inadvertently"
    r"|wrongly|forgot|overlooked|misconfigured|mistyped|made a mistake|failed to)",
)  # fmt: skip
LABEL: Final = re.compile(r"[ \t>|*-]*(?:\w+ ){0,3}\w+\**:\**[ \t]")
PEOPLE_PART: Final = phrases(
    "respond~", "people", "authors?", "owners?", "attend~", "participa~", "present", "on[- ]call",
    "(?:incident )?(?:commander|lead)s?", "scribes?", "roles", "who took part", "reviewers?",
)  # fmt: skip

ROOT_CAUSE: Final = phrases(r"(?:the )?root cause(?! (?:analys|investigat|report|review)\w*)")
OUTAGE: Final = phrases(r"(?P<partial>partial )?outage")

MINIMISED: Final = phrases(
    r"(?:some|a few|a handful of|a (?:very )?(?:small|limited|tiny) (?:number|subset|portion|part"
    r"|percentage|fraction|group|set) of|a (?:subset|portion|fraction|minority) of)"
    r" (?:of )?(?:our |the )?(?:\w+ )?(?:users?|customers?)",
    r"may have(?: \w+ly)? (?:been (?:\w+ly )?(?:affected|impacted|unable|delayed|unavailable)"
    r"|experienced|seen|encountered|noticed|failed|received)",
    r"brief(?:ly)?",
)
_SPEED: Final = (
    r"(?:quickly|immediately|promptly|rapidly|swiftly|speedily|diligently|tirelessly|instantly)"
)
_DEED: Final = (
    r"(?:identif|found|isolat|began|beg[iu]n|start|respond|react|engag|escalat|investigat|work"
    r"|implement|deploy|appl|restor|resolv|mitigat|revert|roll|increas|scal|took|address|fix|act"
    r"|diagnos|detect|notic|determin|initiat|assembl|mobili[sz]|jump|restart|reboot|remov|disabl"
    r"|join|stepp|redirect|switch|repair|discover|contain|stabili[sz]|launch|notif|inform)\w*"
)
_DONE_SO: Final = (
    r"(?:worked|working|acted|responded|reacted|moved|identified|found|isolated|resolved|restored"
    r"|mitigated|addressed|fixed|engaged|escalated|investigated|diagnosed|detected|noticed|implemented)"
)
HURRIED: Final = phrases(
    rf"(?P<before>{_SPEED}) (?:and \w+ )?{_DEED}", rf"{_DONE_SO}(?: \w+)? (?P<behind>{_SPEED})"
)
NOT_YET: Final = re.compile(
    r"(?:\b(?:to|will|can|could|would|should|more|as|how|may|might|must|and|not|n['’]t)\s+"
    r"(?:(?:be|help|help us|more|also)\s+){0,2})$",
    re.IGNORECASE,
)

HIDDEN: Final = phrases(
    r"(?:was|were|(?:has|have|had) been)(?: (?!auto)\w+ly)? (?:rebooted|restarted|rolled back"
    r"|reverted|redeployed|deployed|disabled|turned off|switched off|deleted|removed|reconfigured"
    r"|drained|failed over|rotated|upgraded|patched|migrated|scaled(?: up| out| down)?|isolated"
    r"|purged|flushed|terminated|killed|shut down|merged|released|rolled out|executed)"
)
AGENT: Final = phrases("by", "we", "our", "automatically", "itself")

# A paragraph about an incident has at least one of these (P16).
INCIDENT: Final = phrases(
    "incident~", "issues?", "outages?", "errors?", "fail(?:s|ed|ing|ures?)?", "degrad~",
    "disrupt~", "interrupt~", "unavailab~", "down(?:time)?", "slow~", "latency", "timeouts?",
    "delay~", "alert~", "detect~", "monitor~", "caus(?:e|es|ed|ing)", "rolled back", "rollback",
    "revert~", "restart~", "reboot~", "restor~", "recover~", "mitigat~", "resolv~", "investigat~",
    "affected", "impact~", "apologi~", "sorry", "inconvenience", "support", "bugs?", "fix~",
    "crash~", "overload~", "exhaust~", "corrupt~", "lost", "post-?mortem", "prevent~",
    "questions", "thank~", "patience",
)  # fmt: skip
# Phrases of a company about itself and its plans (P16).
STRATEGY: Final = phrases(
    "strateg~", "vision", "mission", "roadmap", "leverag~", "scalable", "resilient", "evolving",
    "cutting[- ]?edge", "state[- ]?of[- ]?the[- ]?art", "world[- ]?class", "best[- ]?in[- ]?class",
    "industry[- ]?leading", "innovat~", "seamless~", "empower~", "excellence", "robust",
    "next[- ]?generation", "transform~", "journey", "offerings?", "customer needs",
    "high[- ]?availability", "capabilities",
)  # fmt: skip
