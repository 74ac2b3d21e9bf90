"""What every screen has: acts, a footer that never lies, errors as toasts."""

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
from ircon.console.widgets.banner import Banner
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.listing import VirtualList
from ircon.errors import IrconError

if TYPE_CHECKING:
    from ircon.console.app import IrconApp
    from ircon.desk.desk import Desk

ResultT = TypeVar("ResultT")
Answer = TypeVar("Answer")

_PALETTE = "Nothing is selected. The command palette says how to leave."
_FOOTER_FIRST = 6  # acts of the place itself; help is always there


class IrconScreen(Screen[ResultT]):
    """A screen of one scope: it does each act of it in ``do_NAME``.

    A subclass sets ``SCOPE`` and ``BINDINGS = bindings(SCOPE)``, may narrow
    ``offers``, names its list in ``listing`` and composes a ``Footer``.
    """

    SCOPE: ClassVar[str] = EVERYWHERE
    BINDINGS = bindings(EVERYWHERE)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's own declaration
    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._unread: dict[str, IrconError] = {}  # by what could not be read

    _is_stale = False  # the journal has changed while another screen hid this one

    @property
    def console(self) -> IrconApp:
        """The app, by its own type."""
        return cast("IrconApp", self.app)

    @property
    def desk(self) -> Desk:
        """The desk that everything goes through."""
        return self.console.desk

    def now(self) -> datetime:
        """The moment, by the desk's clock."""
        return self.desk.clock.now()

    @property
    def is_whole(self) -> bool:
        """Whether it stands with all its parts: a screen loses them after it left the stack."""
        return self.app.is_running and self.is_mounted and self in self.app.screen_stack

    # Acts

    def offers(self, act: type[Act]) -> bool:  # noqa: ARG002 - narrowed by subclasses
        """Whether an act of this screen can be done now; others are not offered."""
        return True

    def can(self, act: type[Act]) -> bool:
        """Whether an act can be done here and now."""
        if act.id in _LIST_ACTS and self.listing() is None:
            return False
        if act.id == "everywhere.back" and len(self.app.screen_stack) <= self.console.base_depth:
            return False
        return hasattr(self, act.method()) and self.offers(act)

    def available(self) -> list[type[Act]]:
        """The acts that can be done now, those of the place first."""
        return [act for act in acts_in(self.SCOPE) if self.can(act)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual asks before it runs a key's action."""
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
            result = getattr(self, act.method())()
            if isinstance(result, Awaitable):
                await result
        except IrconError as error:
            self.console.show_error(error)
        self.show_footer()

    async def settle(self) -> None:
        """Wait until the focused field has taken in the keys before an act's, however fast."""
        if self.focused is not None:
            taken_in = asyncio.Event()
            if self.focused.call_later(taken_in.set):
                await taken_in.wait()

    # The list that j, k, g and G move in

    def listing(self) -> Widget | None:
        """The list that has the cursor; None where a screen has none."""
        return None

    def _move(self, action: str) -> None:
        target = self.listing()
        if target is not None:
            getattr(target, action)()

    def do_down(self) -> None:
        """One down."""
        self._move("action_cursor_down")

    def do_up(self) -> None:
        """One up."""
        self._move("action_cursor_up")

    def do_page_down(self) -> None:
        """One page down."""
        self._move("action_page_down")

    def do_page_up(self) -> None:
        """One page up."""
        self._move("action_page_up")

    def do_first(self) -> None:
        """To the first."""
        self._move("action_first")

    def do_last(self) -> None:
        """To the last."""
        self._move("action_last")

    # Everywhere

    def do_help(self) -> AwaitMount:
        """List the keys of this place."""
        return self.console.open_help(self)

    def do_palette(self) -> AwaitMount:
        """Find an act by its name."""
        return self.console.open_palette()

    def do_back(self) -> Awaitable[None] | None:
        """Leave this screen; the first one stays."""
        self.dismiss()
        return None

    def do_quit(self) -> Awaitable[None] | None:
        """Leave this view; nothing else ends."""
        return self.do_back()

    def do_copy(self) -> None:
        """What is selected, in a field or on the screen."""
        selected = getattr(self.focused, "selected_text", "") or self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(selected)
            self.console.show_message("Sent to the terminal's clipboard.")
        else:
            self.console.show_message(self._way_out())

    def _way_out(self) -> str:
        """How to leave from here, whatever the keys are."""
        back, quit_ = (self.key_of(BY_ID[f"{EVERYWHERE}.{one}"]) for one in ("back", "quit"))
        if not self.can(BY_ID[f"{EVERYWHERE}.back"]):
            return f"Nothing is selected. {key_label(quit_)} leaves ircon." if quit_ else _PALETTE
        return f"Nothing is selected. {key_label(back)} goes back." if back else _PALETTE

    def do_theme(self) -> None:
        """Choose a theme."""
        self.app.search_themes()

    def do_suspend(self) -> None:
        """To the background."""
        self.app.action_suspend_process()

    # Footer

    def on_mount(self) -> None:
        """Show the first footer, and what is wrong already."""
        self.show_footer()
        self.show_trouble()

    def show_trouble(self) -> None:
        """What is wrong with the record stands on top until it is over; not over a question."""
        trouble, banners = self.console.monitor.trouble, self.query(Banner)
        trouble = trouble._replace(not_shown=tuple(str(one) for one in self._unread.values()))
        if isinstance(self, ModalScreen) or not any(trouble):
            banners.remove()
            return
        banner = banners.first() if banners else Banner()
        if not banners:
            self.mount(banner, before=0)
        banner.show(trouble)

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """A text field takes the letters: other acts are open now."""
        self.show_footer()

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        """And gives them back."""
        self.show_footer()

    def on_screen_resume(self) -> None:
        """What can be done may have changed meanwhile, and the journal, too."""
        if self._is_stale:
            self._is_stale = False
            self.refresh_data()
        self.show_footer()

    def on_footer_chosen(self, event: Footer.Chosen) -> None:
        """A click in the footer does the act."""
        background.run(self, partial(self.action_act, event.act_id), "act")

    def show_footer(self) -> None:
        """Bring the footer up to date."""
        for footer in self.query(Footer):
            footer.offer(self.footer_offers())

    def footer_offers(self) -> list[tuple[str, str, str]]:
        """``(id, key, label)`` of what the footer shows; help comes last."""
        found = [
            (act.id, key_label(key), act.label)
            for act in self.available()
            if act.label and (key := self.key_of(act))
        ]
        help_ = [one for one in found if one[0] == "everywhere.help"]
        own = [one for one in found if not one[0].startswith(f"{EVERYWHERE}.")]
        rest = [one for one in found if one not in own and one not in help_]
        if self.can(BY_ID[f"{EVERYWHERE}.back"]):  # where quitting goes no further
            rest = [one for one in rest if one[0] != f"{EVERYWHERE}.quit"]
        return [*own[:_FOOTER_FIRST], *rest, *help_]

    def keys_of(self, act: type[Act]) -> list[str]:
        """The keys that do an act now: a focused text field keeps its letters."""
        return [key for key in self.console.keymap.keys_for(act) if not self._wants(key)]

    def key_of(self, act: type[Act]) -> str | None:
        """The first of them."""
        return next(iter(self.keys_of(act)), None)

    def _wants(self, key: str) -> bool:
        """Whether the focused widget does something of its own with a key."""
        if self.focused is None or isinstance(self.focused, VirtualList) or key == "ctrl+c":
            return False  # copying is an act here, also in a field
        name, sign = (
            (_character_to_key(key), key) if len(key) == 1 else (key, key_to_character(key))
        )
        own = self.focused._bindings.key_to_bindings  # noqa: SLF001 - Textual offers no other way
        return name in own or self.focused.check_consume_key(name, sign)

    # Questions

    async def converse(self, conversation: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin a conversation of several questions; returns when the first one is there.

        What is typed ahead of it then goes into its field. The conversation asks by
        ``question``; an error of the desk ends it with a toast.
        """
        there = self._there = asyncio.Event()

        async def talk() -> None:
            try:
                await conversation()
            except IrconError as error:
                self.console.show_error(error)
            except Exception as defect:  # noqa: BLE001 - this screen stays, with what is typed
                self.console.show_error(await asyncio.to_thread(self.console.report_defect, defect))
            finally:
                there.set()

        background.run(self, talk, "dialog", exclusive=True)
        await there.wait()

    async def question(self, screen: Screen[Answer]) -> Answer | None:
        """Show a dialog and wait for its answer; None if it was left."""
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        await self.app.push_screen(screen, answer.set_result)
        self._there.set()
        return await answer

    # Work that waits for the disk

    def ask(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], Any],
        *,
        group: str,
    ) -> None:
        """Ask the desk in a thread, then go on here with its answer.

        A newer question of the same group makes the older one's answer void. What went
        wrong is a sentence, also where it is a defect: the screen stays.
        """
        self._ask(question, then, self.console.show_error, group)

    def read(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], Any],
        *,
        group: str,
    ) -> None:
        """As ``ask``, for what the screen shows: why it is not shown stays on top of it."""

        def show(answer: Answer) -> None:
            if self._unread.pop(group, None):
                self.show_trouble()
            then(answer)

        self._ask(question, show, partial(self.not_read, group), group)

    def _ask(
        self,
        question: Callable[[], Answer],
        then: Callable[[Answer], Any],
        refused: Callable[[IrconError], None],
        group: str,
    ) -> None:
        async def work() -> None:
            try:
                answer = await asyncio.to_thread(question)
            except IrconError as error:
                refused(error)
            except Exception as defect:  # noqa: BLE001 - the other screens work
                refused(await asyncio.to_thread(self.console.report_defect, defect))
            else:
                if self.is_whole:
                    then(answer)

        background.run(self, work, group, exclusive=True)

    def not_read(self, what: str, error: IrconError) -> None:
        """Something that this screen shows could not be read: say so until it can."""
        self._unread[what] = error
        if isinstance(self, ModalScreen):
            self.console.show_error(error)
        elif self.is_whole:
            self.show_trouble()

    def withdraw(self) -> None:
        """Leave, from one of the screen's own handlers, which must end before it goes."""

        def leave() -> None:
            if self.is_current:
                self.dismiss()  # not awaited: this screen's own loop would wait for itself

        self.call_later(leave)

    def read_fields(self) -> None:
        """Take over what the text fields hold now. Screens that keep drafts do."""

    def hear(self, *, is_seen: bool) -> None:
        """The journal has changed: what is not seen reads it when it is seen again."""
        self._is_stale = not is_seen
        if is_seen:
            self.refresh_data()

    def refresh_data(self) -> None:
        """The journal has changed: read again. Subclasses that show records do."""

    def show_due(self) -> None:
        """When the next words are due has been read. Subclasses that count down show it."""


_LIST_ACTS = frozenset(
    f"{EVERYWHERE}.{name}" for name in ("down", "up", "page_down", "page_up", "first", "last")
)
