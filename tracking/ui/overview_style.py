"""The look of the overview's tiles, in CSS. Put in by the overview alone.

Sizes are 14, 16 and 20; a tile is a rule and words, no box. The screens of the presentation have
their own sheet beside the component that turns them.
"""

from __future__ import annotations

_TILES = """
.stegvis-goals { margin: 1.25rem 0 0; border-top: 2px solid var(--sv-ink); padding-top: .4rem;
  color: var(--sv-ink); }
.stegvis-goals:first-child { margin-top: .25rem; }
.stegvis-goals > h3 { font-size: 1rem; font-weight: 600; line-height: 1.35; margin: 0;
  padding: 0; letter-spacing: 0; overflow-wrap: break-word; }
.stegvis-goals > p { margin: 0 0 .4rem; font-size: .875rem; color: var(--sv-second); }
ul.stegvis-tiles { list-style: none; display: grid; gap: 0 2rem; margin: 0; padding: 0 !important;
  grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr)); }
ul.stegvis-tiles > li.stegvis-tile { margin: 0; padding: .55rem 0 .9rem; min-width: 0;
  border-top: 1px solid var(--sv-rule); break-inside: avoid; display: grid; grid-row: span 6;
  grid-template-rows: subgrid; row-gap: 0; }
.stegvis-tile p { margin: 0; }
.stegvis-tile .words { font-size: .875rem; line-height: 1.35; color: var(--sv-second);
  overflow-wrap: break-word; hyphens: auto; }
.stegvis-tile .says { font-size: 1.25rem; font-weight: 600; line-height: 1.3; margin-top: .15rem;
  font-variant-numeric: tabular-nums; }
.stegvis-tile .beside { font-size: .875rem; font-variant-numeric: tabular-nums; }
.stegvis-tile .verdict { font-size: 1rem; font-weight: 600; }
.stegvis-tile figure { margin: .35rem 0 0 !important; }
.stegvis-tile img { display: block; width: 100%; max-width: 22rem; height: auto;
  margin: .2rem 0 0; }
.stegvis-tile .aim, .stegvis-tile figcaption { font-size: .875rem; color: var(--sv-second);
  font-variant-numeric: tabular-nums; max-width: 22rem; }
.stegvis-tile figcaption { display: flex; justify-content: space-between; gap: 1rem; }
.stegvis-tile figcaption span + span { text-align: right; }
.met { color: var(--sv-met); } .unsure { color: var(--sv-unsure); }
.unmet { color: var(--sv-unmet); } .few { color: var(--sv-few); }
"""


def style_html() -> str:
    """The tiles' sheet, to stand before them."""
    return f"<style>{_TILES}</style>"
