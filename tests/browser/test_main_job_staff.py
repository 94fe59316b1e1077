"""The day of the deltagaransvarig with the keyboard alone: register, record, assess, end.

Every test begins with choosing the account and works on participants of its own.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person, Served, plain

STAFF = "Deltagaransvarig Samteamet"
GROUP_STAFF = "Deltagaransvarig Verkstadsplatser"
INSATS, GROUP_INSATS = 1, 3
MOST_PRESSES = 45
ORS = ("7,5", "8,0", "6,4", "6,5")
SRS = ("9,4", "8,1", "9,0", "9,5")
ANSWERS = ("Arbetar", "Studerar", "Söker arbete aktivt", "Inskriven hos Arbetsförmedlingen")


@pytest.fixture(scope="module")
def ongoing(served: Served) -> list[tuple[int, str, str]]:
    """Spell, code and memory word of people with one ongoing spell and talks behind them."""
    return served.rows(
        "SELECT s.id, p.code, p.memory_word FROM spell s"
        " JOIN participant p ON p.id = s.participant_id"
        " JOIN spell_summary u ON u.spell_id = s.id"
        " WHERE s.insats_id = ? AND s.ended_on IS NULL AND s.misregistered_reason IS NULL"
        " AND u.ors_n >= 2 AND u.step_start IS NOT NULL AND u.start_support IS NOT NULL"
        " AND s.ladder_version_id IS NOT NULL AND s.started_on < date('now', '-60 days')"
        " AND (SELECT count(*) FROM spell o WHERE o.participant_id = p.id) = 1"
        " AND NOT EXISTS (SELECT 1 FROM attendance a JOIN session e ON e.id = a.session_id"
        " WHERE a.spell_id = s.id AND e.held_on = ?)"
        " ORDER BY s.id",
        INSATS,
        date.today().isoformat(),  # on a working day some have had their talk
    )


def fill_in_start(me: Person, started_on: str) -> None:
    me.day("Startdatum", started_on)
    me.choose("Remittent", "Kommun")
    me.choose("Samtycker till uppföljning", "Ja")
    me.choose("Samtycker till kontakt efter avslut", "Ja")


def first_of(me: Person, group: str) -> str:
    """The words of the first choice in a group."""
    box = me.main.get_by_role("radiogroup", name=group, exact=True)
    return box.locator("label").first.inner_text().strip()


def test_participant_is_registered_and_started_with_the_required_alone(me: Person) -> None:
    me.become(STAFF)
    me.menu("Registrera deltagare")
    me.write("Födelseår", "1994")
    me.choose("Juridiskt kön", "Kvinna")
    fill_in_start(me, "2026-11-09")
    me.press("Registrera deltagaren")
    said = me.is_told("är registrerad i Samteamet Älvmark. Skriv in koden i kodnyckeln.")
    code = said.split()[0]
    assert re.fullmatch(r"ST-\d{4,}", code)
    spell, started = me.served.rows(
        "SELECT s.id, s.started_on FROM spell s JOIN participant p ON p.id = s.participant_id"
        " WHERE p.code = ?",
        code,
    )[0]
    assert started == "2026-11-09"
    me.follow("Till deltagaren")
    me.arrives(re.compile(f"^{code} "))
    me.part("Start")
    expect(me.main).to_contain_text("Saknas från starten")
    me.menu("Att göra")
    lacking = me.served.one(
        "SELECT start_details_missing FROM spell_summary WHERE spell_id = ?", spell
    )
    assert lacking
    expect(me.main.get_by_role("link", name=re.compile(code)).first).to_be_attached()


def test_person_known_from_another_insats_needs_full_code_and_birth_year(me: Person) -> None:
    code, year = me.served.rows(
        "SELECT p.code, p.birth_year FROM participant p JOIN spell s ON s.participant_id = p.id"
        " WHERE s.insats_id = ? AND s.ended_on IS NOT NULL AND p.id NOT IN"
        " (SELECT participant_id FROM spell WHERE insats_id = ?) ORDER BY p.id DESC",
        GROUP_INSATS,
        INSATS,
    )[0]
    me.become(STAFF)
    me.menu("Registrera deltagare")
    me.choose("Vem", "Känd från en annan insats")
    me.write("Kod", code)
    me.write("Födelseår", str(year + 1))
    me.press("Sök")
    expect(me.main.get_by_role("alert")).to_be_visible()
    expect(me.main.get_by_role("textbox", name="Kod", exact=True)).to_have_value(code)
    me.write("Födelseår", str(year))
    me.press("Sök")
    expect(me.main.locator(".stegvis-facts")).to_contain_text(code)
    fill_in_start(me, "2026-11-10")
    me.press("Starta deltagandet")
    me.is_told(f"{code} ")
    spells = me.served.rows(
        "SELECT s.insats_id FROM spell s JOIN participant p ON p.id = s.participant_id"
        " WHERE p.code = ? AND s.ended_on IS NULL",
        code,
    )
    assert (INSATS,) in spells


def test_anonymous_participants_are_counted_and_nothing_more(me: Person) -> None:
    me.become(STAFF)
    me.menu("Anonyma deltagare")
    before = me.served.one(
        "SELECT number FROM anonymous_count WHERE insats_id = ? AND year = ? AND gender = 'woman'",
        INSATS,
        date.today().year,
    )
    me.write("Kvinnor", str(before + 1))
    me.press("Spara")
    me.is_told(f"{before + 1} kvinnor")
    assert me.served.rows(
        "SELECT number FROM anonymous_count WHERE insats_id = ? AND year = ? AND gender = 'woman'",
        INSATS,
        date.today().year,
    ) == [(before + 1,)]


def test_talk_takes_45_presses_from_search_to_saved_and_the_search_has_focus_again(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, word = ongoing[0]
    me.become(STAFF)
    me.menu("Registrera samtal")
    search = me.page.locator("#search")
    expect(search).to_be_focused()
    me.presses = 0
    me.type(word[:2])
    options = me.page.locator("#matches").get_by_role("option")
    expect(options.first).to_be_visible()
    texts = options.all_inner_texts()
    place = next(n for n, text in enumerate(texts) if code in text)
    me.key(*["ArrowDown"] * place, "Enter")
    expect(me.page.locator("#ORS-1")).to_be_focused()
    for value in ORS + SRS:
        me.type(value)
    me.key("Enter")
    status = me.page.locator('.status[data-tone="saved"]')
    expect(status).to_contain_text("ORS 28,4 (senast ")
    pressed = me.presses
    assert pressed <= MOST_PRESSES, pressed
    expect(status).to_contain_text("start ")
    expect(status).to_contain_text("SRS 36,0")
    expect(search).to_be_focused()
    today = date.today().isoformat()
    assert me.served.rows(
        "SELECT r.instrument, r.scale_1, r.scale_2, r.scale_3, r.scale_4, r.total FROM rating r"
        " JOIN attendance a ON a.id = r.attendance_id JOIN session e ON e.id = a.session_id"
        " WHERE a.spell_id = ? AND e.held_on = ? ORDER BY r.instrument",
        spell,
        today,
    ) == [("ORS", 75, 80, 64, 65, 284), ("SRS", 94, 81, 90, 95, 360)]
    me.settled()
    me.press("Ångra senaste samtalet")
    me.is_told("Samtalet är makulerat")


def test_marks_of_missing_forms_are_one_key_each_and_are_undone_by_it(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[1]
    me.become(STAFF)
    me.menu("Registrera samtal")
    expect(me.page.locator("#search")).to_be_focused()
    me.type(code)
    me.key("Enter")
    expect(me.page.locator("#ORS-1")).to_be_focused()
    me.key("e")
    expect(me.page.locator("#SRS-1")).to_be_focused()
    me.key("o")
    expect(me.page.locator("#SRS-sum")).to_have_text("Ofullständigt ifylld")
    me.key("o")
    expect(me.page.locator("#SRS-1")).to_be_focused()
    expect(me.page.locator("#SRS-1")).to_be_enabled()
    me.key("o", "Enter")
    expect(me.page.locator('.status[data-tone="saved"]')).to_be_visible()
    assert me.served.rows(
        "SELECT r.instrument, r.status, r.total FROM rating r"
        " JOIN attendance a ON a.id = r.attendance_id JOIN session e ON e.id = a.session_id"
        " WHERE a.spell_id = ? AND e.held_on = ? ORDER BY r.instrument",
        spell,
        date.today().isoformat(),
    ) == [("ORS", "not_filled", None), ("SRS", "incomplete", None)]


def test_group_meeting_saves_the_complete_rows_and_keeps_the_one_with_a_fault(me: Person) -> None:
    codes = [
        row[0]
        for row in me.served.rows(
            "SELECT p.code FROM spell s JOIN participant p ON p.id = s.participant_id"
            " WHERE s.insats_id = ? AND s.ended_on IS NULL ORDER BY p.number",
            GROUP_INSATS,
        )
    ]
    before = me.served.one("SELECT count(*) FROM rating WHERE instrument = 'GSRS'")
    met = me.served.one("SELECT max(id) FROM session")
    me.become(GROUP_STAFF)
    me.menu("Gruppträff")
    rows = me.page.locator(".grid tbody tr:not(.fault-row)")
    expect(rows).to_have_count(len(codes))
    first = rows.nth(0).locator('input[type="text"]').first
    expect(first).to_be_focused()
    faulty = plain(rows.nth(1).locator("th").inner_text()).split()[0]
    me.type("9,48,19,09,5")
    me.type("9,412")
    me.key("Tab")
    for _ in range(len(codes) - 2):
        me.key("ArrowDown")
        me.key("u")
    me.key("Control+Enter")
    alert = me.page.locator(".summary[role=alert]")
    expect(alert).to_contain_text(f"{faulty}: G-SRS Mål och ämne: 12 är över 10")
    assert me.served.one("SELECT count(*) FROM rating WHERE instrument = 'GSRS'") == before
    save = alert.get_by_role("button", name=re.compile("^Spara de"))
    me.reach(save)
    me.key("Enter")
    expect(me.page.locator('.status[data-tone="saved"]')).to_contain_text("är sparade")
    assert me.served.one("SELECT count(*) FROM rating WHERE instrument = 'GSRS'") == before + 1
    wrong = me.page.get_by_label(f"{faulty} G-SRS Mål och ämne", exact=True)
    expect(wrong).to_have_value("12")
    expect(wrong).to_be_focused()
    me.key("Control+a")
    me.type("1,28,08,0")
    me.key("Control+Enter")
    expect(me.page.locator('.status[data-tone="saved"]')).to_contain_text("Gruppträffen är sparad")
    assert me.served.one("SELECT count(*) FROM rating WHERE instrument = 'GSRS'") == before + 2
    held = me.served.rows(
        "SELECT e.id, count(*) FROM session e JOIN attendance a ON a.session_id = e.id"
        " WHERE e.insats_id = ? AND e.kind = 'group' AND e.held_on = ? AND e.id > ? GROUP BY e.id",
        GROUP_INSATS,
        date.today().isoformat(),
        met,
    )
    assert [number for _, number in held] == [len(codes)], "one meeting, everybody in it"


def test_step_is_assessed_and_can_be_taken_back(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[2]
    count = "SELECT count(*) FROM step_assessment WHERE spell_id = ? AND voided_at IS NULL"
    before = me.served.one(count, spell)
    me.become(STAFF)
    me.participant(code)
    me.part("Steg")
    me.choose("Steg", "4 · Arbetsförmedlingens ordinarie uppdrag")
    me.press("Spara stegbedömningen")
    me.is_told("Stegbedömning sparad: steg 4")
    assert me.served.one(count, spell) == before + 1
    me.press("Ångra")
    me.is_told("Stegbedömningen är makulerad")
    assert me.served.one(count, spell) == before


def test_spell_is_ended_with_reason_step_and_situation_and_its_follow_ups_planned(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[3]
    me.become(STAFF)
    me.participant(code)
    me.part("Avslut")
    me.pick("Avslutsanledning", "Arbete")
    me.choose("På rätt plats med tydlig planering", "Ja")
    me.choose("Steg vid avslut", "5 · Studier eller arbete, med eller utan samhällsstöd")
    me.tick("Ingen offentlig försörjning")
    me.choose("Arbetar", "Ja")
    me.choose("Slag av arbete", "Subventionerat")
    me.write("Arbetets omfattning, procent", "50")
    for question in ANSWERS[1:]:
        me.choose(question, "Nej")
    me.press("Avsluta deltagandet")
    me.is_told("fullföljt. Uppföljning efter 6")
    assert me.served.rows("SELECT ended_on, outcome FROM spell WHERE id = ?", spell) == [
        (date.today().isoformat(), "completed")
    ]
    months = me.served.rows(
        "SELECT months FROM follow_up WHERE spell_id = ? ORDER BY months", spell
    )
    assert (6,) in months
    assert (18,) in months
    assert me.served.rows(
        "SELECT work_percent, no_support FROM situation WHERE spell_id = ? AND occasion = 'end'",
        spell,
    ) == [(50, 1)]


def due_follow_ups(served: Served) -> list[tuple[int, str, int, str]]:
    return served.rows(
        "SELECT f.id, p.code, f.months, f.due_on FROM follow_up f JOIN spell s ON s.id = f.spell_id"
        " JOIN participant p ON p.id = s.participant_id WHERE f.status = 'due'"
        " AND s.insats_id = ? AND f.due_on BETWEEN ? AND ? ORDER BY f.due_on DESC",
        INSATS,
        (date.today() - timedelta(days=400)).isoformat(),
        date.today().isoformat(),
    )


@pytest.fixture(scope="module")
def due(served: Served) -> list[tuple[int, str, int, str]]:
    return due_follow_ups(served)


def open_follow_up(me: Person, code: str, months: int) -> None:
    me.become(STAFF)
    me.menu("Uppföljningar")
    row = me.main.get_by_role("listitem").filter(has_text=code)
    row = row.filter(has_text=f"{months} månader")
    me.reach(row.get_by_role("link").first)
    me.key("Enter")
    me.arrives(re.compile(f"Uppföljning {months} månader: {code}"))


def test_follow_up_by_phone_is_done_from_the_list(
    me: Person, due: list[tuple[int, str, int, str]]
) -> None:
    follow_up, code, months, _ = due[0]
    open_follow_up(me, code, months)
    me.choose("Steg i dag", "4 · Arbetsförmedlingens ordinarie uppdrag")
    me.tick("Aktivitetsstöd/utvecklingsersättning")
    me.choose("Arbetar", "Ja")
    me.choose("Slag av arbete", "Subventionerat")
    me.write("Arbetets omfattning, procent", "50")
    for question in ANSWERS[1:]:
        me.choose(question, "Nej")
    me.press("Spara uppföljningen")
    me.is_told(f"Uppföljningen {months} månader för {code} är sparad.")
    assert me.served.one("SELECT status FROM follow_up WHERE id = ?", follow_up) == "done"


def test_attempt_leaves_the_follow_up_on_the_list_and_declined_closes_it(
    me: Person, due: list[tuple[int, str, int, str]]
) -> None:
    follow_up, code, months, _ = due[1]
    open_follow_up(me, code, months)
    attempts = "SELECT count(*) FROM attempt WHERE follow_up_id = ?"
    before = me.served.one(attempts, follow_up)
    me.choose("Hur gick det", "Inte nådd den här gången: ett försök")
    me.choose("Sätt", first_of(me, "Sätt"))
    me.press("Spara försöket")
    me.is_told("Försöket är sparat")
    assert me.served.one(attempts, follow_up) == before + 1
    assert me.served.one("SELECT status FROM follow_up WHERE id = ?", follow_up) == "due"
    me.choose("Hur gick det", "Stäng utan svar")
    me.choose("Vad gäller", "Avböjde")
    me.press("Stäng uppföljningen")
    me.is_told("är stängd: avböjde")
    assert me.served.one("SELECT status FROM follow_up WHERE id = ?", follow_up) == "declined"


def test_score_is_corrected_with_a_reason_and_the_old_value_stays_in_the_history(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[4]
    before = dict(
        me.served.rows(
            "SELECT r.id, r.total FROM rating r JOIN attendance a ON a.id = r.attendance_id"
            " WHERE a.spell_id = ? AND r.instrument = 'ORS'",
            spell,
        )
    )
    me.become(STAFF)
    me.participant(code)
    me.part("Samtal")
    me.choose("Vad vill du göra", "Rätta en skattning")
    me.pick("Skattning", "ORS: ")
    expect(me.main.get_by_role("textbox", name="ORS Individuellt")).to_be_attached()
    for name, value in zip(
        ("Individuellt", "Nära relationer", "Socialt", "Allmänt"), ORS, strict=True
    ):
        me.write(f"ORS {name}", value)
    me.press("Spara rättelsen")
    me.is_refused("Välj skäl till rättelsen.")
    me.choose("Skäl", first_of(me, "Skäl"))
    me.press("Spara rättelsen")
    me.is_told(re.compile("är rättad från .* till 28,4. Det gamla värdet står kvar i historiken."))
    [(rating, old, new)] = me.served.rows(
        "SELECT row_id, old, new FROM change WHERE spell_id = ? AND table_name = 'rating'"
        " AND field = 'total'",
        spell,
    )
    assert (old, new) == (str(before[rating]), "284")
    assert me.served.one("SELECT total FROM rating WHERE id = ?", rating) == 284
    me.part("Historik")
    expect(me.main.get_by_role("table")).to_contain_text("28,4")


def test_talk_on_the_wrong_person_is_voided_and_leaves_the_curve(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[5]
    counted = "SELECT ors_n FROM spell_summary WHERE spell_id = ?"
    before = me.served.one(counted, spell)
    me.become(STAFF)
    me.participant(code)
    me.part("Samtal")
    me.choose("Vad vill du göra", "Makulera en uppgift")
    me.pick("Uppgift att makulera", "med sina skattningar")
    me.choose("Skäl", first_of(me, "Skäl"))
    me.press("Makulera")
    me.is_told("Det räknas inte längre men står kvar i historiken.")
    voided = me.served.rows(
        "SELECT e.id FROM session e JOIN attendance a ON a.session_id = e.id"
        " WHERE a.spell_id = ? AND e.voided_at IS NOT NULL",
        spell,
    )
    assert len(voided) == 1
    assert me.served.one(counted, spell) <= before
    expect(me.main.get_by_role("table").first).to_contain_text("makulerat")


def test_spell_that_never_should_have_been_closes_as_felregistrering(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[6]
    me.become(STAFF)
    me.participant(code)
    me.part("Start")
    me.unfold("Stäng som felregistrering")
    me.choose("Skäl", first_of(me, "Skäl"))
    me.press("Stäng som felregistrering")
    me.is_told("stängt som felregistrering och räknas inte i något resultat")
    assert me.served.one("SELECT misregistered_reason FROM spell WHERE id = ?", spell) is not None
    leaves = "SELECT outcome FROM spell_summary WHERE spell_id = ?"
    assert me.served.rows(leaves, spell) == [("misregistered",)]


def test_withdrawn_consent_erases_the_spell_and_counts_one_anonymous_more(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    spell, code, _ = ongoing[7]
    total = "SELECT sum(converted) FROM anonymous_count WHERE insats_id = ?"
    before = me.served.one(total, INSATS)
    me.become(STAFF)
    me.participant(code)
    me.part("Start")
    me.unfold("Samtycket återkallat")
    expect(me.main).to_contain_text("Det går inte att ångra.")
    reasons = me.main.get_by_role("radiogroup", name="Skäl").filter(has_text="amtyck")
    me.reach(reasons.get_by_role("radio").first)
    me.key("Space")
    me.press("Radera deltagandet")
    me.is_refused("Bekräfta att allt om deltagandet raderas.")
    assert me.served.rows("SELECT 1 FROM spell WHERE id = ?", spell)
    me.reach(me.main.get_by_role("checkbox", name=re.compile("^Ja, radera allt")))
    me.key("Space")
    me.press("Radera deltagandet")
    me.is_told("är raderat. En anonym deltagare mer räknas 2026.")
    assert me.served.rows("SELECT 1 FROM spell WHERE id = ?", spell) == []
    assert me.served.rows("SELECT 1 FROM participant WHERE code = ?", code) == []
    assert me.served.one(total, INSATS) == before + 1


def test_participants_page_shows_curve_steps_and_situation(
    me: Person, ongoing: list[tuple[int, str, str]]
) -> None:
    _, code, _ = ongoing[8]
    me.become(STAFF)
    me.participant(code)
    # Beneath it the same curve may stand beside the usual course.
    curve = me.main.get_by_role("figure", name=re.compile("^Kurva över ORS\\."))
    expect(curve).to_be_visible()
    me.drawn()
    below = me.main.get_by_role("figure", name=re.compile("^Kurva över SRS"))
    expect(below).to_be_visible()
    assert curve.bounding_box()["y"] < below.bounding_box()["y"]
    drawn = plain(" ".join(curve.locator("svg text").all_text_contents())).lower()
    said = plain(me.main.inner_text()).lower() + drawn
    assert "gränsvärde" in said
    assert "tillförlitlig" in said
    me.part("Steg")
    expect(me.main.get_by_role("figure", name=re.compile("^Trappa över tid"))).to_be_visible()
    me.part("Situation")
    table = me.main.get_by_role("table", name="Situation före och efter")
    expect(table).to_contain_text(re.compile("start", re.IGNORECASE))
    expect(table).to_contain_text("örsörjning")


def test_kodnyckel_is_printed_empty(me: Person) -> None:
    me.become(STAFF)
    me.menu("Kodnyckel")
    cells = me.main.get_by_role("table").locator("td")
    assert cells.count() > 100
    assert not "".join(cells.all_inner_texts()).strip()
    expect(me.main.get_by_role("button", name="Skriv ut")).to_be_visible()
