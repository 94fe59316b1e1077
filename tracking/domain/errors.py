"""The root of every error that a person may be shown.

Each exception carries one Swedish sentence that staff can act on and, where the fault
belongs to one field of a form, that field's name. Pages show the sentence; they never
show a traceback. The exceptions themselves live beside the rules that raise them.
"""

from __future__ import annotations


class StegvisError(Exception):
    """A rule was broken, said in one Swedish sentence.

    ``field`` is the English name of the form field at fault, or None when the sentence
    concerns the whole form.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class InvalidValue(StegvisError, ValueError):
    """A value is not of its kind: a score out of range, a date that is none, a text too long.

    A ValueError as well, for who calls the domain's functions from elsewhere.
    """


class RuleBroken(StegvisError):
    """Each value is fine by itself, but together they break a rule of the field."""


class NotPermitted(StegvisError):
    """The actor's assignments do not allow this. ``noted`` when the access log says so already."""

    noted = False


class NotFound(StegvisError):
    """The record does not exist, or the actor may not know that it does."""


class Conflict(StegvisError):
    """Somebody else changed the record since it was read, or it exists already."""
