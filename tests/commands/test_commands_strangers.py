"""What somebody types who has never seen it: understood, or told what to type instead."""

from __future__ import annotations

import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from command_line import IRCON, CommandLine
from ircon.commands.table import SUGGESTIONS, VERBS


@pytest.fixture
def incident(bare: CommandLine) -> str:
    return bare.json("declare", "Checkout fails", "--internal")["incident"]


def drafts(ircon: CommandLine) -> list[str]:
    return [one["body"] for one in ircon.json("outbox") if one["state"] == "draft"]


def written(ircon: CommandLine) -> dict:
    """Everything that the record holds."""
    return {one["id"]: ircon.json("timeline", one["id"]) for one in ircon.json("incidents")}


@pytest.mark.parametrize("verb", VERBS)
def test_help_lists_what_the_verb_takes_and_nothing_else(bare, verb):
    told = bare(verb, "--help").out
    assert bare("help", verb).out == told
    for option in ("page", "json", "at"):
        listed = any(line.split()[:1] == [f"--{option}"] for line in told.splitlines())
        assert listed == (option in VERBS[verb].takes.split()), option
    assert "--home DIR" in told


@pytest.mark.parametrize(
    "words", [["help"], ["-h"], ["--help"], ["help", "--json"], ["--home", "/tmp", "help"]]
)
def test_help_is_found_in_every_way(bare, words):
    said = bare(*words)
    assert (said.code, said.out[:12]) == (0, "usage: ircon")


@pytest.mark.parametrize("words", [["--version"], ["-V"], ["-v"]])
def test_the_version_is_found_in_every_way(bare, words):
    said = bare(*words)
    assert (said.code, said.out[:6]) == (0, "ircon ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("list", "incidents"), ("STATUS", "show"), ("ack", "mark"), ("nte", "note")],
)
def test_what_other_tools_call_it_is_answered_with_what_it_is_here(bare, typed, meant):
    said = bare(typed)
    assert said.code == 2
    assert f"'{meant}" in said.err


def test_every_suggestion_is_a_command_and_hides_none():
    assert {one.split()[0] for one in SUGGESTIONS.values()} <= set(VERBS)
    assert not set(SUGGESTIONS) & set(VERBS)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["{id}", "show"], "ircon show {id}"),
        (["note", "disk is full", "{id}"], "ircon note {id}"),
        (["mark", "detected", "{id}"], "ircon mark {id}"),
        (["assign", "commander", "Ada", "{id}"], "The id comes first"),
        (["note", "{id}"], "the note's text is missing"),
        (["note", "{ID}"], "the note's text is missing"),
        (["assign", "{id}", "commander"], "PERSON is missing"),
        (["assign", "commander", "{id}"], "PERSON is missing"),
        (["action", "add", "{id}"], "the action's text is missing"),
        (["action", "{id}"], "add, list or done"),
        (["pin", "n1"], "ID ENTRY"),
        (["amend", "{id}", "n1", "--txt", "db-2"], "--text"),
        (["note", "-x", "words"], "after --: note"),
        (["update", "-s", "identified", "-m", "x"], "--status"),
        (["amend", "{id}", "n1", "-t", "db-2"], "--text"),
        (["-m", "x", "update"], "ircon update -m x"),
        (["handover", "--to", " "], "--to is empty"),
        (["note", "hello", "world"], "Quote a text that has spaces"),
        (["update", "Some payments fail", "--status", "identified"], "Use -m"),
        (["show", "Checkout fails"], "ircon incidents"),
        (["note", "x", "--at", "14:05 pm"], "Hour 14"),
        (["note", "x", "--at", "10m"], "10m ago"),
        (["replay", "{id}"], "--at"),
        (["run", "true"], "after --"),
    ],
)
def test_wrong_usage_is_told_what_to_do_and_writes_nothing(bare, incident, words, says):
    before = written(bare)
    fill = {"id": incident, "ID": incident.upper()}
    said = bare(*(one.format(**fill) for one in words))
    assert says.format(**fill) in said.err
    assert said.code == (1 if "No incident" in said.err else 2)
    assert written(bare) == before
    assert said.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ["note", ""], ["note", "  "], ["note", "{id}", "\n"], ["declare", "", "--internal"],
        ["declare", " ", "--internal"], ["declare", "X", "--internal", "-m", " "],
        ["action", "add", " "], ["amend", "{id}", "d1", "--text", ""], ["mark", "noticed"],
        ["mark", ""], ["assign", "", "Ada"], ["action", "add", "Rotate the key", "--due", "soon"],
        ["action", "add", "Rotate the key", "--due", "2026-02-30"], ["show", ""],
        ["note", "words of a note", "--at", "25:99"], ["timeline", "--at", "soon"],
        ["postmortem", "--template", "nosuch"], ["update", "-m", " ", "--status", "identified", "--title", "X"],
        ["update", "--template", "nosuch"], ["export", "--format", "pdf"], ["check", "--rules", "Z9"],
        ["update", "--template", "identified", "--set", "nosuch=x"], ["import"], ["sync", "x"],
        ["update", "--template", "identified", "--set", "cause"], ["declare", "X", "--severity", "5"],
        ["import", "--format", "nosuch", "."], ["sync", "--timeout", "-1"], ["sync", "--timeout", "nan"],
        ["update", "-m", "x y", "--timeout", "soon"], ["outbox", "--timeout", "-0.5"],
        ["practice", "--port", "99999"], ["practice", "--rate", "-1"], ["practice", "--port", "²"],
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_wrong_usage_wherever_it_stands(ircon, words):
    incident = ircon.json("declare", "Checkout fails", "--internal")["incident"]
    said = ircon(*(one.format(id=incident) for one in words))
    assert said.code == 2, said.err
    assert "Traceback" not in said.err


