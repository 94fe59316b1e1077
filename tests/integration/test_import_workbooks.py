"""Workbooks as different förbund keep them, each read in whole: the habits that people have.

Every workbook is built here; what came of it is read from the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from tests.databases import on_sqlite
from tests.integration.worlds import World, count, row
from tests.workbooks import a_workbook
from tracking.domain.endings import Outcome
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import Unit
from tracking.domain.records import Gender, SessionKind
from tracking.domain.situation import Occasion, SupportSource
from tracking.exchange import Plan, apply, dry_run, propose_mapping, read_workbook
from tracking.exchange.importing.mapping import Mapping
from tracking.services.imports import Imported
from tracking.store.summary import rebuild
from tracking.store.tables import (
    Attendance,
    FollowUp,
    ImportKey,
    Participant,
    Rating,
    Session,
    Situation,
    SituationSupport,
    Spell,
    SpellSummary,
    StepAssessment,
)

CONSENTS = {"consent_follow_up": "ja", "consent_contact": "ja"}


def planned(
    world: World, file: bytes, *, kind: ImportKind | None = None, **constants: str
) -> tuple[Mapping, Plan]:
    """The proposed mapping, and the plan of it."""
    table = read_workbook(file).table()
    proposed = propose_mapping(table, kind=kind)
    mapping = Mapping(
        proposed.kind, proposed.columns, proposed.constants | constants, proposed.unit
    )
    return mapping, dry_run(table, mapping, world.worker, insats_id=world.insats_id)


def read_in(
    world: World, file: bytes, *, kind: ImportKind | None = None, **constants: str
) -> Imported:
    """Read a file in as it is proposed."""
    _, plan = planned(world, file, kind=kind, **constants)
    assert plan.refused == 0, [one for one in plan.rows if one.state == "refused"]
    return apply(plan, world.worker)


def people(world: World, *keys: str) -> None:
    """Participants with spells since 8 January 2025, under a file's keys."""
    lines = [["Nr", "Född", "Kön", "Start", "Remittent"]]
    lines += [[key, 1990, "k", "2025-01-08", "Kommun"] for key in keys]
    read_in(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)


def summary_is_right(world: World) -> bool:
    """Whether the summary is what it would be if it were made anew."""
    from sqlmodel import col, select

    def read() -> list[Any]:
        with world.database.reading() as session:
            rows = session.exec(select(SpellSummary).order_by(col(SpellSummary.spell_id)))
            return [row.model_dump() for row in rows]

    before = read()
    with world.database.transaction() as work:
        rebuild(work.session)
    return before == read()


pytestmark = on_sqlite


def test_register_with_iso_days_and_words_in_full(world: World) -> None:
    file = a_workbook(
        [
            ["Deltagare", "Födelseår", "Kön", "Startdatum", "Remittent",
             "Samtycke till uppföljning", "Samtycke till kontakt efteråt", "Slutdatum",
             "Avslutsanledning", "Steg vid start"],
            ["A-1", 1985, "Kvinna", "2025-01-12", "Försäkringskassan", "Ja", "Ja",
             "2025-06-30", "Arbete", 2],
            ["A-2", 1999, "Man", "2025-02-02", "Region", "Ja", "Nej", None, None, 1],
        ]
    )  # fmt: skip
    done = read_in(world, file)
    assert (done.new, done.same) == (2, 0)
    key = row(world, ImportKey, file_key="A-1")
    person = row(world, Participant, id=key.participant_id)
    assert (person.birth_year, person.gender) == (1985, Gender.WOMAN)
    spell = row(world, Spell, participant_id=person.id)
    assert (spell.started_on, spell.ended_on) == (date(2025, 1, 12), date(2025, 6, 30))
    assert spell.outcome is Outcome.COMPLETED
    assert count(world, FollowUp, spell_id=spell.id) == 2
    assert row(world, StepAssessment, spell_id=spell.id).position == 2
    assert summary_is_right(world)


def test_register_with_letters_ddmm_days_short_words_and_an_x_for_consent(world: World) -> None:
    file = a_workbook(
        [
            ["Löpnr", "Född", "K/M", "Inskriven", "Remitterad från", "Samtycke", "Får kontaktas",
             "Utskriven", "Orsak till avslut"],
            [17, "1985", "K", "12/1 2025", "FK", "x", "x", "30/6 2025", "jobb"],
            [18, 1990, "m", "3/2 -25", "soc", "x", "x", None, None],
        ]
    )  # fmt: skip
    read_in(world, file)
    spell = row(world, Spell, started_on=date(2025, 1, 12))
    assert spell.ended_on == date(2025, 6, 30)
    assert row(world, Spell, started_on=date(2025, 2, 3)).consent_contact


