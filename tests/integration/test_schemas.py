"""Many förbund in one PostgreSQL database: a schema and a role each, and a wall between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic import command
from psycopg import sql
from sqlalchemy import URL, make_url, text

from tests.databases import Postgres
from tracking.cli import main
from tracking.domain.errors import InvalidValue
from tracking.services.setup import set_up_forbund
from tracking.store.database import SCHEMA_VARIABLE, URL_VARIABLE, Database, make_engine
from tracking.store.migrate import alembic_config, newest_revision
from tracking.store.schemas import CannotLayOut, check_name, lay_out, role_of, schemas

NAMES = ("ale", "boden", "ceder")
OLDER = ("dals_ed", "eda", "falun")
PASSWORD = "ett-losenord-av-tjugo-tecken-eller-fler"


@contextmanager
def three(server: Postgres, folder: Path, names: Sequence[str]) -> Iterator[str]:
    """A database with three förbund, each with its name in it; the roles are the server's."""
    words = folder / "ord"
    words.write_text(PASSWORD)
    with server.fresh(migrated=False) as url:
        for name in names:
            add = ["schema", "add", name, "--password-file", str(words), "--database", url]
            assert main(add) == 0
            own = Database.open(as_role(url, name), schema=name)
            set_up_forbund(own, name=name.capitalize())
            own.close()
        yield url
        with psycopg.connect(plain(url), autocommit=True) as connection:
            for name in names:
                role = sql.Identifier(role_of(name))
                connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))
                connection.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture(scope="module")
def laid_out(
    postgres_databases: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Three förbund that no test changes."""
    with three(postgres_databases, tmp_path_factory.mktemp("ord"), NAMES) as url:
        yield url


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(False)


def as_role(url: str, name: str) -> str:
    """The address as the förbund's own app has it."""
    own = make_url(url).set(username=role_of(name), password=PASSWORD)
    return own.render_as_string(False)


def test_each_forbund_reads_its_own_rows_alone(laid_out: str) -> None:
    for name in NAMES:
        database = Database.open(as_role(laid_out, name), schema=name)
        with database.reading() as session:
            assert session.execute(text("SELECT name FROM forbund")).all() == [(name.capitalize(),)]
        database.close()


ATTEMPTS = (
    "SELECT * FROM {other}.forbund",
    "SELECT count(*) FROM {other}.participant",
    "INSERT INTO {other}.forbund (name) VALUES ('x')",
    "DELETE FROM {other}.access_log",
    "CREATE TABLE {other}.x (y int)",
    "DROP SCHEMA {other} CASCADE",
    "ALTER SCHEMA {other} OWNER TO {own_role}",
    "ALTER TABLE {other}.account DISABLE TRIGGER ALL",
    "SET ROLE {other_role}",
    "GRANT {other_role} TO {own_role}",
    "SELECT {other}.touch_spell_touched_spell_insert()",
    "CREATE TABLE public.x (y int)",
    "CREATE SCHEMA mine",
    "CREATE TEMPORARY TABLE x (y int)",
    "CREATE ROLE x",
    "COPY {own}.forbund TO '/tmp/x'",
)


def test_no_forbunds_role_reaches_another_schema(laid_out: str) -> None:
    for own, other in itertools.permutations(NAMES, 2):
        with psycopg.connect(plain(as_role(laid_out, own)), autocommit=True) as connection:
            named = {
                "own": sql.Identifier(own),
                "other": sql.Identifier(other),
                "own_role": sql.Identifier(role_of(own)),
                "other_role": sql.Identifier(role_of(other)),
            }
            for attempt in ATTEMPTS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql.SQL(attempt).format(**named))
            connection.execute(sql.SQL("SET search_path = {other}").format(**named))
            with pytest.raises(psycopg.errors.UndefinedTable):
                connection.execute("SELECT * FROM forbund")


def test_app_with_the_wrong_schema_setting_finds_nothing_of_anothers(
    laid_out: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting is a slip away; the role is what holds."""
    monkeypatch.setenv(URL_VARIABLE, as_role(laid_out, "ale"))
    monkeypatch.setenv(SCHEMA_VARIABLE, "boden")
    assert main(["verify"]) == 1
    said = capsys.readouterr()
    assert "Boden" not in said.out + said.err
    assert "Traceback" not in said.err


def test_all_schemas_are_migrated_and_belong_to_their_roles(
    postgres_databases: Postgres, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that cannot be is left as it is, and told; the others go on."""
    first, second, strange = OLDER
    with three(postgres_databases, tmp_path, OLDER) as url:
        with psycopg.connect(plain(url), autocommit=True) as connection:
            for name in (first, second):
                _made_by_an_older_version(connection, name)
            newer = "UPDATE {}.alembic_version SET version_num = '9999'"
            connection.execute(sql.SQL(newer).format(sql.Identifier(strange)))
        capsys.readouterr()
        assert main(["migrate", "--all-schemas", "--database", url]) == 1
        said = capsys.readouterr()
        assert f"{first}: schema {newest_revision()}." in said.out
        assert f"2 av 3 scheman är förda till {newest_revision()}." in said.out
        assert f"{strange}: Databasen är gjord av en senare version" in said.err
        with psycopg.connect(plain(url), autocommit=True) as connection:
            owners = connection.execute(
                "SELECT DISTINCT schemaname, tableowner FROM pg_tables WHERE schemaname = ANY(%s)",
                [list(OLDER)],
            ).fetchall()
        assert set(owners) == {(name, role_of(name)) for name in OLDER}


def _made_by_an_older_version(connection: psycopg.Connection, name: str) -> None:
    """Empty the schema and let its own role make that of 0012."""
    role, schema = sql.Identifier(role_of(name)), sql.Identifier(name)
    connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))
    connection.execute(sql.SQL("CREATE SCHEMA {} AUTHORIZATION {}").format(schema, role))
    own = URL.create(
        "postgresql",
        username=role_of(name),
        password=PASSWORD,
        database=connection.info.dbname,
        query={"host": connection.info.host},
    )
    engine = make_engine(own.render_as_string(False), schema=name)
    with engine.begin() as inside:
        command.upgrade(alembic_config(inside), "0012")
    engine.dispose()


def test_schemas_are_listed_with_role_and_size(
    laid_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = schemas(laid_out)
    assert [(schema.name, schema.owner) for schema in found] == [
        (name, role_of(name)) for name in NAMES
    ]
    assert all(schema.size > 100_000 for schema in found)
    capsys.readouterr()
    assert main(["schema", "list", "--database", laid_out]) == 0
    assert "boden  stegvis_boden  " in capsys.readouterr().out


@pytest.mark.parametrize("name", ["", "Åre", "public", "pg_x", "a b", "a;b", "1a", "a" * 41, 'a"b'])
def test_name_that_is_no_schemas_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue, match="Ett schema heter"):
        check_name(name)


def test_schema_that_is_there_already_is_left_as_it_is(laid_out: str) -> None:
    with pytest.raises(CannotLayOut, match="redan"):
        lay_out(laid_out, "ale", PASSWORD)
    with pytest.raises(CannotLayOut, match="får inte skapa"):
        lay_out(as_role(laid_out, "ale"), "dal", PASSWORD)
    with pytest.raises(InvalidValue, match="minst 20"):
        lay_out(laid_out, "dal", "kort")
    with pytest.raises(CannotLayOut, match="bara i PostgreSQL"):
        lay_out("sqlite:///x.db", "dal", PASSWORD)
    assert [schema.name for schema in schemas(laid_out)] == list(NAMES)
