"""P1 P2 P3 P4 P12 P16 P17 P19: a postmortem's parts, there and not there."""

from __future__ import annotations

import pytest

from subjects import apply_fix, findings, quotes, subject_with

LINES = """Timeline

- 09:04 UTC: the queue alert fires.
- 09:12 UTC: Grace stops the import.
- 09:40 UTC: the queue is empty.
"""


def written(text, **more: object):
    return subject_with("09:00 investigating: Uploads fail.", postmortem=text, **more)


def test_p1_names_what_the_template_requires_and_appends_it():
    subject = written("## Summary\n\nUploads failed.", required=("Summary", "Impact"))
    (found,) = findings(subject, "P1")
    assert "'Impact'" in found.message
    assert "'Summary'" not in found.message
    assert found.quote == "Uploads failed." or found.quote.startswith("## Summary")
    assert apply_fix(subject, "P1").endswith("\n\n## Impact\n")


@pytest.mark.parametrize("heading", ["## Impact", "Impact:", "**Impact**", "### IMPACT"])
def test_p1_takes_a_heading_however_it_is_marked(heading):
    assert quotes(written(f"{heading}\n\nUploads failed.", required=("Impact",)), "P1") == []


def test_p1_is_silent_where_no_template_is_known():
    assert quotes(written("Uploads failed."), "P1") == []


@pytest.mark.parametrize(
    "text",
    [
        "Detection:\nCause:\nA full disk.",
        "A full disk.\n\n## Detection",
        "## Detection\n\n## Cause\n\nx y",
    ],
)
def test_p2_an_empty_heading(text):
    assert [one.strip("# ") for one in quotes(written(text), "P2")] in (
        ["Detection:"],
        ["Detection"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "Detection:\nThe queue alert.",
        "# What we know\n\n## Detection\n\nThe queue alert.",
        "Detection:\n\n- The queue alert.",
        "Detection:\n\n| 09:04 | alert |",
        "Our next steps are these: we add an alert.",
    ],
)
def test_p2_a_heading_with_words_below_it(text):
    assert quotes(written(text), "P2") == []


@pytest.mark.parametrize(
    "text",
    [
        (
            "So that it stays fixed we are now taking the following steps:\n\nOur company was founded "
            "in the belief that storage should be simple, and this belief has carried us through many years."
        ),
        "So that it stays fixed we are now taking these measures:",
        (
            "So that it stays fixed we are now taking these two measures:\nMonitoring:\nWe have a "
            "long tradition of watching what we run."
        ),
    ],
)
def test_p3_a_list_that_was_announced_and_is_not_there(text):
    (quote,) = quotes(written(text), "P3")
    assert quote.startswith("So that it stays fixed")
    assert quote.endswith(":")


@pytest.mark.parametrize(
    "text",
    [
        "We are taking the following steps:\n\n- An alert.\n- A limit.",
        "We are taking the following steps:\n\n1. An alert.",
        "We are taking the following steps:\n\n| Step | Owner |\n| --- | --- |\n| An alert | Ada |",
        "We are taking the following steps:\n\nAlerts:\nWe add one.\n\nLimits:\nWe raise one.",
        "We are taking the following steps:\n\nAdd an alert.\nRaise the limit.",
        "The server then printed this on every single request that it got:\n\n```\nno space\n```",
        "One thing was clear to everybody on the call from the start:\n\nThe disk was full.",
    ],
)
def test_p3_a_list_that_follows_or_was_never_announced(text):
    assert quotes(written(text), "P3") == []


def test_p4_two_sentences_that_begin_alike():
    subject = written(
        "To relieve the queue we added workers. To relieve the queue we paused imports. It helped."
    )
    assert quotes(subject, "P4") == [
        "To relieve the queue we added workers. To relieve the queue we paused imports."
    ]


def test_p4_a_sentence_that_stands_twice():
    subject = written(
        "The disk of the upload host was full. We made room. The disk of the upload host was full!"
    )
    (found,) = findings(subject, "P4")
    assert found.start > 40
    assert found.quote == "The disk of the upload host was full!"


