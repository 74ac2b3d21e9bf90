"""T: the times in the texts, held against the recorded ones. The rows; the rules are beside."""

from __future__ import annotations

from typing import Final

from ircon.checks.catalogue import Rule
from ircon.checks.finding import ERROR, INFO, WARN
from ircon.checks.rules.t_durations import wrong_duration
from ircon.checks.rules.t_plans import overtaken, short_notice
from ircon.checks.rules.t_record import (
    backdated,
    disordered,
    vague_time,
    window_off,
)
from ircon.checks.rules.t_written_times import (
    ambiguous_form,
    no_zone,
    wrong_weekday,
    zone_not_in_force,
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "T1",
        ERROR,
        fires="a clock time has no zone in its sentence, nor its document a line that says it",
        why="A status page is read everywhere, and every reader takes a bare time for theirs. "
        "In a postmortem it makes the window uncheckable. One line 'all times in UTC' is enough.",
        good="The API was slow from 15:00 to 15:40 CEST (13:00 to 13:40 UTC).",
        bad="The API was slow from 15:00 to 15:40.",
        check=no_zone,
    ),
    Rule(
        "T2",
        ERROR,
        fires="a stated window misses the recorded start or end of the impact by more than 5 min",
        why="The window is what customers hold against their own logs and their contract. It is "
        "read in the zone it states, else in the likeliest that fits, and the message names "
        "the recorded moment that each end does meet. A start or an end that an update told itself "
        "('since 14:02 UTC') is as good. An end that meets Monitoring is a warning.",
        good="The incident lasted from 07:30 to 10:56 CEST, as the updates say.",
        bad="The incident lasted from 07:30 to 08:15, resolved on the page at 10:56.",
        check=window_off,
    ),
    Rule(
        "T3",
        WARN,
        fires="a zone's abbreviation is not in force on that day: EST in April, CET in June",
        why="Read to the letter the time is an hour off; read kindly nobody can be sure. The "
        "zone's own rules decide, on the day that is meant.",
        good="June 24, 14:54 CEST",
        bad="June 24, 14:54 CET",
        check=zone_not_in_force,
    ),
    Rule(
        "T4",
        WARN,
        fires="a weekday is not that of the date beside it",
        why="One of the two is wrong, and the reader cannot tell which.",
        good="on Wednesday, 20 October 2021",
        bad="on Tuesday, 20 October 2021",
        check=wrong_weekday,
    ),
    Rule(
        "T5",
        WARN,
        fires="what should come later has an earlier time: resolved before it started, an update "
        "out of its place, 'since' a time that is still to come",
        why="Times that are mended by hand after the fact end up in an impossible order, and every "
        "figure that is computed from them is wrong.",
        good="Investigating 09:10, Monitoring 09:40, Resolved 10:05",
        bad="Investigating 09:10, Resolved 10:05, Monitoring 10:40",
        check=disordered,
    ),
    Rule(
        "T6",
        WARN,
        fires="the time shown is more than 5 min earlier than the time it was made",
        why="A backdated update looks prompt on the page; who watched the page saw it later. The "
        "metrics count from when it was made. Only known where the page's data, our own "
        "journal or a second copy tells when that was.",
        good="shown 08:06, made 08:06",
        bad="shown 07:30, made 08:06",
        check=backdated,
    ),
    Rule(
        "T7",
        INFO,
        fires="a stated duration differs from the computed one by 2 min or more, its parts do not "
        "add up, or what 'took two hours' or was done 'within 30 minutes' was not",
        why="A duration is what service levels are computed from, and it is easily checked: "
        "against the window beside it, its parts, or the record.",
        good="from 13:00 to 14:22 UTC, lasting 82 minutes",
        bad="from 13:00 to 14:22 UTC, lasting 59 minutes",
        check=wrong_duration,
    ),
    Rule(
        "T8",
        WARN,
        fires="a date or time is written so that it is read differently elsewhere, or in several "
        "forms in one incident",
        why="16.01.2025 and 01/02/2025 are read by country, 7:40 by the time of day. Write the "
        "month by name or first the year, and keep to one clock.",
        good="16 January 2025, 19:40 UTC",
        bad="01/02/2025, 7:40",
        check=ambiguous_form,
    ),
    Rule(
        "T9",
        ERROR,
        fires="maintenance is announced less than 60 min ahead, or without an end or a duration",
        why="Customers need time to act on it, and to know when to look again. Status pages "
        "remind their subscribers an hour before: shorter notice reaches nobody.",
        good="Maintenance from 22:00 to 22:30 UTC tonight, announced in the afternoon",
        bad="We will perform an emergency maintenance at 15:00 (said at 14:49)",
        check=short_notice,
    ),
    Rule(
        "T10",
        WARN,
        fires="a time announced for maintenance passed without an update that says it began, or "
        "the incident was over before",
        why="Whoever planned for it is left waiting. Say that it began, or that it is off.",
        good="15:02: The maintenance announced for 15:00 has started.",
        bad="Maintenance at 15:00; resolved at 14:29, and not a word of the maintenance",
        check=overtaken,
    ),
    Rule(
        "T11",
        INFO,
        fires="'around' or 'approximately' beside a time of which the timeline has the minute",
        why="The record knows it exactly; a vague time in a postmortem reads like guessing.",
        good="at 12:05 CEST (10:05 UTC)",
        bad="at around 12:00",
        check=vague_time,
    ),
)
