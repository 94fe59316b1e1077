"""The reader's language: which there are, and what Stegvis says in another than Swedish.

The source is Swedish and is the key of every catalogue (`catalogue`); `sentences` finds what there
is to translate, `python -m tracking.language` brings the catalogues up to date. Used where texts
leave for the browser: `tracking.ui` and `tracking.web`. What is stored, adopted or taken as a file
is Swedish.
"""

from tracking.language.catalogue import Catalogue, catalogue
from tracking.language.choice import COOKIE, LANGUAGES, SWEDISH, language_of_cookie
from tracking.language.scripts import component_messages

__all__ = [
    "COOKIE",
    "LANGUAGES",
    "SWEDISH",
    "Catalogue",
    "catalogue",
    "component_messages",
    "language_of_cookie",
]
