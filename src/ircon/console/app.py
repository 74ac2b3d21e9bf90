"""The app: wires screens, desk, delivery thread and signals together; does no work itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App
from textual.message import Message
from textual.theme import Theme
from textual.widget import AwaitMount

from ircon.console import background, theming
from ircon.console.acts.keymap import resolve
from ircon.console.autosave import Autosave
from ircon.console.crash_recovery import CrashRecovery
from ircon.console.key_bindings import keymap_for_textual
from ircon.console.monitor import Monitor
from ircon.console.palette import ActProvider
from ircon.console.safe_content import InertFilter, block, error, line, lines
from ircon.console.screens.base import IrconScreen
from ircon.console.suspension import Suspension
from ircon.errors import IrconError

if TYPE_CHECKING:
    from textual.driver import Driver

    from ircon.desk.delivery_thread import DeliveryThread
    from ircon.desk.desk import Desk

_GLANCE = 0.25  # seconds between two checks of the journal's stamp
_SETTLED = 0.3  # seconds in which the first screen is read and rendered, undisturbed
_RETRY = 5.0  # seconds until drafts that could not be saved are saved again


class IrconApp(App[None]):
    """The console over one desk.

    Args:
        desk: a desk whose journal and config are open already, so that their errors are
            sentences in the shell and not toasts.
        start: the incident to open first; None for the list.
        keyboard: the driver of a real terminal.
    """

    TITLE = "ircon"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False  # the palette is an act, with keys of the key map
    COMMANDS: ClassVar = {ActProvider}
    NOTIFICATION_TIMEOUT = 8

    def __init__(
        self, desk: Desk, *, start: str | None = None, keyboard: type[Driver] | None = None
    ) -> None:
        no_color = bool(os.environ.get("NO_COLOR"))
        self.desk = desk
        self.keymap = resolve(desk.config.keys)
        super().__init__(keyboard, ansi_color=True if no_color else None)
        self._filters.append(InertFilter())
        self._start = start
        themes = theming.load(theming.folders(desk.paths.config, os.environ.get("IRCON_THEMES")))
        for theme in themes.themes.values():
            self.register_theme(
                Theme(name=theme.name, variables=dict(theme.variables), **theme.settings)
            )
        wanted = "ansi-dark" if no_color else desk.config.theme or theming.DEFAULT
        self.theme, self._theme_problems = theming.choose(
            wanted, self.available_themes, themes.failed
        )
        self.set_keymap(keymap_for_textual(self.keymap))
        self.autosave = Autosave(desk.saved_drafts.save, desk.saved_drafts.drop, self._save_later)
        self.pressed = ""  # the key that is being handled
        self.watched_incident: str | None = None
        self.base_depth = 2  # Textual's own first screen, and the list of incidents
        self.delivery_thread: DeliveryThread | None = None
        self.monitor = Monitor(self)
        self.recovery = CrashRecovery(self)
        self.suspension = Suspension(self)
        self._event_loop: asyncio.AbstractEventLoop | None = None
        self._is_exiting = False
        self._last_error = ("", 0.0)  # its text, and the second it was shown

    def get_css_variables(self) -> dict[str, str]:
        """Return Textual's variables of the theme, and ircon's own where it does not set them."""
        variables = super().get_css_variables()
        return {**theming.defaults(variables), **variables}

    # Start and exit

    async def on_event(self, event: events.Event) -> None:
        """Remember the key, so that a screen can withhold it from its acts for a text field."""
        if isinstance(event, events.Key):
            self.pressed = (event.character or "") if event.is_printable else event.key
        await super().on_event(event)

    async def on_mount(self) -> None:
        """Show the first screen; whatever needs a network starts after it."""
        self._event_loop = asyncio.get_running_loop()
        await self.open_incidents()
        if self._start:
            await self.open_incident(self._start)
        self.set_timer(_SETTLED, self._start_background)

    def _start_background(self) -> None:

        self.delivery_thread = self.desk.delivery_thread(
            on_change=self._glance_soon, watched=lambda: self.watched_incident
        )
        self.delivery_thread.start()
        self.set_interval(_GLANCE, self.monitor.glance)
        if self._driver is not None and self._driver.can_suspend:
            self.suspension.watch()
        for title, problems in (
            ("Theme not used", self._theme_problems),
            ("[keys] of config.toml", self.keymap.problems),
        ):
            if problems:
                self.show_message(
                    lines([line(problem) for problem in problems]).plain, title, "warning"
                )

    def _glance_soon(self) -> None:
        """Have the monitor read at once what a delivery changed. Called in the delivery thread."""
        self.call_soon(self.monitor.glance)

    def on_unmount(self) -> None:
        """Save and stop, however the app ends."""
        self.save_and_stop()

    def save_and_stop(self) -> None:
        """Save drafts and stop the delivery thread; safe to call twice."""
        self.autosave.flush()
        if self.delivery_thread is not None:
            self.delivery_thread.stop()

    def request_exit(self) -> None:
        """Exit without a question, for a signal or a lost terminal. Called in any thread."""
        self.call_soon(self._exit_now)

    def call_soon(self, callback: Callable[[], object]) -> bool:
        """Call something in the app's thread soon, from any thread; False if it has ended."""
        if self._event_loop is None or self._is_exiting:
            return False
        with suppress(RuntimeError):  # the loop has just ended
            self._event_loop.call_soon_threadsafe(callback)
        return True

    def _exit_now(self) -> None:
        from ircon.console.exit import returned_notice

        if not self._is_exiting:
            self._is_exiting = True
            self.read_fields()
            self.exit(message=returned_notice(self.desk.shutdown.keep_as_drafts()) or None)

    def _save_later(self, seconds: float, save: Callable[[], None]) -> None:
        async def work() -> None:
            try:
                await asyncio.to_thread(save)
            except IrconError as problem:  # the text is still here, and is saved again
                self.show_error(problem)
                self._save_later(_RETRY, save)

        self.set_timer(seconds, lambda: background.run(self, work, "drafts"))

    # Defects

    async def _dispatch_message(self, message: Message) -> None:
        """Dispatch as Textual does, but recover from a defect, which would end the app's loop."""
        try:
            await super()._dispatch_message(message)
        except Exception as defect:  # noqa: BLE001 - any defect: the console goes on
            self._handle_exception(defect)

    def _handle_exception(self, error: Exception) -> None:
        """Recover from what nobody caught; end as Textual does if that has not helped."""
        if not self.recovery.handle(error):
            super()._handle_exception(error)

    def read_fields(self) -> None:
        """Read the text fields of every screen, whatever state it is in."""
        for screen in self.screen_stack:
            with suppress(Exception):  # this screen may be the one that failed
                if isinstance(screen, IrconScreen):
                    screen.read_fields()

    def _fatal_error(self) -> None:
        """Print where a defect happened, never the values of variables (a token, a note)."""
        self.bell()
        from rich.traceback import Traceback  # imports Pygments: only for a defect

        self._exit_renderables.append(Traceback(show_locals=False, width=None))
        self._close_messages_no_wait()

    # Messages

    def show_error(self, problem: IrconError) -> None:
        """Show what happened and what to do next; the same error only once while it is shown."""
        text, now = error(problem).plain, self.desk.clock.monotonic_ns() / 1e9
        (last, shown_at), self._last_error = self._last_error, (text, now)
        if last != text or now - shown_at >= self.NOTIFICATION_TIMEOUT:
            self.notify(text, severity="error", markup=False)

    def show_message(self, text: str, title: str = "", severity: Any = "information") -> None:
        """Show a notice."""
        self.notify(block(text).plain, title=title, severity=severity, markup=False)

    # Screens, each imported when first shown; awaiting one makes the next key go to it

    def open_incidents(self) -> AwaitMount:
        """Open the list of incidents."""
        from ircon.console.screens.incidents import IncidentsScreen

        return self.push_screen(IncidentsScreen())

    def open_incident(self, incident: str) -> AwaitMount:
        """Open the screen of one incident."""
        from ircon.console.screens.incident import IncidentScreen

        return self.push_screen(IncidentScreen(incident))

    def open_composer(
        self, incident: str | None, *, status: str | None = None, pick: bool = False
    ) -> AwaitMount:
        """Open the composer of a public update.

        Args:
            incident: the incident of the update; None declares a new one.
            status: the first status, ``resolved`` for the act of resolving.
            pick: open the component picker at once.
        """
        from ircon.console.screens.composer import ComposerScreen

        return self.push_screen(ComposerScreen(incident, status=status, pick=pick))

    def open_postmortem(self, incident: str) -> AwaitMount:
        """Open the editor of an incident's postmortem."""
        from ircon.console.screens.postmortem import PostmortemScreen

        return self.push_screen(PostmortemScreen(incident))

    def open_outbox(self) -> AwaitMount:
        """Open the outbox."""
        from ircon.console.screens.outbox import OutboxScreen

        return self.push_screen(OutboxScreen())

    def open_help(self, of: IrconScreen[Any]) -> AwaitMount:
        """Open the keys of a screen; run the act that is chosen there."""
        from ircon.console.screens.help import HelpScreen

        return self.push_screen(HelpScreen(of), lambda act: self._do(of, act))

    def open_palette(self) -> AwaitMount:
        """Open the command palette."""
        from textual.command import CommandPalette

        return self.push_screen(CommandPalette(id="--command-palette"))

    def _do(self, screen: IrconScreen[Any], act: str | None) -> None:
        if act:
            background.run(screen, partial(screen.action_act, act), "act")

    def request_quit(self) -> None:
        """Quit, after a question if updates are held or pending."""
        from ircon.console.exit import quit_with_question

        background.run(self, partial(quit_with_question, self), "quit", exclusive=True)

    async def action_quit(self) -> None:
        """Quit by Textual's own key."""
        self.request_quit()

    def action_help_quit(self) -> None:
        """Say how to quit, for ``ctrl+c`` on a screen of Textual's own."""
        self.show_message("esc goes back; q on the list of incidents quits ircon.")
