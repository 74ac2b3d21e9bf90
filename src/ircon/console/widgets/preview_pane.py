"""Beside the composer: the page as it will be, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from ircon.console import composer_model, safe_content
from ircon.console.composer_model import ComposerContext, ComposerInput
from ircon.console.widgets import public_page
from ircon.console.widgets.cached_static import CachedStatic
from ircon.console.widgets.finding_list import refusal
from ircon.errors import IrconError


class PreviewPane(Vertical):
    """The preview over the findings."""

    DEFAULT_CSS = """
    PreviewPane #preview-title { height: 1; padding: 0 1; }
    PreviewPane #page { height: 1fr; padding: 0 1; border-left: outer $background; }
    PreviewPane #page:focus { border-left: outer $public; }
    PreviewPane #public { height: auto; }
    PreviewPane #findings { height: auto; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """One below the other."""
        yield CachedStatic(id="preview-title")
        with VerticalScroll(id="page"):
            yield CachedStatic(id="public")
        yield CachedStatic(id="findings")

    def show(
        self, words: ComposerInput, known: ComposerContext, now: datetime, zone: tzinfo
    ) -> None:
        """Draw the page with these words on top."""
        self.query_one("#preview-title", CachedStatic).show(
            safe_content.line(("As customers will see it on ", "$faint"), (known.page_name, "bold"))
        )
        self.query_one("#public", CachedStatic).show(
            public_page.render_page(
                title=words.title if known.opens or not known.incident else known.incident.name,
                status=words.status,
                body=words.body,
                components=composer_model.after(words, known),
                now=now,
                zone=zone,
            )
        )

    def show_findings(
        self,
        refused: IrconError | None,
        sentences: Sequence[str],
        findings: Sequence[Content],
        *,
        ready: bool,
        tried: bool = False,
    ) -> None:
        """Say what was found: what stands in the way, then what is worth reading.

        Args:
            ready: nothing stands in the way.
            tried: it was to be sent, and was not.
        """
        rows = []
        if refused:
            rows.append(refusal(refused, tried=tried))
        rows += [safe_content.line(("! ", "bold $waiting"), sentence) for sentence in sentences]
        rows += findings
        if ready:
            rows.append(
                safe_content.line(("✓ ", "$sandbox"), ("Ready: sending asks once more.", "$faint"))
            )
        self.query_one("#findings", CachedStatic).show(safe_content.lines(rows))
