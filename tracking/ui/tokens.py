"""The colours of the look, each once, for the light ground and the dark.

The style sheet, the small drawings of the overview and a test of their contrast read them here;
.streamlit/config.toml has to repeat some of them, and the same test holds the two together. The
colours of Plotly's charts are in `charts`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """One ground. ``soft`` is its second ground, ``rule`` decorates and carries no meaning.

    ``met`` … ``few`` are the tones of a verdict: uppnått, osäkert, ej uppnått, för få.
    """

    ground: str
    soft: str
    ink: str
    second: str
    rule: str
    primary: str
    met: str
    unsure: str
    unmet: str
    few: str
    women: str
    men: str
    everybody: str

    @property
    def inks(self) -> tuple[str, ...]:
        """Every colour that words are written in."""
        return (
            self.ink,
            self.second,
            self.primary,
            self.met,
            self.unsure,
            self.unmet,
            self.few,
            self.women,
            self.men,
            self.everybody,
        )


LIGHT = Tokens(
    ground="#ffffff",
    soft="#faf8f4",
    ink="#1a1a1a",
    second="#4a4f57",
    rule="#dedbd4",
    primary="#00507f",
    met="#0b6b50",
    unsure="#8a5a00",
    unmet="#a3262a",
    few="#5b6470",
    women="#7a3b8f",
    men="#0f6e84",
    everybody="#3b4149",
)
DARK = Tokens(
    ground="#14181d",
    soft="#1c2127",
    ink="#f2f2f0",
    second="#b8bec7",
    rule="#333a43",
    primary="#7ab8e0",
    met="#5cc8a0",
    unsure="#e6b450",
    unmet="#f08a8a",
    # A little lighter than the grey of för få on paper: that one falls just short of 7:1 here.
    few="#a0a9b3",
    women="#c99be0",
    men="#6cc3d5",
    everybody="#c4cad2",
)


def tokens(dark: bool) -> Tokens:
    """The colours for a dark or a light ground."""
    return DARK if dark else LIGHT
