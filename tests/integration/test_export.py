"""Export of an insats's own rows: what is in it, who gets it, and that it can be read in again."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow.parquet
import pytest
from openpyxl import load_workbook
from sqlmodel import select

from tests.databases import on_sqlite
from tests.integration.worlds import (
    AT_WORK,
    ON_SUPPORT,
    ORS_HIGH,
    World,
    a_key,
    a_spell,
    a_talk,
    version_of,
)
from tracking.access.actors import Actor
from tracking.domain.errors import NotPermitted
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import AttendanceStatus, FollowUpStatus, Gender, SupportMonthsKnown
from tracking.exchange.exporting import files
from tracking.exchange.exporting.columns import EXPORTED, codebook, tables
from tracking.exchange.exporting.files import to_csv, to_excel, to_parquet
from tracking.exchange.importing.opening import read_workbook
from tracking.exchange.importing.planning import dry_run
from tracking.exchange.importing.recognition import propose_mapping
from tracking.outcomes.export import ANSWERS, InsatsExport, export_insats, export_size
from tracking.services import (
    close_as_misregistered,
    end_spell,
    record_follow_up,
    record_session,
)
from tracking.store.tables import AccessLogPayload, FollowUp, Spell

MARK = "INTERNT – ej röjandekontrollerad"


@pytest.fixture
def head(world: World) -> Actor:
    """Somebody who leads Stigen and works with its participants as well."""
    return replace(world.worker, grants=(*world.worker.grants, *world.lead.grants))


@pytest.fixture
def filled(world: World) -> World:
    """Three participants, one with everything, one ongoing, one misregistered."""
    spell = a_spell(
        world,
        date(2025, 3, 3),
        step=StepLevel(1),
        situation=ON_SUPPORT,
        municipality="here",
        support_months_known=SupportMonthsKnown.MONTHS,
        support_months=14,
    ).spell_id
    a_talk(world, spell, date(2025, 3, 10))
    a_talk(world, spell, date(2025, 4, 10), ORS_HIGH)
    record_session(
        world.database,
        world.worker,
        spell_id=spell,
        held_on=date(2025, 4, 20),
        ratings={
            "ORS": RatingValue.incomplete(),
            "SRS": RatingValue.total_only(0),
        },
        key=a_key(),
    )
    record_session(
        world.database,
        world.worker,
        spell_id=spell,
        held_on=date(2025, 4, 27),
        attendance=AttendanceStatus.ABSENT,
        ratings={},
        key=a_key(),
    )
    end_spell(
        world.database,
        world.worker,
        spell_id=spell,
        on=date(2025, 8, 15),
        reason="work",
        situation=AT_WORK,
        step=StepLevel(4),
        version=version_of(world, spell),
        key=a_key(),
    )
    with world.database.reading() as session:
        follow_up = session.exec(
            select(FollowUp).where(FollowUp.spell_id == spell, FollowUp.months == 6)
        ).one()
    record_follow_up(
        world.database,
        world.worker,
        spell_id=spell,
        months=6,
        status=FollowUpStatus.DONE,
        on=date(2026, 2, 15),
        situation=AT_WORK,
        step=StepLevel(5),
        version=follow_up.version,
        key=a_key(),
    )
    a_spell(world, birth_year=1971, gender=Gender.MAN)
    wrong = a_spell(world, birth_year=1972).spell_id
    close_as_misregistered(
        world.database,
        world.worker,
        spell_id=wrong,
        why="wrong_person",
        version=version_of(world, wrong),
        key=a_key(),
    )
    return world


def taken(world: World, actor: Actor, form: str = "Excel") -> InsatsExport:
    return export_insats(world.database, actor, world.insats_id, page="exportera", form=form).value


def test_export_holds_every_row_that_counts(filled: World, head: Actor) -> None:
    export = taken(filled, head)
    numbers = {key: len(rows) for key, rows in export.tables.items()}
    assert numbers == {
        ImportKind.SPELLS: 2,
        ImportKind.RATINGS: 4,
        ImportKind.SITUATIONS: 2,
        ImportKind.STEPS: 2,
        ImportKind.FOLLOW_UPS: 1,
        ANSWERS: 0,
    }
    first, second = export.tables[ImportKind.SPELLS]
    assert (first["support_time"], first["end_reason"]) == ("14", "Arbete")
    assert second["ended_on"] is None
    talks = export.tables[ImportKind.RATINGS]
    assert talks[0]["ors_1"] == Decimal("4.0")
    assert talks[2]["ors_mark"] == "ofullständigt ifylld"
    assert talks[2]["srs_total"] == Decimal(0), "0 is a score, and not missing"
    assert "srs_total" not in talks[3]
    (after,) = export.tables[ImportKind.FOLLOW_UPS]
    assert (after["months"], after["step"], after["work_percent"]) == (6, "5", 50)


@on_sqlite
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_taken_out_is_read_in_as_what_is_there_already(
    filled: World, head: Actor, form: str
) -> None:
    export = taken(filled, head)
    made: dict[str, bytes] = {}
    if form == "csv":
        with zipfile.ZipFile(io.BytesIO(to_csv(export))) as archive:
            made = {t.key: archive.read(f"INTERNT-{t.stem}.csv") for t in tables()}
    book = None if made else read_workbook(to_excel(export), name="uttag.xlsx")
    for kind in EXPORTED:
        if book is None:
            (table,) = read_workbook(made[kind.value], name="uttag.csv").tables
        else:
            title = next(one.title for one in tables() if one.key == kind.value)
            (table,) = (t for t in book.tables if t.name == title)
        mapping = propose_mapping(table)
        assert mapping.kind is kind
        plan = dry_run(
            table, mapping, filled.worker, insats_id=filled.insats_id, database=filled.database
        )
        assert (plan.new, plan.refused) == (0, 0), [row for row in plan.rows]
        assert plan.same > 0


@on_sqlite
def test_files_are_marked_and_bear_no_memory_word(filled: World, head: Actor) -> None:
    from tracking.store.tables import Participant

    export = taken(filled, head)
    with filled.database.reading() as session:
        words = set(session.exec(select(Participant.memory_word)))
    book = load_workbook(io.BytesIO(to_excel(export)))
    assert book["Om filen"]["A1"].value == f"Märkning: {MARK}"
    assert MARK in book["Stegbedömningar"].oddHeader.left.text
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert not words & cells
    for archive in (to_csv(export), to_parquet(export)):
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            assert MARK in opened.read("INTERNT-om-filerna.csv").decode("utf-8-sig")
            assert all(n.startswith("INTERNT-") or n == "kodbok.csv" for n in opened.namelist())
            assert not any(
                word.encode() in opened.read(n) for n in opened.namelist() for word in words
            )


@on_sqlite
def test_parquet_has_types_and_says_what_columns_mean(filled: World, head: Actor) -> None:
    with zipfile.ZipFile(io.BytesIO(to_parquet(taken(filled, head)))) as archive:
        table = pyarrow.parquet.read_table(io.BytesIO(archive.read("INTERNT-skattningar.parquet")))
    assert str(table.schema.field("Datum").type) == "date32[day]"
    assert table.column("ORS total")[0].as_py() == Decimal("16.0")
    assert table.column("ORS total")[2].as_py() is None
    assert table.schema.field("Datum").metadata[b"betydelse"].decode().startswith("Samtalets")
    assert table.schema.metadata["Märkning".encode()].decode() == MARK


@on_sqlite
def test_csv_has_decimal_comma_and_nothing_that_a_spreadsheet_runs(
    filled: World, head: Actor
) -> None:
    export = taken(filled, head)
    harmful = {**export.tables[ImportKind.SPELLS][0], "municipality": "=1+1"}
    export = replace(export, tables={**export.tables, ImportKind.SPELLS: [harmful]})
    with zipfile.ZipFile(io.BytesIO(to_csv(export))) as archive:
        text = archive.read("INTERNT-skattningar.csv").decode("utf-8-sig")
        (spell,) = csv.DictReader(
            io.StringIO(archive.read("INTERNT-deltaganden.csv").decode("utf-8-sig")), delimiter=";"
        )
    assert ";16,0;" in text
    assert spell["Hemkommun"] == "'=1+1"
    sheet = load_workbook(io.BytesIO(to_excel(export)))["Deltagare och deltaganden"]
    (cell,) = (c for c in sheet[2] if c.value == "=1+1")
    assert cell.data_type == "s"


def test_codebook_explains_every_column_of_every_table() -> None:
    lines = codebook()
    assert len(lines) == sum(len(table.columns) for table in tables()) > 50
    for table, column, meaning, unit, _values in lines:
        assert meaning.endswith("."), (table, column)
        assert unit
    assert len({(table, column) for table, column, *_ in lines}) == len(lines)


@on_sqlite
def test_another_authoritys_staff_get_only_consented_spells(filled: World, head: Actor) -> None:
    outsider = replace(filled.outsider, grants=(*filled.outsider.grants, *filled.lead.grants))
    assert export_size(filled.database, head, filled.insats_id) == (2, 0)
    assert export_size(filled.database, outsider, filled.insats_id) == (0, 2)
    with filled.database.transaction() as work:
        spell = work.session.exec(select(Spell).order_by(Spell.id).limit(1)).one()  # type: ignore[arg-type]
        spell.consent_disclosure_on = date(2025, 3, 3)
        work.session.add(spell)
    export = taken(filled, outsider)
    assert (export.spells, export.left_out) == (1, 1)
    assert {row["key"] for rows in export.tables.values() for row in rows} == {"ST-0001"}
    told = dict(files.about(export))["Inte med"]
    assert told == "1\u00a0deltagande utan sekretessbrytande samtycke"


@on_sqlite
def test_only_who_leads_and_works_with_persons_takes_them_out_and_it_is_logged(
    filled: World, head: Actor
) -> None:
    for actor in (filled.worker, filled.lead, filled.neighbour, filled.nobody):
        with pytest.raises(NotPermitted):
            taken(filled, actor)
        with pytest.raises(NotPermitted):
            export_size(filled.database, actor, filled.insats_id)
    taken(filled, head, "Parquet")
    with filled.database.reading() as session:
        (entry,) = session.exec(
            select(AccessLogPayload).where(AccessLogPayload.action == "export_insats")
        ).all()
    assert (entry.detail, entry.insats_id) == ("Parquet, 2 deltaganden", filled.insats_id)


@on_sqlite
def test_table_too_long_for_excel_is_told_in_words(
    filled: World, head: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracking.domain.errors import RuleBroken

    monkeypatch.setattr(files, "EXCEL_ROWS", 1)
    with pytest.raises(RuleBroken, match="hämta CSV eller Parquet"):
        to_excel(taken(filled, head))
