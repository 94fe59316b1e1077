"""Bring every catalogue up to date with the source: ``python -m tracking.language``.

New messages are added without a translation, those that are no longer in the source are taken
away, and what is to be translated is listed. A text that is not for a reader is given itself.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tracking.language.catalogue import DOMAIN, FOLDER
from tracking.language.senses import SENSES
from tracking.language.sentences import messages

HEADER = """\
# What Stegvis says, Swedish to {language}. A key is a text of the source; {{0}} is filled in.
"""

NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""The same source gives the same file: no day is written."""


def file_of(language: str) -> Path:
    """Where the language's catalogue is."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def renewed(language: str, found: dict[str, list[str]]) -> Catalog:
    """The language's catalogue with exactly the messages ``found``, keeping what is translated."""
    before = Catalog(locale=language)
    if file_of(language).exists():
        with file_of(language).open("rb") as file:
            before = read_po(file, locale=language, domain=DOMAIN)
    after = Catalog(
        locale=language,
        domain=DOMAIN,
        project="Stegvis",
        header_comment=HEADER.format(language=language),
        fuzzy=False,
        creation_date=NO_DAY,
    )
    for text in sorted(found):
        kept = before.get(text)
        places = sorted({(where.rpartition(":")[0], 1) for where in found[text]})
        string = kept.string if kept is not None else ""
        key = (text, text) if isinstance(string, tuple | list) else text
        after.add(key, string, locations=places)
    for where, words in SENSES.items():
        for text in words:
            kept = before.get(text, where)
            after.add(text, "" if kept is None else kept.string, context=where)
    return after


def write(catalog: Catalog, language: str) -> None:
    """Write the catalogue, one line a message's file, no dates: the same source, the same file."""
    path = file_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = BytesIO()
    write_po(whole, catalog, width=100, omit_header=False, include_lineno=False)
    path.write_bytes(whole.getvalue())


def main() -> int:
    """Renew all; the number of untranslated messages decides the exit."""
    found = messages()
    left = 0
    for folder in sorted(FOLDER.iterdir()):
        catalog = renewed(folder.name, found)
        write(catalog, folder.name)
        missing = [message.id for message in catalog if message.id and not message.string]
        for text in missing:
            print(f"{folder.name}: {text}")
        print(f"{folder.name}: {len(catalog)} messages, {len(missing)} to translate")
        left += len(missing)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
