"""Stored values in the words that people read, for sentences about what collides.

A conflict tells both values; a number of a row or a key of a list would tell nobody anything.
The change history of a person has words of its own, in `tracking.outcomes`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.swedish import decimal, iso, whole
from tracking.domain.targets import Measure, PointInTime
from tracking.domain.wording import listed
from tracking.store.tables import Account, Code, Ladder, Question, Spell

NOTHING = "inget"

_FIELDS = {
    "name": "Namn",
    "owner": "Verksamhetsägare",
    "provider": "Verksamhetsutförare",
    "starts_on": "Startdatum",
    "ends_on": "Slutdatum",
    "planned_places": "Planerade platser",
    "planned_weeks": "Veckor per deltagare",
    "planned_participants": "Planerade deltagare",
    "age_from": "Lägsta ålder",
    "age_to": "Högsta ålder",
    "ladder_id": "Processtrappa",
    "uses_ors": "ORS",
    "uses_srs": "SRS",
    "uses_gsrs": "G-SRS",
    "follow_up_12": "Uppföljning efter 12 månader",
    "budget_kr": "Budget",
    "actual_kr": "Utfall",
    "esf_kr": "Medel från ESF",
    "contact": "Kontaktväg",
    "cost_share_percent": "Förbundets andel, procent",
    "own_capital_kr": "Eget kapital",
    "state_contribution_kr": "Statens bidrag",
    "region_contribution_kr": "Regionens bidrag",
    "municipal_contribution_kr": "Kommunernas bidrag",
    "administration_kr": "Administrationen",
    "administration_actual_kr": "Administrationens utfall",
    "label": "Värdet",
    "sort": "Ordningen",
    "retired_on": "Används inte från",
    "measure": "Vad som mäts",
    "population": "Population",
    "point_in_time": "Tidpunkt",
    "comparison": "Jämförelse",
    "value": "Målvärde",
    "unit": "Enhet",
    "codes": "Avslutsanledningar",
    "question_id": "Fråga",
    "support_month_kr": "En månad av offentlig försörjning",
    "production_month_kr": "En månads arbete på heltid",
    "deadweight_percent": "Hade skett ändå",
    "discount_hundredths": "Kalkylränta, hundradels procent",
    "assumptions_from": "Sparade antaganden",
    "title": "Vad dagen gäller",
    "on_day": "Datum",
    "wording": "Målets ordalydelse",
    "valid_from": "Gäller från",
    "valid_to": "Gäller till",
    "decided": "Beslutat",
    "started_on": "Startdatum",
    "referrer_id": "Remittent",
    "municipality_id": "Hemkommun",
    "education_id": "Utbildningsnivå",
    "support_months_known": "Tid i offentlig försörjning",
    "support_months": "Månader i offentlig försörjning",
    "support_band_id": "Tid i offentlig försörjning",
    "need_group_id": "Behovsgrupp",
    "responsible_id": "Ansvarig",
    "previous_spell_id": "Tidigare deltagande",
    "consent_contact": "Samtycke till kontakt",
    "consent_disclosure_on": "Sekretessbrytande samtycke",
    "birth_year": "Födelseår",
    "gender": "Juridiskt kön",
}
_KNOWN = {"months": "antal månader", "band": "ett spann", "unknown": "vet ej"}


def field_in_words(field: str) -> str:
    """What a stored field is called in the forms; empty for one that no form has."""
    return _FIELDS.get(field, "")


def in_words(session: DbSession, field: str, value: Any) -> str:
    """A value of a stored field as it stands in the form: labels, names, ja and nej, days."""
    if value is None or value == "":
        return NOTHING
    named = _NAMED.get(field)
    if named is not None:
        return named(session, value)
    if field == "birth_year":
        return str(value)
    if isinstance(value, int) and field.endswith("_id"):
        code = session.get(Code, value)
        return NOTHING if code is None else code.label
    return said(value)


def said(value: object) -> str:
    """A value that needs no looking up."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, StrEnum):
        return str(getattr(value, "label", value.value))
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, int):
        return whole(value)
    if isinstance(value, float):
        return whole(int(value)) if value == int(value) else decimal(value, 2).rstrip("0")
    return str(value)


def _name_of(table: type[Any], attribute: str) -> Callable[[DbSession, Any], str]:
    def find(session: DbSession, row_id: Any) -> str:
        row = session.get(table, row_id)
        return NOTHING if row is None else str(getattr(row, attribute))

    return find


def _labels(session: DbSession, keys: str) -> str:
    rows = session.exec(
        select(Code.label)
        .where(Code.list_key == "end_reason", col(Code.key).in_(keys.split()))
        .order_by(col(Code.sort))
    ).all()
    return listed(rows) or NOTHING


def _spell(session: DbSession, spell_id: Any) -> str:
    spell = session.get(Spell, spell_id)
    return NOTHING if spell is None else f"det som startade {iso(spell.started_on)}"


_NAMED: dict[str, Callable[[DbSession, Any], str]] = {
    "ladder_id": _name_of(Ladder, "name"),
    "question_id": _name_of(Question, "wording"),
    "responsible_id": _name_of(Account, "title"),
    "previous_spell_id": _spell,
    "codes": _labels,
    "measure": lambda _, value: Measure(value).label,
    "point_in_time": lambda _, value: PointInTime(value).label,
    "proposes": lambda _, value: Outcome(value).label,
    "group_key": lambda _, value: EndGroup(value).label,
    "support_months_known": lambda _, value: _KNOWN.get(str(value), str(value)),
}
