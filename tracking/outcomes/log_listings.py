"""The views of a log review as words in rows: who, which spell, which page, when, and why.

Made from rows that have been read and names that have been looked up; nothing is read here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracking.domain.clock import SWEDEN
from tracking.domain.log_actions import ActKind, action_words
from tracking.domain.log_review import (
    LogRow,
    Looks,
    ReviewRule,
    bursts,
    looks,
    outside_hours,
    read_without_writing,
)
from tracking.domain.swedish import whole
from tracking.domain.wording import counted


class View(StrEnum):
    """A view of the log; the value stands in the page's address."""

    OUTSIDE = "utanfor-arbetstid"
    MANY = "manga-deltagare"
    UNREGISTERED = "inget-registrerat"
    FULL_CODE = "hel-kod"
    REFUSED = "nekade"
    ACCOUNTS = "konton"
    PARTICIPANTS = "deltagare"

    @property
    def label(self) -> str:
        """The heading on the screen."""
        return {
            "utanfor-arbetstid": "Utanför arbetstid",
            "manga-deltagare": "Många deltagare på kort tid",
            "inget-registrerat": "Läst utan att något registrerats",
            "hel-kod": "Sökt med hel kod",
            "nekade": "Nekade försök",
            "konton": "Per konto",
            "deltagare": "Per deltagare",
        }[self.value]


STANDING_OUT = (View.OUTSIDE, View.MANY, View.UNREGISTERED, View.FULL_CODE, View.REFUSED)
"""The views that ask for an explanation; the other two show everything."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A view's rows. ``count`` is in words, ``numbers`` the places of columns set to the right."""

    view: View
    count: str
    why: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Names:
    """What numbers in the log are called: accounts, spells (code), participants, insatser, pages.

    What is not there any more, or may not be shown, is said by number.
    """

    accounts: Mapping[int, str]
    codes: Mapping[int, str]
    people: Mapping[int, str]
    insatser: Mapping[int, str]
    pages: Mapping[str, str]
    responsible: Mapping[int, int | None]

    def account(self, account_id: int | None) -> str:
        """The account's function and name for signing in."""
        if account_id is None:
            return "okänt konto"
        return self.accounts.get(account_id, f"konto {account_id}")

    def spell(self, spell_id: int | None) -> str:
        """The participant's code; never a memory word."""
        return "" if spell_id is None else self.codes.get(spell_id, f"deltagande {spell_id}")

    def page(self, key: str | None) -> str:
        """The page's title."""
        return "" if key is None else self.pages.get(key, key)

    def of_pages(self, keys: Iterable[str]) -> str:
        """The titles of several pages."""
        return ", ".join(self.page(key) for key in keys)


def when(at: datetime) -> str:
    """A moment as a Swedish wall shows it."""
    return at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


def until(began: datetime, ended: datetime) -> str:
    """The end of a stretch: only the time of day where it ends on the day it began."""
    first, last = when(began), when(ended)
    return last[11:] if first[:10] == last[:10] else last


def listings(
    rows: Sequence[LogRow], rule: ReviewRule, names: Names, insats_id: int
) -> dict[View, Listing]:
    """Every view of the rows, in the order of `View`; what stands out comes newest first."""
    seen = looks(rows)
    return {
        View.OUTSIDE: _outside(rows, rule, names),
        View.MANY: _many(rows, rule, names),
        View.UNREGISTERED: _unregistered(seen, names),
        View.FULL_CODE: _full_code(rows, names, insats_id),
        View.REFUSED: _refused(rows, names),
        View.ACCOUNTS: _accounts(rows, rule, names),
        View.PARTICIPANTS: _participants(seen, names),
    }


def _outside(rows: Sequence[LogRow], rule: ReviewRule, names: Names) -> Listing:
    found = outside_hours(rows, rule)
    return Listing(
        View.OUTSIDE,
        counted(len(found), "händelse", "händelser"),
        f"Läsning, registrering, hämtning eller utskrift utanför arbetstid ({rule.hours}).",
        ("När", "Konto", "Deltagare", "Sida", "Vad", "Varför"),
        tuple(
            (
                when(row.at),
                names.account(row.account_id),
                names.spell(row.spell_id),
                names.page(row.page),
                _what(row),
                why,
            )
            for row, why in reversed(found)
        ),
    )


def _many(rows: Sequence[LogRow], rule: ReviewRule, names: Names) -> Listing:
    found = bursts(rows, rule)
    return Listing(
        View.MANY,
        counted(len(found), "tillfälle", "tillfällen"),
        f"Ett konto har öppnat minst {rule.many} olika deltagare inom {rule.minutes} minuter.",
        ("Började", "Slutade", "Konto", "Sida", "Antal", "Deltagare", "Varför"),
        tuple(
            (
                when(burst.began),
                until(burst.began, burst.ended),
                names.account(burst.account_id),
                names.of_pages(burst.pages),
                whole(len(burst.spells)),
                ", ".join(names.spell(spell_id) for spell_id in burst.spells),
                f"{len(burst.spells)} olika på {_minutes(burst.began, burst.ended)}",
            )
            for burst in reversed(found)
        ),
        frozenset({4}),
    )


def _minutes(began: datetime, ended: datetime) -> str:
    return counted(max(1, round((ended - began).total_seconds() / 60)), "minut", "minuter")


