"""The pages of figures from elsewhere: tried dry, taken in, shown by themselves, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.app.conftest import Open, words
from tests.app.world import World, actor_of, key
from tracking.domain.context_figures import FigureKind, FigureRow, IndicatorRow, KommunRow
from tracking.services.figures import take_in_figures
from tracking.store.database import Database
from tracking.ui import figures_import
from tracking.ui.components.file_field import PickedFile

PAGES = ("nns_indikatorer", "helarsekvivalenter", "forsorjningsmattet")
KINDS = dict(zip(PAGES, FigureKind, strict=True))
HEAD = "Kommun;Ersättning;2025-H1;2025-H2\r\n"


def press(app, label):  # type: ignore[no-untyped-def]
    next(one for one in app.button if one.label == label).click().run()
    assert not app.exception
    return app


Pick = Callable[[bytes], None]


@pytest.fixture
def pick(monkeypatch: pytest.MonkeyPatch) -> Pick:
    """``pick(content)``: what stands in the file field, which only a browser can fill."""

    def picked(content: bytes) -> None:
        file = PickedFile("tal.csv", content) if content is not NOTHING else None
        monkeypatch.setattr(figures_import, "file_field", lambda _key: file)

    return picked


NOTHING = b"no file"


def take(world: World, kind: FigureKind, *rows: FigureRow) -> None:
    database = Database.open(world.url)
    take_in_figures(
        database, actor_of(database, world.admin), kind=kind, source="Nätverkets rapport",
        sha256="a" * 64, rows=rows, key=key(),
    )  # fmt: skip
    database.close()


@pytest.mark.parametrize("stem", PAGES)
@pytest.mark.parametrize("who", ["admin", "board"])
def test_empty_page_says_so_and_only_the_administrator_reads_files_in(
    open_as: Open, world: World, stem: str, who: str
) -> None:
    app = open_as(getattr(world, who), stem)
    assert not app.exception
    assert "inlästa än" in words(app)
    assert ("Hämta en mall (CSV)" in words(app)) is (who == "admin")


@pytest.mark.parametrize("stem", PAGES)
@pytest.mark.parametrize("who", ["worker", "lead", "system"])
def test_figures_from_elsewhere_never_stand_in_the_zone_of_outcomes(
    open_as: Open, world: World, stem: str, who: str
) -> None:
    with pytest.raises(ValueError, match="Could not find"):
        open_as(getattr(world, who), stem)


@pytest.mark.parametrize(("stem", "ages"), [(PAGES[1], "20–64 år"), (PAGES[2], "16–64 år")])
def test_the_ages_stand_in_the_title_and_the_page_says_what_it_is_not(
    open_as: Open, world: World, stem: str, ages: str
) -> None:
    app = open_as(world.board, stem)
    assert app.title[0].value.endswith(ages)
    assert "ingen uppföljning av någon insats" in words(app)


def test_a_file_is_tried_dry_then_taken_in_and_taken_back(
    open_as: Open, world: World, pick: Pick
) -> None:
    pick(f"{HEAD}Älvmark;Summa;1200;1 150,5\r\nStenvåla;Summa;..;300\r\n".encode())
    app = open_as(world.admin, PAGES[1])
    said = words(app).replace("\u00a0", " ")
    assert "Provläst: 3 uppgifter. Nya: 3. Ersätter andra tal: 0." in said
    assert "1 cell är tom eller prickad i filen" in said
    assert "Inget är sparat än." in said
    press(app, "Läs in")
    assert "Skriv varifrån talen kommer." in words(app)
    app.text_input[0].input("SCB:s statistikdatabas")
    pick(NOTHING)
    press(app, "Läs in")
    said = words(app).replace("\u202f", " ").replace("\u00a0", " ")
    assert "3 uppgifter är inlästa." in said
    app.query_params["kommun"] = "1"
    app.run()
    said = words(app).replace("\u202f", " ").replace("\u00a0", " ")
    assert "Älvmark, juli–dec 2025: 1 151 helårsekvivalenter" in said
    next(one for one in app.selectbox if one.label == "Inläsning").select_index(0)
    next(one for one in app.radio if one.label == "Skäl").set_value("no_longer_valid")
    press(app, "Ta tillbaka")
    assert "Inga tal är inlästa än." in words(app)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom."),
        (b"<html></html>", "ingen tabell"),
        (b"Ort;Tal\r\nx;1\r\n", "saknar kolumner"),
        (f"{HEAD}Älvmark;Summa;många;1\r\n".encode(), "1 rad går inte att läsa"),
        (f"{HEAD}Älvmark;Summa;-5;1\r\n".encode(), "noll eller större"),
        (f"{HEAD}Älvmark;Summa;..;\r\n".encode(), "inga tal att läsa in"),
        (f"{HEAD}Älvmark;{'19900101' + '-0017'};1;1\r\n".encode(), "personnummer"),
    ],
)
def test_a_bad_file_is_told_in_words_and_stores_nothing(
    open_as: Open, world: World, pick: Pick, content: bytes, sentence: str
) -> None:
    pick(content)
    app = open_as(world.admin, PAGES[1])
    assert sentence in words(app).replace("\u00a0", " ")
    assert "Läs in" not in [one.label for one in app.button]
    with Database.open(world.url).reading() as session:
        stored = session.connection().exec_driver_sql("SELECT count(*) FROM context_import")
        assert stored.scalar_one() == 0


def test_indicators_stand_with_their_n_and_few_answers_without_a_share(
    open_as: Open, world: World
) -> None:
    take(
        world, FigureKind.INDICATORS, IndicatorRow("Deltagare", 1, 2024, 40, 5000),
        IndicatorRow("Deltagare", 1, 2025, 38, 6250), IndicatorRow("Deltagare", 2, 2025, 3, 9900),
    )  # fmt: skip
    said = words(open_as(world.board, PAGES[0])).replace("\u202f", " ")
    assert "62,5" in said
    assert ">38<" in said
    assert "för få svar" in said
    assert "99" not in said.replace("199", "")


def test_a_kommun_that_is_not_there_is_told(open_as: Open, world: World) -> None:
    take(world, KINDS[PAGES[2]], KommunRow("Älvmark", "Ohälsa", None, "2025-H1", 610))
    app = open_as(world.board, PAGES[2], kommun="9")
    assert "finns inte bland talen" in words(app)
    assert not app.exception
