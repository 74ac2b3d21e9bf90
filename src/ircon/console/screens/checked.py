"""A screen whose text is checked while it is typed: walk the findings, mend, silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.widgets.text_area import Selection

from ircon.console.binding import shown
from ircon.console.screens.dialogs import PromptScreen
from ircon.console.screens.publishing import PublishingScreen
from ircon.console.widgets.writing import Writing
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

    of_incident: str | None = None

    @property
    def checked(self) -> Writing:
        """The field whose text is checked."""
        return self.query_one("#words", Writing)

    def show_found(self) -> None:
        """Show the findings anew. Subclasses do."""

    def check_words(self, find: Callable[[], list[Finding]]) -> None:
        """Check in a thread; a newer text makes an older answer void."""
        text = self.checked.text
        self.ask(find, lambda found: self.take_findings(text, found), group="checks")

    def take_findings(self, text: str, found: Iterable[Finding]) -> None:
        """Show what was found in a text, if it still stands there: else more is on its way."""
        if self.checked.text == text:
            self.findings = tuple(one for one in found if not one.at_stamp)
            self.chosen = None
            self.show_found()
            self.show_footer()

    def offers_finding(self, act: type[Act]) -> bool:
        """Whether there is something to walk, to mend, or to silence."""
        if act.id.endswith(".finding"):
            return bool(self.findings)
        one = self._one
        return one is not None and (one.fix is not None or not act.id.endswith(".fix"))

    def keys_of_finding(self, fix: type[Act], silence: type[Act]) -> str:
        """What the keys do with the chosen finding, in words."""
        said = []
        if self._one is not None and self._one.fix and (key := self.key_of(fix)):
            said.append(f"{shown(key)} mends it")
        if key := self.key_of(silence):
            said.append(f"{shown(key)} silences the rule here, with a reason")
        return ", ".join(said)

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

    def do_fix(self) -> None:
        """Put the better words in place of the chosen ones; ``ctrl+z`` brings them back."""
        if self._one is None or self._one.fix is None:
            return
        fix = self._one.fix
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
            self.findings = tuple(one for one in self.findings if one.rule != rule)
            self.chosen = None
            self.show_found()

    def _place(self, offset: int) -> tuple[int, int]:
        before = self.checked.text[:offset]
        return before.count("\n"), offset - before.rfind("\n") - 1
