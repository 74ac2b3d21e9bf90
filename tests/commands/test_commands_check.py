"""``ircon check``, and promises in ``ircon show``: as a person and as a script meet them."""

from __future__ import annotations

import pytest

REPORT = """\
Uploads fail

Incident Report for Example

Postmortem

The outage lasted from 11:00 to 11:40, and uploads failed.

Posted Jun 24, 2025 - 11:00 CEST

Resolved
Uploads work again after we freed the disk.
Posted Jun 23, 2025 - 12:10 CEST
Monitoring
We freed a disk and watch the uploads.
Posted Jun 23, 2025 - 11:40 CEST
Investigating
Uploads fail for all users. Next update by 11:30 CEST.
Posted Jun 23, 2025 - 11:00 CEST
"""
KEYS = {
    *("rule", "severity", "message", "source", "quote", "line", "column", "end_line"),
    *("end_column", "entry", "compared_with", "fix", "kind"),
}


@pytest.fixture
def report(tmp_path):
    file = tmp_path / "report.txt"
    file.write_text(REPORT)
    return file


def test_a_finding_as_a_person_reads_it(bare, report):
    said = bare("check", str(report), "--rules", "T1")
    assert said.code == 3
    assert said.out.splitlines() == [
        "report.txt: 1 error: 1 gap.",
        "",
        "Gaps (1)",
        "",
        "report.txt:7:24: error T1 11:00 to 11:40 in which time zone? Readers elsewhere take it for their local time.",
        "    The outage lasted from 11:00 to 11:40, and uploads failed.",
        "                           ^^^^^^^^^^^^^^",
        "    compared with: no zone in this sentence, and none stated for all times",
        "    fix: 11:00 CEST (09:00 UTC) to 11:40 CEST (09:40 UTC)",
    ]


def test_as_json(bare, report):
    said = bare("check", str(report), "--rules", "t1, t2", "--json")
    assert said.code == 3
    assert [(one["rule"], one["severity"]) for one in said.document] == [
        ("T1", "error"),
        ("T2", "info"),
    ]
    for one in said.document:
        assert set(one) == KEYS
        assert (one["source"], one["line"], one["quote"]) == ("report.txt", 7, "11:00 to 11:40")
        line = REPORT.splitlines()[one["line"] - 1]
        assert line[one["column"] - 1 : one["end_column"] - 1] == one["quote"]


def test_warnings_alone_are_no_failure(bare, report):
    said = bare("check", str(report), "--rules", "P11")
    assert said.code == 0
    assert "warn P11" in said.out
    assert bare("check", str(report), "--rules", "P11", "--strict").code == 3


def test_infos_are_counted_and_printed_with_all(bare, report):
    said = bare("check", str(report), "--rules", "T2")
    assert said.out == "report.txt: 1 info. Left out: 1 info; --all prints everything.\n"
    assert "info T2" in bare("check", str(report), "--rules", "T2", "--all").out


def test_the_worst_is_read_first_and_what_was_sent_is_summed_up_last(bare, report):
    lines = bare("check", str(report)).out.splitlines()
    heads = [line.partition(" (")[0] for line in lines if line and line[0].isupper()]
    order = ["Contradictions", "Gaps", "Style", "Already sent, so it stays as it is"]
    assert heads == [one for one in order if one in heads]
    assert heads[-1] == order[-1]
    sent = lines[lines.index(next(line for line in lines if line.startswith(order[-1]))) :]
    assert not any("^" in line for line in sent)
    severities = [line.split()[1] for line in lines[3:] if line.startswith("report.txt")]
    assert severities[0] == "error"


def test_of_updates_alone_nothing_is_summed_up_as_sent(bare, report):
    start = REPORT.index("Postmortem")
    report.write_text(REPORT[:start] + REPORT[REPORT.index("Resolved") :])
    assert "Already sent" not in bare("check", str(report)).out


