"""When something goes wrong that no rule foresaw: a number for the reader, a line for the log.

The line says what kind of error and where in the code, never what values were at hand: an
exception's own text may quote what somebody typed. Nothing here is about broken rules; those
are StegvisErrors and carry their own sentence.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from tracking.domain.errors import NotPermitted, StegvisError
from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import places, tell
from tracking.store.unavailable import StorageUnavailable
from tracking.ui import attention, holding, shown
from tracking.ui.session import note_not_permitted


def log_fault(error: BaseException, *, during: str) -> str:
    """Write the structured line to stderr and return the fault's number."""
    number = secrets.token_hex(3).upper()
    tell(
        ServerEvent.FAULT,
        number=number,
        during=during,
        kind=type(error).__name__,
        where=places(error),
    )
    return number


def fault_sentence(number: str) -> str:
    """What the reader is told of a fault that was not foreseen."""
    return (
        "Något gick fel och det är inte ditt fel. Försök igen; händer det en gång till, "
        f"säg till den som sköter systemet (felnummer {number})."
    )


def show_problem(sentence: str, *, moment: str = "") -> None:
    """A sentence about something that is not as it should be, calmly. ``moment`` tells one that
    answers a press from those of other presses; it is brought into view.
    """
    mark = f" {attention.said(moment)}" if moment else ""
    shown.html(f'<p class="stegvis-problem" role="alert"{mark}>{escape(sentence)}</p>')
    if moment:
        attention.bring(moment, mend=True)


@contextmanager
def shown_calmly(during: str) -> Iterator[None]:
    """Run a page so that whatever is raised becomes one Swedish sentence on it.

    A storage that rests takes nothing off a page that stands: it is held until it is back.
    """
    try:
        yield
    except StorageUnavailable as error:
        holding.hold(str(error))
        show_problem(str(error))
        holding.offer_again()
    except StegvisError as error:
        if isinstance(error, NotPermitted) and not error.noted:
            note_not_permitted(during)
        show_problem(str(error))
    except Exception as error:
        show_problem(fault_sentence(log_fault(error, during=during)))


def report_uncaught(error: Exception) -> bool:
    """For what no page has caught: the same sentence, and Streamlit's own box is not shown."""
    if isinstance(error, StegvisError):
        show_problem(str(error))
    else:
        show_problem(fault_sentence(log_fault(error, during="script")))
    return True
