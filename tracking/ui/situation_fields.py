"""The questions about försörjning and sysselsättning, drawn and read as one situation.

The same questions at the start, at the end and at the follow-ups. What goes together is
decided by `tracking.domain.situation`; a situation that nobody has touched is None.
"""

from __future__ import annotations

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.domain.situation import (
    CODING_HELP,
    NO_SUPPORT_LABEL,
    SituationValue,
    SupportSource,
    WorkKind,
    YesNoUnknown,
)
from tracking.ui import fields
from tracking.ui.forms import Form, Values

ANSWERS = {answer.value: answer.label.capitalize() for answer in YesNoUnknown}
KINDS = {kind.value: kind.label.capitalize() for kind in WorkKind}


def draw(form: Form) -> None:
    """Draw the questions inside a form."""
    fields.group_label(
        "Försörjning", form=form, name="sources", hint="Kryssa i allt som gäller i dag."
    )
    with st.container(gap="xsmall"):
        for source in SupportSource:
            fields.flag(form, f"source_{source.value}", source.label)
        fields.flag(form, "no_support", NO_SUPPORT_LABEL)
        fields.flag(form, "support_unknown", "Vet ej")
    fields.hint(CODING_HELP["support"])
    fields.choice(form, "work", "Arbetar", ANSWERS, across=True, hint=CODING_HELP["work"])
    fields.choice(form, "work_kind", "Slag av arbete", KINDS, across=True)
    fields.number(form, "work_percent", "Arbetets omfattning, procent", width=280)
    fields.choice(form, "studies", "Studerar", ANSWERS, across=True, hint=CODING_HELP["studies"])
    fields.number(form, "studies_percent", "Studiernas omfattning, procent", width=280)
    fields.choice(form, "seeking", "Söker arbete aktivt", ANSWERS, across=True)
    fields.choice(form, "registered_af", "Inskriven hos Arbetsförmedlingen", ANSWERS, across=True)


def read(values: Values) -> SituationValue | None:
    """The situation as filled in; what contradicts itself, or lacks an answer once anything is
    answered, is noted at its field.
    """
    sources = frozenset(s for s in SupportSource if values.flag(f"source_{s.value}"))
    no_support, unknown = values.flag("no_support"), values.flag("support_unknown")
    work, kind = _answer(values, "work"), values.choice("work_kind")
    studies = _answer(values, "studies")
    seeking, registered = _answer(values, "seeking"), _answer(values, "registered_af")
    work_percent = values.whole("work_percent")
    studies_percent = values.whole("studies_percent")
    answers = (work, studies, seeking, registered, kind, work_percent, studies_percent)
    if not (sources or no_support or unknown) and all(answer is None for answer in answers):
        return None
    try:
        value = SituationValue(
            no_support=True if no_support else None,
            sources=sources,
            support_unknown=unknown,
            work=work,
            work_percent=work_percent,
            work_kind=None if kind is None else WorkKind(kind),
            studies=studies,
            studies_percent=studies_percent,
            seeking=seeking,
            registered_af=registered,
        )
    except StegvisError as error:
        values.fault(error.field or "sources", str(error))
        return None
    for name, sentence in value.unanswered.items():
        values.fault(name, sentence)
    return value


def _answer(values: Values, name: str) -> YesNoUnknown | None:
    chosen = values.choice(name)
    return None if chosen is None else YesNoUnknown(chosen)
