"""Base of all screens: acts, a footer of the acts that can be done now, errors as toasts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.keys import _character_to_key, key_to_character
from textual.screen import ModalScreen, Screen
from textual.widget import AwaitMount, Widget

from ircon.console import background
from ircon.console.acts import BY_ID, acts_in
from ircon.console.acts.act import EVERYWHERE, Act
from ircon.console.key_bindings import bindings, key_label
from ircon.console.screens.conversation import Conversation
from ircon.console.screens.desk_calls import DeskCalls
from ircon.console.screens.parts import ListMovement, ScreenPart
from ircon.console.widgets.banner import Banner
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.listing import VirtualList
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.desk import Desk

ResultT = TypeVar("ResultT")
Answer = TypeVar("Answer")

_PALETTE = "Nothing is selected. The command palette lists how to quit."
_FOOTER_FIRST = 6  # acts of the screen itself; help is always shown


class IrconScreen(Screen[ResultT]):
    """Screen of one scope; it, or one of its parts, does each act of the scope in ``do_NAME``.

    A subclass sets ``SCOPE``, ``PARTS`` and ``BINDINGS = bindings(SCOPE)``, may narrow
    ``offers``, returns its list in ``listing`` and composes a ``Footer``.

    Attributes:
        parts: the objects of the classes in ``PARTS``.
    """

    SCOPE: ClassVar[str] = EVERYWHERE
    PARTS: ClassVar[tuple[type[ScreenPart], ...]] = (ListMovement,)
    BINDINGS = bindings(EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[ScreenPart, ...] = (ListMovement(self.listing),)
        self._conversation = Conversation(self)
        self._calls = DeskCalls(
            self, is_whole=lambda: self.is_whole, show_trouble=self.show_trouble
        )
        self._is_stale = False  # the journal has changed while another screen hid this one

    @property
    def console(self) -> IrconApp:
        """The app, typed."""
        return cast("IrconApp", self.app)

    @property
    def desk(self) -> Desk:
        """The desk; everything that a screen does goes through it."""
        return self.console.desk

    def now(self) -> datetime:
        """Return the current time of the desk's clock."""
        return self.desk.clock.now()

    @property
    def is_whole(self) -> bool:
        """Whether the screen has all its widgets: it loses them once it left the stack."""
        return self.app.is_running and self.is_mounted and self in self.app.screen_stack

    # Acts

    def offers(self, act: type[Act]) -> bool:  # noqa: ARG002 - narrowed by subclasses
        """Return whether the screen's state allows an act. Subclasses narrow it."""
        return True

    def can(self, act: type[Act]) -> bool:
        """Return whether an act can be done here and now."""
        if act.id == "everywhere.back" and len(self.app.screen_stack) <= self.console.base_depth:
            return False
        owner = self._owner(act)
        return owner is not None and owner.offers(act) and (owner is self or self.offers(act))

    def _owner(self, act: type[Act]) -> IrconScreen[Any] | ScreenPart | None:
        """Return who does an act: this screen, else the first part that has its method."""
        owners: tuple[IrconScreen[Any] | ScreenPart, ...] = (self, *self.parts)
        return next((owner for owner in owners if hasattr(owner, act.method())), None)

    def available(self) -> list[type[Act]]:
        """Return the acts that can be done now, those of the screen's own scope first."""
        return [act for act in acts_in(self.SCOPE) if self.can(act)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key may run its action; Textual asks before it does."""
        if action != "act":
            return True
        act = BY_ID[str(parameters[0])]
        is_free = not self._wants(self.console.pressed)
        return is_free and bool(self.console.keymap.keys_for(act)) and self.can(act)

    async def action_act(self, act_id: str) -> None:
        """Do an act: from a key, the palette, the help or a click."""
        act = BY_ID[act_id]
        await self.settle()
        if not self.can(act):
            return
        try:
            result = getattr(self._owner(act), act.method())()
            if isinstance(result, Awaitable):
                await result
        except IrconError as error:
            self.console.show_error(error)
        self.show_footer()

    async def settle(self) -> None:
        """Wait until the focused field has taken in the keys typed before an act."""
        if self.focused is not None:
            taken_in = asyncio.Event()
            if self.focused.call_later(taken_in.set):
                await taken_in.wait()
        self.read_fields()

    def listing(self) -> Widget | None:
        """Return the list that has the cursor; None where a screen has none."""
        return None

    # Everywhere

    def do_help(self) -> AwaitMount:
        """Open the help of this screen."""
        return self.console.open_help(self)

    def do_palette(self) -> AwaitMount:
        """Open the command palette."""
        return self.console.open_palette()

    def do_back(self) -> Awaitable[None] | None:
        """Leave this screen."""
        self.dismiss()
        return None

    def do_quit(self) -> Awaitable[None] | None:
        """Leave this screen, as ``do_back`` does."""
        return self.do_back()

    def do_copy(self) -> None:
        """Copy what is selected in the focused field, else on the screen."""
        selected = getattr(self.focused, "selected_text", "") or self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
            self.console.show_message("Sent to the terminal's clipboard.")
        else:
            self.console.show_message(self._exit_hint())

    def _exit_hint(self) -> str:
        """Return how to leave this screen, by its present keys."""
        back, quit_ = (self.key_of(BY_ID[f"{EVERYWHERE}.{name}"]) for name in ("back", "quit"))
        if not self.can(BY_ID[f"{EVERYWHERE}.back"]):
            return f"Nothing is selected. {key_label(quit_)} quits ircon." if quit_ else _PALETTE
        return f"Nothing is selected. {key_label(back)} goes back." if back else _PALETTE

    def do_theme(self) -> None:
        """Open the choice of themes."""
        self.app.search_themes()

    def do_suspend(self) -> None:
        """Suspend the process: the shell has the terminal."""
        self.app.action_suspend_process()

    # Footer

    def on_mount(self) -> None:
        """Show the footer and the banner."""
        self.show_footer()
        self.show_trouble()

    def show_trouble(self) -> None:
        """Show on top what is wrong with the record, until it is fixed; not over a dialog."""
        trouble, banners = self.console.monitor.trouble, self.query(Banner)
        trouble = trouble._replace(not_shown=self._calls.unread)
        if isinstance(self, ModalScreen) or not any(trouble):
            banners.remove()
            return
        banner = banners.first() if banners else Banner()
        if not banners:
            self.mount(banner, before=0)
        banner.show(trouble)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Update the footer: a text field takes letters, so other acts are offered."""
        self.show_footer()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """Update the footer after a field has lost the focus."""
        self.show_footer()

    def on_screen_resume(self) -> None:
        """Read again if the journal has changed meanwhile, and update the footer."""
        if self._is_stale:
            self._is_stale = False
            self.refresh_data()
        self.show_footer()

    def on_footer_chosen(self, event: Footer.Chosen) -> None:
        """Do the act that was clicked in the footer."""
        background.run(self, partial(self.action_act, event.act_id), "act")

    def show_footer(self) -> None:
        """Update the footer."""
        for footer in self.query(Footer):
            footer.offer(self.footer_offers())

    def footer_offers(self) -> list[tuple[str, str, str]]:
        """Return ``(id, key, label)`` of each act in the footer; help comes last."""
        offers = [
            (act.id, key_label(key), act.label)
            for act in self.available()
            if act.label and (key := self.key_of(act))
        ]
        help_ = [offer for offer in offers if offer[0] == "everywhere.help"]
        own = [offer for offer in offers if not offer[0].startswith(f"{EVERYWHERE}.")]
        rest = [offer for offer in offers if offer not in own and offer not in help_]
        if self.can(BY_ID[f"{EVERYWHERE}.back"]):  # where quitting does the same
            rest = [offer for offer in rest if offer[0] != f"{EVERYWHERE}.quit"]
        return [*own[:_FOOTER_FIRST], *rest, *help_]

    def keys_of(self, act: type[Act]) -> list[str]:
        """Return the keys that do an act now: a focused text field keeps its letters."""
        return [key for key in self.console.keymap.keys_for(act) if not self._wants(key)]

    def key_of(self, act: type[Act]) -> str | None:
        """Return the first key that does an act now; None without one."""
        return next(iter(self.keys_of(act)), None)

    def _wants(self, key: str) -> bool:
        """Return whether the focused widget has a use of its own for a key."""
        if self.focused is None or isinstance(self.focused, VirtualList) or key == "ctrl+c":
            return False  # copying is an act here, also in a field
        name, char = (
            (_character_to_key(key), key) if len(key) == 1 else (key, key_to_character(key))
        )
        own = self.focused._bindings.key_to_bindings  # noqa: SLF001 - Textual offers no other way
        return name in own or self.focused.check_consume_key(name, char)

    # Dialogs, and work that waits for the disk

    async def converse(self, conversation: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin a conversation of several dialogs; return when the first one is shown."""
        await self._conversation.begin(conversation)

    async def question(self, dialog: Screen[Answer]) -> Answer | None:
        """Show a dialog within a conversation; return its answer, None if it was left."""
        return await self._conversation.ask(dialog)

    def ask(self, call: Callable[[], Answer], then: Callable[[Answer], Any], *, group: str) -> None:
        """Ask the desk in a thread, then go on here with its answer."""
        self._calls.ask(call, then, group)

    def read(
        self, call: Callable[[], Answer], then: Callable[[Answer], Any], *, group: str
    ) -> None:
        """Read what this screen shows in a thread; an error stays on top of the screen."""
        self._calls.read(call, then, group)

    def not_read(self, group: str, error: IrconError) -> None:
        """Show on top of the screen that a part of it could not be read."""
        self._calls.add_unread(group, error)

    def withdraw(self) -> None:
        """Leave from one of the screen's own handlers, once the handler has ended."""

        def leave() -> None:
            if self.is_current:
                self.dismiss()  # not awaited: this screen's own loop would wait for itself

        self.call_later(leave)

    def read_fields(self) -> None:
        """Take over what the text fields hold now. Screens that save drafts override it."""

    def on_journal_change(self, *, is_seen: bool) -> None:
        """Read again after a change of the journal; a hidden screen does when it is shown."""
        self._is_stale = not is_seen
        if is_seen:
            self.refresh_data()

    def refresh_data(self) -> None:
        """Read what is shown again. Screens that show records override it."""

    def show_due(self) -> None:
        """Show when the next update is due. Screens that count down override it."""
