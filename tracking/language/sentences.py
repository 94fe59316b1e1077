"""The sentences of the source: every text that may be shown, as a message of the catalogue.

The source is Swedish and its texts are the catalogue's keys; an f-string becomes a message with
numbered places, ``{0} av {1} deltagare``. Nothing is marked in the source, so that nothing can be
forgotten: what looks like Swedish is a message. Run ``python -m tracking.language`` after texts
have changed; tests hold the catalogue to the source.
"""

from __future__ import annotations

import ast
import json
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tracking.language.markup import each_text, is_markup
from tracking.language.scripts import texts_of_script

ROOT = Path(__file__).resolve().parents[2]
SILENT = (
    "tracking/commands",
    "tracking/bootstrap",
    "tracking/language",
    "tracking/domain/memory_word_list.py",
    "tracking/store/migrations",
    "tracking/store/tables",
    "tracking/store/triggers.py",
    "tracking/store/toml.py",
    "tracking/store/shipped.py",
    "tracking/store/backup",
    "tracking/exchange/demo",
    "tracking/__main__.py",
    "tracking/cli.py",
)
"""What speaks to an operator at a console, to a developer or in the demo's names."""

DATA = sorted(
    path
    for path in ROOT.glob("data/**/*.toml")
    if path.name not in ("demo.toml", "thresholds.toml")
)
"""What a new förbund begins with, and may rename."""

COMPOSED = (
    "{0}\u202f% KI {1}",
    "95\u202f% KI",
    "målet är {0}",
    "Skillnaden är {0}",
    "Det är {0} per deltagande, {1} deltaganden och anonyma i {2} insatser.",
    "{0} har inga släppta årsplatser i bruk.",
    "{0} kostade {1}\u202ftkr {2}.",
    "{0} kostade {1}\u202ftkr {2} av en budget på {3}.",
    "samtal, ORS {0}",
    "samtal, uteblev",
    "samtal, avbokat",
    "{0} föll från {1} till {2} och {3} föll från {4} till {5}",
    "{0} är strukturövergripande och har inga deltaganden",
    "{0} saknar utfall för {1}.",
    "{0} har inga släppta deltaganden för {1}",
    "{0} visas inte uppdelat på kvinnor och män i det här släppet: gruppen är för liten, eller för "
    "mycket av uppdelningen hade behövt döljas för att ingen ska kunna kännas igen.",
    "1 sak att göra",
    "{0} saker att göra",
    "1 systemavvikelse i {0}",
    "{0} systemavvikelser i {1}",
    "{0} systemavvikelser som lämnats till handläggning",
    "Ej sedd på {0}",
    "Att ta upp",
    "Ta upp: {0}",
    "Sätt att arbeta",
    "Ingen offentlig försörjning vid start",
    "tillförlitligt förbättrad och över gränsvärdet",
    "{0} året efter",
    "NNS-indikatorer",
    "Arbetslöshetsersättning",
    "Arbetsmarknadsåtgärder",
    "Etableringsersättning",
    "Ekonomiskt bistånd",
    "Sjuk- och aktivitetsersättning",
    "Den som har flera försörjningar räknas i den första grupp som passar, i ordningen {0}.",
)
"""Messages that stand nowhere as they are, but come about where pieces of the source meet."""

NOT_TEXTS = Path(__file__).with_name("not_texts.txt")
"""One JSON string a line."""

