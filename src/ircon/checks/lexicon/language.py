"""Phrases of a postmortem that blame, blur or boast, and words of its subject matter."""

from __future__ import annotations

import re
from typing import Final

from ircon.text.phrases import phrases

_STAFF: Final = (
    r"(?:engineers?|developers?|operators?|employees?|technicians?|administrators?|contractors?"
    r"|colleagues?|team members?|staff|responders?|on-?call(?: \w+)?|drivers?|nurses?|technician"
    r"|trainees?|interns?|manager|someone|somebody|person)"
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

_FAULT: Final = (
    r"accidentally|mistakenly|inadvertently|wrongly|erroneously|carelessly|forgot|overlooked"
    r"|misconfigured|mistyped|misread|misjudged|neglected|made (?:a|the) (?:\w+ )?(?:mistake|error"
    r"|typo)|failed to|by mistake|pushed the wrong|deleted the wrong|ran the wrong|picked the wrong"
    r"|ignored|should have known"
)
BLAME: Final = phrases(
    "(?:human|operator|user|manual|operational) error", "mistakes? (?:made )?by",
    r"careless\w*", r"negligen\w+", "fat-?finger~",
    "without thinking",
    rf"(?:(?:an?|one of (?:our|the)|the|our) )?(?:[\w-]+ ){{0,2}}?{_STAFF} (?:(?:had|has|who) )?"
    rf"(?:{_FAULT})",
    rf"(?:{_STAFF}|we|they) (?:[\w-]+ ){{1,6}}?by (?:mistake|accident|oversight)",
    r"(?:an? )?oversight (?:by|of|on the part of) (?:an?|the|our|one)", "sloppy", "sloppiness",
    "inattent~", "incompeten~", "lack of (?:attention|care|diligence|discipline)",
    "(?:was|were|is) (?:at fault|to blame|not paying attention)", "should have known better",
    "typos? (?:made )?by",
    rf"(?:accidentally|mistakenly|wrongly|inadvertently) \w+ by (?:an?|the|our|one of our)"
    rf" (?:\w+ )?{_STAFF}",
)  # fmt: skip
# A person by name as the subject of a fault. A program, too, may fail to notify; only
# people forget, notice or ask.
NAMED_FAULT: Final = re.compile(
    r"(?<![\w/@.#-])(?P<name>[A-Z][a-zà-öø-ÿ]+(?:[ -][A-Z][a-zà-öø-ÿ'’]+)?|[A-Z]\.(?: [A-Z][a-z]+))"
    r"(?:,? who)? (?:had |has )?(?P<fault>forgot|forgotten|neglected to|omitted to|overlooked"
    r"|mistyped"
    r"|misread|misjudged|misunderstood|(?:accidentally|mistakenly|wrongly|inadvertently|carelessly)"
    r" \w+|made (?:a|the) (?:\w+ )?(?:mistake|error|typo)|should (?:not )?have|shouldn['’]t have"
    r"|(?:failed to|did(?: not|n['’]t)|never|(?:was|were) supposed to)(?: \w+ly)? (?:notice|check"
    r"|reali[sz]e|tell|ask|follow|remember|inform|double-check|review|think|pay|bother|document"
    r"|escalate|acknowledge)"
    r"|ignored (?:the|an|a|our|his|her|their) (?:\w+ )?(?:alerts?|warnings?|page|runbook|checklist"
    r"|instructions?|notices?|messages?|e-?mails?|advice|procedures?|policy|calls?)"
    r"|pushed the wrong|deleted the wrong|ran the wrong|picked the wrong|typed the"
    r" wrong|is to blame|was at fault|was careless)\b"
    r"|(?<![\w/@.#-])(?P<whose>[A-Z][a-zà-öø-ÿ]+)['’]s (?:\w+ )?(?:mistake|oversight|carelessness"
    r"|negligence|typo|blunder|slip|inattention)\b"
    r"|\b(?:accidentally|mistakenly|wrongly|inadvertently|carelessly) \w+ by"
    r" (?P<by>[A-Z][a-zà-öø-ÿ]+(?: [A-Z][a-z]+)?)",
)
# Words with a capital that are nobody: they begin a sentence, or name a team or a tool.
NOBODY: Final = frozenset(
    "we they he she it i the a an our this that these those there who you one nobody someone"
    " somebody everyone engineers engineering operations ops support team teams staff customers"
    " users monitoring alerting alertmanager testing automation nothing all some many most both"
    " each neither none what which also and but then however unfortunately later when while after"
    " before because so monday tuesday wednesday thursday friday saturday sunday security sales"
    " platform product infrastructure network database kubernetes prometheus grafana pagerduty"
    " opsgenie terraform jenkins github gitlab google amazon microsoft azure cloudflare redis kafka"
    " postgres mysql nginx linux windows docker version release"
    " production staging management".split()
)
LABEL: Final = re.compile(r"[ \t>|*-]*(?:\w+ ){0,3}\w+\**:\**[ \t]")
PEOPLE_PART: Final = phrases(
    "respond~", "people", "authors?", "owners?", "attend~", "participa~", "present", "invited",
    "on[- ]call", "(?:incident )?(?:commander|lead)s?", "scribes?", "roles", "who took part",
    "reviewers?",
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
# Somebody, or a program, that the same sentence or the one before names as doing something.
ACTOR: Final = re.compile(
    r"\b(?:we|i|they|(?:an?|the|our|one|two|another) (?:[\w-]+ ){0,3}?(?:engineers?|operators?"
    r"|developers?|teams?|technicians?|administrators?|colleagues?|on-?call|responders?|providers?"
    r"|vendors?|contractors?|scripts?|jobs?|pipelines?|controllers?|autoscalers?|schedulers?"
    r"|installers?|bots?|crons?|watchdogs?|supervisors?|carriers?|hosts?|suppliers?)"
    r"|engineers|on-?call)\b(?:(?! (?:was|were|is|are|be|been|being)\b) (?:then |also |had |has "
    r"|have |\w+ly )?\w+(?:ed|ran|run|t|ook|ew|ot|ut|an|ade|ent|old|aw|und|ote|ove|oke|ave|id)\b)",
    re.IGNORECASE,
)

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
    "high[- ]?availability", "capabilities", "award[- ]?winning", "delight~", "invest~ in",
    "partners", "passion~", "committed to (?:innovation|growth)", "world-?wide leader~", "growth",
)  # fmt: skip
