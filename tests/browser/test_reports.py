"""A report by the keyboard: written and saved as one types, marked, asked about, adopted, read.

Two who write at once, a network that dies, and a text about a few people are part of the day.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.person import Person, plain
from tests.browser.test_every_page import faults_of_page

LEAD, ADMIN, BOARD = "Insatsansvarig Samteamet", "Förbundsadministratör", "Styrelsen"
KIND = "Delårsrapport, jan–juni 2026, Samteamet Älvmark"
TITLE = "Delårsrapport: Samteamet Älvmark"
READY = "Klar, beskriver ingen enskild"
SOON = 2_000
"""Milliseconds from the last key until a text has to be on its way to be saved."""

IN_TIME = """([before, soon]) => {
  setTimeout(() => { window.inTime = window.answering.asked > before; }, soon);
}"""
"""By the browser's own clock: on a machine that is late, its timers are late in the same order."""


def field(me: Person) -> Locator:
    return me.main.get_by_role("textbox", name="Egen text", exact=True)


def told(me: Person) -> Locator:
    return me.main.locator(".writer-status")


def section(me: Person, words: str) -> None:
    me.pick("Avsnitt", words)
    me.settled()


def adds(me: Person, words: str) -> None:
    """Type at the end of what stands there."""
    me.reach(field(me))
    me.key("Control+End")
    me.page.keyboard.type(words)


def stored(me: Person, column: str, key: str) -> object:
    """What stands in a section of the report that was begun last."""
    newest = "report_id = (SELECT max(id) FROM report)"
    return me.served.one(f"SELECT {column} FROM section WHERE key = ? AND {newest}", key)


def test_a_report_is_written_together_adopted_and_read(me: Person, tmp_path: Path) -> None:
    me.become(LEAD)
    me.menu("Rapporter")
    me.pick("Rapport", KIND)
    me.press("Börja rapporten")
    me.is_told("Siffrorna är på plats.")
    me.follow("Öppna rapporten")
    me.arrives(TITLE)
    me.follow("Skriv i första avsnittet")
    expect(field(me)).to_be_visible()
    me.settled()

    # Saved within two seconds of the last key, and once.
    asked = me.page.evaluate("() => window.answering.asked")
    adds(me, "Fler tar steg framåt.")
    me.page.evaluate(IN_TIME, [asked, SOON])
    expect(told(me)).to_contain_text("sparat")
    me.page.wait_for_function("() => window.inTime !== undefined")
    assert me.page.evaluate("() => window.inTime")
    assert stored(me, "words", "summary") == "Fler tar steg framåt."
    assert not faults_of_page(me.page, "writing", tmp_path)

    # Somebody else writes in the same section meanwhile: both texts are there, none is lost.
    with sqlite3.connect(me.served.database) as other:
        other.execute(
            "UPDATE section SET words = 'Kollegans ord.', version = version + 1, saved_key = 'x'"
            " WHERE key = 'summary' AND report_id = (SELECT max(id) FROM report)"
        )
    adds(me, " Och mer.")
    expect(me.main.get_by_text("Två har skrivit samtidigt")).to_be_visible()
    assert stored(me, "words", "summary") == "Kollegans ord."
    theirs = me.main.get_by_role("textbox", name="Det som står sparat", exact=True)
    expect(theirs).to_have_value("Kollegans ord.")
    me.press("Slå ihop texterna")
    expect(told(me)).to_contain_text("sparat")
    merged = "Kollegans ord.\n\nFler tar steg framåt. Och mer."
    expect(field(me)).to_have_value(merged)
    assert stored(me, "words", "summary") == merged

    # The network dies and comes back.
    me.page.context.set_offline(True)
    adds(me, " Utan nät.")
    expect(told(me)).to_contain_text("Ingen kontakt med servern. Texten finns kvar här")
    expect(field(me)).to_have_value(merged + " Utan nät.")
    me.page.context.set_offline(False)
    expect(told(me)).to_contain_text("sparat")
    assert stored(me, "words", "summary") == merged + " Utan nät."

    # A few people: a warning that has to be acknowledged, and not before that it is read.
    adds(me, " En av de två kvinnorna började studera.")
    expect(told(me)).to_contain_text("sparat")
    me.settled()
    me.press(READY)
    expect(me.main.get_by_role("alert")).to_contain_text("”En av de två kvinnorna”")
    me.settled()
    assert stored(me, "ready_words", "summary") is None
    me.press("Jag har läst: den beskriver ingen enskild")
    expect(me.main).to_contain_text("Förbundet läser den här texten.")
    assert stored(me, "groups_acknowledged", "summary") == 1
    section(me, "Analys")
    adds(me, "Ännu ett utkast.")
    expect(told(me)).to_contain_text("sparat")
    # What is left before the pause is over is saved as well.
    adds(me, " Sist.")
    section(me, "Översikt")
    me.drawn()
    assert stored(me, "words", "analysis") == "Ännu ett utkast. Sist."

    # The förbund reads what is ready, asks, and adopts.
    me.become(ADMIN)
    me.menu("Rapporter")
    me.follow(f"{TITLE}, jan–juni 2026")
    me.arrives(TITLE)
    expect(me.main).to_contain_text("1 av 11 avsnitt är klarmarkerade")
    expect(me.main).to_contain_text("inte följer med: Analys.")
    section(me, "Analys")
    expect(me.main).to_contain_text("Det finns en text som ännu inte är klar.")
    assert "Ännu ett utkast" not in me.page.content()
    section(me, "Sammanfattning")
    expect(me.main).to_contain_text("En av de två kvinnorna började studera.")
    me.write("Skriv en fråga eller ett svar", "Vad beror ökningen på?")
    me.press("Skicka")
    expect(me.main.get_by_text("Vad beror ökningen på?")).to_be_visible()
    me.settled()
    section(me, "Översikt")
    expect(me.main).to_contain_text("1 fråga väntar.")
    me.day("Mötets datum", "2026-11-20")
    me.write("Paragraf i protokollet", "§ 42")
    me.press("Fastställ rapporten")
    me.is_told("Rapporten är fastställd 2026-11-20, § 42.")
    assert not faults_of_page(me.page, "adopted", tmp_path)

    # The styrelse reads it, and takes it as a file.
    me.become(BOARD)
    me.menu("Rapporter")
    me.follow(f"{TITLE}, jan–juni 2026")
    me.arrives(TITLE)
    said = plain(me.main.inner_text())
    assert "Fastställd 2026-11-20, § 42." in said
    assert "En av de två kvinnorna började studera." in said
    assert "Ännu ett utkast" not in said
    assert "Vad beror ökningen på?" not in said
    assert me.downloads("Hämta PDF", tmp_path).read_bytes().startswith(b"%PDF")
    adopted = "SELECT count(*) FROM snapshot WHERE report_id = (SELECT max(id) FROM report)"
    assert me.served.one(adopted) == 1
