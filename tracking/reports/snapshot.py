"""A report frozen as canonical JSON with its checksum, and read back from it.

An adopted report is its snapshot: every format is made from what `thaw` gives, so that its
numbers are the same for ever, whatever becomes of the records, the code or the settings. Beside
the content stand the circumstances that it came about in: which release with which checksums,
the rule and the k of the disclosure control, and the version that counted.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from tracking.domain.errors import StegvisError
from tracking.domain.periods import parse_period_key
from tracking.domain.report_identity import Licence
from tracking.outcomes.encoding import (
    canonical,
    checksum,
    table_content,
    table_from,
    target_content,
    target_from,
)
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.reports.shapes import (
    Adoption,
    Chart,
    ChartKind,
    Identity,
    ReportContent,
    Section,
)
from tracking.services.report_adoption import Frozen

FORMAT = 1
"""Grows when the shape of a snapshot changes; every earlier one has to be read as well."""


class DamagedReport(StegvisError):
    """What is stored is not what was adopted."""


def freeze(content: ReportContent, circumstances: Mapping[str, Any]) -> Frozen:
    """Return a report as canonical text with its checksum.

    Raises `ValueError` for a report that is not adopted, or that holds anything which is not
    released: an exact figure of the insats zone can't be adopted.
    """
    if content.adoption is None or content.marking is not None:
        raise ValueError("only a report with an adoption and without a marking is frozen")
    text = canonical(
        {
            "format": FORMAT,
            "circumstances": dict(circumstances),
            "title": content.title,
            "subtitle": content.subtitle,
            "period": content.period.key,
            "made_at": content.made_at.isoformat(),
            "made_by": content.made_by,
            "code_version": content.code_version,
            "adoption": {
                "on": content.adoption.on.isoformat(),
                "paragraph": content.adoption.paragraph,
            },
            "identity": _identity_content(content.identity),
            "sections": [_section_content(section) for section in content.sections],
        }
    )
    return Frozen(text, checksum(text))


def thaw(text: str, sha256: str) -> ReportContent:
    """Return the report of a snapshot. Raises `DamagedReport` when it is not as it was stored."""
    kept = kept_content(text, sha256)
    try:
        return ReportContent(
            title=kept["title"],
            subtitle=kept["subtitle"],
            period=parse_period_key(kept["period"]),
            made_at=datetime.fromisoformat(kept["made_at"]),
            made_by=kept["made_by"],
            sections=tuple(_section_from(section) for section in kept["sections"]),
            marking=None,
            identity=_identity_from(kept["identity"]),
            adoption=Adoption(
                date.fromisoformat(kept["adoption"]["on"]), kept["adoption"]["paragraph"], sha256
            ),
            code_version=kept["code_version"],
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise DamagedReport("Den fastställda rapporten går inte att läsa.") from fault


def kept_content(text: str, sha256: str) -> dict[str, Any]:
    """Return all that a snapshot holds as plain data. Raises as `thaw`."""
    if checksum(text) != sha256:
        raise DamagedReport(
            "Den fastställda rapporten stämmer inte med sin kontrollsumma. "
            "Läs tillbaka databasen från en säkerhetskopia."
        )
    try:
        kept: dict[str, Any] = json.loads(text)
        known = kept["format"] <= FORMAT
    except (ValueError, KeyError, TypeError) as fault:
        raise DamagedReport("Den fastställda rapporten går inte att läsa.") from fault
    if not known:
        raise DamagedReport("Rapporten är fastställd i en senare version av Stegvis.")
    return kept


def _identity_content(identity: Identity | None) -> dict[str, Any] | None:
    if identity is None:
        return None
    content = asdict(identity)
    if identity.logotype is not None:
        content["logotype"] = base64.b64encode(identity.logotype).decode("ascii")
    return content


def _identity_from(content: Mapping[str, Any] | None) -> Identity | None:
    if content is None:
        return None
    logotype = content["logotype"]
    return Identity(
        name=content["name"],
        colour=content["colour"],
        logotype=None if logotype is None else base64.b64decode(logotype),
        logotype_alt=content["logotype_alt"],
        # Before the förbund could choose, everything was given away without terms.
        licence=Licence(content.get("licence", Licence.CC0)),
    )


def _section_content(section: Section) -> dict[str, Any]:
    targets = []
    for target in section.targets:
        if not isinstance(target, ReleasedTarget):
            raise ValueError("an exact target is never frozen")
        targets.append(target_content(target))
    return {
        "key": section.key,
        "heading": section.heading,
        "finding": section.finding,
        "tables": [table_content(table) for table in section.tables],
        "targets": targets,
        "words": list(section.words),
        "own_text": section.own_text,
        "charts": [asdict(chart) for chart in section.charts],
    }


def _section_from(content: Mapping[str, Any]) -> Section:
    return Section(
        key=content["key"],
        heading=content["heading"],
        finding=content["finding"],
        tables=tuple(table_from(table) for table in content["tables"]),
        targets=tuple(target_from(target) for target in content["targets"]),
        words=tuple(content["words"]),
        own_text=content["own_text"],
        charts=tuple(_chart_from(chart) for chart in content["charts"]),
    )


def _chart_from(content: Mapping[str, Any]) -> Chart:
    values = dict(content)
    values |= {"kind": ChartKind(content["kind"]), "columns": tuple(content["columns"])}
    return Chart(**values)
