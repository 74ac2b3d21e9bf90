"""What can be done while composing a public update."""

from __future__ import annotations

from ircon.console.acts.act import Act


class Next(Act):
    """Go to the next placeholder, else to the next field."""

    id = "composer.next"
    name = "Next placeholder or field"
    label = "next"
    keys = ("tab",)


class Text(Act):
    """From the title, go on to the text."""

    id = "composer.text"
    name = "On to the text"
    keys = ("enter",)


class NoNews(Act):
    """Where the next word is due: begin one that says there is no news yet."""

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
    """Choose the components and their status."""

    id = "composer.components"
    name = "Choose components"
    label = "components"
    keys = ("f6",)


class SelectAll(Act):
    """Select the whole text that is written in."""

    id = "composer.select_all"
    name = "Select all"
    keys = ("ctrl+l",)


class NextFinding(Act):
    """Go to the next thing that the checks found."""

    id = "composer.finding"
    name = "Next finding"
    label = "finding"
    keys = ("f8",)


class Fix(Act):
    """Put the better words in place of those found."""

    id = "composer.fix"
    name = "Apply the finding's fix"
    label = "fix"
    keys = ("f9",)


class Silence(Act):
    """Say no more of the finding's rule in this incident; asks why."""

    id = "composer.silence"
    name = "Silence the finding's rule"
    keys = ("f12",)


class Mails(Act):
    """Mail subscribers, or do not."""

    id = "composer.mails"
    name = "Mail subscribers or not"
    label = "mails"
    keys = ("f7",)


class Restore(Act):
    """Set what is below operational to operational with this update, or leave it."""

    id = "composer.restore"
    name = "Restore components or not"
    label = "restore"
    keys = ("f5",)


class Send(Act):
    """Send: asks once, showing exactly what will be public."""

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
    Mails,
    Restore,
    Silence,
    SelectAll,
)
