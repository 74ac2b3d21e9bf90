"""Every verb there is. A new one is a module in ``verbs`` and a row here."""

from __future__ import annotations

from typing import Final, NamedTuple

CONSOLE: Final = "console"  # what 'ircon' alone does


class Verb(NamedTuple):
    """A row: ``takes`` names the common options it knows what to do with, besides --home."""

    module: str
    summary: str
    takes: str = "page json"


VERBS: Final = {
    "demo": Verb("demo", "the console on a practice page: no account, no config, no network", ""),
    "practice": Verb("practice", "a status page of your own on this machine", ""),
    "init": Verb("init", "add a status page to config.toml, after trying it", "json"),
    "doctor": Verb("doctor", "what is configured, where it is, and what is wrong", "json"),
    "components": Verb("components", "the page's components by group"),
    "templates": Verb("templates", "the templates, and what each wants", "json"),
    "themes": Verb("themes", "the console's themes, and what is wrong with one", "json"),
    "keys": Verb("keys", "the console's acts and their keys", "json"),
    "declare": Verb("declare", "open an incident and tell the page", "page json at"),
    "update": Verb("update", "post an update", "page json at"),
    "resolve": Verb("resolve", "post the update that closes it", "page json at"),
    "close": Verb("close", "end an incident here, without a word to anybody", "page json at"),
    "note": Verb("note", "an internal entry; it never leaves the machine", "page json at"),
    "run": Verb("run", "run a command and record it as an internal entry"),
    "mark": Verb("mark", "when the impact started, ended, was detected", "page json at"),
    "assign": Verb("assign", "give a role to a person", "page json at"),
    "handover": Verb("handover", "how it stands, for whoever takes over"),
    "pin": Verb("pin", "mark an entry as one the postmortem should tell of"),
    "action": Verb("action", "follow-up actions"),
    "amend": Verb("amend", "correct an internal entry; the journal keeps both", "page json at"),
    "retract": Verb("retract", "withdraw an internal entry; the journal keeps it"),
    "incidents": Verb("incidents", "all incidents, the open ones first"),
    "show": Verb("show", "one incident, now or at a moment", "page json at"),
    "timeline": Verb("timeline", "what happened, entry by entry", "page json at"),
    "outbox": Verb("outbox", "what waits on its way to the page, and why", "json"),
    "sync": Verb("sync", "deliver what waits, pull what others posted", "json"),
    "import": Verb("import_", "past incidents into the journal", "json"),
    "merge": Verb("merge", "unite recordings and other journals with this journal", "json"),
    "export": Verb("export", "an incident as a document"),
    "metrics": Verb("metrics", "an incident's figures, or the spread over all", "page json at"),
    "check": Verb("check", "hold the words of updates and postmortem against the record"),
    "postmortem": Verb("postmortem", "draft, save and publish the postmortem"),
    "replay": Verb("replay", "how it stood at a moment, also from a document", "page json at"),
}

# What these print is all they do: where it does not arrive, they failed. The value is the
# words with which they do more.
LOOKS: Final = {
    **dict.fromkeys(("doctor", "components", "templates", "themes", "keys", "incidents"), ""),
    **dict.fromkeys(("show", "timeline", "export", "metrics", "check", "replay"), ""),
    "action": "add done",
    "outbox": "resolve",
    "postmortem": "save publish",
}

# What other tools call it; the value is what to type here.
MEANT: Final = {
    **dict.fromkeys(("list", "ls", "incident", "history", "search"), "incidents"),
    **dict.fromkeys(("status", "info", "view", "get", "cat"), "show"),
    **dict.fromkeys(("open", "create", "new", "start", "begin", "report"), "declare"),
    **dict.fromkeys(("post", "say", "publish", "send"), "update"),
    **dict.fromkeys(("end", "finish", "done", "fix", "fixed"), "resolve"),
    **dict.fromkeys(("comment", "add", "write"), "note"),
    **dict.fromkeys(("log", "events"), "timeline"),
    **dict.fromkeys(("ack", "acknowledge"), "mark acknowledged"),
    **dict.fromkeys(("edit", "correct", "fixup"), "amend"),
    **dict.fromkeys(("rm", "remove", "delete"), "retract"),
    **dict.fromkeys(("exec", "record"), "run"),
    **dict.fromkeys(("task", "todo", "followup"), "action"),
    **dict.fromkeys(("role", "owner"), "assign"),
    **dict.fromkeys(("queue", "drafts", "pending"), "outbox"),
    **dict.fromkeys(("pull", "push", "fetch", "flush"), "sync"),
    **dict.fromkeys(("setup", "login", "configure", "config", "auth"), "init"),
    **dict.fromkeys(("health", "verify"), "doctor"),
    **dict.fromkeys(("lint", "validate"), "check"),
    **dict.fromkeys(("stats", "figures"), "metrics"),
    **dict.fromkeys(("review", "retro", "retrospective", "pm"), "postmortem"),
    **dict.fromkeys(("serve", "server", "sandbox"), "practice"),
}
