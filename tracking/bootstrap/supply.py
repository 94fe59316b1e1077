"""What Stegvis is made of: a bill of materials (CycloneDX) and a list of licences.

Both are read from ``requirements/runtime.txt`` (names, versions, hashes: what is installed in
production) and from what the installed packages say of themselves, without asking anybody on the
network. Run it with the environment's Python: ``python -m tracking.bootstrap.supply sbom``.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from tracking.bootstrap.environment import ROOT

LOCK = ROOT / "requirements" / "runtime.txt"
LICENCES = ROOT / "docs" / "licences.md"

REFUSED = (
    "AGPL",
    "AFFERO",
    "GPL",
    "SSPL",
    "BUSL",
    "BUSINESS SOURCE",
    "COMMONS CLAUSE",
    "PROPRIETARY",
)
"""What no part of Stegvis may be under: they would bind who runs it, or forbid it. The Lesser GPL
binds only who changes that part itself, and is accepted.
"""

READ_IN_THE_FILE = {
    "MIT License": "MIT",
    "Permission is hereby granted, free of charge": "MIT",
    "Apache License": "Apache-2.0",
    "Redistribution and use in source and binary forms": "BSD-3-Clause",
}
"""How a licence's own text begins, for packages whose metadata name none."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]*\S))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
UNKNOWN = "okänd"


@dataclass(frozen=True)
class Part:
    """One pinned package: ``marker`` says where it is installed, ``licence`` what it says of itself
    (None where it is not installed here).
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    licence: str | None


def parts(lock: str) -> tuple[Part, ...]:
    """The pinned packages of a requirements file, in its order."""
    return tuple(_part(block) for block in _blocks(lock))


def _blocks(lock: str) -> Iterator[str]:
    block: list[str] = []
    for line in lock.splitlines():
        if _PIN.match(line):
            if block:
                yield "\n".join(block)
            block = [line]
        elif block:
            block.append(line)
    if block:
        yield "\n".join(block)


def _part(block: str) -> Part:
    pinned = _PIN.match(block)
    assert pinned is not None
    name, version, marker = pinned.group(1), pinned.group(2), (pinned.group(3) or "").strip()
    return Part(name, version, marker, tuple(_HASH.findall(block)), licence_of(name))


def licence_of(name: str) -> str | None:
    """The licence in SPDX's words where the package uses them, on one line; None if not here."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    said = found.metadata
    expression = said.get_all("License-Expression")
    if expression:
        return str(expression[0])
    classified = [
        line.split("::")[-1].strip()
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    if classified:
        return ", ".join(classified)
    first = str((said.get_all("License") or [""])[0]).strip().splitlines()
    if first and 0 < len(first[0]) <= 60 and first[0].strip("= "):
        return first[0].strip()
    return _in_the_file(found)


def _in_the_file(found: Distribution) -> str:
    for file in found.files or []:
        if re.search(r"licen[sc]e", file.name, re.IGNORECASE):
            text = Path(str(found.locate_file(file))).read_text(encoding="utf-8", errors="replace")
            for beginning, licence in READ_IN_THE_FILE.items():
                if beginning in text:
                    return licence
    return UNKNOWN


def refused(licence: str) -> str | None:
    """Why a licence is refused, or None. One of several that may be chosen is enough."""
    if licence == UNKNOWN:
        return "licensen är okänd"
    for way in licence.split(" OR "):
        plain = re.sub(r"LESSER GENERAL PUBLIC|LGPL", "", way.upper())
        plain = plain.replace("GENERAL PUBLIC LICENSE", "GPL")
        if not any(word in plain for word in REFUSED):
            return None
    return f"{licence} är inte tillåten"


def licence_list(found: Sequence[Part]) -> str:
    """docs/licences.md."""
    lines = [
        "# Licences",
        "",
        "What is installed in production with Stegvis (itself EUPL-1.2), from",
        "`requirements/runtime.txt` and what each package says of itself. Made by",
        "`python3 -m tracking licences`; a test holds it up to date and refuses AGPL, GPL, SSPL,",
        "BUSL, proprietary and unknown licences.",
        "",
        "| package | version | licence |",
        "|---|---|---|",
    ]
    lines += [
        f"| {part.name} | {part.version} | {part.licence} |" for part in found if part.licence
    ]
    elsewhere = [part for part in found if part.licence is None]
    if elsewhere:
        lines += [
            "",
            "Pinned, but only installed on other systems than the one this was made on:",
            "",
        ]
        lines += [f"- {part.name} {part.version} (`{part.marker}`)" for part in elsewhere]
    return "\n".join(lines) + "\n"


def bill_of_materials(found: Sequence[Part], *, version: str) -> dict[str, Any]:
    """CycloneDX 1.6: every pinned package with its hashes, purl and licence."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "stegvis",
                "name": "stegvis",
                "version": version,
                "licenses": [{"license": {"id": "EUPL-1.2"}}],
            }
        },
        "components": [_component(part) for part in found],
        "dependencies": [{"ref": "stegvis", "dependsOn": [_purl(part) for part in found]}],
    }


def _component(part: Part) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(part),
        "name": part.name,
        "version": part.version,
        "purl": _purl(part),
        # One for each file of the package that pip would accept.
        "properties": [
            {"name": "stegvis:sha256", "value": digest} for digest in sorted(part.hashes)
        ],
    }
    if part.marker:
        component["scope"] = "optional"
        component["properties"].append({"name": "stegvis:marker", "value": part.marker})
    if part.licence:
        component["licenses"] = [{"license": {"name": part.licence}}]
    return component


def _purl(part: Part) -> str:
    return f"pkg:pypi/{part.name.lower().replace('_', '-')}@{part.version}"


def main(arguments: Sequence[str]) -> int:
    """``sbom`` prints the bill of materials; ``licences`` writes docs/licences.md."""
    found = parts(LOCK.read_text(encoding="utf-8"))
    if list(arguments) == ["sbom"]:
        with (ROOT / "pyproject.toml").open("rb") as project:
            version = tomllib.load(project)["project"]["version"]
        print(json.dumps(bill_of_materials(found, version=version), indent=1, ensure_ascii=False))
        return 0
    if list(arguments) == ["licences"]:
        LICENCES.write_text(licence_list(found), encoding="utf-8")
        wrong = [
            f"{part.name}: {why}"
            for part in found
            if part.licence and (why := refused(part.licence))
        ]
        print(
            "\n".join(wrong) or f"{len(found)} packages, none refused: {LICENCES.relative_to(ROOT)}"
        )
        return 1 if wrong else 0
    print("usage: python -m tracking.bootstrap.supply sbom|licences", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