def test_register_with_real_excel_days_a_title_above_and_empty_rows(world: World) -> None:
    file = a_workbook(
        [
            ["Deltagare i Stigen 2025"],
            [],
            ["Deltagarnr", "Födelsedatum", "Kön", "Start i insats", "Remittent", "Hemkommun"],
            ["B 3", date(1988, 5, 2), "kvinna", datetime(2025, 3, 2, 9, 30), "AF", "Testby"],
            [],
            ["B 4", date(1979, 1, 30), "man", date(2025, 3, 9), "AF", "Provköping"],
        ]
    )
    done = read_in(world, file, **CONSENTS)
    assert done.new == 2
    assert row(world, Participant, birth_year=1988).gender is Gender.WOMAN
    assert row(world, Spell, started_on=date(2025, 3, 2))


def test_register_with_joined_days_and_serial_numbers_of_an_old_mac(world: World) -> None:
    def on_mac(sheet: Any) -> None:
        sheet.parent.epoch = CALENDAR_MAC_1904

    serial = int(to_excel(datetime(2025, 4, 1), epoch=CALENDAR_MAC_1904))
    file = a_workbook(
        [
            ["ID", "Födelseår", "Kön", "Startdatum", "Slutdatum", "Avslutsorsak", "Remittent"],
            ["C1", 1990, "man", 250112, serial, "Flytt", "Kommun"],
        ],
        edit=on_mac,
    )
    read_in(world, file, **CONSENTS)
    spell = row(world, Spell, started_on=date(2025, 1, 12))
    assert spell.ended_on == date(2025, 4, 1)
    assert spell.outcome is Outcome.OUTSIDE


def test_talks_one_a_row_with_four_scales_and_the_sum_beside(world: World) -> None:
    people(world, "1", "2")
    file = a_workbook(
        [
            ["Nr", "Datum", "ORS 1", "ORS 2", "ORS 3", "ORS 4", "ORS tot", "SRS total"],
            [1, "2025-02-01", 4.5, 5, "6,2", 3.1, 18.8, "36,4"],
            [2, "2025-02-03", 0, 0, 0.1, 0, 0.1, None],
        ]
    )
    done = read_in(world, file)
    assert done.made["rating"] == 3
    first = row(world, Rating, scale_1=45)
    assert (first.scale_2, first.scale_3, first.scale_4, first.total) == (50, 62, 31, 188)
    assert row(world, Rating, instrument="SRS").total == 364
    assert row(world, Rating, total=1).scale_3 == 1
    assert summary_is_right(world)


def test_talks_in_whole_millimetres(world: World) -> None:
    people(world, "1")
    file = a_workbook(
        [
            ["Nr", "Samtalsdatum", "ORS Individuellt", "ORS Nära relationer", "ORS Socialt",
             "ORS Allmänt"],
            [1, "2025-02-01", 45, 50, 62, 31],
        ]
    )  # fmt: skip
    mapping, _ = planned(world, file)
    assert mapping.unit is Unit.MM
    read_in(world, file)
    assert row(world, Rating, total=188).scale_1 == 45


def test_one_row_a_participant_and_one_column_a_talk_with_the_days_in_the_headings(
    world: World,
) -> None:
    people(world, "1", "2")
    file = a_workbook(
        [
            ["Deltagare", "ORS 2025-02-01", "ORS 2025-02-15", "ORS 2025-03-01"],
            [1, "18,5", 21, 24.5],
            [2, None, "19", "-"],
        ]
    )
    done = read_in(world, file)
    assert done.new == 4
    assert count(world, Session, held_on=date(2025, 2, 15)) == 2
    assert count(world, Rating, total=245) == 1


def test_one_row_a_participant_with_a_day_and_a_total_for_each_talk(world: World) -> None:
    people(world, "1")
    file = a_workbook(
        [
            ["Löpnr", "Datum 1", "ORS 1", "Datum 2", "ORS 2", "Datum 3", "ORS 3"],
            [1, "1/2 2025", 18.5, "15/2 2025", 21.0, None, None],
        ]
    )
    done = read_in(world, file)
    assert done.new == 2
    assert row(world, Rating, total=185)
    assert row(world, Rating, total=210)


def test_two_rows_of_headings_with_merged_groups(world: World) -> None:
    people(world, "1")

    def merged(sheet: Any) -> None:
        sheet.merge_cells("B1:F1")
        sheet.merge_cells("G1:K1")

    talk = ["Datum", "ORS 1", "ORS 2", "ORS 3", "ORS 4"]
    file = a_workbook(
        [
            ["Deltagare", "Samtal 1", *[None] * 4, "Samtal 2", *[None] * 4],
            [None, *talk, *talk],
            [1, "2025-02-01", 4.5, 5.0, 6.2, 3.1, "2025-02-15", 5.5, 6.0, 6.2, 3.1],
        ],
        edit=merged,
    )
    done = read_in(world, file)
    assert done.new == 2
    assert row(world, Rating, total=208).scale_1 == 55


