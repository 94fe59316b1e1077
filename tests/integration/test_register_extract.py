"""The register extract: everything about one person, nothing about another, and who has read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import outloud
import pdfua
import pikepdf
import pytest
from sqlmodel import select

from tests.databases import on_sqlite
from tests.integration.worlds import (
    AT_WORK,
    ON_SUPPORT,
    ORS_HIGH,
    STARTED,
    World,
    a_key,
    a_spell,
    a_start,
    a_talk,
    row,
    version_of,
)
from tracking import cli
from tracking.domain.errors import Conflict, NotFound, NotPermitted
from tracking.domain.ladder import StepLevel
from tracking.domain.records import Gender
from tracking.domain.situation import Occasion
from tracking.outcomes.extract import (
    RegisterExtract,
    extract_from_console,
    register_extract,
)
from tracking.outcomes.participant import participant_page
from tracking.reports.register_extract import MARKING, sections, to_json, to_pdf
from tracking.services import (
    correct_participant,
    end_spell,
    start_spell,
)
from tracking.services.corrections import void_record
from tracking.services.participants import (
    change_memory_word,
    find_known_participant,
    propose_memory_words,
)
from tracking.store.tables import AccessLogPayload, Controller, Participant, Session, Spell


@dataclass(frozen=True)
class Told:
    """A person with something of everything, a spell in the neighbouring insats, and another."""

    world: World
    spell: int
    elsewhere: int
    other: int
    person: Any
    memory_words: tuple[str, str]


@pytest.fixture
def told(world: World) -> Told:
    started = a_spell(world, step=StepLevel(1), situation=ON_SUPPORT)
    other = a_spell(world, birth_year=1971, gender=Gender.MAN)
    a_talk(world, started.spell_id, date(2025, 10, 1))
    wrong = a_talk(world, started.spell_id, date(2025, 10, 8), ORS_HIGH)
    void_record(
        world.database,
        world.worker,
        table="session",
        row_id=wrong.session_id,
        why="wrong_person",
        version=row(world, Session, id=wrong.session_id).version,
        key=a_key(),
    )
    correct_participant(
        world.database,
        world.worker,
        spell_id=started.spell_id,
        birth_year=1989,
        gender=Gender.WOMAN,
        why="typing_error",
        version=1,
        key=a_key(),
    )
    person_id = row(world, Spell, id=started.spell_id).participant_id
    first = row(world, Participant, id=person_id)
    (word, *_) = propose_memory_words(world.database, world.worker, spell_id=started.spell_id)
    change_memory_word(
        world.database,
        world.worker,
        spell_id=started.spell_id,
        word=word,
        version=first.version,
        key=a_key(),
    )
    end_spell(
        world.database,
        world.worker,
        spell_id=started.spell_id,
        on=date(2025, 12, 15),
        reason="work",
        situation=AT_WORK,
        version=version_of(world, started.spell_id),
        key=a_key(),
    )
    person = row(world, Participant, id=person_id)
    find_known_participant(
        world.database,
        world.neighbour,
        code=person.code,
        birth_year=1989,
        insats_id=world.other_insats_id,
    )
    elsewhere = start_spell(
        world.database,
        world.neighbour,
        participant_id=person_id,
        insats_id=world.other_insats_id,
        start=a_start(STARTED),
        key=a_key(),
    )
    participant_page(world.database, world.colleague, started.spell_id, page="deltagaren")
    return Told(
        world,
        started.spell_id,
        elsewhere.spell_id,
        other.spell_id,
        person,
        (first.memory_word, word),
    )


def taken(told: Told, actor: Any = None) -> RegisterExtract:
    return register_extract(
        told.world.database,
        actor or told.world.worker,
        told.spell,
        page="deltagaren",
        form="json",
    ).value


def tables(extract: RegisterExtract) -> dict[str, list[dict[str, str]]]:
    content = json.loads(to_json(extract))
    return {t["rubrik"]: t["rader"] for part in content["avsnitt"] for t in part["tabeller"]}


def test_extract_holds_everything_that_is_recorded(told: Told) -> None:
    said = tables(taken(told))
    about = {line["Uppgift"]: line["Värde"] for line in said["Om deltagaren"]}
    assert about["Kod"] == told.person.code
    assert about["Födelseår"] == "1989"
    facts = {line["Uppgift"]: line["Värde"] for line in said["Start och slut"]}
    assert facts["Startade"] == "2025-09-01"
    assert facts["Avslutsanledning"] == "Arbete"
    assert [line["Anmärkning"] for line in said["Samtal och träffar"]].count("makulerad") == 1
    assert said["ORS, poäng"][0]["Summa"] == "16,0"
    assert len(said["Stegbedömningar"]) == 1
    assert {line["När"] for line in said["Situation"]} == {
        Occasion.START.label,
        Occasion.END.label,
    }
    assert len(said["Uppföljningar"]) == 2
    assert any("1990" in line["Var"] for line in said["Rättelser och makuleringar"])


def test_extract_tells_by_function_and_day_who_has_read(told: Told) -> None:
    lines = tables(taken(told))["Åtkomst per dag"]
    read = [line for line in lines if line["Vad"] == "öppnade deltagandet"]
    assert [(line["Funktion"], line["Arbetsgivare"]) for line in read] == [
        ("Kollega", "Testkommunen")
    ]


@on_sqlite
def test_staff_take_out_only_the_spells_that_they_may_see(told: Told) -> None:
    extract = taken(told)
    assert [view.head.spell_id for _, view in extract.spells] == [told.spell]
    assert not extract.complete
    said = to_json(extract).decode()
    assert "Bron" not in said, "another insats's staff are no business of these"
    assert "Granne" not in said


@on_sqlite
def test_console_takes_out_all_that_the_authority_has(told: Told) -> None:
    extract = extract_from_console(
        told.world.database,
        code=told.person.code,
        birth_year=1989,
        controller=None,
        form="json",
    )
    assert {view.head.spell_id for _, view in extract.spells} == {told.spell, told.elsewhere}
    assert extract.complete
    searched = [line for line in extract.log if "hel kod" in line.act]
    assert [line.who for line in searched] == ["Granne"]


@on_sqlite
def test_memory_word_and_other_people_stand_nowhere_in_the_files(told: Told) -> None:
    extract = taken(told)
    with told.world.database.reading() as session:
        other = session.get_one(Participant, session.get_one(Spell, told.other).participant_id)
    for said in (to_json(extract).decode(), str(sections(extract))):
        for secret in (*told.memory_words, other.code, other.memory_word):
            assert secret not in said


@on_sqlite
def test_taking_out_is_logged_with_the_spell_and_the_kind_of_file(told: Told) -> None:
    taken(told)
    with told.world.database.reading() as session:
        (entry,) = [
            e
            for e in session.exec(select(AccessLogPayload))
            if e.action == "download_register_extract"
        ]
    assert (entry.spell_id, entry.detail, entry.page) == (told.spell, "json", "deltagaren")


@on_sqlite
def test_whoever_may_not_see_the_person_takes_nothing_out(told: Told) -> None:
    for actor in (told.world.lead, told.world.neighbour, told.world.outsider, told.world.nobody):
        with pytest.raises(NotPermitted):
            taken(told, actor)
    with pytest.raises(NotFound):
        register_extract(told.world.database, told.world.worker, 99_999, page="x", form="pdf")


@on_sqlite
def test_pdf_is_marked_swedish_and_passes_the_checkers_of_pdf_ua(
    told: Told, tmp_path: Path
) -> None:
    path = tmp_path / "utdrag.pdf"
    path.write_bytes(to_pdf(taken(told)))
    assert [finding.rule_id for finding in outloud.check(str(path)).findings] == []
    assert list(pdfua.validate(str(path)).findings) == []
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang).casefold() == "sv-se"
    assert "märkning" in json.loads(to_json(taken(told)))
    assert MARKING.startswith("INTERNT")


@on_sqlite
def test_command_writes_a_file_that_only_its_owner_reads_and_overwrites_none(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = told.world.database.engine.url.render_as_string(hide_password=False)
    out = tmp_path / "utdrag.json"
    ask = ["extract", told.person.code, "--birth-year", "1989", "--database", url, "--out"]
    assert cli.main([*ask, str(out)]) == 0
    assert out.stat().st_mode & 0o077 == 0
    assert json.loads(out.read_text("utf-8"))["kod"] == told.person.code
    assert cli.main([*ask, str(out)]) == 1
    assert "finns redan" in capsys.readouterr().err
    assert cli.main([*ask, str(tmp_path / "utdrag.docx")]) == 1
    assert cli.main([*ask, str(tmp_path / "ingen" / "utdrag.pdf")]) == 1
    ask[3] = "1950"
    assert cli.main([*ask, str(tmp_path / "annan.pdf")]) == 1
    assert "Ingen deltagare" in capsys.readouterr().err


@on_sqlite
def test_code_that_two_authorities_have_given_needs_to_know_which(told: Told) -> None:
    with told.world.database.transaction() as work:
        session = work.session
        region = session.exec(select(Controller).where(Controller.name == "Testregionen")).one()
        session.add(
            Participant(
                controller_id=region.id,
                number=told.person.number,
                code=told.person.code,
                memory_word="ett-annat",
                birth_year=1989,
                gender=Gender.MAN,
                created_at=told.person.created_at + timedelta(days=1),
                created_by=told.world.worker.account_id,
            )
        )
    ask: dict[str, Any] = {"code": told.person.code, "birth_year": 1989, "form": "pdf"}
    with pytest.raises(Conflict, match="flera myndigheter"):
        extract_from_console(told.world.database, controller=None, **ask)
    found = extract_from_console(told.world.database, controller="Testregionen", **ask)
    assert found.spells == ()
    assert to_pdf(found).startswith(b"%PDF")