def _unregistered(seen: Sequence[Looks], names: Names) -> Listing:
    found = read_without_writing(seen)

    def why(look: Looks) -> str:
        times = counted(look.reads, "gång", "gånger")
        held = names.responsible.get(look.spell_id) == look.account_id
        return f"läst {times}, inget registrerat" + (", är ansvarig" if held else "")

    return Listing(
        View.UNREGISTERED,
        counted(len({look.spell_id for look in found}), "deltagare", "deltagare"),
        "Kontot har läst om deltagaren men inte registrerat något om deltagandet i perioden.",
        ("Deltagare", "Konto", "Sida", "Läsningar", "Först", "Senast", "Varför"),
        tuple(
            (
                names.spell(look.spell_id),
                names.account(look.account_id),
                names.of_pages(look.pages),
                whole(look.reads),
                when(look.first),
                when(look.last),
                why(look),
            )
            for look in found
        ),
        frozenset({3}),
    )


def _full_code(rows: Sequence[LogRow], names: Names, insats_id: int) -> Listing:
    found = [row for row in rows if row.kind is ActKind.SEARCH]

    def why(row: LogRow) -> str:
        if row.participant_id is None:
            return "ingen träff: koden eller födelseåret var fel"
        if row.insats_id == insats_id:
            return "sökte fram någon som är känd från en annan insats"
        return "någon från en annan insats sökte fram en deltagare härifrån"

    return Listing(
        View.FULL_CODE,
        counted(len(found), "sökning", "sökningar"),
        "Sökning efter en enda person med hel kod och födelseår, från en annan insats.",
        ("När", "Konto", "Sökte från", "Träff", "Varför"),
        tuple(
            (
                when(row.at),
                names.account(row.account_id),
                names.insatser.get(row.insats_id or 0, ""),
                "ingen"
                if row.participant_id is None
                else names.people.get(row.participant_id, f"deltagare {row.participant_id}"),
                why(row),
            )
            for row in reversed(found)
        ),
    )


def _refused(rows: Sequence[LogRow], names: Names) -> Listing:
    found = [row for row in rows if row.kind is ActKind.REFUSED]
    return Listing(
        View.REFUSED,
        counted(len(found), "försök", "försök"),
        "Någon försökte se eller göra något utan att ha rätt till det, eller kom inte in.",
        ("När", "Konto", "Deltagare", "Sida", "Vad", "Varför"),
        tuple(
            (
                when(row.at),
                names.account(row.account_id),
                names.spell(row.spell_id),
                names.page(row.page),
                action_words(row.action),
                _why_refused(row.detail or ""),
            )
            for row in reversed(found)
        ),
    )


REFUSALS = {
    "wrong_password": "fel lösenord",
    "not_permitted": "uppdraget ger inte rätt till det",
    "not_ones_page": "sidan hör inte till uppdraget",
    "not_ones_insats": "insatsen hör inte till uppdraget",
    "account_closed": "kontot är avslutat",
    "foreign_origin": "formuläret kom från en annan webbplats",
    "spoofed_header": "förfrågan bar en påhittad identitet",
}
"""What the log's codes of refusal say."""


def _why_refused(detail: str) -> str:
    """The words of a code of refusal, which may be followed by where it was."""
    return REFUSALS.get(detail.partition(" ")[0], detail)


def _accounts(rows: Sequence[LogRow], rule: ReviewRule, names: Names) -> Listing:
    by_account: dict[int | None, list[LogRow]] = defaultdict(list)
    for row in rows:
        by_account[row.account_id].append(row)

    def number(found: Sequence[LogRow], wanted: Callable[[LogRow], bool]) -> str:
        return whole(sum(wanted(row) for row in found))

    ordered = sorted(by_account.items(), key=lambda item: names.account(item[0]))
    return Listing(
        View.ACCOUNTS,
        counted(len(by_account), "konto", "konton"),
        "Alla konton som har gjort något som rör insatsen under perioden.",
        (
            "Konto",
            "Deltagare",
            "Läsningar",
            "Listor",
            "Registreringar",
            "Hämtat och utskrivet",
            "Utanför arbetstid",
            "Nekat",
            "Senast",
        ),
        tuple(
            (
                names.account(account_id),
                whole(len({row.spell_id for row in found if row.spell_id is not None})),
                number(found, lambda row: row.kind is ActKind.READ),
                number(found, lambda row: row.kind is ActKind.LIST),
                number(found, lambda row: row.kind is ActKind.WRITE),
                number(found, lambda row: row.kind is ActKind.TAKEN_OUT),
                whole(len(outside_hours(found, rule))),
                number(found, lambda row: row.kind is ActKind.REFUSED),
                when(max(row.at for row in found)),
            )
            for account_id, found in ordered
        ),
        frozenset(range(1, 8)),
    )


def _participants(seen: Sequence[Looks], names: Names) -> Listing:
    people = {look.spell_id for look in seen}
    return Listing(
        View.PARTICIPANTS,
        counted(len(people), "deltagare", "deltagare"),
        "Vem som har sett vem: en rad för varje deltagare och konto. Listor med många deltagare "
        "står under Per konto.",
        ("Deltagare", "Konto", "Sida", "Läsningar", "Registreringar", "Först", "Senast"),
        tuple(
            (
                names.spell(look.spell_id),
                names.account(look.account_id),
                names.of_pages(look.pages),
                whole(look.reads),
                whole(look.writes),
                when(look.first),
                when(look.last),
            )
            for look in sorted(seen, key=lambda look: names.spell(look.spell_id))
        ),
        frozenset({3, 4}),
    )


def _what(row: LogRow) -> str:
    said = action_words(row.action)
    return f"{said} ({row.detail})" if row.kind is ActKind.LIST and row.detail else said
