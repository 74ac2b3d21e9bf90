"""Incidents screen, the first one: open incidents, then history, with a summary beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widget import AwaitMount, Widget
from textual.widgets import Input, Static

from ircon.console import safe_content
from ircon.console.acts import BY_ID
from ircon.console.acts.act import Act
from ircon.console.key_bindings import bindings, key_label
from ircon.console.safe_content import CachedStatic
from ircon.console.screens.base import IrconScreen
from ircon.console.widgets.footer import Footer
from ircon.console.widgets.form_fields import Line
from ircon.console.widgets.incident_list import PAGE, IncidentList
from ircon.console.widgets.summary import summary
from ircon.desk.records import Summary
from ircon.errors import ConfigError, Refused
from ircon.incident.text import InternalText

if TYPE_CHECKING:  # reading other people's documents: when they are imported
    from ircon.desk.archive import ImportResult
    from ircon.desk.cadence import Deadline
    from ircon.incident.state import Incident

_SECOND = 1.0
_REST = 0.12  # seconds on a row before its summary is read


class _Reading(NamedTuple):
    total: int
    open_count: int
    pages: dict[int, Sequence[Summary]]


class IncidentsScreen(IrconScreen[None]):
    """Open incidents on top, then history; beside them the summary of the chosen one."""

    SCOPE = "incidents"
    BINDINGS = bindings(SCOPE)
    CSS_PATH = "incidents.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._search = ""
        self._reading: _Reading | None = None
        self._rest: Timer | None = None
        self._shown: Incident | None = None  # in the summary

    def compose(self) -> ComposeResult:
        """Lay out title, search line, list and summary, footer."""
        yield Static(id="title")
        yield Line(placeholder="search in names, components and texts", id="search")
        with Horizontal(id="body"):
            yield IncidentList(self.desk.zone, self._due_of)
            yield CachedStatic(id="summary")
        yield Static(safe_content.line(("Reading the journal…", "$faint")), id="nothing")
        yield Footer()

    def on_mount(self) -> None:
        """Focus the list, and read the journal."""
        field = self.query_one("#search", Input)
        field.cursor_blink = False
        field.display = False
        self.set_focus(self._list)
        self._show_title()
        self.refresh_data()
        self.set_interval(_SECOND, self._tick)

    @property
    def _list(self) -> IncidentList:
        return self.query_one(IncidentList)

    def listing(self) -> Widget:
        """Return the list of incidents."""
        return self._list

    # Reading

    def refresh_data(self) -> None:
        """Read the rows in view."""
        search, offsets = self._search, self._list.visible_pages() or [0]
        records = self.desk.records

        def read() -> _Reading:
            pages = {
                offset: records.incidents(search=search, limit=PAGE, offset=offset)
                for offset in offsets
            }
            return _Reading(
                records.count(search=search),
                records.count(search=search, open_only=True),
                dict(pages),
            )

        self.read(read, self._show, group="list")

    def _show(self, reading: _Reading) -> None:
        self._reading = reading
        self._list.fill(*reading, self.now())
        empty = not reading.total
        self.query_one("#body").display = not empty
        nothing = self.query_one("#nothing", Static)
        nothing.display = empty
        if empty:
            nothing.update(self._invitation())
        self._show_title()
        self._read_chosen()
        self.show_footer()

    def on_incident_list_page_missing(self, event: IncidentList.PageMissing) -> None:
        """Read a page of rows that has come into view."""
        search, offset = self._search, event.offset
        self.read(
            lambda: self.desk.records.incidents(search=search, limit=PAGE, offset=offset),
            lambda rows: self._list.add_page(offset, rows) if search == self._search else None,
            group=f"page {offset}",
        )

    def on_virtual_list_moved(self) -> None:
        """Read the summary of the chosen row once the cursor rests."""
        if self._rest:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._read_chosen)
        self.show_footer()

    async def on_virtual_list_opened(self) -> None:
        """Open the incident of a double click."""
        await self.do_open()

    def _read_chosen(self) -> None:
        row = self._list.current()
        if row is None:
            self._shown = None
            self.query_one("#summary", CachedStatic).show(Content())
        elif self.has_class("-wide"):
            self.read(
                lambda: self.desk.records.incident(row.incident),
                self._show_summary,
                group="summary",
            )

    def _show_summary(self, incident: Incident) -> None:
        self._shown = incident
        words = summary(incident, self._due_of(incident.id), self.desk.zone, self.now())
        self.query_one("#summary", CachedStatic).show(words)

    def _due_of(self, incident: str) -> Deadline | None:
        return self.console.monitor.cadence_bell.deadline(incident)

    def show_due(self) -> None:
        """Show in the row and the summary where the next update is due."""
        self._list.refresh()
        self._tick()

    def _tick(self) -> None:
        """Update what counts seconds, and render nothing else."""
        if self.is_current:
            self._list.tick(self.now())
            if self._shown and self.has_class("-wide"):
                self._show_summary(self._shown)

    def on_resize(self) -> None:
        """Read the summary, if it has come into view."""
        self.call_after_refresh(self._read_chosen)

    # Above the list, and in its place

    def _show_title(self) -> None:
        self.query_one("#title", Static).update(self._title())

    def _title(self) -> Content:
        parts: list[safe_content.Part] = [(" ircon ", "bold $background on $primary"), "  "]
        try:
            page = self.desk.config.page()
        except ConfigError:
            parts.append(("no status page configured: ircon init", "$waiting"))
        else:
            style = f"${page.environment}"
            parts += [(page.title, "bold"), "  ", (page.environment, style)]
        if self._reading:
            scope = f"{self._reading.total:,} found" if self._search else "in all"
            total = "" if self._search else f"{self._reading.total:,} "
            parts += [
                (f"   {self._reading.open_count} open", "bold"),
                (f" · {total}{scope}", "$faint"),
            ]
        return safe_content.line(*parts)

    def _invitation(self) -> Content:
        if self._search:
            return safe_content.line(
                ("Nothing found. ", "bold"), ("esc shows all incidents.", "$faint")
            )
        rows = [safe_content.line(("No incidents yet.", "bold")), safe_content.line("")]
        declares = ""
        if not self.desk.config.pages:
            declares = ", internal only"
            rows = [
                safe_content.line(("No status page yet. ", "bold"), ("ircon init", "bold $accent")),
                safe_content.line("adds yours: run it in a shell, then restart ircon."),
                safe_content.line("Until then everything works here, and stays on this machine."),
                safe_content.line(""),
            ]
        offered = {
            "incidents.declare": f"declares an incident{declares}",
            "incidents.practise": "opens a practice page to try everything; nothing is saved",
            "incidents.import": "imports past incidents from a file or folder",
            "everywhere.help": "lists every key",
        }
        for act_id, words in offered.items():
            act = BY_ID[act_id]
            key = self.key_of(act)
            if key and self.can(act):
                rows.append(safe_content.line((key_label(key), "bold $accent"), f"  {words}"))
        return safe_content.lines(rows)

    # Acts

    def can(self, act: type[Act]) -> bool:
        """Return whether an act can be done; going back ends a search."""
        if act.id == "everywhere.back":
            return self.query_one("#search", Input).display
        return super().can(act)

    def offers(self, act: type[Act]) -> bool:
        """Offer acts on an incident only while one is chosen."""
        if act.id in {"incidents.open", "incidents.postmortem"}:
            return self._list.current() is not None
        if act.id == "incidents.practise":
            return not self.desk.config.pages
        return True

    async def do_open(self) -> None:
        """Open the chosen incident."""
        row = self._list.current()
        if row:
            await self.console.open_incident(row.incident)

    def do_declare(self) -> AwaitMount:
        """Compose the first update of a new incident; without a page, declare internally."""
        if not self.desk.config.pages:
            return self.do_declare_internally()
        return self.console.open_composer(None)

    def do_declare_internally(self) -> AwaitMount:
        """Ask for the name of an internal incident and a first note, then declare it."""
        from ircon.console.screens.form import FormScreen, Question  # and its long fields

        def check(name: str) -> None:
            from ircon.desk.responding import check_name

            check_name(name.strip())

        return self.app.push_screen(
            FormScreen(
                "Declare an incident, internal only",
                [
                    Question("title", "Name", "what is broken, in a few words", check=check),
                    Question("text", "First note", "what is known; may be empty"),
                ],
                self._declare_internally,
                text="It is not public. Its first update makes it public.",
                draft="internal:declare",
            ),
            self._declared,
        )

    def _declare_internally(self, answers: Mapping[str, str]) -> str:
        text = InternalText(answers["text"]) if answers["text"].strip() else None
        return self.desk.respond.declare_internal(answers["title"].strip(), text=text)

    def _declared(self, incident: str | None) -> None:
        if incident:
            self.console.open_incident(incident)

    def do_practise(self) -> None:
        """Run another ircon on a practice page, in this terminal, until it ends."""
        from ircon.console.external_editor import practise

        practise(self.app.suspend)

    async def do_postmortem(self) -> None:
        """Write the postmortem of the chosen incident."""
        row = self._list.current()
        if row:
            await self.console.open_postmortem(row.incident)

    def do_outbox(self) -> AwaitMount:
        """Open the outbox."""
        return self.console.open_outbox()

    def do_quit(self) -> None:
        """Quit ircon, after a question if updates are held or pending."""
        self.console.request_quit()

    def do_search(self) -> None:
        """Open the search line."""
        field = self.query_one("#search", Input)
        field.display = True
        self.set_focus(field)
        self.show_footer()

    def do_back(self) -> None:
        """End the search, and show all incidents."""
        field = self.query_one("#search", Input)
        field.value = ""
        field.display = False
        self.set_focus(self._list)
        self.show_footer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self._search = event.value
        self._list.action_first()
        self.refresh_data()

    def on_input_submitted(self) -> None:
        """Focus the list of what was found."""
        self.set_focus(self._list)

    def do_import(self) -> AwaitMount:
        """Ask for a path, then import its reports."""
        from ircon.console.screens.form import FormScreen, Question  # and its long fields

        return self.app.push_screen(
            FormScreen(
                "Import past incidents",
                [Question("path", "Path", "~/reports")],
                self._import,
                text="A file or a folder with reports of status pages, or recordings of ircon.",
                draft="import",
            ),
            self._imported,
        )

    def _import(self, answers: Mapping[str, str]) -> list[ImportResult]:
        from pathlib import Path

        path = answers["path"].strip()
        if not path:
            raise Refused("No path given.", "Type the path of a file or a folder.")
        imported = self.desk.archive.import_sources([str(Path(path).expanduser())])
        errors = [entry.error for entry in imported if entry.error]
        if len(errors) == len(imported):
            raise Refused("Nothing was imported.", " ".join(errors[:3]))
        return imported

    def _imported(self, imported: list[ImportResult] | None) -> None:
        if imported is None:
            return
        new = sum(entry.created for entry in imported)
        errors = [entry.error for entry in imported if entry.error]
        warned = sum(len(entry.warnings) for entry in imported)
        result = f"{new} imported, {len(imported) - new - len(errors)} already known"
        result += f", {warned} warnings" if warned else ""
        for error in errors[:3]:
            self.console.show_message(error, "Not imported", "error")
        self.console.show_message(f"{result}.")
        self.refresh_data()
