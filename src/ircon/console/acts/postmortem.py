"""What can be done while writing a postmortem."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Next(Act):
    """Go to the next hole, else to the next field."""

    id = "postmortem.next"
    name = "Next hole or field"
    label = "next hole"
    keys = ("tab",)


class Insert(Act):
    """Insert an entry or a figure of the record; of an internal entry, only its time."""

    id = "postmortem.insert"
    name = "Insert from the record"
    label = "insert"
    keys = ("f2",)


class Template(Act):
    """Begin again from a template."""

    id = "postmortem.template"
    name = "Choose a template"
    keys = ("f3",)


class Editor(Act):
    """Write the postmortem in your own editor."""

    id = "postmortem.editor"
    name = "External editor"
    label = "editor"
    keys = ("f4",)


class Preview(Act):
    """Show the postmortem as customers will read it."""

    id = "postmortem.preview"
    name = "Preview"
    label = "preview"
    keys = ("f5",)


class Export(Act):
    """Save the postmortem as a Markdown file."""

    id = "postmortem.export"
    name = "Export to a file"
    label = "export"
    keys = ("f6",)


class Section(Act):
    """Go to a section."""

    id = "postmortem.section"
    name = "Go to a section"
    keys = ("f7",)


class Save(Act):
    """Keep this as a version now; leaving keeps one, too."""

    id = "postmortem.save"
    name = "Keep a version"
    keys = ("f11",)


class SelectAll(Act):
    """Select the whole text that is written in."""

    id = "postmortem.select_all"
    name = "Select all"
    keys = ("ctrl+l",)


class NextFinding(Act):
    """Go to the next thing that the checks found."""

    id = "postmortem.finding"
    name = "Next finding"
    label = "finding"
    keys = ("f8",)


class Fix(Act):
    """Put the better words in place of those found."""

    id = "postmortem.fix"
    name = "Apply the finding's fix"
    keys = ("f9",)


class Silence(Act):
    """Say no more of the finding's rule in this incident; asks why."""

    id = "postmortem.silence"
    name = "Silence the finding's rule"
    keys = ("f12",)


class Publish(Act):
    """Publish: asks once, showing exactly what will be public."""

    id = "postmortem.publish"
    name = "Publish"
    label = "publish"
    keys = ("f10",)


ACTS = (
    Next,
    Insert,
    Editor,
    NextFinding,
    Preview,
    Publish,
    Export,
    Template,
    Section,
    Fix,
    Silence,
    Save,
    SelectAll,
)
