"""The preview pane of the composer: the page as it will be, over the findings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content

from ircon.console import composer_model, safe_content
from ircon.console.composer_model import ComposerContext, ComposerInput
from ircon.console.safe_content import CachedStatic
from ircon.console.widgets import public_page
from ircon.console.widgets.finding_list import refusal
from ircon.errors import IrconError


class PreviewPane(Vertical):
    """The page with the update on top, and below it what prevents sending and the findings."""

    DEFAULT_CSS = """
    PreviewPane #preview-title { height: 1; padding: 0 1; }
    PreviewPane #page { height: 1fr; padding: 0 1; border-left: outer $background; }
    PreviewPane #page:focus { border-left: outer $public; }
    PreviewPane #public { height: auto; }
    PreviewPane #findings { height: auto; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Yield the parts from top to bottom."""
        yield CachedStatic(id="preview-title")
        with VerticalScroll(id="page"):
            yield CachedStatic(id="public")
        yield CachedStatic(id="findings")

    def show(
        self, typed: ComposerInput, context: ComposerContext, now: datetime, zone: tzinfo
    ) -> None:
        """Render the page with this update on top."""
        self.query_one("#preview-title", CachedStatic).show(
            safe_content.line(
                ("As customers will see it on ", "$faint"), (context.page_name, "bold")
            )
        )
        self.query_one("#public", CachedStatic).show(
            public_page.render_page(
                title=typed.title
                if context.opens or not context.incident
                else context.incident.name,
                status=typed.status,
                body=typed.body,
                components=composer_model.after(typed, context),
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
        has_errors: bool = False,
        tried: bool = False,
    ) -> None:
        """Show what prevents sending, then notices and findings.

        Args:
            ready: nothing prevents sending.
            has_errors: a finding is an error, which does not stop a live update.
            tried: sending was tried already.
        """
        rows = []
        if refused:
            rows.append(refusal(refused, tried=tried))
        rows += [safe_content.line(("! ", "bold $waiting"), sentence) for sentence in sentences]
        rows += findings
        if ready and has_errors:
            rows.append(
                safe_content.line(
                    ("! ", "bold $waiting"),
                    ("It can be sent despite the error; a preview is shown first.", "$faint"),
                )
            )
        elif ready:
            rows.append(
                safe_content.line(
                    ("✓ ", "$sandbox"), ("Ready to send; a preview is shown first.", "$faint")
                )
            )
        self.query_one("#findings", CachedStatic).show(safe_content.lines(rows))