def test_a_lone_word_that_is_no_id_is_a_text(bare, incident):
    for text in ("ok", incident[:3], "abcd", "zz99", f"{incident}!"):
        assert bare("note", text).code == 0
        assert bare.json("show")["notes"][-1]["text"] == text
    bare.json("close", incident)
    assert bare("note", incident).code == 2  # of one that is over, too


def test_a_text_may_begin_with_a_dash_and_look_like_anything(bare, incident):
    for words in (
        ["note", "--", "-1 replica"],
        ["note", "-1 replica"],
        ["note", "-5"],
        ["note", incident, "--", "--at noon it was down"],
    ):
        assert bare(*words).code == 0, words
    texts = [one["text"] for one in bare.json("show")["notes"]]
    assert texts == ["-1 replica", "-1 replica", "-5", "--at noon it was down"]
    assert bare("amend", incident, "n1", "--text", "-2 replicas of 5").code == 0
    assert bare.json("show")["notes"][0]["text"] == "-2 replicas of 5"
    assert bare("declare", "X", "--internal", "-m", "-5 % of payments").code == 0
    assert bare("declare", "Y", "--internal", "-m", "--at").code == 2


@pytest.mark.parametrize("form", [None, "--json"])
def test_without_an_open_incident_a_reader_takes_the_last_and_a_writer_none(bare, incident, form):
    more = [form] if form else []
    assert bare("show", *more).code == 0
    bare.json("close", incident)
    later = bare.json("declare", "Search is slow", "--internal")["incident"]
    bare.json("close", later)
    for words in (["show"], ["timeline"], ["postmortem"]):
        said = bare(*words, *more)
        assert said.code == 0, said.err
        assert f"the one that ended last: {later}" in said.err
    before = written(bare)
    for words in (["note", "x y"], ["mark", "detected"], ["assign", "commander", "Ada"],
                  ["handover"], ["action", "add", "Alert on it"], ["close"],
                  ["run", "--", "true"], ["update", "--status", "identified", "-m", "x y"]):  # fmt: skip
        said = bare(*words[:1], *more, *words[1:])
        assert said.code == 1, words
        assert "No incident is open" in said.err
    assert written(bare) == before


