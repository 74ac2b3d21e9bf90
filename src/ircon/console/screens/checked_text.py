"""A screen whose text is checked while it is typed: walk the findings, mend, silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.text_area import Selection

from ircon.console.key_bindings import key_label
from ircon.console.screens.dialogs import PromptScreen
from ircon.console.screens.send_flow import PublishingScreen
from ircon.console.widgets.finding_list import finding_rows
from ircon.console.widgets.text_areas import TextEditor
from ircon.errors import Refused

if TYPE_CHECKING:
    from ircon.console.acts.act import Act
    from ircon.desk.checking import Finding


class CheckedScreen(PublishingScreen):
    """Findings beside a text: ``f8`` walks them, ``f9`` mends, ``f12`` silences one's rule.

    A subclass names the incident in whose record a silenced rule stays
    (``of_incident``), and shows the findings in ``show_found``.
    """

    findings: tuple[Finding, ...] = ()
    chosen: int | None = None
    _nearest: int | None = None  # the finding to mend where none is chosen
    _found_in = ""  # the text that the findings' places are of

    of_incident: str | None = None

    @property
    def checked(self) -> TextEditor:
        """The field whose text is checked."""
        return self.query_one("#words", TextEditor)

    def show_found(self) -> None:
        """Show the findings anew. Subclasses do."""

    def check_words(self, find: Callable[[], list[Finding]]) -> None:
        """Check in a thread; a newer text makes an older answer void."""
        text = self.checked.text
        self.read(find, lambda found: self.take_findings(text, found), group="checks")

    def take_findings(self, text: str, found: Iterable[Finding]) -> None:
        """Show what was found in a text, if it still stands there: else more is on its way."""
        if self.checked.text == text:
            self._found_in = text
            self.findings = tuple(one for one in found if not one.at_stamp)
            self.chosen, self._nearest = None, self._nearest_fix()
            self.show_found()
            self.show_footer()

    def _nearest_fix(self) -> int | None:
        """What was typed just now is what a person wants to mend."""
        cursor = self.checked.cursor_location
        fixable = [place for place, one in enumerate(self.findings) if one.fix]
        before = [one for one in fixable if self._place(self.findings[one].start) <= cursor]
        return before[-1] if before else min(fixable, default=None)

    def offers_finding(self, act: type[Act]) -> bool:
        """Whether there is something to walk, to mend, or to silence."""
        if act.id.endswith(".finding"):
            return bool(self.findings)
        if act.id.endswith(".fix"):
            return self.to_fix is not None
        return self._one is not None

    def rows_of_findings(self, fix: type[Act], silence: type[Act]) -> list[Content]:
        """The findings as they are listed, with what these keys do."""
        keys, narrow = self._keys_of_finding(fix, silence), not self.has_class("-wide")
        return finding_rows(self.findings, self.chosen, keys, to_fix=self.to_fix, narrow=narrow)

    def _keys_of_finding(self, fix: type[Act], silence: type[Act]) -> str:
        """What the keys do with the chosen finding, in words."""
        said = []
        if self.to_fix is not None and (key := self.key_of(fix)):
            said.append(f"{key_label(key)} mends it")
        if self._one is not None and self.of_incident and (key := self.key_of(silence)):
            said.append(f"{key_label(key)} silences the rule here, with a reason")
        return ", ".join(said)

    @property
    def to_fix(self) -> int | None:
        """The finding that would be mended: the chosen one, else the one before the cursor."""
        if self.chosen is not None:
            return self.chosen if self.findings[self.chosen].fix else None
        return self._nearest

    @property
    def _one(self) -> Finding | None:
        return None if self.chosen is None else self.findings[self.chosen]

    def do_finding(self) -> None:
        """Lead the cursor to the next finding."""
        self.chosen = 0 if self.chosen is None else (self.chosen + 1) % len(self.findings)
        one = self.findings[self.chosen]
        self.checked.selection = Selection(self._place(one.start), self._place(one.end))
        self.checked.scroll_cursor_visible()
        self.set_focus(self.checked)
        self.show_found()

    def do_select_all(self) -> None:
        """In the field that has the cursor, else in the text."""
        field = self.focused if isinstance(self.focused, TextEditor) else self.checked
        self.set_focus(field)
        field.select_all()

    def do_fix(self) -> None:
        """Put the better words in place of the chosen ones; ``ctrl+z`` brings them back."""
        place = self.to_fix
        fix = None if place is None else self.findings[place].fix
        if fix is None or self.checked.text != self._found_in:
            return  # a key came in between: what it makes of the findings is on its way
        self.checked.replace(fix.replacement, self._place(fix.start), self._place(fix.end))

    async def do_silence(self) -> None:
        """Ask why, and say no more of this rule in this incident."""
        await self.converse(self._silence)

    async def _silence(self) -> None:
        if self._one is None:
            return
        if self.of_incident is None:
            raise Refused(
                "There is no record yet to keep the reason in.",
                "Declare the incident first, or silence the rule in config.toml.",
            )
        rule = self._one.rule
        reason = await self.question(
            PromptScreen(
                f"Why should {rule} be silent in this incident?",
                self._one.message,
                placeholder="the reason stays in the record",
            )
        )
        if reason and reason.strip():
            self.desk.checking.silence(self.of_incident, rule, reason.strip())
            self.findings = tuple(finding for finding in self.findings if finding.rule != rule)
            self.chosen, self._nearest = None, self._nearest_fix()
            self.show_found()

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.checked.text[:offset]
        return before.count("\n"), offset - before.rfind("\n") - 1
