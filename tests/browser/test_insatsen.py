"""The insats's own page as its staff meet it: every part, the filters, the link, a long name."""

from __future__ import annotations

import re
import sqlite3

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.person import Person, plain
from tests.browser.serving import scrolls_sideways
from tests.browser.test_every_page import NARROW, WIDE, charts_lacking, violations

STAFF, LEAD = "Deltagaransvarig Samteamet", "Insatsansvarig Samteamet"
INSATS = "Samteamet Älvmark"
PARTS = {
    "Mål": "mal",
    "Deltagare": "deltagare",
    "Försörjning": "forsorjning",
    "Steg": "steg",
    "ORS": "ors",
    "Tid": "tid",
    "Kvinnor och män": "kon",
    "Frågor": "fragor",
    "Tabeller": "tabeller",
}
SIDEWAYS = "node => node.scrollWidth > node.clientWidth"
OPENED = "nodes => nodes.forEach(node => { node.open = true; })"


def opens(me: Person, account: str) -> None:
    me.become(account)
    if account == STAFF:
        me.menu("Insatsen", heading=re.compile(f"^{INSATS}: "))
    me.arrives(re.compile(f"^{INSATS}: "))


def test_every_part_is_turned_to_by_the_keyboard_and_usable_by_everybody(me: Person) -> None:
    opens(me, STAFF)
    faults = []
    for name, word in PARTS.items():
        me.part(name)
        expect(me.page).to_have_url(re.compile(f"del={word}"))
        me.drawn()
        me.main.locator("details.stegvis-behind").evaluate_all(OPENED)
        faults += [f"{name}: {fault}" for fault in violations(me.page)]
        faults += [f"{name}: {fault}" for fault in charts_lacking(me.page)]
        for width in (NARROW, WIDE):
            me.page.set_viewport_size({"width": width, "height": 800})
            if scrolls_sideways(me.page):
                faults.append(f"{name}: scrolls sideways at {width} px")
    assert not faults, "\n".join(faults)


def test_a_view_is_chosen_copied_as_a_link_and_cleared_by_the_keyboard(
    me: Person, context: BrowserContext
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opens(me, LEAD)
    me.part("Deltagare")
    me.pick("Kön", "kvinnor")
    me.settled()
    me.pick("Ålder vid start", "30–44 år")
    me.settled()
    choice = me.main.get_by_role("status").filter(has_text="Urval: kvinnor, 30–44 år")
    expect(choice).to_be_visible()
    table = me.main.get_by_role("region", name="Deltagare", exact=True)
    women, men, *_, everybody = plain(
        table.get_by_role("row").filter(has_text="Startade").first.inner_text()
    ).split(" ")[1:]
    assert (men, women) == ("0", everybody)
    me.press("Kopiera länken till den här vyn")
    expect(me.main.locator(".stegvis-copy [role=status]")).to_contain_text("Länken är kopierad.")
    link = me.page.evaluate("() => navigator.clipboard.readText()")
    for part in ("insats=1", "period=", "kon=kvinnor", "alder=30-44", "del=deltagare"):
        assert part in link
    me.press("Visa alla deltagare")
    expect(choice).to_have_count(0)
    expect(me.page).not_to_have_url(re.compile("kon=|alder="))


TAKEN = "SELECT detail FROM access_log_payload WHERE action = 'download_figure' ORDER BY log_id"


def test_files_of_every_chart_of_a_part_are_served_and_none_of_another(me: Person) -> None:
    opens(me, STAFF)
    taken = len(me.served.rows(TAKEN))
    for part, chart in (("ORS", "first-and-last"), ("Deltagare", "places-months")):
        me.part(part)
        me.drawn()
        files = me.main.locator(f'[data-offer="{chart}"]')
        for kind in ("svg", "csv"):
            button = files.locator(f"[data-kind={kind}]")
            me.reach(button)
            with me.page.expect_download() as waiting:
                me.key("Enter")
            said = waiting.value.path().read_text(encoding="utf-8-sig")
            assert "INTERNT – ej röjandekontrollerad" in said
            expect(files.get_by_role("status")).to_have_text(f"{kind.upper()} hämtad.")
            me.settled()
            taken += 1
            logged = me.served.until(TAKEN, taken)
    assert [detail.partition(":")[0] for (detail,) in logged[-4:]] == ["svg", "csv"] * 2
    assert "årsplatser" in logged[-1][0]


@pytest.mark.parametrize("name", ["Å" * 120, "En insats med ett långt namn " * 4 + "slut"])
def test_a_name_of_120_signs_stays_inside_a_telephone(me: Person, name: str) -> None:
    with sqlite3.connect(me.served.database) as connection:
        connection.execute("UPDATE insats SET name = ? WHERE id = 1", (name,))
    try:
        me.page.set_viewport_size({"width": WIDE, "height": 800})
        me.become(LEAD)
        expect(me.main.get_by_role("heading", level=1)).to_contain_text(name[:20])
        me.page.set_viewport_size({"width": NARROW, "height": 800})
        assert not scrolls_sideways(me.page)
        heading = me.main.get_by_role("heading", level=1)
        assert not heading.evaluate(SIDEWAYS)
    finally:
        with sqlite3.connect(me.served.database) as connection:
            connection.execute("UPDATE insats SET name = ? WHERE id = 1", (INSATS,))
