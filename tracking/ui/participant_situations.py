"""A person's försörjning and sysselsättning, before and after, in words."""

from __future__ import annotations

from tracking.domain.situation import NO_SUPPORT_LABEL, Occasion, SituationValue, YesNoUnknown
from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised
from tracking.outcomes.participant_views import ParticipantView
from tracking.ui import frame, tables


def draw_situations(view: ParticipantView) -> None:
    """Försörjning and sysselsättning before and after, side by side."""
    standing = [view.situation_at(occasion) for occasion in Occasion]
    there = [row for row in standing if row is not None]
    if not there:
        frame.lead_sentence("Situationen är inte beskriven än.")
        return
    names = ("Försörjning", "Arbete", "Studier", "Söker arbete", "Inskriven hos Arbetsförmedlingen")
    columns = [f"{capitalised(row.occasion.label)}, {iso(row.described_on)}" for row in there]
    cells = [situation_words(row.value) for row in there]
    tables.show_list(
        "Situation före och efter",
        ("Fråga", *columns),
        [(name, *(cell[place] for cell in cells)) for place, name in enumerate(names)],
    )


def situation_words(value: SituationValue) -> tuple[str, str, str, str, str]:
    """A situation in words: support, work, studies, seeking, registered."""
    if value.no_support:
        support = NO_SUPPORT_LABEL
    elif value.support_unknown:
        support = "vet ej"
    else:
        support = ", ".join(sorted(source.label for source in value.sources)) or "–"
    kind = None if value.work_kind is None else value.work_kind.label
    return (
        support,
        _extent(value.work, value.work_percent, kind),
        _extent(value.studies, value.studies_percent, None),
        _answer(value.seeking),
        _answer(value.registered_af),
    )


def _answer(answer: YesNoUnknown | None) -> str:
    return "–" if answer is None else answer.label


def _extent(answer: YesNoUnknown | None, percent: int | None, kind: str | None) -> str:
    if answer is not YesNoUnknown.YES:
        return _answer(answer)
    extent = "" if percent is None else f"{percent}\u00a0%"
    return ", ".join(part for part in ("ja", extent, kind) if part)