@pytest.mark.parametrize(
    "text",
    [
        "We added a worker. We paused imports. We told customers.",
        "- We will add an alert for uploads.\n- We will add an alert for imports.",
        "To relieve the queue we added workers. It helped. To relieve the queue we paused imports.",
        "```\nretry in 5 s now\nretry in 5 s now\n```",
    ],
)
def test_p4_is_not_about_lists_code_or_short_starts(text):
    assert quotes(written(text), "P4") == []


def test_p12_no_times_at_all():
    subject = written("At first uploads were slow. Later they failed. Then we made room.")
    (found,) = findings(subject, "P12")
    assert found.severity == "info"
    assert found.quote == "At first uploads were slow."


def test_p12_is_an_error_where_the_template_has_a_timeline():
    (found,) = findings(written("Uploads failed.", required=("Timeline",)), "P12")
    assert found.severity == "error"


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        "09:04 UTC alert\n09:12 UTC import stopped\n09:40 UTC queue empty",
        "| Time | What |\n| --- | --- |\n| 09:04 UTC | alert |\n| 09:12 UTC | stop |\n| 09:40 UTC | empty |",
        "- 09:04 UTC: Payments fail since 08:40 UTC.\n- 09:12 UTC: Next word by 09:30 UTC.\n- 09:40 UTC: Payments work since 09:38 UTC.",
        "1. 9:04 AM: alert\n2. 9:12 AM: stop\n3. 9:40 AM: empty",
    ],
)
def test_p12_a_timeline_in_any_shape(text):
    assert quotes(written(text), "P12") == []


def test_p12_times_in_running_text_are_no_timeline():
    text = (
        "The alert fired on the upload host at 09:04 UTC, we stopped the import at 09:12 UTC and "
        "saw the queue empty at 09:40 UTC."
    )
    assert len(quotes(written(text), "P12")) == 1


ADVERTISING = (
    "Our vision is to become the leading platform for documents of every kind. With a scalable "
    "and modern architecture we leverage the strength of our partners to serve evolving needs "
    "in every region of the world, today and in the years to come."
)


def test_p16_a_paragraph_of_strategy():
    subject = written(f"Uploads failed because a disk was full.\n\n{ADVERTISING}")
    assert quotes(subject, "P16") == [ADVERTISING]


def test_p16_also_where_a_single_break_parts_the_paragraphs():
    first = (
        "Uploads failed for an hour because the disk of the upload host was full, and the alert "
        "that watches it had been switched off during the move in May."
    )
    assert quotes(written(f"{first}\n{ADVERTISING}"), "P16") == [ADVERTISING]


@pytest.mark.parametrize(
    "text",
    [
        "Our vision is a scalable platform.",
        (
            "An upload is first written to the host's disk and copied to the store by a worker that "
            "runs every minute; only then is the sender told that all is well and the copy removed."
        ),
        (
            "The failure showed that our strategy of one large host is not as resilient as it must be; "
            "we leverage two hosts from now on, in two regions, so that one full disk stops nothing."
        ),
    ],
)
def test_p16_leaves_short_technical_and_honest_paragraphs(text):
    assert quotes(written(text), "P16") == []


def test_p17_a_question_that_runs_on():
    subject = written("What happened? A disk was full for an hour. Nobody saw it.")
    assert quotes(subject, "P17") == ["What happened? A disk was"]
    assert apply_fix(subject, "P17") == (
        "## What happened?\n\nA disk was full for an hour. Nobody saw it."
    )


def test_p17_finds_each_in_a_single_paragraph():
    subject = written(
        "It is over. What happened? A disk was full. Why? Logs. What did we do? We made room."
    )
    assert len(quotes(subject, "P17")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "What happened?\nA disk was full.",
        "## What happened?\n\nA disk was full.",
        "Would more room have helped? No: the logs would have filled it, too.",
        "**Impact:** uploads failed.",
    ],
)
def test_p17_headings_on_their_own_line_and_real_questions(text):
    assert quotes(written(text), "P17") == []


def test_p19_asks_readers_inside_for_lessons():
    assert len(quotes(written("A disk was full.", audience="internal"), "P19")) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"text": "A disk was full."},
        {"text": "A disk was full. What went well: the alert.", "audience": "internal"},
        {
            "text": "A disk was full.\n\n## Lessons learned\n\n- Watch disks.",
            "audience": "internal",
        },
    ],
)
def test_p19_is_silent_in_public_and_where_they_are(more):
    assert quotes(written(**more), "P19") == []
