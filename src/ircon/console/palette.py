"""The command palette: every act that is possible on the screen, by name."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from ircon.console import safe_content
from ircon.console.acts import BY_ID
from ircon.console.key_bindings import key_label
from ircon.console.screens.base import IrconScreen


class ActProvider(Provider):
    """Provider of the acts of the screen below the palette."""

    async def discover(self) -> Hits:
        """Yield all acts, before anything is typed."""
        for name, help_, act_id in self._acts():
            yield DiscoveryHit(safe_content.line(name), self._do(act_id), text=name, help=help_)

    async def search(self, query: str) -> Hits:
        """Yield the acts whose name or help matches the query."""
        matcher = self.matcher(query)
        for name, help_, act_id in self._acts():
            score = max(matcher.match(name), matcher.match(help_) * 0.5)
            if score > 0:
                yield Hit(score, matcher.highlight(name), self._do(act_id), text=name, help=help_)

    def _acts(self) -> list[tuple[str, str, str]]:
        screen = self.screen
        if not isinstance(screen, IrconScreen):
            return []
        return [
            (act.name, self._help(screen, act.id), act.id)
            for act in screen.available()
            if act.id != "everywhere.palette"
        ]

    def _help(self, screen: IrconScreen[object], act_id: str) -> str:
        keys = screen.console.keymap.keys[act_id]
        listed = f"  ({', '.join(map(key_label, keys))})" if keys else ""
        return BY_ID[act_id].help() + listed

    def _do(self, act_id: str) -> partial[bool]:
        return partial(self.app.call_later, self.screen.action_act, act_id)  # type: ignore[attr-defined]  # an IrconScreen, as _acts saw
