"""Table of the verbs. A new verb is a function in ``verbs`` and a row here."""

from __future__ import annotations

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """A row of the table: all that is known of a verb before its module is imported.

    Attributes:
        entry: module below ``verbs`` and the ``@command`` in it, as ``module:name``.
        summary: one line for ``ircon --help``.
        takes: the common options it understands, besides --home.
        only_prints: whether output is all it does, so that lost output is a failure.
        acts: the first words with which it does more than print.
        names_incident: whether its first argument may be an incident's id.
        keeps_tail: whether what follows ``--`` is not for ircon to parse.
        handles_signals: whether it ends by itself, in its own way, on a signal.
        reports_trouble: whether its output says what is wrong with the record.
        posts_update: whether its text is an update for the public.
        opens_incident: whether its standard output is the new incident's id, and nothing else.
    """

    entry: str
    summary: str
    takes: str = "page json"
    only_prints: bool = False
    acts: tuple[str, ...] = ()
    names_incident: bool = True
    keeps_tail: bool = False
    handles_signals: bool = False
    reports_trouble: bool = False
    posts_update: bool = False
    opens_incident: bool = False


CONSOLE: Final = "console"  # the name of 'ircon' without a verb
CONSOLE_ROW: Final = Verb("console:console", "the console", "", handles_signals=True)

VERBS: Final = {
    "demo": Verb(
        "console:demo",
        "the console on a practice page: no account, no config, no network",
        "",
        handles_signals=True,
    ),
    "practice": Verb(
        "console:practice", "a status page of your own on this machine", "", handles_signals=True
    ),
    "init": Verb("setup:init", "add a status page to config.toml, after testing it", "json"),
    "doctor": Verb(
        "setup:doctor",
        "what is configured, where it is, and what is wrong",
        "json",
        only_prints=True,
        reports_trouble=True,
    ),
    "components": Verb("listings:components", "the page's components by group", only_prints=True),
    "templates": Verb(
        "listings:templates", "the templates, and the fields of each", "json", only_prints=True
    ),
    "themes": Verb(
        "listings:themes",
        "the console's themes, and what is wrong with one",
        "json",
        only_prints=True,
    ),
    "keys": Verb("listings:keys", "the console's acts and their keys", "json", only_prints=True),
    "declare": Verb(
        "declare:declare",
        "open an incident and post it",
        "page json at",
        names_incident=False,
        posts_update=True,
        opens_incident=True,
    ),
    "update": Verb("update:update", "post an update", "page json at", posts_update=True),
    "resolve": Verb(
        "resolve:resolve", "post the resolving update", "page json at", posts_update=True
    ),
    "close": Verb("resolve:close", "close an incident here, without an update", "page json at"),
    "note": Verb("note:note", "an internal entry; it never leaves the machine", "page json at"),
    "run": Verb(
        "internal_entries:run",
        "run a command and record it as an internal entry",
        keeps_tail=True,
        handles_signals=True,
    ),
    "mark": Verb(
        "internal_entries:mark", "when the impact started, ended, was detected", "page json at"
    ),
    "assign": Verb("internal_entries:assign", "give a role to a person", "page json at"),
    "handover": Verb("views:handover", "the current state, for the next on-call engineer"),
    "pin": Verb("internal_entries:pin", "mark an entry for the postmortem"),
    "action": Verb("actions:action", "follow-up actions", only_prints=True, acts=("add", "done")),
    "amend": Verb(
        "internal_entries:amend",
        "correct an internal entry; the journal keeps both versions",
        "page json at",
    ),
    "retract": Verb("internal_entries:retract", "withdraw an internal entry; the journal keeps it"),
    "incidents": Verb("listings:incidents", "all incidents, the open ones first", only_prints=True),
    "show": Verb(
        "views:show", "one incident, now or at a given time", "page json at", only_prints=True
    ),
    "timeline": Verb(
        "views:timeline", "the timeline, entry by entry", "page json at", only_prints=True
    ),
    "outbox": Verb(
        "outbox:outbox",
        "pending updates and drafts, and why they are not public",
        "json",
        only_prints=True,
        acts=("resolve",),
        names_incident=False,
    ),
    "sync": Verb("outbox:sync", "send pending updates, pull what others posted", "json"),
    "import": Verb("documents:import_", "past incidents into the journal", "json"),
    "merge": Verb("documents:merge", "merge recordings and other journals into this one", "json"),
    "export": Verb("documents:export", "an incident as a document", only_prints=True),
    "metrics": Verb(
        "views:metrics",
        "an incident's metrics, or their distribution over all",
        "page json at",
        only_prints=True,
    ),
    "check": Verb(
        "check:check", "check updates and postmortem against the record", only_prints=True
    ),
    "postmortem": Verb(
        "postmortem:postmortem",
        "draft, save and publish the postmortem",
        only_prints=True,
        acts=("save", "publish"),
    ),
    "replay": Verb(
        "views:replay",
        "the state at a given time, also of a document",
        "page json at",
        only_prints=True,
    ),
}

# The verbs whose text is an update for the public.
UPDATE_VERBS: Final = tuple(name for name, row in VERBS.items() if row.posts_update)

# Names that other tools use; the value is the verb to suggest.
SUGGESTIONS: Final = {
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
