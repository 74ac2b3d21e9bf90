"""Parts of a screen with a public text: its findings (walk, fix, silence), and editing it whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets.text_area import Selection

from ircon.console.external_editor import edit
from ircon.console.key_bindings import key_label
from ircon.console.screens.base import IrconScreen
from ircon.console.screens.dialogs import PromptScreen
from ircon.console.screens.parts import ScreenPart
from ircon.console.widgets.finding_list import finding_counts, finding_rows
from ircon.console.widgets.text_areas import TextEditor
from ircon.errors import Refused
from ircon.incident.text import Placeholder, find_placeholders

if TYPE_CHECKING:
    from ircon.console.acts.act import Act
    from ircon.desk.checking import Finding


class FindingsController(ScreenPart):
    """What the checks found in the text of a screen: ``f8`` walks, ``f9`` fixes, ``f12`` silences.

    Args:
        screen: the screen of the text.
        field: returns the text field that is checked.
        incident: in whose record a silenced rule stays; None before there is one.
        fix: the act that applies a fix, for the key that is shown beside a finding.
        silence: the act that silences a rule, likewise.
        show: called when the findings have changed.

    Attributes:
        findings: in the order of the text.
        chosen: the index in ``findings`` of the finding that the cursor was led to.
    """

    def __init__(
        self,
        screen: IrconScreen[Any],
        *,
        field: Callable[[], TextEditor],
        incident: str | None,
        fix: type[Act],
        silence: type[Act],
        show: Callable[[], None],
    ) -> None:
        self.findings: tuple[Finding, ...] = ()
        self.chosen: int | None = None
        self._screen = screen
        self._get_field = field
        self._incident = incident
        self._fix = fix
        self._silence = silence
        self._show = show
        self._nearest: int | None = None  # the finding to fix where none is chosen
        self._holes: list[Placeholder] = []  # placeholders to fill in
        self._checked = ""  # the text that the findings' offsets are of

    @property
    def _field(self) -> TextEditor:
        return self._get_field()

    # Checking

    def check(self, call: Callable[[], list[Finding]]) -> None:
        """Check the text in a thread; a newer text makes an older answer void."""
        text = self._field.text
        self._screen.read(call, lambda findings: self.put(text, findings), group="checks")

    def put(self, text: str, findings: Iterable[Finding]) -> None:
        """Show the findings of a text, if the field still holds it: else newer ones will come."""
        if self._field.text == text:
            from ircon.checks.weight import without_implied  # not before a text is checked

            self._checked = text
            self._holes = find_placeholders(text)
            telling = without_implied([finding for finding in findings if not finding.at_stamp])
            self._replace(finding for finding in telling if not self._is_hole(finding))
            self._screen.show_footer()

    def _is_hole(self, finding: Finding) -> bool:
        """Whether it is about a placeholder to fill in: these are counted, not listed."""
        return not finding.of_all and any(
            hole.start < finding.end and finding.start < hole.end for hole in self._holes
        )

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    def _replace(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        self.chosen, self._nearest = None, self._nearest_fix()
        self._show()

    def _nearest_fix(self) -> int | None:
        """Return the last finding with a fix before the cursor: it was typed just now."""
        cursor = self._field.cursor_location
        fixable = [index for index, finding in enumerate(self.findings) if finding.fix]
        before = [
            index for index in fixable if self._location(self.findings[index].start) <= cursor
        ]
        return before[-1] if before else min(fixable, default=None)

    @property
    def to_fix(self) -> int | None:
        """The finding that a fix is for: the chosen one, else the one before the cursor."""
        if self.chosen is not None:
            return self.chosen if self.findings[self.chosen].fix else None
        return self._nearest

    @property
    def _chosen(self) -> Finding | None:
        return None if self.chosen is None else self.findings[self.chosen]

    def _location(self, offset: int) -> tuple[int, int]:
        """Return the row and column of an offset in the text."""
        before = self._field.text[:offset]
        return before.count("\n"), offset - before.rfind("\n") - 1

    # Showing

    def rows(self) -> list[Content]:
        """Return the findings as they are listed, with the keys of what can be done."""
        narrow = not self._screen.has_class("-wide")
        listed = finding_rows(
            self.findings, self.chosen, self._keys(), to_fix=self.to_fix, narrow=narrow
        )
        return [*finding_counts(self.findings, len(self._holes)), *listed]

    def _keys(self) -> str:
        listed = []
        if self.to_fix is not None and (key := self._screen.key_of(self._fix)):
            listed.append(f"{key_label(key)} fixes it")
        if self._chosen and self._incident and (key := self._screen.key_of(self._silence)):
            listed.append(f"{key_label(key)} silences the rule here, with a reason")
        return ", ".join(listed)

    # Acts

    def offers(self, act: type[Act]) -> bool:
        """Offer to walk where there are findings, to fix where there is a fix."""
        if act is self._fix:
            return self.to_fix is not None
        if act is self._silence:
            return self._chosen is not None
        return bool(self.findings)

    def do_finding(self) -> None:
        """Select the text of the next finding."""
        self.chosen = 0 if self.chosen is None else (self.chosen + 1) % len(self.findings)
        finding = self.findings[self.chosen]
        self._field.selection = Selection(
            self._location(finding.start), self._location(finding.end)
        )
        self._field.scroll_cursor_visible()
        self._screen.set_focus(self._field)
        self._show()

    def do_fix(self) -> None:
        """Put the fix of the finding into the text; ``ctrl+z`` undoes it."""
        index = self.to_fix
        fix = None if index is None else self.findings[index].fix
        if fix is None or self._field.text != self._checked:
            return  # a key came in between: newer findings are on their way
        self._field.replace(fix.replacement, self._location(fix.start), self._location(fix.end))

    async def do_silence(self) -> None:
        """Ask for the reason, then silence the finding's rule in this incident."""
        await self._screen.converse(self._ask_to_silence)

    async def _ask_to_silence(self) -> None:
        if self._chosen is None:
            return
        if self._incident is None:
            raise Refused(
                "The reason cannot be recorded: the incident is not declared yet.",
                "Declare the incident first, or silence the rule in config.toml.",
            )
        rule = self._chosen.rule
        reason = await self._screen.question(
            PromptScreen(
                f"Why should {rule} be silent in this incident?",
                self._chosen.message,
                placeholder="the reason stays in the record",
            )
        )
        if reason and reason.strip():
            self._screen.desk.checking.silence(self._incident, rule, reason.strip())
            self._replace(finding for finding in self.findings if finding.rule != rule)


class WholeText(ScreenPart):
    """Acts on the whole text of a screen: select it, open it in an external editor.

    Args:
        screen: the screen of the text.
        field: returns the text field.
    """

    def __init__(self, screen: IrconScreen[Any], *, field: Callable[[], TextEditor]) -> None:
        self._screen = screen
        self._get_field = field

    def do_select_all(self) -> None:
        """Select all in the field that has the cursor, else in the text."""
        focused = self._screen.focused
        field = focused if isinstance(focused, TextEditor) else self._get_field()
        self._screen.set_focus(field)
        field.select_all()

    def do_editor(self) -> None:
        """Edit the text in the user's own editor."""
        field = self._get_field()
        field.replace_text(edit(field.text, os.environ, self._screen.app.suspend))
        self._screen.set_focus(field)