def test_group_meetings_are_one_meeting_a_day(world: World) -> None:
    people(world, "1", "2")
    file = a_workbook(
        [
            ["Nr", "Datum", "Form", "Närvaro", "GSRS1", "GSRS2", "GSRS3", "GSRS4"],
            [1, "2025-02-01", "grupp", "x", 8.5, 9, 8.2, 9.1],
            [2, "2025-02-01", "grupp", "uteblev", None, None, None, None],
        ]
    )
    read_in(world, file)
    assert count(world, Session, kind=SessionKind.GROUP) == 1
    assert count(world, Attendance) == 2
    assert row(world, Rating, instrument="GSRS").total == 348


def test_situations_with_a_column_of_crosses_for_each_support(world: World) -> None:
    people(world, "1", "2")
    file = a_workbook(
        [
            ["Nr", "Tillfälle", "Försörjningsstöd", "Sjukpenning", "Ingen försörjning", "Arbete",
             "Arbete %", "Anställningsform", "Studier", "Söker jobb", "Inskriven AF"],
            [1, "start", "x", "x", None, "nej", None, None, "nej", "ja", "ja"],
            [2, "start", None, None, "x", "ja", 0.5, "lönebidrag", "nej", "nej", "vet ej"],
        ]
    )  # fmt: skip
    read_in(world, file)
    assert count(world, SituationSupport, source=SupportSource.INCOME_SUPPORT) == 1
    assert count(world, SituationSupport, source=SupportSource.SICKNESS_BENEFIT) == 1
    assert row(world, Situation, no_support=True).work_percent == 50
    assert summary_is_right(world)


def test_steps_with_start_and_end_beside_one_another(world: World) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"],
        [1, 1990, "k", "2025-01-08", "Kommun", "2025-06-30", "Studier"],
    ]
    read_in(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)
    file = a_workbook([["Nr", "Steg vid start", "Steg vid avslut"], [1, "1", "Steg 3"]])
    done = read_in(world, file, kind=ImportKind.STEPS)
    assert done.new == 2
    assert row(world, StepAssessment, occasion=Occasion.END).position == 3
    assert row(world, SpellSummary).step_start == 1
    assert row(world, SpellSummary).step_end == 3


def test_follow_ups_with_what_came_of_them(world: World) -> None:
    lines = [
        ["Nr", "Född", "Kön", "Start", "Remittent", "Slut", "Avslut till"],
        [1, 1990, "k", "2024-06-02", "Kommun", "2024-12-01", "Studier"],
        [2, 1990, "k", "2024-06-02", "Kommun", "2024-12-01", "Studier"],
    ]
    read_in(world, a_workbook(lines), kind=ImportKind.SPELLS, **CONSENTS)
    file = a_workbook(
        [
            ["Nr", "Månader", "Resultat", "Datum", "Sätt", "Försörjning", "Arbetar", "Studerar",
             "Söker arbete", "Inskriven AF", "Steg"],
            [1, 6, "genomförd", "2025-06-03", None, "CSN", "nej", "ja", "nej", "nej", 4],
            [2, "6 mån", "ej nådd", "2025-06-05", "Telefon", *[None] * 6],
        ]
    )  # fmt: skip
    done = read_in(world, file)
    assert done.new == 2
    assert count(world, FollowUp, status="done") == 1
    assert count(world, FollowUp, status="not_reached") == 1
    assert row(world, Situation, occasion=Occasion.M6)
    assert row(world, StepAssessment, occasion=Occasion.M6).position == 4
    assert summary_is_right(world)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_the_code_pages_and_with_the_signs_there_are(
    world: World, encoding: str, separator: str
) -> None:
    lines = [
        ["Löpnummer", "Födelseår", "Kön", "Påbörjad", "Remittent"],
        ["Å-1", "1990", "Kvinna", "2025-01-12", "Försäkringskassan"],
    ]
    text = "\r\n".join(separator.join(line) for line in lines)
    read_in(world, text.encode(encoding), **CONSENTS)
    assert row(world, ImportKey).file_key == "Å-1"


def test_the_same_file_read_twice_adds_nothing_the_second_time(world: World) -> None:
    people(world, "1")
    file = a_workbook([["Nr", "Datum", "ORS total"], [1, "2025-02-01", 18.5]])
    read_in(world, file)
    _, again = planned(world, file)
    assert (again.new, again.same) == (0, 1)
    assert not again.may_be_applied


def test_scores_of_another_form_join_the_talk_of_that_day(world: World) -> None:
    people(world, "1")
    read_in(world, a_workbook([["Nr", "Datum", "ORS total"], [1, "2025-02-01", 18.5]]))
    read_in(world, a_workbook([["Nr", "Datum", "SRS total"], [1, "2025-02-01", 36]]))
    assert count(world, Session) == 1
    assert count(world, Rating) == 2
