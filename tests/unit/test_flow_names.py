"""The names beside a before and after stand clear of one another and within the picture."""

from __future__ import annotations

from itertools import pairwise

import plotly.graph_objects as go
import pytest

from tracking.ui.charts import LIGHT
from tracking.ui.charts_flows import FRAME, LINE, Flow, Flows, flow_bands

STEPS = (
    "0 De fyra parternas ordinarie uppdrag",
    "1 Individuell bedömning i samverkan",
    "2 Förrehabilitering i samverkan",
    "3 Arbetslivsinriktad rehabilitering i samverkan",
    "4 Arbetsförmedlingens ordinarie uppdrag",
    "5 Studier eller arbete, med eller utan samhällsstöd",
    "Bedömning saknas",
)


def spans(figure: go.Figure, anchor: str) -> list[tuple[float, float]]:
    """From and to of each name of a side, in shares of the height."""
    inside = figure.layout.height - FRAME
    found = []
    for note in figure.layout.annotations:
        if note.xanchor == anchor and note.yanchor == "middle":
            half = (note.text.count("<br>") + 1) * LINE / inside / 2
            found.append((note.y - half, note.y + half))
    return found


@pytest.mark.parametrize(
    "counts", [(1,) * 7, (2, 15, 31, 16, 1, 4, 0), (0, 0, 0, 0, 0, 1, 900), (900, 1, 1, 1, 1, 1, 1)]
)
def test_no_name_covers_another_or_leaves_the_picture(counts: tuple[int, ...]) -> None:
    flows = tuple(Flow(place, place, count) for place, count in enumerate(counts))
    figure = flow_bands(Flows(STEPS, STEPS, flows), LIGHT)
    for anchor in ("right", "left"):
        found = spans(figure, anchor)
        assert len(found) == sum(1 for count in counts if count)
        assert all(low > -0.001 and high < 1.001 for low, high in found)
        assert all(above[0] >= below[1] - 0.001 for above, below in pairwise(found))


def test_the_number_of_a_step_never_stands_alone_on_a_line() -> None:
    figure = flow_bands(Flows(STEPS, STEPS, tuple(Flow(n, n, 5) for n in range(7))), LIGHT)
    lines = [line for note in figure.layout.annotations for line in note.text.split("<br>")]
    assert not {"0", "1", "2", "3", "4", "5"} & set(lines)