def test_with_two_open_a_page_tells_them_apart(bare, page):
    for name in ("main", "other"):
        bare.use(page.url, page.page_id, page.token, name)
    ids = {
        name: bare.json("declare", name, "--internal", "--page", name)["incident"]
        for name in ("main", "other")
    }
    assert bare("note", "which one?").code == 1
    for name, one in ids.items():
        assert bare.json("note", "this one", "--page", name)["incident"] == one
        assert bare.json("show", "--page", name)["id"] == one
        assert bare.json("mark", "detected", "--page", name)["incident"] == one
        assert bare.json("incidents", "--page", name)[0]["id"] == one
    assert bare("note", ids["main"], "x y", "--page", "other").code == 1
    said = bare("note", "x y", "--page", "nosuch")
    assert said.code == 1
    assert "'nosuch'" in said.err
    unplaced = bare.json("declare", "On no page yet", "--internal")["incident"]
    bare.json("close", ids["other"])
    assert bare.json("note", "x y", "--page", "other")["incident"] == unplaced


@pytest.mark.parametrize(
    "words",
    [
        ["action", "add"], ["note", "x", "--at", "99:99"], ["note", "{id}"], ["action", "Alert"],
        ["declare", "X", "--internal", "-m", ""], ["update", "-m", "x", "--status", "nosuch"],
        ["mark", "noticed"], ["assign", "{id}", "commander"], ["show", "x y"], ["pin", "n1"],
        ["update", "-m", "Fixed.", "--template", "t"], ["amend", "{id}", "--text", "x"],
    ],
)  # fmt: skip
def test_of_wrong_usage_no_scrap_is_kept(bare, incident, words):
    said = bare(*(one.format(id=incident) for one in words), "--json")
    assert said.code == 2
    assert said.document["error"]["draft"] is None
    assert drafts(bare) == []


@pytest.mark.parametrize(
    ("refused", "done"),
    [
        (["note", "zz99", "the pool is full"], ["note", "the pool is full"]),
        (["note", "the", "pool", "is", "full"], ["note", "the pool is full"]),
        (["note", "hello", "world"], ["note", "hello world"]),
        (["note", "the pool is full", "--at", "9:99"], ["note", "{id}", "the pool is full"]),
        (["note", "zz99", "支付失败"], ["note", "支付失败"]),
        (["note", "zz99", "x"], ["note", "x"]),
        (["action", "add", "Alert on it", "--due", "soon"], ["action", "add", "Alert on it"]),
        (["amend", "{id}", "n9", "--text", "it was db-2"], ["amend", "{id}", "n1", "--text", "it was db-2"]),
        (["declare", "X", "-m", "the pool is full"], ["declare", "X", "--internal", "-m", "the pool is full"]),
    ],
)  # fmt: skip
def test_a_later_success_with_the_same_words_needs_no_draft(bare, incident, refused, done):
    bare.json("note", "it was db-1")
    said = bare(*(one.format(id=incident) for one in refused), "--json")
    assert said.code in {1, 2}
    assert len(drafts(bare)) == 1
    assert said.document["error"]["draft"] in bare("outbox").out
    assert bare(*(one.format(id=incident) for one in done)).code == 0
    assert drafts(bare) == []


def test_a_post_that_waits_needs_no_draft_either(ircon, page):
    words = ("-m", "Some payments fail.", "--no-notify")
    assert ircon("declare", "Checkout fails", *words, "-c", "Nowhere").code == 1
    assert len(drafts(ircon)) == 1
    config = ircon.home / "config/config.toml"
    config.write_text(config.read_text().replace(page.url, "http://127.0.0.1:9"))
    assert ircon("declare", "Checkout fails", *words, "--timeout", "0.2").code == 75
    assert drafts(ircon) == []


NAMES = [unicodedata.normalize(form, "Café Zürich") for form in ("NFC", "NFD")]


