"""Triggers: what the database itself must never forget or allow.

Two kinds. *Touch* triggers note which spells and insatser a transaction has changed, whoever
writes and however, so that the summary cannot miss a write. *Guard* triggers refuse to change
what is final: the log, releases, adopted reports, the förbund's calendar once chosen.
Alembic drops triggers silently when it rebuilds a SQLite table, so they are installed anew
after every migration and looked for at every start.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

EVENTS = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Touch:
    """After ``events`` on ``table``, the ids that ``select`` gives are noted in ``noted_in``.

    ``{row}`` in ``select`` stands for the new or the old row.
    """

    table: str
    noted_in: str
    select: str
    events: tuple[str, ...] = EVENTS


@dataclass(frozen=True)
class Guard:
    """``event`` on ``table`` is refused when ``condition`` holds."""

    table: str
    event: str
    message: str
    condition: str = "1 = 1"


SPELL = "touched_spell"
INSATS = "touched_insats"
EVERY_INSATS = "SELECT i.id AS id FROM insats i"

TOUCHES = (
    Touch("spell", SPELL, "SELECT {row}.id AS id"),
    Touch("spell", INSATS, "SELECT {row}.insats_id AS id"),
    Touch("attendance", SPELL, "SELECT {row}.spell_id AS id"),
    Touch(
        "rating",
        SPELL,
        "SELECT a.spell_id AS id FROM attendance a WHERE a.id = {row}.attendance_id",
    ),
    Touch(
        "session",
        SPELL,
        "SELECT a.spell_id AS id FROM attendance a WHERE a.session_id = {row}.id",
        ("UPDATE",),
    ),
    Touch("step_assessment", SPELL, "SELECT {row}.spell_id AS id"),
    Touch("situation", SPELL, "SELECT {row}.spell_id AS id"),
    Touch(
        "situation_support",
        SPELL,
        "SELECT q.spell_id AS id FROM situation q WHERE q.id = {row}.situation_id",
    ),
    Touch("follow_up", SPELL, "SELECT {row}.spell_id AS id"),
    Touch("answer", SPELL, "SELECT {row}.spell_id AS id"),
    Touch(
        "participant",
        SPELL,
        "SELECT s.id AS id FROM spell s WHERE s.participant_id = {row}.id",
        ("UPDATE",),
    ),
    Touch(
        "code",
        SPELL,
        "SELECT s.id AS id FROM spell s WHERE s.end_reason_id = {row}.id",
        ("UPDATE",),
    ),
    Touch("insats", INSATS, "SELECT {row}.id AS id", ("INSERT", "UPDATE")),
    # A threshold, the k of the disclosure control or a label may stand in any insats's figures.
    Touch("threshold_set", INSATS, EVERY_INSATS),
    # Each class of change is stored with the thresholds that it was made with.
    Touch("threshold_set", SPELL, "SELECT m.spell_id AS id FROM spell_summary m WHERE m.ors_n > 1"),
    Touch("forbund", INSATS, EVERY_INSATS, ("UPDATE",)),
    Touch("code", INSATS, EVERY_INSATS, ("UPDATE",)),
    Touch("target", INSATS, "SELECT {row}.insats_id AS id"),
    Touch("budget", INSATS, "SELECT {row}.insats_id AS id"),
    Touch("anonymous_count", INSATS, "SELECT {row}.insats_id AS id"),
    Touch("slip_count", INSATS, "SELECT {row}.insats_id AS id"),
    Touch("structural_occasion", INSATS, "SELECT {row}.insats_id AS id"),
    Touch(
        "head_count",
        INSATS,
        "SELECT o.insats_id AS id FROM structural_occasion o WHERE o.id = {row}.occasion_id",
    ),
)


def _rows_of(event: str) -> tuple[str, ...]:
    return {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("NEW", "OLD")}[event]


FINAL = "this record is final and never changes"
_ADOPTED = "EXISTS (SELECT 1 FROM report r WHERE r.id = {report} AND r.status = 'adopted')"
ASKED = "a question that has been answered keeps its meaning"
_ASKED = (
    "(EXISTS (SELECT 1 FROM answer a WHERE a.question_id = {question})"
    " OR EXISTS (SELECT 1 FROM slip_count c WHERE c.question_id = {question}))"
)
GUARDS = (
    *(
        Guard(table, event, FINAL)
        for table in (
            "release",
            "released_table",
            "release_cells",
            "release_small",
            "release_publication",
            "snapshot",
            "payback_calculation",
        )
        for event in ("UPDATE", "DELETE")
    ),
    *(
        Guard("access_log", event, "the access log is only added to")
        for event in ("UPDATE", "DELETE")
    ),
    Guard("access_log_payload", "UPDATE", "the access log is only added to"),
    *(
        Guard(table, event, "reviews of the log are only added to")
        for table in ("log_review", "log_review_rule")
        for event in ("UPDATE", "DELETE")
    ),
    *(
        Guard(table, event, "rules and protocols of retention are only added to")
        for table in ("retention_rule", "retention_run", "retention_line")
        for event in ("UPDATE", "DELETE")
    ),
    Guard("erased_tally", "DELETE", "releases to come need what is left of erased spells"),
    Guard("change", "UPDATE", "the change history is only added to"),
    Guard(
        "import_run",
        "UPDATE",
        "an import says for ever what was read in; it can be voided once",
        # The protocol is written when all rows are there, in the transaction that begins it.
        "OLD.voided_at IS NOT NULL OR NEW.insats_id <> OLD.insats_id OR NEW.kind <> OLD.kind"
        " OR NEW.file_hash <> OLD.file_hash"
        " OR (OLD.protocol <> '' AND NEW.protocol <> OLD.protocol)",
    ),
    Guard("import_run", "DELETE", FINAL),
    *(
        Guard("fitted_course", event, "a fitted course is final; a new fit is a new row")
        for event in ("UPDATE", "DELETE")
    ),
    Guard(
        "report",
        "UPDATE",
        "an adopted report is final, and what is adopted has been frozen",
        "OLD.status = 'adopted' OR (NEW.status = 'adopted' AND NOT EXISTS"
        " (SELECT 1 FROM snapshot s WHERE s.report_id = OLD.id))",
    ),
    Guard("report", "DELETE", FINAL, "OLD.status = 'adopted'"),
    Guard("snapshot", "INSERT", FINAL, _ADOPTED.format(report="NEW.report_id")),
    *(
        Guard(
            "section",
            event,
            FINAL,
            " OR ".join(_ADOPTED.format(report=f"{row}.report_id") for row in _rows_of(event)),
        )
        for event in EVENTS
    ),
    *(
        Guard(
            "section_note",
            event,
            FINAL,
            " OR ".join(
                _ADOPTED.format(
                    report=f"(SELECT s.report_id FROM section s WHERE s.id = {row}.section_id)"
                )
                for row in _rows_of(event)
            )
            + (" OR NEW.words <> OLD.words" if event == "UPDATE" else ""),
        )
        for event in EVENTS
    ),
    Guard(
        "forbund",
        "UPDATE",
        "the calendar is chosen once",
        "OLD.calendar IS NOT NULL AND (NEW.calendar IS NULL OR NEW.calendar <> OLD.calendar)",
    ),
    Guard(
        "sign_in",
        "UPDATE",
        "a sign-in that has ended stays ended, and none changes hands or lasts longer",
        "OLD.ended_at IS NOT NULL OR NEW.account_id <> OLD.account_id"
        " OR NEW.token_hash <> OLD.token_hash OR NEW.expires_at <> OLD.expires_at",
    ),
    *(
        Guard(
            "second_factor",
            event,
            "the secret of a second factor is kept sealed",
            f"substr(NEW.secret, 1, 7) <> 'sealed:'{unless}",
        )
        # What an earlier version kept as it was may be used until it is sealed.
        for event, unless in (("INSERT", ""), ("UPDATE", " AND NEW.secret <> OLD.secret"))
    ),
    Guard("recovery_code", "UPDATE", "a recovery code works once", "OLD.used_at IS NOT NULL"),
    *(
        Guard(
            "account",
            event,
            "only the Argon2id hash of a password is kept",
            "NEW.password_hash IS NOT NULL AND substr(NEW.password_hash, 1, 10) <> '$argon2id$'",
        )
        for event in ("INSERT", "UPDATE")
    ),
    *(
        Guard(table, event, ASKED, condition.format(asked=_ASKED.format(question=question)))
        for table, event, question, condition in (
            (
                "question",
                "UPDATE",
                "OLD.id",
                "(NEW.wording <> OLD.wording OR NEW.kind <> OLD.kind) AND {asked}",
            ),
            ("question", "DELETE", "OLD.id", "{asked}"),
            ("question_option", "INSERT", "NEW.question_id", "{asked}"),
            ("question_option", "UPDATE", "OLD.question_id", "{asked}"),
            ("question_option", "DELETE", "OLD.question_id", "{asked}"),
        )
    ),
    Guard(
        "spell",
        "UPDATE",
        "a spell keeps the ladder version it began with",
        "OLD.ladder_version_id IS NOT NULL AND"
        " (NEW.ladder_version_id IS NULL OR NEW.ladder_version_id <> OLD.ladder_version_id)",
    ),
)


def _name(kind: str, table: str, event: str, target: str = "") -> str:
    return "_".join(part for part in (kind, table, target, event.lower()) if part)


def trigger_names() -> set[str]:
    """The name of every trigger that a database of this version has."""
    names = {_name("guard", guard.table, guard.event) for guard in GUARDS}
    names |= {_name("touch", t.table, event, t.noted_in) for t in TOUCHES for event in t.events}
    return names


def missing_triggers(connection: Connection) -> set[str]:
    """The triggers that should be there and are not."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    else:
        rows = connection.exec_driver_sql(
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    return trigger_names() - {row[0] for row in rows}


def install_triggers(connection: Connection) -> None:
    """Make every trigger anew, in the database's own language."""
    sqlite = connection.dialect.name == "sqlite"
    for touch in TOUCHES:
        for event in touch.events:
            statements = _sqlite_touch(touch, event) if sqlite else _postgres_touch(touch, event)
            for statement in statements:
                connection.exec_driver_sql(statement)
    for guard in GUARDS:
        for statement in _sqlite_guard(guard) if sqlite else _postgres_guard(guard):
            connection.exec_driver_sql(statement)


def _note(touch: Touch, event: str) -> list[str]:
    rows = _rows_of(event)
    column = "spell_id" if touch.noted_in == SPELL else "insats_id"
    return [
        f"INSERT INTO {touch.noted_in} ({column}) SELECT found.id FROM"
        f" ({touch.select.format(row=row)}) AS found WHERE NOT EXISTS"
        f" (SELECT 1 FROM {touch.noted_in} n WHERE n.{column} = found.id)"
        for row in rows
    ]


def _sqlite_touch(touch: Touch, event: str) -> list[str]:
    name = _name("touch", touch.table, event, touch.noted_in)
    body = "; ".join(_note(touch, event))
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f'CREATE TRIGGER {name} AFTER {event} ON "{touch.table}" BEGIN {body}; END',
    ]


def _sqlite_guard(guard: Guard) -> list[str]:
    name = _name("guard", guard.table, guard.event)
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f'CREATE TRIGGER {name} BEFORE {guard.event} ON "{guard.table}"'
        f" WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.message}'); END",
    ]


def _postgres_touch(touch: Touch, event: str) -> list[str]:
    name = _name("touch", touch.table, event, touch.noted_in)
    body = "; ".join(_note(touch, event))
    return _postgres_trigger(name, touch.table, f"AFTER {event}", f"{body}; RETURN NULL;")


def _postgres_guard(guard: Guard) -> list[str]:
    name = _name("guard", guard.table, guard.event)
    kept = "OLD" if guard.event == "DELETE" else "NEW"
    body = (
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.message}'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {kept};"
    )
    return _postgres_trigger(name, guard.table, f"BEFORE {guard.event}", body)


def _postgres_trigger(name: str, table: str, moment: str, body: str) -> list[str]:
    # exec_driver_sql hands the text to psycopg as it is, without parameters: no % escapes needed.
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {body} END $$",
        f'DROP TRIGGER IF EXISTS {name} ON "{table}"',
        f'CREATE TRIGGER {name} {moment} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()',
    ]
