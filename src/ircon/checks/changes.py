"""Changes that a text says were made: a verb of change with an object of its own (U8).

"We rolled back the release" names one; "a fix has been implemented" and "the issue
has been resolved" do not.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ircon.text.prose import Span, sentences, words

# The verbs, by their forms: past, -ing; a particle may follow.
_VERB: Final = re.compile(
    r"\b(?P<verb>roll(?:ed|ing)[ -]?back|revert(?:ed|ing)|undid|undone|back(?:ed|ing) out"
    r"|rais(?:ed|ing)|increas(?:ed|ing)|expand(?:ed|ing)|extend(?:ed|ing)|doubl(?:ed|ing)"
    r"|reduc(?:ed|ing)|lower(?:ed|ing)|decreas(?:ed|ing)|limit(?:ed|ing)|throttl(?:ed|ing)"
    r"|restart(?:ed|ing)|reboot(?:ed|ing)|redeploy(?:ed|ing)|recycl(?:ed|ing)|rebuil(?:t|ding)"
    r"|replac(?:ed|ing)|swapp(?:ed|ing)|repair(?:ed|ing)|patch(?:ed|ing)|correct(?:ed|ing)"
    r"|fix(?:ed|ing)|upgrad(?:ed|ing)|downgrad(?:ed|ing)|updat(?:ed|ing)|chang(?:ed|ing)"
    r"|adjust(?:ed|ing)|reconfigur(?:ed|ing)|tun(?:ed|ing)|optimi[sz](?:ed|ing)|modif(?:ied|ying)"
    r"|disabl(?:ed|ing)|enabl(?:ed|ing)|re-?enabl(?:ed|ing)|deactivat(?:ed|ing)|activat(?:ed|ing)"
    r"|turn(?:ed|ing) (?:off|on)|switch(?:ed|ing)(?: over| off| on)?|shut(?:ting)? down"
    r"|taken (?=(?:out of|off|offline)\b)"
    r"|tak(?:en|ing) (?=[\w -]{1,40}\bout\b)|took (?=[\w -]{1,40}\bout\b)"
    r"|fail(?:ed|ing)[ -]over|mov(?:ed|ing)|migrat(?:ed|ing)|re-?rout(?:ed|ing)|redirect(?:ed|ing)"
    r"|shift(?:ed|ing)|rebalanc(?:ed|ing)|balanc(?:ed|ing)|isolat(?:ed|ing)|drain(?:ed|ing)"
    r"|block(?:ed|ing)|unblock(?:ed|ing)|remov(?:ed|ing)|delet(?:ed|ing)|add(?:ed|ing)"
    r"|clear(?:ed|ing)|flush(?:ed|ing)|purg(?:ed|ing)|reset(?:ting)?|re-?index(?:ed|ing)"
    r"|renew(?:ed|ing)|rotat(?:ed|ing)|re-?issu(?:ed|ing)|reinstat(?:ed|ing)|paus(?:ed|ing)"
    r"|scal(?:ed|ing)(?: up| down| out| back)?|provision(?:ed|ing)|allocat(?:ed|ing)"
    r"|resiz(?:ed|ing)|kill(?:ed|ing)|terminat(?:ed|ing)|abort(?:ed|ing)|cancell?(?:ed|ing)"
    r"|deploy(?:ed|ing)|roll(?:ed|ing) out|releas(?:ed|ing)|ship(?:ped|ping)|push(?:ed|ing)"
    r"|appl(?:ied|ying)|implement(?:ed|ing)|introduc(?:ed|ing)|install(?:ed|ing)"
    r"|delist(?:ed|ing)|whitelist(?:ed|ing)|allow-?list(?:ed|ing)"
    r"|taken out|cut over|gave|stopp(?:ed|ing)|halt(?:ed|ing)|suspend(?:ed|ing)|quarantin(?:ed"
    r"|ing)|empt(?:ied|ying)"
    r"|clean(?:ed|ing)(?: up| out)?|fre(?:ed|eing)(?: up)?|evict(?:ed|ing)|cordon(?:ed|ing)"
    r"|promot(?:ed|ing)|demot(?:ed|ing)|detach(?:ed|ing)|attach(?:ed|ing)|reattach(?:ed|ing)"
    r"|(?:dis|re)connect(?:ed|ing)|unplugg(?:ed|ing)|bypass(?:ed|ing)|excluded?|excluding|bann(?:ed"
    r"|ing)|pinn(?:ed|ing)|tripl(?:ed|ing)|halv(?:ed|ing)|shorten(?:ed|ing)|lengthen(?:ed|ing)"
    r"|recreat(?:ed|ing)|reload(?:ed|ing)|refresh(?:ed|ing)|invalidat(?:ed|ing)|rewrote|rewritten"
    r"|merg(?:ed|ing)|exchang(?:ed|ing)|splic(?:ed|ing)|resend(?:ing)?|resent|replay(?:ed|ing)"
    r"|restor(?:ed|ing) (?=[\w .-]{0,60}\bfrom\b)|split(?:ting)?|open(?:ed|ing)|clos(?:ed|ing)"
    r"|set(?:ting)? (?=[\w .-]{1,50}\bto\b)|tighten(?:ed|ing)|loosen(?:ed|ing)|relax(?:ed|ing)"
    r"|start(?:ed|ing) (?=(?:an?|the|more|additional|extra|new|second|two|three|four|\d+) ))\b"
    r"|\b(?P<noun>(?:a|the|via|by|with|through|after)(?: \w+){0,2} (?:roll-?back|fail-?over|restart"
    r"|reboot|hot-?fix of|revert)(?= (?:of|to|from)\b))",
    re.IGNORECASE,
)
# The particle may stand behind the object: "rolled the release back".
_SPLIT: Final = re.compile(
    r"\b(?:roll(?:ed|ing)|back(?:ed|ing)|turn(?:ed|ing)|switch(?:ed|ing)|shut(?:ting)?|scal(?:ed"
    r"|ing)|mov(?:ed|ing)|pull(?:ed|ing)|fail(?:ed|ing)|cut(?:ting)?|spun|spinning|brought|bringing"
    r"|put(?:ting)?|took|taken|taking|swapp(?:ed|ing)|sent|set(?:ting)?|chang(?:ed|ing)|went|gone"
    r"|fell|plugg(?:ed|ing)|wound|dial(?:l?ed|l?ing))"
    r" (?P<object>(?:(?!and\b|but\b|while\b|which\b|that\b)[\w.'’/-]+ ){1,7}?)"
    r"(?:back|off|out|down|up|over|offline|online|aside|apart|away|in(?:to)? (?:service|place|use"
    r"|operation|maintenance)|on(?! (?:the|our|its|a|an)\b))\b",
    re.IGNORECASE,
)
_PASSIVE: Final = re.compile(
    r"\b(?:is|are|was|were|be|been|being|got)(?: (?:\w+ly|now|also|since|then))?\s*$", re.IGNORECASE
)
_AUXILIARY: Final = frozenset("has have had is are was were be been being got will can now".split())

# Objects that do not say what was changed ...
_VAGUE: Final = frozenset(
    "fix fixes hotfix hotfixes resolution resolutions solution solutions mitigation mitigations"
    " remediation remediations issue issues problem problems incident incidents measure measures"
    " step steps action actions workaround workarounds correction corrections everything things it"
    " this that them change changes update updates repair repairs status page customers users you"
    " information situation matter cause service services system systems patch patches outage"
    " disruption degradation bug bugs".split()
)
# ... or are the outcome, not the change.
_OUTCOME: Final = frozenset(
    "latency latencies error errors rate rates delay delays failure failures impact performance"
    " timeouts wait waits times traffic demand load volume number levels level usage availability"
    " access capacity functionality operations operation stability response responses risk chance"
    " likelihood frequency visibility queue backlog recovery progress improvements monitoring"
    " rate-limiting resource resources pressure utilization usage".split()
)
# Outcomes that engineers do change, where the text says that they did.
_LEVERS: Final = frozenset(
    "capacity traffic load monitoring resources resource queue rate rates".split()
)
_FILLER: Final = frozenset(
    "a an the this that these those our its their some any all several additional further more new"
    " necessary appropriate permanent temporary initial full final complete successful partial"
    " possible potential emergency relevant required corrective mitigating mitigative underlying"
    " second first another and or of both many few other same long-term short-term up down out"
    " code back successfully fully affected impacted".split()
)
_SUBJECTS: Final = re.compile(
    r"\b(?:we|team|engineers?|engineering|staff|technicians?|provider|vendor|they|been|by|to)\b",
    re.IGNORECASE,
)
# "We reverted the change" does name one: the change that was mentioned before.
_UNDO: Final = re.compile(r"\A(?:roll|revert|undid|undone|back)", re.IGNORECASE)
# "Traffic now goes through Frankfurt": the outcome names the change.
_ROUTED: Final = re.compile(
    r"\b(?:traffic|requests|calls|messages|e-?mails?|queries|payments|jobs|load)"
    r" (?:(?:is|are) )?(?:(?:now|again|currently|all) )?(?:goes|go|going|runs?|running|flows?"
    r"|served|handled|routed|sent) (?:again |now )?(?:through|via|over|by|from|to) \w+"
    r"|\b(?:back|again|now|once more) (?:on|at) (?:version|release|build|the (?:previous|old|last"
    r"|earlier|standby|backup|spare|second(?:ary)?|other))\b",
    re.IGNORECASE,
)
_MOVES: Final = re.compile(r"\A(?:roll|revert|fail|switch|mov|migrat|cut|up|down)", re.IGNORECASE)
# ... to a version, or to a thing of its own.
_TO: Final = re.compile(
    r" (?:back )?(?:over )?to (?:(?:version|release|build|the (?:previous|last|old|standby|backup"
    r"|secondary))\b|v?\d[\w.]*)",
    re.IGNORECASE,
)
_UNDONE: Final = frozenset("change changes update updates patch patches".split())
# Others fixed it, or it recovered by itself.
_ELSEWHERE: Final = re.compile(
    r"\b(?:provider|vendor|upstream|third[ -]party|carrier|supplier)(?:['’]?s)?\b", re.IGNORECASE
)
_RECOVERED: Final = re.compile(
    r"\b(?:recovered|resolved|restored|fixed|mitigated|returned to normal)\b", re.IGNORECASE
)
_CLAUSE_END: Final = re.compile(
    r"[,;:.()]|\b(?:and|but|which|that|so|while|to|from|for|in|on|at|by|as|with|since)\b",
    re.IGNORECASE,
)
_REACH: Final = 6  # words between a verb and its object


@lru_cache(maxsize=512)
def find_changes(text: str) -> tuple[Span, ...]:
    """Return the verbs of change that have an object, in order."""
    return tuple(
        Span(change.text, sentence.start + change.start, sentence.start + change.end)
        for sentence in sentences(text)
        for change in _changes_in(sentence.text)
    )


@lru_cache(maxsize=8192)
def _changes_in(sentence: str) -> tuple[Span, ...]:
    verbs = [
        verb for verb in _VERB.finditer(sentence) if verb["noun"] or _has_object(sentence, verb)
    ]
    verbs += [
        verb
        for verb in _SPLIT.finditer(sentence)
        if _is_concrete([word.text for word in words(verb["object"])], _VAGUE)
    ]
    verbs += _ROUTED.finditer(sentence)
    return tuple(Span(verb.group(), *verb.span()) for verb in sorted(verbs, key=re.Match.start))


def mentions_external_recovery(text: str) -> bool:
    """Whether a text says that a provider recovered or fixed it."""
    return bool(_ELSEWHERE.search(text) and _RECOVERED.search(text))


def _has_object(sentence: str, verb: re.Match[str]) -> bool:
    before, after = sentence[: verb.start()], sentence[verb.end() :]
    vague = _VAGUE - _UNDONE if _UNDO.match(verb["verb"]) else _VAGUE
    if passive := _PASSIVE.search(before):
        subject = [word.text for word in words(before[: passive.start()])][::-1]
        return _is_concrete(subject, vague)
    following = [word.text for word in words(_CLAUSE_END.split(after, maxsplit=1)[0])]
    # "increased latency" is an adjective, "we increased capacity" is a change.
    is_active = _SUBJECTS.search(before[-40:]) is not None
    return _is_concrete(following, vague, levers=is_active) or _goes_to(verb, after)


def _goes_to(verb: re.Match[str], after: str) -> bool:
    """Whether the verb has a target instead of an object: "rolled back to 4.1"."""
    return _MOVES.match(verb["verb"] or "") is not None and _TO.match(after) is not None


def _is_concrete(phrase: list[str], vague: frozenset[str], *, levers: bool = True) -> bool:
    """Whether the nearest noun phrase is a thing that was changed."""
    near = [word.lower().removesuffix("'s") for word in phrase[:_REACH]]
    named = [word for word in near if word not in _FILLER and word not in _AUXILIARY]
    if not named or vague.intersection(named):
        return False
    outcome = _OUTCOME.intersection(named)
    return not outcome or (levers and outcome <= _LEVERS)
