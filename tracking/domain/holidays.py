"""Swedish public holidays, and the three eves on which offices are closed.

The days of lag (1989:253) om allmänna helgdagar, computed for any year. Midsommarafton, julafton
and nyårsafton are no public holidays, but semesterlagen (1977:480, 3 a §) treats them as Sundays.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.easter import easter

_FIXED = {
    (1, 1): "nyårsdagen",
    (1, 6): "trettondedag jul",
    (5, 1): "första maj",
    (6, 6): "nationaldagen",
    (12, 24): "julafton",
    (12, 25): "juldagen",
    (12, 26): "annandag jul",
    (12, 31): "nyårsafton",
}
_FROM_EASTER = {
    -2: "långfredagen",
    0: "påskdagen",
    1: "annandag påsk",
    39: "Kristi himmelsfärdsdag",
    49: "pingstdagen",
}
_SATURDAY = 5


def holiday_name(day: date) -> str | None:
    """The holiday's Swedish name in lower case, or None on any other day, Sundays included."""
    name = _FIXED.get((day.month, day.day)) or _FROM_EASTER.get((day - easter(day.year)).days)
    if name is not None:
        return name
    midsummer = _saturday_from(date(day.year, 6, 20))
    if day == midsummer:
        return "midsommardagen"
    if day == midsummer - timedelta(days=1):
        return "midsommarafton"
    return "alla helgons dag" if day == _saturday_from(date(day.year, 10, 31)) else None


def _saturday_from(first: date) -> date:
    """The first Saturday on or after a day."""
    return first + timedelta(days=(_SATURDAY - first.weekday()) % 7)
