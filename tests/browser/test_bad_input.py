"""What is typed wrong: one Swedish sentence at the field, nothing stored, nothing lost.

Identity numbers are put together at run time, so that none stands in a file.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.person import Person, Served

STAFF, ADMIN = "Deltagaransvarig Samteamet", "Förbundsadministratör"
INSATS = 1
EMOJI = chr(0x1F642)
LONG = "ab" * 101
NUMBER_SENTENCE = re.compile("personnummer|samordningsnummer", re.IGNORECASE)
SCALES = ("Individuellt", "Nära relationer", "Socialt", "Allmänt")


def identity_number(day: int = 12) -> str:
    """Ten digits that are somebody's shape: 12 April 1985 (or the day given), check digit right."""
    nine = f"8504{day:02d}238"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(nine)]
    total = sum(number // 10 + number % 10 for number in doubled)
    return nine + str(-total % 10)


def identity_numbers() -> list[str]:
    """The same person as people write it, and a samordningsnummer."""
    plain, coordination = identity_number(), identity_number(12 + 60)
    return [
        plain,
        f"{plain[:6]}-{plain[6:]}",
        f"{plain[:6]}+{plain[6:]}",
        f"19{plain}",
        f"19{plain[:6]}-{plain[6:]}",
        f"{coordination[:6]}-{coordination[6:]}",
    ]


def everything_stored(served: Served) -> dict[str, int]:
    """How many rows each table has that a form may write to."""
    tables = ("spell", "participant", "session", "attendance", "rating", "step_assessment")
    tables += ("situation", "follow_up", "attempt", "change", "insats", "target", "ladder")
    tables += ("ladder_version", "ladder_step", "controller", "anonymous_count", "finished_write")
    return {name: served.one(f"SELECT count(*) FROM {name}") for name in tables}


def kept_on_disk(served: Served, text: str) -> bool:
    """Whether the text stands anywhere in the database's files or the server's log."""
    files = [served.log, *served.database.parent.glob(f"{served.database.name}*")]
    return any(text.encode() in Path(file).read_bytes() for file in files)


@pytest.fixture(scope="module")
def ongoing(served: Served) -> list[tuple[int, str]]:
    return served.rows(
        "SELECT s.id, p.code FROM spell s JOIN participant p ON p.id = s.participant_id"
        " JOIN spell_summary u ON u.spell_id = s.id"
        " WHERE s.insats_id = ? AND s.ended_on IS NULL AND u.ors_n >= 2"
        " AND (SELECT count(*) FROM spell o WHERE o.participant_id = p.id) = 1"
        " AND NOT EXISTS (SELECT 1 FROM attendance a JOIN session e ON e.id = a.session_id"
        " WHERE a.spell_id = s.id AND e.held_on = ?)"
        " ORDER BY s.id",
        INSATS,
        date.today().isoformat(),  # on a working day some have had their talk
    )


def fault_at(field: Locator) -> Locator:
    """The sentence that stands right under a field of a form."""
    return field.locator(
        "xpath=ancestor::*[@data-testid='stElementContainer'][1]/following-sibling::*[1]"
    ).locator(".stegvis-error")


def chosen_talk(me: Person, code: str) -> None:
    me.menu("Registrera samtal")
    expect(me.page.locator("#search")).to_be_focused()
    me.type(code)
    me.key("Enter")
    expect(me.page.locator("#ORS-1")).to_be_focused()


def test_score_that_is_none_is_told_at_its_field_and_the_talk_stays_typed(
    me: Person, ongoing: list[tuple[int, str]]
) -> None:
    _, code = ongoing[0]
    me.become(STAFF)
    chosen_talk(me, code)
    before = everything_stored(me.served)
    me.type("7,58,06,46,5")
    me.type("9,48,19,09,5")
    field = me.page.locator("#ORS-2")
    for typed in ("10,1", "-1", "fyra", "45", LONG, EMOJI, identity_number()):
        me.reach(field, back=True)
        me.key("Control+a")
        me.page.keyboard.insert_text(typed)
        me.key("Enter")
        expect(me.page.locator("#ORS-2-fault")).to_have_text(re.compile(r"^Nära relationer: .+"))
        expect(field).to_be_focused()
        expect(field).to_have_value(typed)
        expect(me.page.locator("#ORS-1")).to_have_value("7,5")
        expect(me.page.locator("#SRS-4")).to_have_value("9,5")
    assert everything_stored(me.served) == before
    me.key("Control+a", "Delete")
    me.key("Enter")
    expect(me.page.locator(".summary[role=alert]")).to_contain_text("Nära relationer")
    assert everything_stored(me.served) == before


def test_talk_in_the_future_is_refused_and_stays_typed(
    me: Person, ongoing: list[tuple[int, str]]
) -> None:
    _, code = ongoing[0]
    me.become(STAFF)
    chosen_talk(me, code)
    before = everything_stored(me.served)
    me.type("7,58,06,46,5")
    held_on = me.page.locator("#held-on")
    me.reach(held_on, back=True)
    me.key("Control+a")
    me.type((date.today() + timedelta(days=1)).isoformat())
    me.key("Enter")
    expect(me.page.locator("#held-on-fault")).to_have_text("Datumet ligger i framtiden.")
    expect(me.page.locator("#ORS-4")).to_have_value("6,5")
    assert everything_stored(me.served) == before


def test_double_enter_on_a_talk_saves_once(me: Person, ongoing: list[tuple[int, str]]) -> None:
    spell, code = ongoing[1]
    me.become(STAFF)
    chosen_talk(me, code)
    me.type("7,58,06,46,5")
    me.type("9,48,19,09,5")
    me.key("Enter", "Enter")
    expect(me.page.locator('.status[data-tone="saved"]')).to_be_visible()
    me.settled()
    assert me.served.rows(
        "SELECT count(*) FROM session e JOIN attendance a ON a.session_id = e.id"
        " WHERE a.spell_id = ? AND e.held_on = ?",
        spell,
        date.today().isoformat(),
    ) == [(1,)]


def open_correction(me: Person, code: str) -> None:
    me.become(STAFF)
    me.participant(code)
    me.part("Samtal")
    me.choose("Vad vill du göra", "Rätta en skattning")
    me.pick("Skattning", "ORS: ")
    expect(me.main.get_by_role("textbox", name="ORS Allmänt")).to_be_attached()
    me.choose("Skäl", first_reason(me))


def first_reason(me: Person) -> str:
    box = me.main.get_by_role("radiogroup", name="Skäl", exact=True)
    return box.locator("label").first.inner_text().strip()


def test_correction_with_a_score_that_is_none_stores_nothing_and_loses_nothing(
    me: Person, ongoing: list[tuple[int, str]]
) -> None:
    _, code = ongoing[2]
    open_correction(me, code)
    before = everything_stored(me.served)
    for scale in SCALES:
        me.write(f"ORS {scale}", "7,5")
    field = me.main.get_by_role("textbox", name="ORS Socialt", exact=True)
    for typed in ("10,1", "-1", "fyra", "45", LONG, EMOJI, identity_numbers()[1]):
        me.write("ORS Socialt", typed)
        me.press("Spara rättelsen")
        me.is_refused()
        expect(fault_at(field)).to_have_count(1)
        expect(field).to_have_value(typed)
        expect(me.main.get_by_role("textbox", name="ORS Allmänt")).to_have_value("7,5")
    me.write("ORS Socialt", "")
    me.press("Spara rättelsen")
    me.settled()
    expect(fault_at(field)).to_be_visible()
    assert everything_stored(me.served) == before


def test_start_and_end_have_to_be_days_that_can_be(
    me: Person, ongoing: list[tuple[int, str]]
) -> None:
    spell, code = ongoing[3]
    me.become(STAFF)
    before = everything_stored(me.served)
    me.menu("Registrera deltagare")
    me.write("Födelseår", identity_number())
    me.choose("Juridiskt kön", "Man")
    me.day("Startdatum", (date.today() + timedelta(days=3)).isoformat())
    me.choose("Remittent", "Kommun")
    me.choose("Samtycker till uppföljning", "Ja")
    me.choose("Samtycker till kontakt efter avslut", "Nej")
    me.press("Registrera deltagaren")
    born = me.main.get_by_role("textbox", name="Födelseår", exact=True)
    expect(fault_at(born)).to_be_visible()
    expect(born).to_have_value(identity_number())
    me.write("Födelseår", "1994")
    me.press("Registrera deltagaren")
    me.is_refused("framtiden")
    expect(born).to_have_value("1994")
    me.participant(code)
    me.part("Avslut")
    started = me.served.one("SELECT started_on FROM spell WHERE id = ?", spell)
    me.pick("Avslutsanledning", "Arbete")
    me.day("Slutdatum", (date.fromisoformat(started) - timedelta(days=1)).isoformat())
    me.press("Avsluta deltagandet")
    me.is_refused("start")
    # The button stands two screens below: what is wrong is brought to the reader, focus and all.
    expect(me.main.get_by_role("alert")).to_be_focused()
    me.day("Slutdatum", (date.today() + timedelta(days=1)).isoformat())
    me.press("Avsluta deltagandet")
    me.is_refused("framtiden")
    expect(me.main.get_by_role("combobox", name="Avslutsanledning")).to_have_value("Arbete")
    assert everything_stored(me.served) == before


def test_second_start_of_the_same_spell_is_refused(
    me: Person, ongoing: list[tuple[int, str]]
) -> None:
    spell, code = ongoing[3]
    born = me.served.one(
        "SELECT birth_year FROM participant p JOIN spell s ON s.participant_id = p.id"
        " WHERE s.id = ?",
        spell,
    )
    me.become(STAFF)
    before = everything_stored(me.served)
    me.menu("Registrera deltagare")
    me.choose("Vem", "Känd från en annan insats")
    me.write("Kod", code)
    me.write("Födelseår", str(born))
    me.press("Sök")
    expect(me.main.locator(".stegvis-facts")).to_contain_text(code)
    me.choose("Remittent", "Kommun")
    me.choose("Samtycker till uppföljning", "Ja")
    me.choose("Samtycker till kontakt efter avslut", "Ja")
    me.press("Starta deltagandet")
    expect(me.main.get_by_role("alert")).to_contain_text(re.compile("pågå|redan"))
    after = everything_stored(me.served)
    assert after == before


ADMIN_FORMS = (
    (
        "Insatser",
        None,
        "Lägg upp insatsen",
        ("Namn", "Verksamhetsägare", "Verksamhetsutförare"),
    ),
    (
        "Mål",
        None,
        "Spara målet",
        ("Mål, som det står i planen", "Beslutat"),
    ),
    (
        "Processtrappor",
        "Ny version",
        "Spara ny version",
        (
            "Beslutad",
            "Behov av (steg 0)",
            "Klarar (steg 1)",
            "Insats (steg 2)",
            "Mål för steget (steg 3)",
        ),
    ),
)


@pytest.mark.parametrize(
    ("menu", "fold", "button", "labels"), ADMIN_FORMS, ids=[form[0] for form in ADMIN_FORMS]
)
def test_identity_number_emoji_and_too_long_are_refused_in_every_text(
    me: Person, menu: str, fold: str | None, button: str, labels: tuple[str, ...]
) -> None:
    me.become(ADMIN)
    me.menu(menu)
    if fold:
        me.unfold(fold)
        me.day("Gäller från", "2027-01-01")
    if menu == "Insatser":
        me.day("Startdatum", "2026-07-01")
        me.pick("Personuppgiftsansvarig myndighet", "Älvhamra kommun")
        me.choose("Slag", "Individinriktad")
    if menu == "Mål":
        me.write("Målvärde, procent", "60")
    for label in labels:
        me.write(label, "Enligt planen")
    before = everything_stored(me.served)
    numbers = identity_numbers()
    every = max(len(labels), len(numbers) if menu == "Insatser" else 0)
    wrong = [(labels[at % len(labels)], numbers[at % len(numbers)]) for at in range(every)]
    wrong += [(labels[0], EMOJI), (labels[-1], LONG * 3)]
    for label, typed in dict.fromkeys(wrong):
        me.write(label, typed)
        me.press(button)
        me.settled()
        field = me.main.get_by_role("textbox", name=label, exact=True)
        fault = fault_at(field)
        expect(fault).to_be_visible()
        if typed in numbers:
            expect(fault).to_have_text(NUMBER_SENTENCE)
        expect(field).to_have_value(typed)
        expect(me.main.locator(".stegvis-error")).to_have_count(1)
        me.write(label, "Enligt planen")
    assert everything_stored(me.served) == before
    for number in numbers:
        assert not kept_on_disk(me.served, number)


def test_identity_number_in_a_search_is_refused_and_kept_nowhere(me: Person) -> None:
    number = identity_numbers()[4]
    me.become(STAFF)
    me.menu("Deltagaren")
    me.write("Kod eller minnesord", number)
    me.key("Enter")
    expect(me.main.get_by_role("alert")).to_contain_text("Personnummer finns inte i Stegvis.")
    expect(me.main.get_by_role("textbox", name="Kod eller minnesord")).to_have_value(number)
    me.menu("Registrera deltagare")
    me.choose("Vem", "Känd från en annan insats")
    me.write("Kod", number)
    me.write("Födelseår", "1985")
    me.press("Sök")
    expect(me.main.get_by_role("alert")).to_be_visible()
    assert not kept_on_disk(me.served, number)
    assert not kept_on_disk(me.served, number.replace("-", ""))


def test_second_of_two_who_save_the_same_is_told_and_nothing_is_overwritten(
    me: Person, context: BrowserContext
) -> None:
    other = Person(context.new_page(), me.served)
    for person in (me, other):
        person.become(STAFF)
        person.menu("Anonyma deltagare")
    now = "SELECT number FROM anonymous_count WHERE insats_id = ? AND year = ? AND gender = 'man'"
    year = date.today().year
    before = me.served.one(now, INSATS, year)
    me.page.bring_to_front()
    me.write("Män", str(before + 1))
    me.press("Spara")
    me.is_told(f"{before + 1} män")
    other.page.bring_to_front()
    other.write("Män", str(before + 5))
    other.press("Spara")
    expect(other.main.get_by_role("alert")).to_contain_text(str(before + 1))
    assert me.served.one(now, INSATS, year) == before + 1
    expect(other.main.get_by_role("textbox", name="Män", exact=True)).to_have_value(str(before + 5))


def test_double_click_on_a_form_saves_once(me: Person, ongoing: list[tuple[int, str]]) -> None:
    spell, code = ongoing[4]
    count = "SELECT count(*) FROM step_assessment WHERE spell_id = ?"
    before = me.served.one(count, spell)
    me.become(STAFF)
    me.participant(code)
    me.part("Steg")
    me.choose("Steg", "3 · Arbetslivsinriktad rehabilitering i samverkan")
    me.main.get_by_role("button", name="Spara stegbedömningen").dblclick()
    me.is_told("Stegbedömning sparad: steg 3")
    assert me.served.one(count, spell) == before + 1
