"""Acts of the composer of a public update."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Next(Act):
    """Go to the next placeholder, else to the next field."""

    id = "composer.next"
    name = "Next placeholder or field"
    label = "next"
    keys = ("tab",)


class Text(Act):
    """Go from the title to the text."""

    id = "composer.text"
    name = "Go to the text"
    keys = ("enter",)


class NoNews(Act):
    """Begin the update that is due with a text that says there is no news yet."""

    id = "composer.no_news"
    name = "Begin a 'no news yet' update"
    label = "no news yet"
    keys = ("f2",)


class Template(Act):
    """Begin from a template."""

    id = "composer.template"
    name = "Choose a template"
    label = "template"
    keys = ("f3",)


class Editor(Act):
    """Write the text in your own editor."""

    id = "composer.editor"
    name = "External editor"
    label = "editor"
    keys = ("f4",)


class Components(Act):
    """Choose the affected components and their status."""

    id = "composer.components"
    name = "Choose components"
    label = "components"
    keys = ("f6",)


class SelectAll(Act):
    """Select the whole text of the field."""

    id = "composer.select_all"
    name = "Select all"
    keys = ("ctrl+l",)


class NextFinding(Act):
    """Go to the next finding of the checks."""

    id = "composer.finding"
    name = "Next finding"
    label = "finding"
    keys = ("f8",)


class Fix(Act):
    """Replace the text of the finding with the suggested fix."""

    id = "composer.fix"
    name = "Apply the suggested fix"
    label = "fix"
    keys = ("f9",)


class Silence(Act):
    """Silence the finding's rule for this incident; a reason is asked for."""

    id = "composer.silence"
    name = "Silence the finding's rule"
    keys = ("f12",)


class NotifySubscribers(Act):
    """Notify subscribers by email with this update, or not."""

    id = "composer.mails"
    name = "Notify subscribers or not"
    label = "notify"
    keys = ("f7",)


class Restore(Act):
    """Set all affected components to operational with this update, or leave them."""

    id = "composer.restore"
    name = "Restore components or not"
    label = "restore"
    keys = ("f5",)


class Send(Act):
    """Send the update, after a preview of exactly what will be public."""

    id = "composer.send"
    name = "Send"
    label = "send"
    keys = ("f10", "ctrl+enter")


ACTS = (
    Send,
    NoNews,
    Next,
    Text,
    Template,
    NextFinding,
    Fix,
    Editor,
    Components,
    NotifySubscribers,
    Restore,
    Silence,
    SelectAll,
)
