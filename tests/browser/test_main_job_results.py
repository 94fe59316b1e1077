"""What comes out, with the keyboard alone: the insats's dashboard, the overview, the files."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
from playwright.sync_api import Locator, expect

from tests.browser.person import Person, Served, plain

LEAD, BOARD = "Insatsansvarig Samteamet", "Styrelsen"
WORKER = "Deltagaransvarig Samteamet"
INSATS = 1
PERIOD, FIRST, LAST = "jan–juni 2026", "2026-01-01", "2026-06-30"


WATCH_STATUS = """() => {
    window.statusSaid = [];
    new MutationObserver(() => {
        document.querySelectorAll('[role="status"]').forEach((said) => {
            window.statusSaid.push(said.textContent);
        });
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Keeps every sentence that is told while something is done."""


def cells(table: Locator) -> list[tuple[str, ...]]:
    """The rows of a table as text, without its headings."""
    found = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return [tuple(plain(text) for text in row) for row in found]


def table(me: Person, title: str) -> list[tuple[str, ...]]:
    shown = me.main.get_by_role("region", name=title, exact=True).get_by_role("table")
    shown.first.wait_for()
    return cells(shown.first)


def all_targets(me: Person) -> list[tuple[str, ...]]:
    """The table behind the targets of the insats's own page."""
    me.part("Mål")
    behind = me.main.locator("summary").filter(has_text="Tabellen bakom: Mål")
    me.reach(behind.last)
    me.key("Enter")
    return table(me, "Mål")


def word_rows(file: Path) -> list[tuple[str, ...]]:
    return [
        tuple(plain(cell.text) for cell in row.cells)
        for found in docx.Document(str(file)).tables
        for row in found.rows
    ]


def started(served: Served, insats: int | None = None) -> dict[str | None, int]:
    """How many started in the period, by kön and (None) in all, counted beside the app."""
    by_gender = served.rows(
        "SELECT p.gender, count(*) FROM spell s JOIN participant p ON p.id = s.participant_id"
        " WHERE s.started_on BETWEEN ? AND ? AND s.misregistered_reason IS NULL"
        " AND (? IS NULL OR s.insats_id = ?) GROUP BY p.gender",
        FIRST,
        LAST,
        insats,
        insats,
    )
    return {**dict(by_gender), None: sum(number for _, number in by_gender)}


def choose_half_year(me: Person) -> None:
    me.pick("Slags period", "Halvår")
    expect(me.page).to_have_url(re.compile(r"period=\d{4}-H\d"))
    me.settled()
    me.pick("Period", PERIOD)
    expect(me.page).to_have_url(re.compile("period=2026-H1"))
    expect(me.main).to_contain_text(re.compile("jan–juni 2026|januari–juni 2026"))
    me.settled()


def test_dashboard_says_what_the_database_holds(me: Person) -> None:
    me.become(LEAD)
    me.arrives(re.compile("^Samteamet Älvmark: "))
    choose_half_year(me)
    counted = started(me.served, INSATS)
    targets = all_targets(me)
    me.part("Deltagare")
    [row] = [row for row in table(me, "Deltagare") if row[0] == "Startade"]
    # The column of those whose kön is not known stands where there are any in the table.
    women, men, *unknown, everybody = row[1:]
    assert (women, men, everybody) == tuple(str(counted.get(k, 0)) for k in ("woman", "man", None))
    assert unknown in ([], [str(counted.get("unknown", 0))])
    assert unknown or not counted.get("unknown")
    assert len(targets) == me.served.one(
        "SELECT count(*) FROM target WHERE insats_id = ? AND voided_at IS NULL", INSATS
    )
    [steps] = [row for row in targets if "stegförflyttning framåt" in row[0]]
    assert re.fullmatch(r"\d+ av \d+ \(\d+ %\)", steps[3])
    assert re.fullmatch(r"\d+–\d+", steps[4])
    assert steps[5].isdecimal()
    assert re.search("uppnått", steps[8], re.IGNORECASE)
    me.part("Allt")
    for question in ("Når vi målen?", "Tar deltagarna steg, och håller de?"):
        expect(me.main.get_by_role("heading", name=question, exact=True)).to_be_visible()
    expect(me.main).to_contain_text("INTERNT – ej röjandekontrollerad")


def test_word_and_excel_hold_the_numbers_of_the_dashboard(me: Person, tmp_path: Path) -> None:
    me.become(LEAD)
    me.arrives(re.compile("^Samteamet Älvmark: "))
    choose_half_year(me)
    targets = all_targets(me)
    me.part("Deltagare")
    people = table(me, "Deltagare")
    me.menu("Arbetsrapport")
    me.pick("Period", PERIOD)
    word = me.downloads("Hämta Word", tmp_path)
    excel = me.downloads("Hämta Excel", tmp_path)
    assert word.suffix == ".docx"
    assert "INTERNT" in word.name
    rows = word_rows(word)
    for row in people:
        assert row in rows, f"not in the Word file: {row}"
    for wording, aim, _, outcome, *_ in targets:
        stated = [row for row in rows if wording in row]
        assert any(outcome in row for row in stated), (wording, outcome, stated)
        assert any(cell.endswith(aim) for row in stated for cell in row), (wording, aim)
    header = plain(
        " ".join(p.text for s in docx.Document(str(word)).sections for p in s.header.paragraphs)
    )
    assert "INTERNT – ej röjandekontrollerad" in header
    sheets = openpyxl.load_workbook(excel, read_only=True)
    lines = [
        tuple(plain(str(value)) for value in line if value is not None)
        for line in sheets["Deltagare"].iter_rows(values_only=True)
    ]
    heading = next(at for at, line in enumerate(lines) if line[:1] == ("Deltaganden, antal",))
    # The table ends at an empty line; below it stands how its population was counted.
    assert lines[heading + 1 : lines.index((), heading)] == people
    stated = [
        [plain(str(value)) for value in line if value is not None]
        for line in sheets["Mål"].iter_rows(values_only=True)
    ]
    for wording, _, _, outcome, *_ in targets:
        assert any(wording in line and outcome in line for line in stated), (wording, outcome)
    logged = me.served.rows(
        "SELECT action, insats_id FROM access_log_payload ORDER BY log_id DESC LIMIT 2"
    )
    assert len(set(logged)) == 1, "both files are logged alike"
    assert logged[0][1] == INSATS
    assert "report" in logged[0][0]


def test_styrelse_reads_released_head_counts_and_hidden_outcomes_alone(
    me: Person, tmp_path: Path
) -> None:
    me.become(BOARD)
    me.arrives("Översikt")
    expect(me.main).to_contain_text(f"för {PERIOD}")
    heads = me.main.get_by_role("table").filter(has_text="Alla insatser")
    headings = [plain(text) for text in heads.first.locator("thead th").all_inner_texts()]
    at = headings.index("Startade")
    by_insats = {row[0]: row for row in cells(heads.first)}
    for insats, name in me.served.rows("SELECT id, name FROM insats WHERE kind = 'individual'"):
        if name in by_insats:
            assert by_insats[name][at] == str(started(me.served, insats)[None]), name
    assert by_insats["Alla insatser"][at] == str(started(me.served)[None])
    said = plain(me.main.inner_text())
    assert not re.search(r"\bST-\d", said), "a code of a participant"
    assert re.search(r"\d+–\d+ av \d+|dolt", said)
    expect(me.main.get_by_role("heading", name="Det som inte visas")).to_be_visible()
    outcomes = {
        (row[0], row[2])
        for found in me.main.locator("table").filter(has_text="Mål enligt planen").all()
        for row in cells(found)
    }
    me.menu("Rapporter")
    me.unfold("Hämta siffrorna ur ett släpp, utan någon rapport")
    # The whole förbund's files take a while: how far it has come is said meanwhile.
    me.page.evaluate(WATCH_STATUS)
    me.press("Gör i ordning filerna")
    expect(me.main.get_by_role("status")).to_have_text(
        "Filerna är klara: Word, PDF, Excel och webbsida."
    )
    assert any("Gör i ordning" in line for line in me.page.evaluate("() => window.statusSaid"))
    word = word_rows(me.downloads("Hämta Word", tmp_path))
    assert outcomes
    for wording, outcome in outcomes:
        stated = [row for row in word if wording in row]
        assert any(outcome in row for row in stated), (wording, outcome, stated)


def test_styrelse_has_no_page_of_persons_in_menu_or_address(me: Person) -> None:
    me.become(BOARD)
    menu = me.page.get_by_test_id("stSidebarNav").get_by_role("link")
    names = {plain(text) for text in menu.all_inner_texts()}
    assert {"Översikt", "Rapporter"} <= names
    assert not names & {"Att göra", "Deltagaren", "Insatsen", "Registrera samtal", "Uppföljningar"}
    me.page.goto(f"{me.served.url}/deltagaren?deltagande=1")
    me.drawn()
    expect(me.main.get_by_role("heading", level=1)).to_have_text("Välj konto")
    assert not re.search(r"\bST-\d", me.page.locator("body").inner_text())


def test_data_quality_is_read_and_followed_to_its_form_by_the_keyboard(me: Person) -> None:
    me.become(WORKER)
    me.menu("Datakvalitet", heading=re.compile("^Datakvalitet"))
    checks = me.main.get_by_role("table").first
    expect(checks).to_be_visible()
    me.unfold("Vad varje kontroll frågar efter")
    expect(me.main.get_by_text("Ingen blankett lämnades").first).to_be_visible()
    me.follow(re.compile("^[A-Z]{2}-"))
    # The way leads to the form where it is mended, and it opens.
    expect(me.page).not_to_have_url(re.compile("/datakvalitet"))
    me.drawn()
    expect(me.main.get_by_role("textbox").or_(me.main.get_by_role("radio")).first).to_be_attached()
