"""Acts of the postmortem editor."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Next(Act):
    """Go to the next placeholder, else to the next field."""

    id = "postmortem.next"
    name = "Next placeholder or field"
    label = "next"
    keys = ("tab",)


class Insert(Act):
    """Insert an entry or a metric from the record; of an internal entry, only its time."""

    id = "postmortem.insert"
    name = "Insert from the record"
    label = "insert"
    keys = ("f2",)


class Template(Act):
    """Start again from a template."""

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
    """Preview the postmortem as customers will see it."""

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
    """Save a version now; leaving the screen saves one, too."""

    id = "postmortem.save"
    name = "Save a version"
    keys = ("f11",)


class SelectAll(Act):
    """Select the whole text of the field."""

    id = "postmortem.select_all"
    name = "Select all"
    keys = ("ctrl+l",)


class NextFinding(Act):
    """Go to the next finding of the checks."""

    id = "postmortem.finding"
    name = "Next finding"
    label = "finding"
    keys = ("f8",)


class Fix(Act):
    """Replace the text of the finding with the suggested fix."""

    id = "postmortem.fix"
    name = "Apply the suggested fix"
    keys = ("f9",)


class Silence(Act):
    """Silence the finding's rule for this incident; a reason is asked for."""

    id = "postmortem.silence"
    name = "Silence the finding's rule"
    keys = ("f12",)


class Publish(Act):
    """Publish the postmortem, after a preview of exactly what will be public."""

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
