"""The pages in the menu's order: address, title, and who has them.

One table that both the navigation and the guard read, so that what is not in somebody's menu
is not behind its address either. A page here is a question of role; which insats or person it
may show is asked again by what the page calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from tracking.access.actors import Actor, Grant
from tracking.access.permissions import PERMISSIONS, Action, can_export
from tracking.domain.instruments import Unit
from tracking.domain.roles import Role, Zone

_FOLDER = Path(__file__).resolve().parents[2] / "pages"

Allows = Callable[[Actor], bool]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. ``key`` is the file's stem in pages/ and the address."""

    key: str
    title: str
    allows: Allows


def _holds(action: Action, zone: Zone) -> Allows:
    """Whether the actor may do this somewhere, and stands in the zone where it is done."""
    roles = PERMISSIONS[action]
    return lambda actor: actor.zone is zone and any(g.role in roles for g in actor.grants)


def _either(*rules: Allows) -> Allows:
    return lambda actor: any(rule(actor) for rule in rules)


_RECORDS = _holds(Action.RECORD, Zone.INSATS)
_IMPORTS = _holds(Action.IMPORT, Zone.INSATS)
_RECORDS_SLIPS = _holds(Action.RECORD_SLIPS, Zone.INSATS)
_CONFIGURES = _holds(Action.CONFIGURE_INSATS, Zone.INSATS)
_SEES_INTERNAL = _holds(Action.SEE_INTERNAL, Zone.INSATS)
_WRITES_REPORT = _holds(Action.WRITE_REPORT, Zone.INSATS)
_READS_RELEASED = _holds(Action.READ_RELEASED, Zone.FORBUND)
_SETS_UP = _holds(Action.SET_UP_FORBUND, Zone.FORBUND)
_RELEASES = _holds(Action.MAKE_RELEASE, Zone.FORBUND)
_REVIEWS_LOG = _holds(Action.REVIEW_LOG, Zone.INSATS)
_KEYS_HEADS = _either(
    _holds(Action.RECORD_HEADS, Zone.INSATS), _holds(Action.RECORD_HEADS, Zone.FORBUND)
)
_FOLLOWS_DEVIATIONS = _either(
    _holds(Action.NOTE_DEVIATION, Zone.INSATS), _holds(Action.HANDLE_DEVIATIONS, Zone.FORBUND)
)
_SEES_REVIEWS = _holds(Action.SEE_REVIEWS, Zone.FORBUND)
_RUNS_RETENTION = _holds(Action.RUN_RETENTION, Zone.SYSTEM)
_KEEPS_ACCOUNTS = _holds(Action.MANAGE_ACCOUNTS, Zone.SYSTEM)
_SEES_OPERATIONS = _holds(Action.SEE_OPERATIONS, Zone.SYSTEM)


def _exports(actor: Actor) -> bool:
    """Whether the actor both leads an insats and works with its persons."""
    return any(g.insats_id is not None and can_export(actor, g.insats_id) for g in actor.grants)


def _everybody(_actor: Actor) -> bool:
    return True