def test_a_rule_that_repeats_is_one_finding_and_its_places(bare, report):
    words = "Uploads failed from 11:00 to 11:40. Reads failed from 11:10 to 11:20."
    report.write_text(REPORT.replace("The outage lasted from 11:00 to 11:40, and", words + " Then"))
    said = bare("check", str(report), "--rules", "T1").out
    assert said.count("error T1") == 1
    assert "    also 7:55 '11:10 to 11:20'" in said
    assert bare("check", str(report), "--rules", "T1", "--all").out.count("error T1") == 2


def test_what_concerns_the_whole_document_has_no_line_to_show(bare, report):
    said = bare("check", str(report), "--rules", "P8")
    assert "report.txt: error P8 " in said.out
    assert "^" not in said.out


def test_nothing_found_is_said(bare, report):
    said = bare("check", str(report), "--rules", "T4")
    assert (said.code, said.out) == (0, "report.txt: no findings.\n")
    assert bare.json("check", str(report), "--rules", "T4") == []


def test_the_time_of_an_entry_is_quoted_and_its_block_is_the_place(bare, report):
    report.write_text(REPORT.replace("11:40 CEST", "11:40 CET"))
    (one,) = bare.json("check", str(report), "--rules", "T3")
    assert one["quote"] == "Posted Jun 23, 2025 - 11:40 CET"
    assert (one["line"], one["end_line"]) == (14, 17)


def test_several_files_are_summed_up_and_one_that_cannot_be_read_stops_nobody(bare, report):
    report.with_name("torn.json").write_text("{")
    said = bare("check", str(report.parent))
    lines = said.out.splitlines()
    assert said.code == 3
    assert lines[0].startswith("1 document: ")
    assert any(line.startswith(f"{report}:7:24: error T1 ") for line in lines)
    assert any(line.startswith("report.txt ") and " T1" in line for line in lines)
    assert "torn.json" in said.err


def test_only_unreadable_files_are_a_failure(bare, tmp_path):
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text("{")
    said = bare("check", str(tmp_path / "one.json"), str(tmp_path / "two.json"))
    assert said.code == 1
    said = bare("check", str(tmp_path / "one.json"), "--json")
    assert (said.code, set(said.document)) == (1, {"error"})


def test_a_postmortem_with_nothing_to_compare_it_with_is_said_once(bare, report):
    said = bare("check", str(report), "--rules", "P14")
    assert said.err.count("P14") == 1
    report.with_name("second.txt").write_text(REPORT.replace("Uploads fail\n", "Again\n"))
    said = bare("check", str(report), str(report.with_name("second.txt")), "--rules", "P14")
    assert "P14" not in said.err
    assert "P14" not in bare("check", str(report), "--rules", "T1").err


def test_the_catalogue(bare):
    lines = bare("check", "--list").out.splitlines()
    assert lines[0].split()[0] == "T1"
    assert any(line.startswith("T2 ") for line in lines)
    listed = bare.json("check", "--list")
    assert {one["rule"] for one in listed} >= {"T1", "U1", "P1", "L1"}
    assert all(one["why"] and one["good"] and one["bad"] for one in listed)


@pytest.mark.parametrize("words", [["--rules", "T99"], ["no-such-file.txt"]])
def test_what_there_is_not_is_said(bare, report, words):
    said = bare("check", *words) if "txt" in words[0] else bare("check", str(report), *words)
    assert said.code in {1, 2}
    assert said.err.startswith("ircon: ")


def test_hostile_words_reach_no_terminal(bare, report):
    report.write_text(REPORT.replace("uploads failed.", "uploads failed \x1b]52;c;x\x07\u202e."))
    said = bare("check", str(report))
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out


def test_a_long_line_is_cut_around_the_words(bare, report):
    padding = "Every word of it counts. " * 40
    report.write_text(
        REPORT.replace("The outage", f"{padding}The outage").replace("failed.", padding)
    )
    lines = bare("check", str(report), "--rules", "T1").out.splitlines()
    caret = next(number for number, line in enumerate(lines) if "^" in line)
    assert len(lines[caret - 1]) <= 96
    start = lines[caret].index("^")
    assert lines[caret - 1][start : start + 14] == "11:00 to 11:40"


