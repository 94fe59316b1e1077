"""A person's försörjning and sysselsättning, before and after, in words."""

from __future__ import annotations

from tracking.domain.situation import Occasion, situation_words
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