GROUPS: tuple[tuple[PageEntry, ...], ...] = (
    (
        PageEntry("att_gora", "Att göra", _RECORDS),
        PageEntry("samtal", "Registrera samtal", _RECORDS),
        PageEntry("grupptraff", "Gruppträff", _RECORDS),
        PageEntry("deltagaren", "Deltagaren", _RECORDS),
        PageEntry("registrera", "Registrera deltagare", _RECORDS),
        PageEntry("uppfoljningar", "Uppföljningar", _RECORDS),
        PageEntry("anonyma", "Anonyma deltagare", _RECORDS),
        PageEntry("kodnyckel", "Kodnyckel", _RECORDS),
        PageEntry("importera", "Läs in filer", _IMPORTS),
    ),
    (
        PageEntry("oversikt", "Översikt", _READS_RELEASED),
        PageEntry("insatsen", "Insatsen", _SEES_INTERNAL),
        PageEntry("datakvalitet", "Datakvalitet", _SEES_INTERNAL),
        PageEntry("aterbetalningstid", "Återbetalningstid", _SEES_INTERNAL),
        PageEntry("slapp", "Vad släppet innehåller", _READS_RELEASED),
        PageEntry("exportera", "Hämta uppgifter", _exports),
    ),
    (
        PageEntry("rapporter", "Rapporter", _either(_WRITES_REPORT, _READS_RELEASED)),
        PageEntry("rapport", "Rapport", _either(_WRITES_REPORT, _READS_RELEASED)),
        PageEntry("arbetsrapport", "Arbetsrapport", _SEES_INTERNAL),
        PageEntry("underlag", "Underlag Finsam", _either(_SEES_INTERNAL, _READS_RELEASED)),
    ),
    (
        PageEntry("blanketter", "Anonyma lappar", _RECORDS_SLIPS),
        PageEntry("tillfallen", "Tillfällen", _KEYS_HEADS),
        PageEntry("systemavvikelser", "Systemavvikelser", _FOLLOWS_DEVIATIONS),
        PageEntry("arshjul", "Årshjul", _either(_SEES_INTERNAL, _READS_RELEASED)),
        PageEntry("nns_indikatorer", "NNS-indikatorer", _READS_RELEASED),
        PageEntry("helarsekvivalenter", "Helårsekvivalenter", _READS_RELEASED),
        PageEntry("forsorjningsmattet", "Försörjningsmåttet", _READS_RELEASED),
    ),
    (
        PageEntry("insatser", "Insatser", _SETS_UP),
        PageEntry("insats_mal", "Mål", _SETS_UP),
        PageEntry("budget", "Budget", _SETS_UP),
        PageEntry("fragor", "Frågor", _either(_SETS_UP, _CONFIGURES)),
        PageEntry("behovsgrupper", "Behovsgrupper", _CONFIGURES),
        PageEntry("kodlistor", "Kodlistor", _SETS_UP),
        PageEntry("processtrappor", "Processtrappor", _SETS_UP),
        PageEntry("gransvarden", "Gränsvärden", _SETS_UP),
        PageEntry("kalender", "Kalender och släpp", _RELEASES),
        PageEntry("utseende", "Rapporternas utseende", _SETS_UP),
    ),
    (
        PageEntry("logggranskning", "Granska åtkomstloggen", _REVIEWS_LOG),
        PageEntry("granskningar", "Granskningar av loggen", _SEES_REVIEWS),
        PageEntry("konton", "Konton", _KEEPS_ACCOUNTS),
        PageEntry("drift", "Drift", _SEES_OPERATIONS),
        PageEntry("gallring", "Gallring", _either(_RUNS_RETENTION, _SEES_INTERNAL)),
    ),
    (
        PageEntry("sa_raknar_vi", "Så räknar vi", _everybody),
        PageEntry("sa_skyddar_vi", "Så skyddar vi deltagarna", _everybody),
        PageEntry("behorigheter", "Behörigheter", _everybody),
        PageEntry("handbok", "Handbok", _everybody),
        PageEntry("tillganglighet", "Tillgänglighet", _everybody),
    ),
)
"""What belongs together in the menu: the day's work, results, reports, what else is followed, the
set-up, the watch over it all, and what everybody may read."""

PAGES: tuple[PageEntry, ...] = tuple(page for group in GROUPS for page in group)
"""Every page in the menu's order."""

OPEN_PAGES = {"valj_konto": "Välj konto"}
"""The page of a demo for somebody who is nobody yet: address and title."""

PAGE_TITLES = {page.key: page.title for page in PAGES}
"""What each page is called on the screen."""

_BY_KEY = {page.key: page for page in PAGES}


def pages_for(actor: Actor) -> tuple[PageEntry, ...]:
    """The pages that the actor has, in the menu's order."""
    return tuple(page for page in PAGES if page.allows(actor))


def group_starts(shown: Collection[str]) -> tuple[str, ...]:
    """Of the pages that stand in somebody's menu, the first of each group but the first group."""
    firsts = (next((page.key for page in group if page.key in shown), None) for group in GROUPS)
    return tuple(key for key in firsts if key is not None)[1:]


def may_open(actor: Actor, key: str) -> bool:
    """Whether the actor has the page. An unknown page is nobody's."""
    page = _BY_KEY.get(key)
    return page is not None and page.allows(actor)


def holders(key: str) -> tuple[Role, ...]:
    """The roles that each have the page by themselves. An unknown page is nobody's."""
    return tuple(role for role in Role if may_open(_with(role), key))


def _with(role: Role) -> Actor:
    """Somebody who has nothing but the role, in some insats."""
    return Actor(0, "", "", role.zone, None, Unit.POINTS, (Grant(role, 0),))


def page_path(key: str) -> str:
    """The page's file, as links and the navigation name it."""
    return str(_FOLDER / f"{key}.py")
