"""U1 U2 U3 U7 U8 U11 U12 U17 U20 U21: when they fire, and when they must not."""

from __future__ import annotations

import pytest

from ircon.incident.text import find_placeholders
from subjects import apply_fix, findings, quotes, subject_with


def one(status, words, rule):
    """What a rule quotes of an incident's only update."""
    return quotes(subject_with(f"09:00 {status}: {words}"), rule)


def drafted(status, words, rule):
    return quotes(
        subject_with("09:00 identified: The disk is full.", draft=f"{status}: {words}"), rule
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("investigating", "We are currently investigating this issue."),
        ("investigating", "  we are currently investigating this issue  "),
        ("identified", "We are continuing to work on a fix for this issue."),
        ("monitoring", "A fix has been implemented and we are monitoring the results."),
        ("resolved", "This incident has been resolved!"),
    ],
)
def test_u1_knows_the_sentences_that_tools_offer(status, words):
    assert one(status, words, "U1") == [words]


@pytest.mark.parametrize(
    "words",
    [
        "We are currently investigating this issue with uploads.",
        "This incident has been resolved. Uploads work since 10:40 UTC.",
        "Uploads fail.",
        "",
    ],
)
def test_u1_leaves_words_of_ones_own_alone(words):
    assert one("investigating", words, "U1") == []


def test_u2_is_about_the_later_entry():
    subject = subject_with(
        "09:00 investigating: Uploads fail.",
        "09:10 investigating: We look at the storage.",
        "09:20 investigating: uploads fail",
    )
    (found,) = findings(subject, "U2")
    assert found.at_stamp
    assert found.passage is subject.updates[2]
    assert "Investigating" in found.compared_with


def test_u2_lets_a_shared_sentence_pass():
    subject = subject_with(
        "09:00 investigating: Uploads fail. We are sorry.",
        "09:10 investigating: Downloads fail, too. We are sorry.",
    )
    assert findings(subject, "U2") == []


@pytest.mark.parametrize(
    "words",
    [
        "We are investigating an issue with our platform.",
        "We are looking into a problem with Checkout and will know more soon.",
        "There is an incident in Europe. Our engineers are on it.",
        "Ada took over the lead. It is being looked at.",
    ],
)
def test_u3_wants_a_symptom_in_the_first_update(words):
    assert one("investigating", words, "U3") == [words.split(". ")[0].rstrip(".") + "."]


@pytest.mark.parametrize(
    "words",
    [
        "Logging in fails for some.",
        "Uploads are slow in Europe.",
        "Customers cannot open invoices.",
        "The dashboard shows wrong totals.",
        "Mails are delivered late: queued since noon.",
        "Checkout returns HTTP 502.",
        "We have trouble sending messages.",
        "The API is down.",
        "Signing in takes up to 30 seconds for 8 % of customers.",
        "E-mails arrive hours late.",
        "Orders are charged twice.",
    ],
)
def test_u3_takes_whatever_a_user_would_see(words):
    assert one("investigating", words, "U3") == []


def test_u3_looks_at_the_first_update_in_time_only_and_not_at_maintenance():
    subject = subject_with("09:00 investigating: Uploads fail.", "09:10 identified: We know more.")
    assert quotes(subject, "U3") == []
    planned = subject_with("09:00 scheduled: We upgrade the database.", kind="maintenance")
    assert quotes(planned, "U3") == []


@pytest.mark.parametrize(
    "words",
    [
        "The issue has been resolved, and we keep watching.",
        "The problem has now been fully resolved.",
        "Uploads work. The incident is resolved.",
    ],
)
def test_u7_monitoring_is_not_resolved(words):
    assert len(one("monitoring", words, "U7")) == 1
    assert one("resolved", words, "U7") == []


@pytest.mark.parametrize(
    "words",
    [
        "We will close this once the issue has been resolved for everybody.",
        "We watch whether it is resolved.",
        "We restarted the workers; errors are gone.",
    ],
)
def test_u7_lets_what_is_still_to_come_pass(words):
    assert one("monitoring", words, "U7") == []


def test_u7_offers_the_right_word():
    subject = subject_with(
        "09:00 identified: The disk is full.", draft="monitoring: It has been resolved."
    )
    assert apply_fix(subject, "U7") == "It has been mitigated."


@pytest.mark.parametrize(
    "words",
    [
        "A fix has been implemented.",
        "The issue has been resolved.",
        "We applied a mitigation and error rates have been reduced.",
        "Increased latency is gone.",
        "Everything was corrected.",
        "We moved to the next step.",
        "Traffic now looks normal.",
    ],
)
def test_u8_wants_the_change_named(words):
    assert len(drafted("monitoring", words, "U8")) == 1
    assert len(drafted("resolved", words, "U8")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "We rolled back release 12.",
        "The connection limit was raised to 600.",
        "We have increased capacity in Europe.",
        "Traffic is served again after a failover to the second site.",
        "We reverted the change.",
        "The certificate has been renewed.",
        "Our mail provider recovered at 10:12 UTC.",
        "See the summary: https://status.example.com/incidents/1",
        "Rolled back to 4.1.",
        "We rolled back to the previous release.",
        "Traffic now goes through Frankfurt.",
    ],
)
def test_u8_takes_any_change_with_an_object(words):
    assert drafted("monitoring", words, "U8") == []