def test_an_incident_of_the_journal_is_checked_by_its_id(ircon, page):
    declared = ircon.json(
        "declare", "Uploads fail", "-m", "It began on 2025-13-40 at 9.", "-c", "Checkout"
    )
    incident = declared["incident"]
    ircon.json("resolve", incident, "-m", "It was over on 16.01.2026.", "--restore")
    (one,) = ircon.json("check", incident, "--rules", "T8")
    assert (one["source"], one["entry"], one["quote"]) == (incident, "u2", "16.01.2026")
    assert (one["line"], one["column"]) == (1, 16)
    assert one["fix"] == "2026-01-16"


def test_show_lists_promises_and_what_became_of_them(ircon):
    words = "Uploads fail. Next update in 30 minutes."
    incident = ircon.json("declare", "Uploads fail", "-m", words, "-c", "Checkout")["incident"]
    (promise,) = ircon.json("show", incident)["promises"]
    assert set(promise) == {"entry", "kind", "due", "state", "words", "missed_by_min"}
    assert (promise["entry"], promise["kind"], promise["state"]) == ("u1", "update", "open")
    assert promise["due"].endswith("Z")
    assert "Next update in 30 minutes" in ircon("show", incident).out
    ircon.json("resolve", incident, "-m", "Uploads work.", "--restore")
    assert [one["state"] for one in ircon.json("show", incident)["promises"]] == ["kept"]
    drafted = ircon("postmortem", incident, "--template", "sequence").out
    assert "Of 1 promised time for a next update, 1 was kept." in drafted


@pytest.mark.parametrize("verb", [["check"], ["metrics"], ["replay", "--json"]])
def test_a_misspelt_path_is_called_one(bare, verb):
    said = bare(*verb, "reports/nowhere.txt")
    assert said.code
    assert "reports/nowhere.txt does not exist." in said.out + said.err


def test_each_finding_names_its_entry_and_one_of_a_recording_its_line(ircon, page, tmp_path):
    words = "Uploads fail since 08:00."
    incident = ircon.json("declare", "Uploads fail", "-m", words, "-c", "Checkout")["incident"]
    first = ircon("check", incident, "--rules", "T1").out.splitlines()[4]
    assert first.startswith(f"{incident} u1:1:20: warn T1 ")

    recording = tmp_path / "incident.toml"
    ircon("export", incident, "--format", "toml", "-o", str(recording))
    (found,) = ircon("check", str(recording), "--rules", "T1", "--json").document
    line = recording.read_text().splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 : found["end_column"] - 1] == found["quote"] == "08:00"

    recording.write_text(recording.read_text().replace("08:00.", "08\\u003a00."))
    (found,) = ircon("check", str(recording), "--rules", "T1", "--json").document
    assert (found["line"], found["column"]) == (None, None)  # the file has it in other letters
    first = ircon("check", str(recording), "--rules", "T1").out.splitlines()[4]
    assert first.startswith("incident.toml u1: warn T1 ")


def test_an_unknown_rule_is_a_wrong_word_and_an_unreadable_file_is_named(bare, report):
    assert bare("check", str(report), "--rules", "ZZ").code == 2
    assert bare("check", "--list", "--rules", "ZZ").code == 2
    report.write_text("   ")
    said = bare("check", str(report))
    assert said.code == 1
    assert said.err.startswith("ircon: report.txt:1: ")


def test_a_markdown_file_that_is_no_report_is_a_postmortem(bare, tmp_path):
    draft = tmp_path / "draft.md"
    draft.write_text(
        "# Uploads\n\n| Time | What |\n|---|---|\n| 09:00 UTC | alert |\n\nIt failed.\n"
    )
    said = bare("check", str(draft), "--rules", "P8", "--json").document
    assert [(one["rule"], one["line"]) for one in said] == [("P8", 1)]
