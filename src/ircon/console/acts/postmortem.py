"""What can be done while writing a postmortem."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Insert(Act):
    """Insert a published entry or a figure from the record."""

    id = "postmortem.insert"
    name = "Insert from the record"
    label = "insert"
    keys = ("f2",)


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


class Publish(Act):
    """Publish: asks once, showing exactly what will be public."""

    id = "postmortem.publish"
    name = "Publish"
    label = "publish"
    keys = ("f10",)


ACTS = (Insert, Editor, Preview, Export, Publish)