@pytest.mark.parametrize(("shown", "typed"), [NAMES, NAMES[::-1]])
def test_one_spelling_of_a_letter_meets_the_other(ircon, page, shown, typed):
    made = page.manage("POST", "/components", {"component": {"name": shown}}).json()["id"]
    try:
        for word in (typed, typed.upper(), f"{typed}=major_outage"):
            said = ircon("declare", shown, "-m", "It is closed.", "-c", word, "--no-notify")
            assert said.code == 0, said.err
            incident = said.out.strip()
            assert ircon.json("show", incident)["components"][0]["id"] == made
            ircon("resolve", incident, "--restore", "-m", "It is open.", "--no-notify")
    finally:
        page.manage("DELETE", f"/components/{made}")
    for words in (typed, typed.split()[1], typed[:4]):
        assert [one["name"] for one in ircon.json("incidents", "--search", words)]
    ircon.json("note", incident, f"seen by {shown}")
    assert ircon.json("incidents", "--search", f"seen {typed}")
    ircon.json("assign", incident, typed, shown)
    ircon.json("assign", incident, shown, typed)
    assert ircon.json("show", incident)["roles"] == {NAMES[0].lower(): NAMES[0]}


@pytest.mark.parametrize(
    "words", ["서울 결제", "Thanh toán bị lỗi", "ガス が 止まる", "Žluťoučký kůň"]
)
@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC")])
def test_a_search_finds_words_however_their_letters_are_composed(bare, words, forms):
    kept, typed = (unicodedata.normalize(form, words) for form in forms)
    bare.json("declare", kept, "--internal", "-m", f"seen: {kept}")
    for word in (typed, *typed.split()):
        assert bare.json("incidents", "--search", word), word


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n \n", "  "])
def test_no_line_end_stays_at_the_end_of_what_was_typed(bare, incident, end):
    text = "  three\n\n lines"
    bare.json("note", text + end)
    bare("note", "-", stdin=text + end)
    bare.json("amend", incident, "n1", "--text", text + end)
    bare.json("handover", "--to", f"Grace{end}")
    bare.json("action", "add", f"Alert on it{end}")
    bare.json("declare", f"Search{end}", "--internal", "-m", f"It is slow{end}")
    other = bare.json("incidents")[0]["id"]
    shown = [bare.json("show", one) for one in (incident, other)]
    assert [one["text"] for one in shown[0]["notes"]] == [text, text]
    assert shown[0]["actions"][0]["text"] == "Alert on it"
    assert (shown[1]["name"], shown[1]["notes"][0]["text"]) == ("Search", "It is slow")
    assert all(one["text"] == one["text"].rstrip() for one in bare.json("timeline", incident))


@pytest.mark.parametrize("more", [[], ["--token", "it's$HOME%s"], ["--host", "localhost"]])
def test_the_second_line_of_a_practice_page_connects_to_it(bare, more):
    with subprocess.Popen(
        [IRCON, "practice", *more], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            assert child.stdout.readline().startswith("ready http://")
            home = {**os.environ, "IRCON_HOME": str(bare.home)}
            home["PATH"] = f"{Path(IRCON).parent}:{home['PATH']}"
            line = child.stdout.readline()
            done = subprocess.run(["sh", "-c", line], env=home, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr
            said = bare("declare", "Checkout fails", "-m", "Some payments fail.")
            assert said.code == 0, said.err
        finally:
            child.terminate()
    assert child.returncode == 0


def test_who_it_was_is_a_person_where_one_is_named(bare, incident):
    config = bare.home / "config/config.toml"
    config.parent.mkdir(exist_ok=True)

    def author(**environment: str) -> str:
        assert bare.real("note", "who wrote this?", **environment).code == 0
        return bare.json("show")["notes"][-1]["author"]

    login = author(IRCON_AUTHOR=" ")
    config.write_text(f'author = "{NAMES[1]}"\n')
    assert author(IRCON_AUTHOR="") == NAMES[0]
    assert author(IRCON_AUTHOR="  Ada\n Lovelace ") == "Ada Lovelace"
    config.write_text("author = 3\n[oops")  # a note is kept all the same
    assert bare.real("note", "the config is broken", IRCON_AUTHOR="").code == 0
    config.unlink()
    assert bare.json("show")["notes"][-1]["author"] == login
    assert author(IRCON_AUTHOR="Ada") == "Ada"


@pytest.mark.parametrize("source", ["-m", "-F"])
def test_an_empty_pipe_leaves_no_dash_behind(bare, source):
    said = bare("update", "--status", "identified", source, "-", stdin="")
    assert said.code != 0
    assert drafts(bare) == []
