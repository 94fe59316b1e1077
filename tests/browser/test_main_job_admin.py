"""The förbundsadministratör with the keyboard alone: insats, targets, ladder, release."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.person import Person, plain

ADMIN = "Förbundsadministratör"


def test_insats_from_a_template_brings_its_targets_with_percentages(me: Person) -> None:
    me.become(ADMIN)
    me.menu("Insatser")
    me.pick("Mall", "Samordningsteam (efter Västerås)")
    brought = me.main.get_by_role("table", name=re.compile("^Mål som följer med"))
    expect(brought).to_contain_text("80")
    me.write("Namn", "Nystarten Älvmark")
    me.write("Verksamhetsägare", "Älvhamra kommun")
    me.day("Startdatum", "2026-07-01")
    me.pick("Personuppgiftsansvarig myndighet", "Älvhamra kommun")
    me.press("Lägg upp insatsen")
    me.is_told("Insatsen Nystarten Älvmark är upplagd.")
    [(insats, kind, places, ladder)] = me.served.rows(
        "SELECT id, kind, planned_places, ladder_id FROM insats WHERE name = ?",
        "Nystarten Älvmark",
    )
    assert kind == "individual"
    assert ladder is not None
    assert places is None or places > 0
    stored = me.served.rows(
        "SELECT measure, population, value, unit FROM target WHERE insats_id = ?", insats
    )
    assert ("step_forward", "completed", 80, "percent") in [
        (measure, population, round(float(value)), unit)
        for measure, population, value, unit in stored
    ]
    me.menu("Mål")
    me.pick("Insats", "Nystarten Älvmark")
    table = me.main.get_by_role("region", name="Mål").get_by_role("table")
    expect(table).to_contain_text("stegförflyttning framåt")
    shown = plain(table.inner_text())
    assert "80 %" in shown
    assert "90 %" in shown


def test_target_is_added_and_stands_in_the_list(me: Person) -> None:
    me.become(ADMIN)
    me.menu("Mål")
    me.pick("Insats", "Kompassen Tallmora")
    expect(me.main.get_by_role("heading", name="Kompassen Tallmora")).to_be_visible()
    me.write("Mål, som det står i planen", "60 % tar ett steg framåt under 2026")
    me.write("Målvärde, procent", "sextio")
    me.press("Spara målet")
    me.is_refused("Skriv ett tal, till exempel 7,5.")
    expect(me.main.get_by_role("textbox", name="Målvärde, procent")).to_have_value("sextio")
    me.write("Målvärde, procent", "62,5")
    me.choose("Bland", "fullföljda")
    me.press("Spara målet")
    me.is_told("Målet är sparat.")
    expect(me.main.get_by_role("table").first).to_contain_text("62,5")
    [(value, unit)] = me.served.rows(
        "SELECT value, unit FROM target WHERE wording = ?", "60 % tar ett steg framåt under 2026"
    )
    assert float(value) == 62.5
    assert unit == "percent"


def test_ladder_gets_a_new_version_and_spells_keep_the_one_they_began_with(me: Person) -> None:
    held = "SELECT ladder_version_id, count(*) FROM spell GROUP BY ladder_version_id"
    before = me.served.rows(held)
    me.become(ADMIN)
    me.menu("Processtrappor")
    me.unfold("Ny version")
    me.day("Gäller från", "2027-01-01")
    names = me.main.get_by_role("textbox", name="Stegets namn", exact=True)
    expect(names).to_have_count(6)
    me.reach(names.nth(1))
    me.key("End")
    me.type(", ny")
    me.press("Spara ny version")
    me.is_told("Version 2 av")
    assert me.served.rows("SELECT number FROM ladder_version ORDER BY number") == [(1,), (2,)]
    assert me.served.rows(
        "SELECT p.name LIKE '%, ny' FROM ladder_step p JOIN ladder_version v"
        " ON v.id = p.ladder_version_id WHERE v.number = 2 AND p.position = 1"
    ) == [(1,)]
    assert me.served.rows(held) == before


def test_released_periods_are_told_of_and_what_came_before_is_not_offered(me: Person) -> None:
    me.become(ADMIN)
    me.menu("Kalender och släpp")
    table = me.main.get_by_role("region", name="Släpp").get_by_role("table")
    expect(table).to_contain_text("✓ släppt")
    expect(table).to_contain_text("ingår i senare släpp")
    expect(me.main).to_contain_text("Kalender: halvår")
    expect(me.main.get_by_role("button", name=re.compile("^Förbered"))).to_have_count(0)
    me.menu("Vad släppet innehåller")
    expect(me.main).to_contain_text("visas exakt")
