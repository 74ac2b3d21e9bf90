"""The postmortem: drafted from the record, saved, published."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from ircon.commands.arguments import Line, command, entry_id, exactly, optional_id
from ircon.commands.context import Context
from ircon.commands.posting import check_strict, follow, posted_before
from ircon.commands.posting_preview import print_dry_run, print_findings, print_target
from ircon.commands.streams import read_input
from ircon.commands.update_arguments import add_sending
from ircon.errors import Refused


def _options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--new", action="store_true", help="from the record, even if a draft was saved")
    add("--template", metavar="T", help="four-questions by default; see 'ircon templates'")
    add("-o", "--output", metavar="FILE", help="a new file, for you alone (0600)")
    add("--reason", default="", metavar="TEXT", help="why it is published despite its findings")
    add_sending(parser)


@command(
    usage="[ID] [--new] [--template T] [-o FILE] | save ID FILE | publish ID [--reason TEXT]",
    examples="""
  ircon postmortem k3f9 -o k3f9.md
  ircon postmortem save k3f9 k3f9.md
  ircon postmortem publish k3f9 --no-notify""",
    options=_options,
)
def postmortem(line: Line, context: Context) -> int:
    """Print the draft, save one, or publish the saved one."""
    if line.words[:1] == ["save"]:
        word, file = exactly(line.words[1:], "ID", "FILE")
        return _save(context.incident(word), file, line, context)
    if line.words[:1] == ["publish"]:
        (word,) = exactly(line.words[1:], "ID")
        if (code := posted_before(line, context)) is not None:
            return code
        return asyncio.run(_publish(context.incident(word), line, context))
    named, _ = optional_id(line.words)
    incident = context.incident(named, ended=True)
    review = context.desk.review
    text = review.draft(incident, template=line.template, new=line.new or bool(line.template))
    if line.output:
        review.save_export(Path(line.output), text)
        context.out.line(f"{line.output} written, readable by you alone")
    elif not context.out.as_json:
        context.out.document(text)
    context.out.answer({"incident": incident, "file": line.output, "body": text})
    return 0


def _save(incident: str, file: str, line: Line, context: Context) -> int:
    text = read_input() if file == "-" else Path(file).read_text(encoding="utf-8")
    kept = context.desk.review.save(incident, text, template=line.template)
    context.out.line(f"{incident} {entry_id(kept)} saved; nothing was published")
    context.out.answer({"incident": incident, "entry": kept.entry})
    return 0


async def _publish(incident: str, line: Line, context: Context) -> int:
    from ircon.writing.json_documents import postmortem_posted_document

    desk = context.desk
    state = desk.records.incident(incident)
    saved = state.postmortem.body
    if saved is None:
        raise Refused(
            f"Incident {incident} has no saved postmortem.",
            f"Draft one: ircon postmortem {incident} -o FILE; edit it; "
            f"ircon postmortem save {incident} FILE.",
        )
    body = desk.review.public_text(saved.internal, incident)
    notify = bool(line.notify)  # unlike an update, nobody is mailed unless said
    session = desk.open_delivery_session(context.patience)
    try:
        preview = desk.publish.prepare_postmortem(incident, body, notify=notify)
        if line.dry_run:
            return print_dry_run(line, context, preview, incident)
        print_findings(context, preview)
        check_strict(line, preview)
        with context.patience.spend():
            is_there = await session.is_postmortem_on_page(
                state, body, context.patience.remaining / 2
            )
        if is_there:
            context.out.line(f"{incident}: this text is already published; nothing was sent.")
            context.out.answer(postmortem_posted_document(state))
            return 0
        print_target(context, preview, incident)
        session.check_page_settings(preview.page)
        posted = desk.publish.send_postmortem(
            incident, body, preview.confirm(), notify=notify, reason=line.reason, key=line.key
        )
        return await follow(context, session, posted, context.out.line)
    finally:
        await session.aclose()