_PLACE = re.compile(r"\{(\d+)\}")
_FORMATTED = re.compile(r"\{\{[a-z_]*\}\}")
"""A place of ``str.format`` in a text that is no f-string."""
_LETTERS = re.compile(r"[A-Za-zÅÄÖåäöÉé]{2,}")
_SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(och|att|som|inte|till|med|för|har|den|det|de|finns|ingen|inga|en|ett|av|om|vid"
    r"|efter|i|kan|ska|sedan|under|utan|alla|vilka|var|blev|bara|hela|du|din|ditt|dina|eller)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"[A-ZÅÄÖ](?:[a-zåäöé]+|-[a-zåäöé]+)([ –,:·(-]+[\wåäöÅÄÖé%)]+)*[.:…]?")
_WORD = re.compile(r"[a-zåäö]+")
_CODE = re.compile(
    r"^[a-z]+(_[a-z0-9]+)+$|^[\w./-]+\.(py|js|css|html|md|db|json|csv|xlsx|pdf|ico|svg)$"
    r"|^(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|ALTER|REVOKE|GRANT)\b|[{};]\s*\n|\bvar\(--"
    r"|^[#.\[][\w-]+|^https?:|^--|^\(\?|\\[dwsb]|^[a-z-]+: ?[^ ]+;?$"
)


def sources() -> list[Path]:
    """Every file whose texts may be shown on a page."""
    found = [*ROOT.glob("tracking/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]
    return sorted(
        path for path in found if not str(path.relative_to(ROOT).as_posix()).startswith(SILENT)
    )


def messages() -> dict[str, list[str]]:
    """Every message of the source, scripts and data, with each ``file:line`` where it stands."""
    paths = sources()
    names = identifiers(paths)
    found: dict[str, list[str]] = {}

    silent = not_texts()

    def note(path: Path, message: str, line: int) -> None:
        if message and message not in silent:
            found.setdefault(message, []).append(f"{path.relative_to(ROOT).as_posix()}:{line}")

    for path in paths:
        for message, line in messages_of(path, names):
            note(path, message, line)
    for path in sorted(ROOT.glob("tracking/**/*.html")):
        for message in _texts_in(_bare(path.read_text(encoding="utf-8"))):
            if looks_like_swedish(message, names):
                note(path, message, 1)
    for path in sorted(ROOT.glob("tracking/**/*.js")):
        for message, line in messages_of_script(path.read_text(encoding="utf-8"), names):
            note(path, message, line)
    for message in COMPOSED:
        note(Path(__file__), message, 1)
    for path in DATA:
        for text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
            if looks_like_swedish(text, names):
                note(path, numbered(text), 1)
    return found


def not_texts() -> frozenset[str]:
    """What looks like Swedish and is for no reader: addresses, keys, headings of files read in."""
    return frozenset(json.loads(line) for line in NOT_TEXTS.read_text("utf-8").splitlines())


def identifiers(paths: list[Path]) -> frozenset[str]:
    """Every name in the code. Code is English, so a word that is a name is not a text."""
    names: set[str] = set()
    for path in paths:
        with path.open("rb") as file:
            names |= {token.string for token in tokenize.tokenize(file.readline) if token.type == 1}
    return frozenset(names)


def messages_of(path: Path, names: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The messages of one file, each with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = _not_texts(tree)
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "export default function" in node.value:
                yield from messages_of_script(node.value, names)
                continue
            text = _formatted(node.value)
        elif isinstance(node, ast.JoinedStr):
            text = _template(node)
        else:
            continue
        for message in _texts_in(text):
            if looks_like_swedish(message, names):
                yield message, node.lineno


def messages_of_script(script: str, names: frozenset[str]) -> Iterator[tuple[str, int]]:
    """The messages of one script of a component, each with its line."""
    for text, line in texts_of_script(script):
        for message in _texts_in(text):
            said = _SWEDISH.search(message) or _PHRASE.fullmatch(_PLACE.sub("", message).strip())
            if said and looks_like_swedish(message, names):
                yield message, line


def looks_like_swedish(text: str, names: frozenset[str]) -> bool:
    """Whether a string of the source is a text to be read and not a key, a name or code."""
    plain = _PLACE.sub(" ", text).strip()
    if not _LETTERS.search(plain) or _CODE.search(plain):
        return False
    if _SWEDISH.search(plain) or _PHRASE.fullmatch(plain):
        return True
    if _WORD.fullmatch(plain):
        return plain not in names
    words = _LETTERS.findall(plain)
    return " " in plain and "_" not in plain and not all(word in names for word in words)


def numbered(text: str) -> str:
    """The message with its places numbered from 0, blanks around it taken off."""
    seen: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        return seen.setdefault(found[1], f"{{{len(seen)}}}")

    return _PLACE.sub(place, text.strip())


def _bare(template: str) -> str:
    """A page's template with its values as places and its statements left out."""
    places = iter(range(1000))
    bare = re.sub(r"\{[%#].*?[%#]\}", "", template, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", lambda found: f"{{{next(places)}}}", bare, flags=re.DOTALL)


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list():
            for part in value:
                yield from _strings(part)


def _texts_in(text: str) -> list[str]:
    if not is_markup(text):
        return [numbered(text)]
    found: list[str] = []

    def note(piece: str) -> str:
        found.append(numbered(piece))
        return piece

    each_text(text, note)
    return found


def _formatted(text: str) -> str:
    places = iter(range(1000))
    doubled = text.replace("{", "{{").replace("}", "}}")
    return _FORMATTED.sub(lambda _: f"{{{next(places)}}}", doubled)


def _template(node: ast.JoinedStr) -> str:
    parts: list[str] = []
    places = 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value).replace("{", "{{").replace("}", "}}"))
        else:
            parts.append(f"{{{places}}}")
            places += 1
    return "".join(parts)


def _not_texts(tree: ast.Module) -> set[int]:
    """Docstrings, the pieces of f-strings, annotations and keys looked up in something."""
    found: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=values):
                for value in values:
                    if isinstance(value, ast.Constant):
                        found.add(id(value))
                    elif isinstance(value, ast.FormattedValue) and value.format_spec is not None:
                        found |= {id(one) for one in ast.walk(value.format_spec)}
            case ast.Expr(value=ast.Constant() as said):
                found.add(id(said))
            case ast.AnnAssign(annotation=said) | ast.arg(annotation=ast.expr() as said):
                found |= {id(one) for one in ast.walk(said)}
            case ast.Subscript(slice=ast.Constant() as said):
                found.add(id(said))
            case ast.Raise(exc=ast.Call(func=ast.Name(id="ValueError" | "AssertionError")) as said):
                found |= {id(one) for one in ast.walk(said)}
            case ast.Assert(msg=ast.expr() as said):
                found |= {id(one) for one in ast.walk(said)}
    return found