def test_u8_an_identified_update_never_fires_it():
    assert drafted("identified", "We know the cause.", "U8") == []


def test_u8_says_once_that_identified_was_skipped():
    subject = subject_with(
        "09:00 investigating: Uploads fail.",
        "09:20 monitoring: We rolled back release 12.",
        "10:00 resolved: We rolled back release 12 for good.",
    )
    (found,) = findings(subject, "U8")
    assert found.at_stamp
    assert found.passage.status == "monitoring"


def test_u8_takes_no_status_for_its_own_that_a_page_only_kept():
    subject = subject_with(
        "09:00 identified: The disk is full.",
        "09:20 monitoring: We added a disk.",
        "09:30 update: Nothing new yet.",
    )
    assert findings(subject, "U8") == []


def test_u11_any_inconvenience_is_rote_wherever_it_stands():
    subject = subject_with(
        "09:00 resolved: Uploads work. We apologize for any inconvenience.",
        postmortem="We are sorry for any inconvenience this caused.",
    )
    found = findings(subject, "U11")
    assert [one.severity for one in found] == ["warn", "info"]


def test_u11_one_apology_is_enough():
    subject = subject_with(
        "09:00 investigating: Uploads fail. We are sorry for the lost morning.",
        "09:40 resolved: Uploads work. We are sorry for the lost morning.",
    )
    (found,) = findings(subject, "U11")
    assert found.passage.status == "resolved"


def test_u11_an_apology_of_its_own_and_a_quoted_error_pass():
    assert one("resolved", "We are sorry that payroll was late.", "U11") == []
    words = 'Users see "FATAL: sorry, too many clients" again.'
    subject = subject_with(f"09:00 investigating: {words}", f"09:30 identified: {words}")
    assert findings(subject, "U11") == []


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("We will tell you more as soon as possible.", "as soon as possible"),
        ("We work as quickly as possible.", "as quickly as possible"),
        ("An update will follow shortly.", "shortly"),
        ("Updates will come as soon as we have them.", "as soon as we have them"),
        ("There may be a downtime of a few minutes.", "of a few minutes"),
    ],
)
def test_u12_a_promise_without_a_time(words, quote):
    assert one("investigating", words, "U12") == [quote]


@pytest.mark.parametrize(
    "words",
    [
        "Shortly after 10:00 UTC uploads failed.",
        "Uploads failed for a few minutes.",
        "Next update by 10:30 UTC.",
        "It took a few minutes and was over.",
    ],
)
def test_u12_lets_times_and_the_past_pass(words):
    assert one("investigating", words, "U12") == []


@pytest.mark.parametrize(
    "words",
    [
        "{{component}} is slow.",
        "Uploads are slow. TODO: since when?",
        "Let your users know once a fix is in place.",
        "It began at XXX.",
    ],
)
def test_u17_finds_exactly_what_refuses_to_be_sent(words):
    assert (
        one("investigating", words, "U17") == [left.text for left in find_placeholders(words)] != []
    )
    assert quotes(subject_with(title=words), "U17") != []


def test_u17_lets_finished_words_pass():
    assert one("investigating", "Uploads are slow since 09:00 UTC; see {id}.", "U17") == []


@pytest.mark.parametrize(
    "words",
    [
        "Please reach out to our support team for assistance.",
        "If it goes on, contact support.",
        "Feel free to contact our customer service.",
    ],
)
def test_u20_support_without_an_address(words):
    assert len(one("resolved", words, "U20")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Contact support: support@example.com.",
        "Please contact our support team at https://example.com/help.",
        "Contact our support team via the chat.",
        "Call our support team: +49 89 1234567.",
        "Our support team is aware.",
    ],
)
def test_u20_an_address_will_do(words):
    assert one("resolved", words, "U20") == []


@pytest.mark.parametrize(
    "words",
    [
        "We expect this to be resolved in 10 minutes.",
        "Service should be restored by 15:00 UTC.",
        "ETA: 30 minutes.",
        "Full recovery is expected within two hours.",
    ],
)
def test_u21_a_time_for_the_end(words):
    assert len(one("identified", words, "U21")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "We do not have an ETA.",
        "Next update by 15:00 UTC.",
        "Uploads were restored at 15:00 UTC.",
        "We will perform a maintenance at 15:00 UTC to resolve the problem.",
    ],
)
def test_u21_lets_other_times_pass(words):
    assert one("identified", words, "U21") == []


def test_u21_a_maintenance_has_an_end():
    planned = subject_with(
        "09:00 in_progress: It is expected to be completed by 11:00 UTC.", kind="maintenance"
    )
    assert quotes(planned, "U21") == []


def test_u11_a_sentence_in_another_script_ends_at_its_own_stop():
    words = "サービスが停止しています。We apologize for any inconvenience."
    assert quotes(subject_with(f"09:00 investigating: {words}"), "U11") == [
        "We apologize for any inconvenience."
    ]
