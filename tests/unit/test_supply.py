"""What Stegvis is made of is told, is pinned, and binds nobody who runs it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tracking.bootstrap import environment
from tracking.bootstrap.supply import (
    LICENCES,
    LOCK,
    UNKNOWN,
    bill_of_materials,
    licence_list,
    parts,
    refused,
)

FOUND = parts(LOCK.read_text(encoding="utf-8"))


def test_no_part_is_under_a_licence_that_is_refused() -> None:
    wrong = {part.name: part.licence for part in FOUND if part.licence and refused(part.licence)}
    assert not wrong
    assert sum(part.licence is not None for part in FOUND) > 60


def test_licence_list_is_up_to_date() -> None:
    """`python3 -m tracking licences` writes it anew."""
    kept = LICENCES.read_text(encoding="utf-8")
    listed = set(re.findall(r"^(?:\| |- )(\S+)(?: \| | )(\S+)", kept, re.MULTILINE))
    assert {(part.name, part.version) for part in FOUND} <= listed
    for line in licence_list(FOUND).splitlines():
        if line.startswith("| ") and line not in kept:
            # Installed here and not where the list was made: then it must be told as such.
            assert f"- {line.split(' | ')[0].removeprefix('| ')} " in kept, line
    assert len(listed - {("package", "version")}) == len({(p.name, p.version) for p in FOUND})


@pytest.mark.parametrize(
    ("licence", "is_refused"),
    [
        ("MIT", False),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False),
        ("GPL-2.0 OR MIT", False),
        ("GPL-3.0-or-later", True),
        ("GNU General Public License v2 (GPLv2)", True),
        ("Dual Licensed - GNU AFFERO GPL 3.0", True),
        ("SSPL-1.0", True),
        ("Other/Proprietary License", True),
        (UNKNOWN, True),
    ],
)
def test_licence_that_binds_who_runs_it_is_refused(licence: str, is_refused: bool) -> None:
    assert (refused(licence) is not None) == is_refused


def test_bill_of_materials_names_every_pin_with_its_hashes() -> None:
    bill = bill_of_materials(FOUND, version="1")
    assert bill["bomFormat"] == "CycloneDX"
    components = {(c["name"], c["version"]): c for c in bill["components"]}
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", LOCK.read_text("utf-8"), re.MULTILINE)
    assert set(components) == set(pins)
    hashes = LOCK.read_text("utf-8").count("--hash=sha256:")
    told = [p for c in components.values() for p in c["properties"] if p["name"].endswith("sha256")]
    assert len(told) == hashes
    references = [component["bom-ref"] for component in bill["components"]]
    assert len(references) == len(set(references))
    assert set(bill["dependencies"][0]["dependsOn"]) == set(references)


def test_bill_led_to_a_file_holds_nothing_of_an_installation_on_the_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "_ensure_environment", lambda: None)
    monkeypatch.setattr(environment, "_read_stamp", dict)
    says = [sys.executable, "-c", "print('pip has its say')"]
    monkeypatch.setattr(environment, "_pip", lambda: [*says])
    environment.prepare("runtime")
    said = capfd.readouterr()
    assert said.out == ""
    assert "Installing" in said.err
    assert "pip has its say" in said.err
