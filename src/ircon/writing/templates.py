"""The two kinds of template: words for an update, sections for a postmortem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ircon.incident.vocabulary import COMPONENT_STATUSES, STATUSES
from ircon.writing.placeholders import placeholders
from ircon.writing.template_fields import FIELDS, Field
from ircon.writing.template_files import Loaded, Table, load

AUDIENCES: Final = ("public", "internal")


@dataclass(frozen=True, slots=True)
class UpdateTemplate:
    """Words, components and status of an update, together.

    Attributes:
        name: what people call it; a user's own replaces ircon's of the same name.
        status: the status it sets; None keeps the running one.
        body: the text, with names of ``fields.FIELDS`` in double braces.
        title: the incident's name, where the update opens one.
        notify: whether subscribers are mailed; None is the page's own default.
        components: statuses by id, name, ``Group/Name`` or ``Group/*``.
    """

    name: str
    status: str | None
    body: str
    title: str | None = None
    notify: bool | None = None
    components: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a postmortem; one without a heading goes on from the one before."""

    heading: str | None
    body: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class PostmortemTemplate:
    """``audience`` is ``public`` or ``internal``; internal drafts have no publish."""

    name: str
    audience: str
    sections: tuple[Section, ...]


def load_update_templates(user_folder: Path | None = None) -> Loaded[UpdateTemplate]:
    """Read ircon's own templates for updates, and a user's, which win by name."""
    return load("updates", user_folder, _update_template)


def load_postmortem_templates(user_folder: Path | None = None) -> Loaded[PostmortemTemplate]:
    """Read ircon's own templates for postmortems, and a user's, which win by name."""
    return load("postmortems", user_folder, _postmortem_template)


def variables(template: UpdateTemplate) -> list[Field]:
    """What it names, in reading order; ``Field.source`` says who fills it in."""
    return [FIELDS[name] for name in placeholders(f"{template.title or ''}\n{template.body}")]


def _update_template(table: Table) -> UpdateTemplate:
    table.only("name", "status", "title", "body", "notify", "components")
    template = UpdateTemplate(
        name=table.name(),
        status=table.one_of("status", STATUSES) if table.optional_text("status") else None,
        body=table.text("body"),
        title=table.optional_text("title"),
        notify=table.optional_flag("notify"),
        components=table.words_of("components", COMPONENT_STATUSES),
    )
    for name in placeholders(f"{template.title or ''}\n{template.body}"):
        if name not in FIELDS:
            raise table.wrong(
                f"nothing fills in {{{{{name}}}}}.", f"There are: {', '.join(FIELDS)}."
            )
    return template


def _postmortem_template(table: Table) -> PostmortemTemplate:
    table.only("name", "audience", "section")
    sections = []
    for one in table.tables("section"):
        one.only("heading", "required", "body")
        required = one.optional_flag("required")
        sections.append(
            Section(
                heading=one.optional_text("heading"),
                body=one.optional_text("body") or "",
                required=True if required is None else required,
            )
        )
    return PostmortemTemplate(
        name=table.name(),
        audience=table.one_of("audience", AUDIENCES),
        sections=tuple(sections),
    )
