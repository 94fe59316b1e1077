"""The pictures in the handbook show the program as it is: taken here, and never older than a page.

A picture is compared by what a reader would follow it by, headings, fields and buttons, kept in
`docs/bilder/innehall.json` beside it: colours and fonts differ between machines, and what is due
between days, so a few words may differ. To take them anew::

    RENEW_PICTURES=yes python3 -m tracking test tests/browser/test_pictures.py
"""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.person import Person, plain
from tests.browser.serving import ROOT

FOLDER = ROOT / "docs" / "bilder"
CONTENTS = FOLDER / "innehall.json"
COLOURS = 96
"""As many as a page has: a third of the bytes."""

LEAST_ALIKE = 0.8
"""How much of the words must be the same, 0–1; between one day and another some differ."""

FOLLOWED = "h1, h2, h3, [data-testid=stWidgetLabel], button, summary"


@dataclass(frozen=True)
class Picture:
    """One picture: whose page it is, and the way there."""

    account: str
    menu: str
    go_on: Callable[[Person], None] | None = None


def _first_participant(me: Person) -> None:
    me.main.get_by_role("link", name=re.compile(r"^[A-ZÅÄÖ]{2}-\d")).first.click()
    expect(me.main.get_by_role("heading", level=1)).to_have_text(re.compile(r"^[A-ZÅÄÖ]{2}-\d"))


def _adopted_report(me: Person) -> None:
    me.main.get_by_role("link", name=re.compile("^Helårsrapport")).first.click()
    expect(me.main.get_by_role("heading", level=1)).to_have_text(re.compile("^Helårsrapport"))


PICTURES = {
    "att_gora": Picture("Deltagaransvarig Samteamet", "Att göra"),
    "deltagaren": Picture("Deltagaransvarig Samteamet", "Att göra", _first_participant),
    "samtal": Picture("Deltagaransvarig Samteamet", "Registrera samtal"),
    "insatsen": Picture("Insatsansvarig Samteamet", "Insatsen"),
    "rapporter": Picture("Insatsansvarig Samteamet", "Rapporter"),
    "rapport": Picture("Insatsansvarig Samteamet", "Rapporter", _adopted_report),
    "importera": Picture("Deltagaransvarig Samteamet", "Läs in filer"),
    "logggranskning": Picture("Granskare Älvhamra kommun", "Granska åtkomstloggen"),
    "kalender": Picture("Förbundsadministratör", "Kalender och släpp"),
    "gransvarden": Picture("Förbundsadministratör", "Gränsvärden"),
    "oversikt": Picture("Styrelsen", "Översikt"),
    "oversikt_styrgrupp": Picture("Styrgruppen", "Översikt"),
    "granskningar": Picture("Revisor", "Granskningar av loggen"),
    "konton": Picture("Systemadministratör", "Konton"),
}


def contents(me: Person) -> Sequence[str]:
    """What a reader of the picture looks for on the page, with every digit as 0."""
    found = me.main.locator(FOLLOWED).all_inner_texts()
    return [re.sub(r"\d", "0", plain(text)) for text in found if plain(text)]


def alike(before: Sequence[str], now: Sequence[str]) -> float:
    """How much of two lists is the same, in order, 0–1.

    However many digits a number has, and however often a thing stands there: a list of people is
    longer on one day than on another.
    """
    one, other = (list(dict.fromkeys(re.sub("0+", "0", t) for t in said)) for said in (before, now))
    return SequenceMatcher(a=one, b=other, autojunk=False).ratio()


def shoot(me: Person) -> bytes:
    """The window as a small PNG."""
    shot = Image.open(io.BytesIO(me.page.screenshot()))
    small = io.BytesIO()
    shot.convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()


@pytest.mark.parametrize("account", sorted({picture.account for picture in PICTURES.values()}))
def test_picture_shows_the_page_as_it_is(me: Person, account: str) -> None:
    renew = os.environ.get("RENEW_PICTURES") == "yes"
    kept = json.loads(CONTENTS.read_text("utf-8")) if CONTENTS.exists() else {}
    me.become(account)
    old = []
    for name, picture in PICTURES.items():
        if picture.account != account:
            continue
        me.page.get_by_test_id("stSidebarNavLink").filter(has_text=picture.menu).first.click()
        expect(me.page).to_have_title(f"{picture.menu} – Stegvis")
        me.drawn()
        if picture.go_on is not None:
            picture.go_on(me)
        me.drawn()
        if renew:
            FOLDER.mkdir(exist_ok=True)
            (FOLDER / f"{name}.png").write_bytes(shoot(me))
            kept[name] = contents(me)
        elif alike(kept.get(name, []), contents(me)) < LEAST_ALIKE:
            old.append(name)
    if renew:
        text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
        CONTENTS.write_text(text + "\n", encoding="utf-8")
    assert not old, f"{old} in docs/bilder are old; the file's first lines say how to renew them"


def test_every_picture_is_named_here() -> None:
    assert {file.stem for file in FOLDER.glob("*.png")} == set(PICTURES)


def test_a_page_with_another_heading_and_other_fields_is_seen() -> None:
    kept = json.loads(CONTENTS.read_text("utf-8"))["konton"]
    assert alike(kept, kept) == 1
    assert alike(kept, [f"{word} nu" for word in kept]) < LEAST_ALIKE
