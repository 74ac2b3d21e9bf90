"""Lists: incidents, the page's components, templates, themes, and the console's keys."""

from __future__ import annotations

import argparse
import os
from itertools import groupby
from pathlib import Path

from ircon.commands.arguments import Line, command, exactly
from ircon.commands.context import Context
from ircon.incident.text import safe_line
from ircon.incident.vocabulary import COMPONENT_STATUSES, is_closed


def _incidents_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--open", action="store_true", help="only open incidents")
    parser.add_argument("--search", default="", metavar="WORDS", help="that have all these words")


@command(
    usage="[--open] [--search WORDS]",
    examples="""
  ircon incidents --open
  ircon incidents --search "checkout timeout" --json""",
    options=_incidents_options,
)
def incidents(line: Line, context: Context) -> int:
    """List incidents: on the terminal the open ones first, as JSON the newest first."""
    exactly(line.words)
    desk = context.desk
    context.name_undeclared()
    summaries = desk.records.incidents(open_only=line.open, search=line.search)
    if line.page:
        summaries = [summary for summary in summaries if summary.page == line.page]
    if context.out.as_json:
        from ircon.writing.json_documents import summary_document

        newest = sorted(summaries, key=lambda summary: summary.declared_at or "", reverse=True)
        context.out.answer(
            [
                summary_document(state, desk.records.metrics_of(state))
                for state in desk.records.states(summary.incident for summary in newest)
            ]
        )
        return 0
    from ircon.incident.times import elapsed_from, parse_iso
    from ircon.writing.text_format import clock

    rows = []
    for summary in summaries:
        since = elapsed_from(summary.started_at, summary.declared_at, summary.first_public_at)
        began = clock(parse_iso(since), desk.zone) if since else "no date"
        state = "open" if summary.is_open else "past"
        on_page = summary.is_open or is_closed(summary.status) or summary.origin == "import"
        status = summary.status if on_page else "closed"
        impact, name = summary.impact or "-", safe_line(summary.name)
        rows.append((summary.incident, state, status, impact, began, name))
    context.out.table(rows)
    if not rows:
        context.out.line(
            "No incidents: 'ircon declare' opens one, 'ircon import' imports past ones."
        )
    return 0


def _components_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--refresh", action="store_true", help="ask the page, not the local copy")


@command(
    usage="[--refresh]",
    examples="""
  ircon components
  ircon components --refresh --json""",
    options=_components_options,
)
def components(line: Line, context: Context) -> int:
    """List the page's components; without a local copy the page is asked."""
    exactly(line.words)
    from ircon.writing.json_documents import components_document

    page_data = context.desk.page_data
    listed = [] if line.refresh else page_data.components(line.page)
    if not listed:
        listed = page_data.refresh(line.page)
    for group, members in groupby(listed, key=lambda component: component.group):
        if group:
            context.out.line(group)
        for member in members:
            indent = "  " if group else ""
            context.out.line(
                f"{indent}{member.name}: {COMPONENT_STATUSES[member.status].label} ({member.id})"
            )
    if (fetched := page_data.fetched_at(line.page)) and not line.refresh:
        from ircon.writing.text_format import clock

        context.out.aside(f"As of {clock(fetched, context.desk.zone)}; --refresh asks the page.")
    context.out.answer(components_document(listed))
    return 0


@command(
    examples="""
  ircon templates
  ircon update --template identified --set cause="a bad release\"""",
)
def templates(line: Line, context: Context) -> int:
    """List templates; files that cannot be used are named on standard error."""
    exactly(line.words)
    from ircon.writing.json_documents import templates_document

    updates = context.desk.page_data.update_templates()
    postmortems = context.desk.review.templates()
    listed = templates_document(updates.templates.values(), postmortems.templates.values())
    for template in listed:
        typed = [field["name"] for field in template["variables"] if field["source"] == "typed"]
        wants = f"; needs --set for {', '.join(typed)}" if typed else ""
        status = f", {template['status']}" if template["status"] else ""
        context.out.line(f"{template['name']} ({template['kind']}{status}){wants}")
    for problem in (*updates.failed, *postmortems.failed):
        context.out.aside(f"ircon: {problem}")
    context.out.answer(listed)
    return 1 if updates.failed or postmortems.failed else 0


def _themes_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--check", metavar="FILE", help="say what is wrong with this file")


@command(
    usage="[--check FILE]",
    examples="""
  ircon themes
  ircon themes --check mine.toml""",
    options=_themes_options,
)
def themes(line: Line, context: Context) -> int:
    """List themes; files that cannot be used are named on standard error."""
    exactly(line.words)
    from ircon.console import theming

    if line.check:
        theme = theming.parse(Path(line.check).read_text(encoding="utf-8"), line.check)
        context.out.line(f"{line.check}: theme '{theme.name}' is valid")
        context.out.answer([{"name": theme.name}])
        return 0
    config = context.desk.paths.config
    loaded = theming.load(theming.folders(config, os.environ.get("IRCON_THEMES")))
    for name in sorted(loaded.themes):
        context.out.line(name)
    for problem in loaded.failed:
        context.out.aside(f"ircon: {problem}")
    context.out.aside(f"Put your own into {config / 'themes'}; 'theme' in config.toml selects one.")
    context.out.answer([{"name": name} for name in sorted(loaded.themes)])
    return 1 if loaded.failed else 0


@command(examples="  ircon keys")
def keys(line: Line, context: Context) -> int:
    """List the console's acts and keys; 1 where config.toml's ``[keys]`` is wrong."""
    exactly(line.words)
    from ircon.console.acts import every_act
    from ircon.console.acts.keymap import resolve

    keymap = resolve(context.desk.config.keys)
    acts = list(every_act())
    rows = [(act.id, ", ".join(keymap.keys_for(act)) or "unbound", act.help()) for act in acts]
    context.out.table(rows)
    for problem in keymap.problems:
        context.out.aside(f"ircon: {problem}")
    context.out.answer(
        [{"act": act.id, "keys": list(keymap.keys_for(act)), "help": act.help()} for act in acts]
    )
    return 1 if keymap.problems else 0
