"""The weight of findings: what is read first, and what another finding says already."""

from __future__ import annotations

from ircon.checks.catalogue import check
from ircon.checks.fingerprint import fingerprints
from ircon.checks.weight import weigh, weight, without_implied
from subjects import subject_with

POSTMORTEM = (
    "The API was down from 09:00 to 09:40 for some users. TODO: the cause was scaling issues, "
    "quickly fixed by the SRE."
)


def found(postmortem: str = POSTMORTEM, *updates: str):
    return check(subject_with(*updates, postmortem=postmortem))


def test_contradictions_come_first_and_errors_before_warnings():
    findings = sorted(found(), key=weight)
    kinds = [one.kind for one in findings]
    assert kinds == sorted(kinds, key=["contradiction", "gap", "style"].index)
    gaps = [one.severity for one in findings if one.kind == "gap"]
    assert gaps == sorted(gaps, key=["error", "warn", "info"].index)


def test_a_mark_left_in_a_sentence_says_all_of_it_and_nothing_of_the_next():
    findings = [one for one in found() if one.severity != "info"]
    kept = without_implied(findings)
    quotes = {one.quote for one in kept if not one.of_all}
    assert "TODO" in quotes
    assert "quickly" not in " ".join(quotes)
    assert any(one.rule == "T1" for one in kept)


def test_findings_of_a_sentence_that_nothing_swallows_stay():
    findings = [one for one in found("Uploads failed quickly.") if one.severity != "info"]
    assert without_implied(findings) == findings


def test_what_was_sent_is_apart_only_where_something_can_be_changed():
    findings = found(POSTMORTEM, "09:00 investigating: Uploads fail.")
    assert weigh(findings, can_change=True).sent
    assert not weigh(findings, can_change=False).sent


def test_a_rule_is_one_group_and_infos_are_counted():
    text = "It failed from 09:00 to 09:10. It failed from 10:00 to 10:10."
    findings = found(text)
    weighed = weigh(findings, can_change=True)
    rules = [group.worst.rule for _, groups in weighed.sections for group in groups]
    assert len(rules) == len(set(rules))
    assert weighed.infos == sum(one.severity == "info" for one in findings)


def test_a_fingerprint_outlives_moved_lines_and_tells_equal_words_apart():
    text = "It failed at 09:00. Then it failed at 09:00 again."
    before, after = found(text), found(f"\n\n{text}".replace("failed at", "failed\nat"))
    assert fingerprints(before) == fingerprints(after)
    assert len(set(fingerprints(before))) == len(before)
