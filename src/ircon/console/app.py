"""The app: it wires screens, desk, delivery thread and signals together, and does no work."""

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
from textual.worker import WorkerFailed

from ircon.console import background, theming
from ircon.console.acts.keymap import resolve
from ircon.console.autosave import Autosave
from ircon.console.key_bindings import keymap_for_textual
from ircon.console.monitor import Monitor
from ircon.console.palette import ActProvider
from ircon.console.safe_content import InertFilter, block, error, line, lines
from ircon.console.screens.base import IrconScreen
from ircon.errors import IrconError

if TYPE_CHECKING:
    from textual.driver import Driver

    from ircon.desk.delivery_thread import DeliveryThread
    from ircon.desk.desk import Desk

_GLANCE = 0.25  # seconds between two looks at the journal's stamp
_SETTLED = 0.3  # seconds in which the first screen is read and drawn, undisturbed
_STOP = 4.0  # seconds for what is being sent to be noted as unknown
_RETRY = 5.0  # seconds until drafts that could not be saved are saved again
_DEFECTS = 3  # that many within ...
_CALM = 10.0  # ... so many seconds, and beginning again does not help


class IrconApp(App[None]):
    """The console over one desk.

    Args:
        desk: its journal and config have been opened, so that their errors are
            sentences in the shell and not toasts.
        start: the incident to open first; None for the list.
        keyboard: the driver of a real terminal.
    """

    TITLE = "ircon"
    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False  # the palette is one of our acts, on keys of its own
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
        self._themes = theming.load(
            theming.folders(desk.paths.config, os.environ.get("IRCON_THEMES"))
        )
        for theme in self._themes.themes.values():
            self.register_theme(
                Theme(name=theme.name, variables=dict(theme.variables), **theme.settings)
            )
        self._unknown_theme = ""
        wanted = "ansi-dark" if no_color else desk.config.theme or theming.DEFAULT
        if wanted not in self.available_themes:
            self._unknown_theme, wanted = wanted, theming.DEFAULT
        self.theme = wanted if wanted in self.available_themes else "textual-dark"
        self.set_keymap(keymap_for_textual(self.keymap))
        self.autosave = Autosave(desk.saved_drafts.save, desk.saved_drafts.drop, self._save_later)
        self.pressed = ""  # the key that is being looked at
        self.watched_incident: str | None = None
        self.base_depth = 2  # Textual's own first screen, and the list of incidents
        self.delivery_thread: DeliveryThread | None = None
        self.monitor = Monitor(self)
        self._runs_in: asyncio.AbstractEventLoop | None = None
        self._leaving = False
        self._is_suspended = False
        self._complained = ("", 0.0)  # last, and when
        self.defects: list[tuple[float, Exception]] = []  # with the second of each
        self._taken_back = 0  # by the suspension

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables of the theme, and ours where the theme does not say them."""
        variables = super().get_css_variables()
        return {**theming.defaults(variables), **variables}

    # Life

    async def on_event(self, event: events.Event) -> None:
        """Remember which key it is: a screen withholds what a text field wants."""
        if isinstance(event, events.Key):
            self.pressed = (event.character or "") if event.is_printable else event.key
        await super().on_event(event)

    async def on_mount(self) -> None:
        """Show the first screen; everything that waits for a network comes after it."""
        self._runs_in = asyncio.get_running_loop()
        await self.open_incidents()
        if self._start:
            await self.open_incident(self._start)
        self.set_timer(_SETTLED, self._settle_in)

    def _settle_in(self) -> None:

        self.delivery_thread = self.desk.delivery_thread(
            on_change=self._glance_soon, watched=lambda: self.watched_incident
        )
        self.delivery_thread.start()
        self.set_interval(_GLANCE, self.monitor.glance)
        if self._driver is not None and self._driver.can_suspend:
            from ircon.console.process_guard import call_before_suspend

            call_before_suspend(self.on_suspend)
            self.app_resume_signal.subscribe(self, self.on_resume)
        for title, problems in (
            ("Theme not used", self._theme_problems()),
            ("[keys] of config.toml", self.keymap.problems),
        ):
            if problems:
                self.show_message(
                    lines([line(problem) for problem in problems]).plain, title, "warning"
                )

    def _glance_soon(self) -> None:
        """Have the monitor read at once what a delivery changed. Called in the delivery thread."""
        if self._runs_in is not None:
            with suppress(RuntimeError):  # the loop has just ended
                self._runs_in.call_soon_threadsafe(self.monitor.glance)

    def _theme_problems(self) -> list[str]:
        """Each file that cannot be used; then what is used instead of the chosen theme."""
        problems = [one.short for one in self._themes.failed]
        if self._unknown_theme:
            hint = "" if problems else " 'ircon themes' lists them."
            problems.append(f"{self.theme} is used instead of {self._unknown_theme!r}.{hint}")
        return problems

    def on_unmount(self) -> None:
        """On the way out, by whatever door."""
        self.save_and_stop()

    def save_and_stop(self) -> None:
        """Save what is typed and stop the delivery thread; doing it twice does no harm."""
        self.autosave.flush()
        if self.delivery_thread is not None:
            self.delivery_thread.stop()

    def on_suspend(self) -> None:
        """About to be suspended: nothing is held, nothing is sent meanwhile."""
        self._is_suspended = True
        self._taken_back = self.desk.shutdown.keep_as_drafts()
        if self.delivery_thread is not None:
            self.delivery_thread.stop(_STOP)

    def on_resume(self, _app: object) -> None:
        """Back from the suspension; an external editor is none."""
        if self._is_suspended and self.delivery_thread is not None:
            self._is_suspended = False
            self.delivery_thread.start()
            if self._taken_back:
                self.show_message(
                    "Nothing of it was sent; the words are in the composer.",
                    f"{self._taken_back} held update(s) taken back by the suspension",
                    "warning",
                )

    def request_exit(self) -> None:
        """A signal, or a terminal that is gone: nothing can be asked. From any thread."""
        if self._runs_in is not None:
            with suppress(RuntimeError):  # it has just ended
                self._runs_in.call_soon_threadsafe(self._exit_now)

    def _exit_now(self) -> None:
        from ircon.console.exit import told_kept

        if not self._leaving:
            self._leaving = True
            self._read_fields()
            self.exit(message=told_kept(self.desk.shutdown.keep_as_drafts()) or None)

    def _save_later(self, seconds: float, save: Callable[[], None]) -> None:
        async def work() -> None:
            try:
                await asyncio.to_thread(save)
            except IrconError as found:  # the words are still here, and are tried again
                self.show_error(found)
                self._save_later(_RETRY, save)

        self.set_timer(seconds, lambda: background.run(self, work, "drafts"))

    # Defects: each costs the screens that were open, and no word

    async def _dispatch_message(self, message: Message) -> None:
        """Textual's; a defect in an act would end the app's own loop."""
        try:
            await super()._dispatch_message(message)
        except Exception as defect:  # noqa: BLE001 - whatever it is, the console goes on
            self._handle_exception(defect)

    def _handle_exception(self, error: Exception) -> None:
        """The last handler: Textual calls it for what nobody caught, and would end here.

        The console goes on with the list of incidents, unless that has not helped before.
        """
        defect = error.error if isinstance(error, WorkerFailed) else error
        now = self.desk.clock.monotonic_ns() / 1e9
        recent = [one for one in self.defects if now - one[0] < _CALM]
        self.defects.append((now, defect))  # type: ignore[arg-type]  # a worker's is no exit
        if self._runs_in is None or self._leaving or len(recent) >= _DEFECTS:
            super()._handle_exception(error)
            return
        self._read_fields()
        self._runs_in.call_soon_threadsafe(
            lambda: background.run(self, partial(self._begin_again, defect), "defect")
        )

    async def _begin_again(self, defect: BaseException) -> None:
        """Leave every screen, open the list, and say what happened."""
        found = await asyncio.to_thread(self.report_defect, defect)
        with suppress(IrconError):  # said by the autosave, who tries again
            await asyncio.to_thread(self.autosave.flush)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        await self.open_incidents()
        self.show_error(IrconError(f"{found.message} What you typed is kept.", found.hint))

    def report_defect(self, defect: BaseException) -> IrconError:
        """Write a defect's report, without anybody's words; what to say of it."""
        from ircon.crash import report

        return report(defect, "console", self.desk.paths.data)

    def _read_fields(self) -> None:
        """Take over what every screen's text fields hold, however they are."""
        for screen in self.screen_stack:
            with suppress(Exception):  # it may be the very one that failed
                if isinstance(screen, IrconScreen):
                    screen.read_fields()

    def _fatal_error(self) -> None:
        """A defect: say where, and never what the variables held (a token, a note)."""
        self.bell()
        from rich.traceback import Traceback  # with Pygments: only for a defect

        self._exit_renderables.append(Traceback(show_locals=False, width=None))
        self._close_messages_no_wait()

    # Words to the person

    def show_error(self, found: IrconError) -> None:
        """Show what went wrong and what to do next; the same once while it is to be read."""
        words, now = error(found).plain, self.desk.clock.monotonic_ns() / 1e9
        before, self._complained = self._complained, (words, now)
        if before[0] != words or now - before[1] >= self.NOTIFICATION_TIMEOUT:
            self.notify(words, severity="error", markup=False)

    def show_message(self, words: str, title: str = "", severity: Any = "information") -> None:
        """Tell that something was done."""
        self.notify(block(words).plain, title=title, severity=severity, markup=False)

    # Screens, each imported when first shown; a key waits until its screen is there

    def open_incidents(self) -> AwaitMount:
        """The list of incidents."""
        from ircon.console.screens.incidents import IncidentsScreen

        return self.push_screen(IncidentsScreen())

    def open_incident(self, incident: str) -> AwaitMount:
        """One incident."""
        from ircon.console.screens.incident import IncidentScreen

        return self.push_screen(IncidentScreen(incident))

    def open_composer(
        self, incident: str | None, *, status: str | None = None, pick: bool = False
    ) -> AwaitMount:
        """Compose a public update; without an incident, declare one.

        Args:
            incident: whose update; None declares a new incident.
            status: to begin with, ``resolved`` for the act of resolving.
            pick: go to the component picker at once.
        """
        from ircon.console.screens.composer import ComposerScreen

        return self.push_screen(ComposerScreen(incident, status=status, pick=pick))

    def open_postmortem(self, incident: str) -> AwaitMount:
        """Write an incident's postmortem."""
        from ircon.console.screens.postmortem import PostmortemScreen

        return self.push_screen(PostmortemScreen(incident))

    def open_outbox(self) -> AwaitMount:
        """What waits to become public."""
        from ircon.console.screens.outbox import OutboxScreen

        return self.push_screen(OutboxScreen())

    def open_help(self, of: IrconScreen[Any]) -> AwaitMount:
        """The keys of a screen; what is chosen there is done here."""
        from ircon.console.screens.help import HelpScreen

        return self.push_screen(HelpScreen(of), lambda act: self._do(of, act))

    def open_palette(self) -> AwaitMount:
        """Every act by its name."""
        from textual.command import CommandPalette

        return self.push_screen(CommandPalette(id="--command-palette"))

    def _do(self, screen: IrconScreen[Any], act: str | None) -> None:
        if act:
            background.run(screen, partial(screen.action_act, act), "act")

    def request_quit(self) -> None:
        """Quit; what is still held is asked about first."""
        from ircon.console.exit import ask_and_leave

        background.run(self, partial(ask_and_leave, self), "leave", exclusive=True)

    async def action_quit(self) -> None:
        """Textual's own key, which leaves a program anywhere."""
        self.request_quit()

    def action_help_quit(self) -> None:
        """``ctrl+c`` where no screen of ours has the keys."""
        self.show_message("esc goes back; q on the list of incidents leaves ircon.")
