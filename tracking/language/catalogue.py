"""A catalogue of the language: what each Swedish text of Stegvis is in it.

Everything below the screen speaks Swedish, because it is stored, logged, adopted and kept in
Swedish; a page in another language says what it was going to show by asking here. A text is found
as it stands, or as a message with places that it fits, whose places are then said in turn, or
piece by piece. What is not found stays Swedish: a name that somebody has given is never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from tracking.language.markup import each_text
from tracking.language.numbers import NUMBER, is_without_words, months, numbers_in
from tracking.language.senses import COLUMN, FIELD

FOLDER = Path(__file__).with_name("catalogues")
DOMAIN = "stegvis"

_PLACE = re.compile(r"\{(\d+)\}")
_ENDS = r"(?<=[.?!])\s+(?=[A-ZÅÄÖ0-9]|[a-zåäö][^.?!:;]*: )"
_ENDS_OF_MESSAGE = r"(?<=[.?!])\s+(?=[A-ZÅÄÖ0-9{])"
_SEVERAL = re.compile(r"[.?!]\s+[A-ZÅÄÖ0-9]")
_NAME = re.compile(r"[A-ZÅÄÖ][\w-]*(?: [A-ZÅÄÖ0-9][\w-]*)*")
"""Words that all begin with a capital: an insats, an authority, a place. No name is translated."""
_TAILED = re.compile(r"(.*?[^\W\d])([ \u00a0])([(−+]?\d.*|\(n = .*)", re.DOTALL)
"""Words and then numbers: kvinnor 50 av 77 (65 %)."""
_AMOUNT = re.compile(
    rf"(?:{NUMBER})(?:[\s\u00a0\u202f]%)?|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv",
    re.DOTALL | re.IGNORECASE,
)
_ONE = frozenset({"1", "en", "ett", "En", "Ett"})
_DATED = re.compile(r"(\d{4}-\d\d-\d\d )([^\W\d].*)", re.DOTALL)
"""A day and then words: 2026-01-31 Årsredovisning."""
_LETTERED = re.compile(rf"[A-ZÅÄÖ]+(?:[ \u00a0\u202f]{NUMBER})?")
"""ORS, or ORS 15,7."""
_CUTS = tuple(
    (re.compile(f"({cut})"), alone)
    for cut, alone in (
        (r"\n+", True),
        (_ENDS, True),
        (r"; ", True),
        (r": ", True),
        (r" · ", True),
        (r" [–→] ", True),
        (r" \(|\)(?=[ .,;:]|$)", False),
        (r", ", False),
        (r" (?:och|eller|av) ", False),
    )
)
"""Where a text is cut, and whether a piece may be said by itself. Inside a sentence all pieces have
to be known: half a sentence in one language and half in another is worse than none.
"""
_KNOWN_BY = 6
_SIZES = range(1, _KNOWN_BY + 1)
"""Letters by which messages are looked up: at the beginning, or else at the end."""
_MANY = 16
"""Of so many pieces each is tried by itself and no longer together with its neighbours."""
_STRONG = 10
"""Letters of its own that make a message fit for certain, whatever stands in its places."""
_MARKED = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_SMALL_WORDS = {" och ": "och", " eller ": "eller", " av ": "av"}
_BOUND = re.compile(r"(?<!\d)[\u00a0\u202f]|[\u00a0\u202f](?![\d%])")
"""A no-break space that is not part of a number: only how a page sets the text."""
_COUNTED = re.compile(rf"([−-]?(?:{NUMBER}))([\s\u00a0\u202f])(\S.*)", re.DOTALL)
Left = tuple[int, int]
"""How much is left as it was: letters of words that are not known, and letters of names."""
Said = tuple[str, Left]
"""A text in the language, and what is left of it in Swedish."""
_NOTHING: Left = (0, 0)


@lru_cache(maxsize=4)
def catalogue(language: str) -> Catalogue:
    """The catalogue of the language, read from its file the first time it is asked for."""
    messages: dict[str, str | tuple[str, str]] = {}
    senses: dict[tuple[str, str], str] = {}
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        for message in read_po(file, locale=language, domain=DOMAIN):
            if message.context is not None:
                senses[message.context, str(message.id)] = str(message.string)
                continue
            match message.id, message.string:
                case str() as key, str() as said if key and said:
                    messages[key] = said
                case (str() as key, _), (str() as one, str() as many) if one and many:
                    messages[key] = one, many
    return Catalogue(language, messages, senses)


class Catalogue:
    """The messages of one language.

    ``messages`` is Swedish → translated; a translated text with two forms is a pair, one and many,
    chosen by the number in its first place, or before it: ``deltagare`` alone is many. ``senses``
    are those of a word that means another thing where it stands alone: over a field, or a column.
    """

    def __init__(
        self,
        language: str,
        messages: Mapping[str, str | tuple[str, str]],
        senses: Mapping[tuple[str, str], str] | None = None,
    ) -> None:
        self.senses = senses or {}
        self.locale = Locale(language)
        self.messages = messages
        bare = self.locale.percent_formats[None].pattern.endswith("0%")
        self._per_cent = re.compile(r"(\d)[\u00a0\u202f ]%" if bare else r"(?!)()")
        every = {**_single_sentences(messages), **messages}
        self._whole = {key: said for key, said in every.items() if not _PLACE.search(key)}
        templates = [_Template(key, said) for key, said in every.items() if _PLACE.search(key)]
        templates.sort(key=lambda one: -one.literal)
        self._beginning: dict[str, list[_Template]] = {}
        self._ending: dict[str, list[_Template]] = {}
        self._anywhere: list[_Template] = []
        for one in templates:
            if one.begins:
                self._beginning.setdefault(one.begins[:_KNOWN_BY], []).append(one)
            elif one.ends:
                self._ending.setdefault(one.ends[-_KNOWN_BY:], []).append(one)
            else:
                self._anywhere.append(one)
        self.say = lru_cache(maxsize=4096)(self._say_once)
        # A piece is shorter than what it is a piece of, and is met along many ways.
        self._piece = lru_cache(maxsize=16384)(self._say)

    def _say_once(self, text: str) -> str:
        """The text in the language, as much of it as is known."""
        said = self._blanks_kept(text)[0]
        return said if said == text else self._per_cent.sub(r"\1%", said)

    def entry(self, message: str) -> str | None:
        """What a message of a component is, its places still in it; None for no message.

        A word by itself is the name of a field there, and is one.
        """
        said = self.messages.get(message)
        if said is None or isinstance(said, str):
            return said
        return said[1] if _PLACE.search(message) else said[0]

    def over_field(self, label: str) -> str:
        """What stands over a field: *Släpp* is the release that is chosen there."""
        return self.senses.get((FIELD, label.strip())) or self.say(label)

    def over_column(self, heading: str) -> str:
        """What stands over a column: *Steg* is the step of each row."""
        return self.senses.get((COLUMN, heading.strip())) or self.say(heading)

    def html(self, html: str) -> str:
        """A piece of HTML with its texts in the language."""
        return each_text(html, self.say, self.over_column)

    def _blanks_kept(self, text: str) -> Said:
        core = text.strip()
        if not core:
            return text, _NOTHING
        begins = text.index(core)
        said, left = self._piece(core)
        return text[:begins] + said + text[begins + len(core) :], left

    def _say(self, text: str) -> Said:
        """Of all the ways to say it the one that leaves least in Swedish; of equals the first."""
        if is_without_words(text):
            return numbers_in(text, self.locale), _NOTHING
        best = text, _unsaid(text)
        for said in self._ways(text):
            if said[1] < best[1]:
                best = said
            if best[1] == _NOTHING:
                break
        if best[1][0]:
            loose = self._found(text, strict=False)
            best = best if loose is None or loose[1] >= best[1] else loose
        return best

    def _ways(self, text: str) -> Iterator[Said]:
        for form, back in _cases(text):
            found = self._found(form, strict=True)
            if found is not None:
                yield back(found[0]), found[1]
        if _LETTERED.fullmatch(text):
            yield numbers_in(text, self.locale), (0, 1)
        counted = _COUNTED.fullmatch(text)
        if counted is not None:
            yield self._counted(counted)
        dated = _DATED.fullmatch(text)
        if dated is not None:
            said, left = self._piece(dated[2])
            yield f"{dated[1]}{said}", left
        before, core, after = _marks(text)
        if core != text:
            said, left = self._piece(core)
            yield f"{before}{said}{after}", left
        loose = _BOUND.sub(" ", text)
        if loose != text:
            yield self._piece(loose)
        yield from self._in_pieces(text)
        tailed = _TAILED.fullmatch(text)
        if tailed is not None:
            words, numbers = self._piece(tailed[1]), self._piece(tailed[3])
            if _is_whole(words) and _is_whole(numbers):
                yield f"{words[0]}{tailed[2]}{numbers[0]}", _sum((words, numbers))
        yield from self._month_and_year(text)

    def _found(self, text: str, *, strict: bool) -> Said | None:
        whole = self._whole.get(text)
        if whole is not None:
            return whole if isinstance(whole, str) else whole[1], _NOTHING
        sizes = _SIZES[: len(text)]
        candidates = (
            *(one for size in sizes for one in self._beginning.get(text[:size], ())),
            *(one for size in sizes for one in self._ending.get(text[-size:], ())),
            *self._anywhere,
        )
        best: tuple[Left, int, str] | None = None
        for one in candidates:
            if one.telling not in text:
                continue
            places = one.places_in(text)
            if places is None or (strict and any(map(_SEVERAL.search, places))):
                continue
            said = [self._blanks_kept(place) for place in places]
            left = _sum(said)
            if not (one.is_strong or all(map(_is_whole, said))):
                continue
            if best is None or (left, -one.literal) < best[:2]:
                best = left, -one.literal, one.filled([place for place, _ in said], places)
        return None if best is None else (best[2], best[0])

    def _counted(self, counted: re.Match[str]) -> Said:
        number, space, rest = counted.groups()
        forms = self.messages.get(rest)
        if isinstance(forms, tuple):
            return f"{numbers_in(number, self.locale)}{space}{forms[number != '1']}", _NOTHING
        said, left = self._piece(rest)
        return f"{numbers_in(number, self.locale)}{space}{said}", left

    def _in_pieces(self, text: str) -> Iterator[Said]:
        for cut, alone in _CUTS:
            pieces = cut.split(text)
            if len(pieces) == 1:
                continue
            ways = [pieces]
            if not alone and 3 < len(pieces) < _MANY:
                # A piece may have a comma of its own: the first from the rest, and the last.
                ways += [
                    [*pieces[:2], "".join(pieces[2:])],
                    ["".join(pieces[:-2]), *pieces[-2:]],
                ]
            for way in ways:
                said = [self._blanks_kept(piece) for piece in way[::2]]
                if alone or all(map(_is_whole, said)):
                    joints = [self._joint(piece) for piece in way[1::2]]
                    rest = zip(joints, said[1:], strict=True)
                    whole = said[0][0] + "".join(joint + piece for joint, (piece, _) in rest)
                    yield whole, _sum(said)

    def _joint(self, joint: str) -> str:
        word = _SMALL_WORDS.get(joint)
        said = None if word is None else self._whole.get(word)
        return joint if not isinstance(said, str) else f" {said} "

    def _month_and_year(self, text: str) -> Iterator[Said]:
        names = months(self.locale)
        words = re.split(r"([ \u00a0\u202f–])", text)
        if not any(word in names for word in words):
            return
        if all(word in names or is_without_words(word) for word in words):
            yield "".join(names.get(word, word) for word in words), _NOTHING


def _single_sentences(messages: Mapping[str, str | tuple[str, str]]) -> dict[str, str]:
    """Each sentence of a message that has several, where its translation has as many.

    A page may show one of them by itself.
    """
    single: dict[str, str] = {}
    for key, said in messages.items():
        if not isinstance(said, str):
            continue
        ours, theirs = re.split(_ENDS_OF_MESSAGE, key), re.split(_ENDS_OF_MESSAGE, said)
        if len(ours) == 1 or len(ours) != len(theirs):
            continue
        for our, their in zip(ours, theirs, strict=True):
            order = list(dict.fromkeys(_PLACE.findall(our)))
            if set(order) == set(_PLACE.findall(their)) and _PLACE.sub("", our).strip(".?! "):
                single[_renumbered(our, order)] = _renumbered(their, order)
    return single


def _renumbered(text: str, order: list[str]) -> str:
    return _PLACE.sub(lambda found: f"{{{order.index(found[1])}}}", text)


class _Template:
    """A message with places: what fits it, and the same in the language."""

    def __init__(self, key: str, said: str | tuple[str, str]) -> None:
        literals = [_plain(piece) for piece in _PLACE.split(key)[::2]]
        self.order = [int(number) for number in _PLACE.findall(key)]
        self.begins, self.ends = literals[0], literals[-1]
        self.telling = max(literals, key=len)
        self.literal = sum(len(piece) for piece in literals)
        self.is_strong = sum(map(str.isalpha, "".join(literals))) >= _STRONG
        self.counts = not isinstance(said, str)
        self.said = (said, said) if isinstance(said, str) else said
        self._literals = literals
        self._fits: re.Pattern[str] | None = None

    def places_in(self, text: str) -> list[str] | None:
        """What stands in each place, by its number; None when the text is not of this message."""
        if not (text.startswith(self.begins) and text.endswith(self.ends)):
            return None
        if not all(piece in text for piece in self._literals):
            return None
        if self._fits is None:
            seen: set[int] = set()
            pattern = re.escape(self._literals[0])
            for number, literal in zip(self.order, self._literals[1:], strict=True):
                pattern += f"(?P=p{number})" if number in seen else f"(?P<p{number}>.*?)"
                seen.add(number)
                pattern += re.escape(literal)
            self._fits = re.compile(pattern, re.DOTALL)
        found = self._fits.fullmatch(text)
        if found is None or (self.counts and not _AMOUNT.fullmatch(found["p0"])):
            return None
        return [found[f"p{number}"] for number in range(max(self.order) + 1)]

    def filled(self, places: list[str], as_written: list[str]) -> str:
        """The message in the language with ``places``; one or many by the first as it was."""
        one, many = self.said
        said = one if as_written[0] in _ONE else many
        return _plain(_PLACE.sub(lambda found: _doubled(places[int(found[1])]), said))


def _plain(text: str) -> str:
    return text.replace("{{", "{").replace("}}", "}")


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _unsaid(text: str) -> Left:
    """What is left when nothing of the text is said."""
    letters = sum(map(str.isalpha, text))
    return (0, letters) if _NAME.fullmatch(text) else (letters, 0)


def _sum(said: Iterable[Said]) -> Left:
    left = [one for _, one in said]
    return sum(words for words, _ in left), sum(names for _, names in left)


def _is_whole(said: Said) -> bool:
    """Whether all is in the language but names."""
    return said[1][0] == 0


def _marks(text: str) -> tuple[str, str, str]:
    """What stands before and after the words of a text: a sign, a bracket, a full stop."""
    found = _MARKED.fullmatch(text)
    assert found is not None, "every text is some marks, some words and some marks"
    return found[1], found[2], found[3]


def _cases(text: str) -> tuple[tuple[str, Callable[[str], str]], ...]:
    """The text as it stands, and with its first letter in the other case."""
    first, rest = text[0], text[1:]
    if first.isupper():
        return (text, _same), (first.lower() + rest, _capital)
    if first.islower():
        return (text, _same), (first.upper() + rest, _small)
    return ((text, _same),)


def _same(text: str) -> str:
    return text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
