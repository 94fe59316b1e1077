"""The look in CSS: what Streamlit's theme cannot say. Sizes 14/16/20/28, one thin rule, no boxes.

One static text for each ground, put in once per run. The colours are `tokens`; those of the
theme itself stand in .streamlit/config.toml, those of charts in `tracking.ui.charts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.ui import shown
from tracking.ui.charts import ground_is_dark
from tracking.ui.tokens import tokens


def _root(dark: bool) -> str:
    of = tokens(dark)
    return (
        f":root {{ --sv-ink: {of.ink}; --sv-second: {of.second}; --sv-rule: {of.rule};"
        f" --sv-soft: {of.soft}; --sv-ground: {of.ground}; --sv-primary: {of.primary};"
        f" --sv-met: {of.met}; --sv-unsure: {of.unsure}; --sv-unmet: {of.unmet};"
        f" --sv-few: {of.few}; }}\n"
    )


_COMMON = """
[data-testid="stMainBlockContainer"] { max-width: 70rem; padding: 3.25rem 2rem 5rem; }
[data-testid="stHeader"] { background: transparent; }
[data-testid="stMarkdownContainer"] p, [data-testid="stMarkdownContainer"] li { max-width: 72ch; }
[data-testid="stHeading"] h1 { font-size: 1.75rem; line-height: 1.25; letter-spacing: 0;
  padding: 0 0 .25rem; }
[data-testid="stHeading"] h2 { font-size: 1.25rem; line-height: 1.3; padding: 1.25rem 0 .25rem; }
.stegvis-h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; margin: 0;
  padding: 1.25rem 0 .25rem; color: var(--sv-ink); }
[data-testid="stHeading"] h3 { font-size: 1rem; line-height: 1.4; padding: .75rem 0 0; }
/* A form is part of the page, not a box on it. */
[data-testid="stForm"] { border: 0; padding: 0; max-width: 40rem; }
/* English hints that no setting turns off. */
[data-testid="InputInstructions"] { display: none; }
[data-testid="stWidgetLabel"] p { font-size: 1rem; font-weight: 600; }
[data-testid="stCheckbox"] [data-testid="stWidgetLabel"] p { font-weight: 400; }
[data-testid="stRadio"] [role="radiogroup"] p { font-size: 1rem; font-weight: 400; }
[data-testid="stCaptionContainer"] p { font-size: .875rem; color: var(--sv-second); }
[data-testid="stSidebarNav"] span { font-size: 1rem; }
/* What is read larger goes on in the next line, and nothing is cut off. */
[data-testid="stSidebarNav"] a, [data-testid="stSidebarNav"] a :is(span, div, p),
[data-testid="stCheckbox"] [data-testid="stMarkdownContainer"] { height: auto;
  white-space: normal; overflow: visible; text-overflow: clip; }
[data-testid="stColumn"]:has([data-testid="stSelectbox"]) { min-width: min(100%, 13.5rem); }
[data-testid="stSelectbox"] input { text-overflow: ellipsis; }
/* What is as wide as its words grows with them, as far as there is room. */
.st-key-choose--insats, .st-key-choose--tillfalle, .st-key-choose--jamfor,
.st-key-choose--uppdelning { min-width: min(100%, 40rem); }
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-organisation-"]),
[class*="st-key-organisation-"] > [data-testid="stElementContainer"] {
  min-width: min(100%, 16.25rem); }
/* Where the choices need two rows, those beside the chosen one have whole frames too. */
[data-testid="stButtonGroup"] [aria-checked="false"] { border-color: var(--sv-few) !important; }
/* What only listens takes no room either. */
[class*="st-key-stegvis-page-links"], [class*="st-key-stegvis-attention"],
[data-testid="stLayoutWrapper"]:has(> * > [class*="st-key-stegvis-prints"]) {
  position: absolute !important; }
/* A line for paper alone takes no room on the screen. */
@media screen {
  [data-testid="stElementContainer"]:has(.stegvis-never, .stegvis-on-paper) { display: none; } }
[data-testid="stSidebarUserContent"] p { font-size: .875rem; }
/* The framework writes white on the light blue of a dark page, which is hard to read. */
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primaryFormSubmit"] {
  color: var(--sv-ground) !important; }
button:focus-visible, a:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
  outline: 3px solid var(--sv-primary); outline-offset: 2px; }

/* A browser breaks 2026-11-22 after any of its hyphens. */
time { white-space: nowrap; }
.stegvis-own { list-style: none; margin: 0; padding: 0 !important; font-size: .875rem; }
.stegvis-own li { margin: 0 !important; padding: .2rem 0; }
.stegvis-own a, .stegvis-lead a { color: var(--sv-primary); text-decoration: underline; }
.stegvis-demo { margin: 0; font-size: .875rem; color: var(--sv-second); }
.stegvis-lead { margin: 0 0 .75rem; font-size: 1rem; max-width: 72ch; color: var(--sv-ink); }
.stegvis-hint { margin: -.5rem 0 .25rem; font-size: .875rem; color: var(--sv-second);
  max-width: 72ch; }
.stegvis-error { margin: -.5rem 0 .25rem; font-size: 1rem; color: var(--sv-unmet);
  font-weight: 600; max-width: 72ch; }
.stegvis-problem, .stegvis-saved, .stegvis-summary { margin: .25rem 0 .5rem;
  padding: .1rem 0 .1rem .75rem; border-left: 4px solid var(--sv-unmet); font-size: 1rem;
  max-width: 72ch; color: var(--sv-ink); }
.stegvis-problem, .stegvis-saved, .stegvis-summary { scroll-margin-top: 4rem; }
.stegvis-saved { border-left-color: var(--sv-met); }
.stegvis-summary p { margin: 0; font-weight: 600; }
.stegvis-summary ul { margin: .15rem 0 0; padding-left: 1.1rem; }
.stegvis-facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem;
  margin: .25rem 0 .75rem; font-size: 1rem; color: var(--sv-ink);
  font-variant-numeric: tabular-nums; }
dl.stegvis-facts { padding: 0; margin-left: 0; margin-inline: 0; }
.stegvis-facts dt { color: var(--sv-second); font-weight: 400; margin: 0; }
.stegvis-facts dd { margin: 0; }
.stegvis-rule { border: 0; border-top: 1px solid var(--sv-rule); margin: .5rem 0; }
.stegvis-finding { margin: 1rem 0 0; font-size: 1.25rem; font-weight: 600; line-height: 1.3;
  color: var(--sv-ink); max-width: 56ch; }
.stegvis-base { margin: .1rem 0 .25rem; font-size: .875rem; color: var(--sv-second);
  max-width: 80ch; }
.stegvis-sign { color: var(--sv-unmet); font-weight: 600; }
.stegvis-void { color: var(--sv-second); text-decoration: line-through; }

.stegvis-scroll { overflow-x: auto; }
.stegvis-table { border-collapse: collapse; font-size: 1rem; line-height: 1.35;
  color: var(--sv-ink); font-variant-numeric: tabular-nums; margin: .25rem 0 .5rem; }
.stegvis-table caption { caption-side: top; text-align: left; padding: 0 0 .35rem; }
.stegvis-table caption strong { display: block; font-size: 1rem; font-weight: 600; }
.stegvis-table caption span { font-size: .875rem; color: var(--sv-second); }
.stegvis-table th, .stegvis-table td { padding: .3rem 1.25rem .3rem 0; vertical-align: top;
  border-bottom: 1px solid var(--sv-rule); text-align: left; font-weight: 400; }
.stegvis-table thead th { font-size: .875rem; color: var(--sv-second); font-weight: 600;
  border-bottom: 1px solid var(--sv-second); vertical-align: bottom; }
.stegvis-table .num { text-align: right; white-space: nowrap; }
.stegvis-table thead .num { white-space: normal; max-width: 9rem; }
.stegvis-table tbody th { min-width: 12.5rem; max-width: 26rem; overflow-wrap: break-word;
  hyphens: auto; }
.stegvis-table th > small { display: block; font-size: .875rem; color: var(--sv-second);
  padding: .1rem 0 .2rem; max-width: 26rem; }
.stegvis-table td { overflow-wrap: normal; word-break: normal; }
.stegvis-table .unbroken { white-space: nowrap; min-width: 0; }
.stegvis-table tr > :last-child { padding-right: 0; }
.stegvis-table .sum > * { font-weight: 600; border-top: 1px solid var(--sv-second); }
.stegvis-table .hidden { color: var(--sv-second); background: repeating-linear-gradient(
  135deg, transparent 0 5px, var(--sv-rule) 5px 6px); }
.stegvis-paper { width: 100%; min-width: 42rem; table-layout: fixed; }
.stegvis-paper td, .stegvis-paper th { border: 1px solid var(--sv-second); padding: .4rem .5rem; }
.stegvis-behind { margin: 0 0 .35rem; }
.stegvis-behind > summary { width: max-content; font-size: .875rem; color: var(--sv-primary);
  text-decoration: underline; cursor: pointer; margin-bottom: .35rem; }
.sv-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
.stegvis-notes { margin: 0 0 .75rem; padding: 0 !important; list-style: none;
  font-size: .875rem; color: var(--sv-second); max-width: 80ch; }
.stegvis-notes li { margin: 0 !important; }
.stegvis-found { margin: .75rem 0 .35rem; max-width: 72ch; color: var(--sv-ink); }
.stegvis-found strong { display: block; font-size: 1rem; font-weight: 600; line-height: 1.35; }
.stegvis-found span { font-size: .875rem; color: var(--sv-second); }
.stegvis-found .verdict { font-size: 1rem; font-weight: 600; }
.stegvis-found .met { color: var(--sv-met); }
.stegvis-found .unsure { color: var(--sv-unsure); }
.stegvis-found .unmet { color: var(--sv-unmet); }
.stegvis-found .few { color: var(--sv-few); }
.stegvis-strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(12.5rem, 1fr));
  gap: .5rem 1.5rem; margin: .25rem 0 .5rem !important; padding: 0 !important; }
.stegvis-strip dt { font-size: .875rem; color: var(--sv-second); font-weight: 400;
  line-height: 1.3; }
.stegvis-strip dd { margin: 0 !important; font-variant-numeric: tabular-nums;
  color: var(--sv-ink); }
ul.stegvis-people { list-style: none; margin: .25rem 0 .5rem; padding: 0 !important;
  font-size: 1rem; color: var(--sv-ink); font-variant-numeric: tabular-nums; }
.stegvis-people li { display: grid; gap: 0 1rem; margin: 0 !important; padding: .35rem 0;
  border-top: 1px solid var(--sv-rule); }
.stegvis-to { color: var(--sv-primary); text-decoration: underline; }
.stegvis-sides { display: grid; gap: 0 3rem; align-items: start;
  grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); }
.stegvis-sides h2, .stegvis-todo h2 { font-size: 1.25rem; line-height: 1.3; margin: 0;
  padding: 1rem 0 .25rem; }
.stegvis-todo li { grid-template-columns: 10.75rem minmax(0, 1fr); }
.stegvis-todo .why, .stegvis-ongoing .why { display: block; font-size: .875rem;
  color: var(--sv-second); }
.stegvis-people .where { overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  display: block; font-size: .875rem; color: var(--sv-second); }
.stegvis-ongoing li { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); }
.stegvis-ongoing details { font-size: 1rem; }
.stegvis-ongoing li summary { width: max-content; cursor: pointer; list-style: none;
  text-decoration: underline dotted; text-underline-offset: .2em; }
.stegvis-ongoing li summary::-webkit-details-marker { display: none; }
.stegvis-ongoing .asks > summary { color: var(--sv-unmet); font-weight: 600; }
.stegvis-rest > summary { width: max-content; color: var(--sv-primary); cursor: pointer;
  text-decoration: underline; padding: .35rem 0; }
[data-testid="stMain"] [data-testid="stPageLink"] a { padding: 0; min-height: 1.5rem;
  background: none; }
[data-testid="stMain"] [data-testid="stPageLink"] p {
  font-size: 1rem; font-weight: 400; color: var(--sv-primary); text-decoration: underline;
  font-variant-numeric: tabular-nums; }
/* A long name in a link goes on in the next line. */
[data-testid="stMain"] [data-testid="stPageLink"] :is(a, span, div, p) { white-space: normal;
  overflow: visible; text-overflow: clip; }

@media (max-width: 1020px) { .stegvis-sides { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.25rem 1rem 4rem; }
  .stegvis-facts { grid-template-columns: 1fr; gap: 0; }
  .stegvis-people li { grid-template-columns: minmax(0, 1fr) !important; }
  .stegvis-people span:empty { display: none; }
  .stegvis-ongoing li { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) !important; }
  .stegvis-table td:not(.num) { min-width: 7rem; }
  /* A table may be wider than the screen; what it is about is read without moving it. */
  .stegvis-table caption strong, .stegvis-table caption span { display: block; position: sticky;
    left: 0; max-width: calc(100vw - 2rem); }
  /* Wide enough for the longest Swedish word of a row, so that none is broken inside. */
  .stegvis-table tbody th[scope="row"] { min-width: 9.5rem; overflow-wrap: normal;
    hyphens: manual; }
  .stegvis-facts dd { margin-bottom: .35rem; }
}
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stToolbar"],
  [data-testid="stForm"], [data-testid="stButton"], [data-testid="stDownloadButton"],
  [class*="st-key-not-printed"], .stegvis-files { display: none !important; }
  [data-testid="stMainBlockContainer"] { max-width: none; padding: 0; }
  [data-testid="stMain"], [data-testid="stAppViewContainer"], .stApp { position: static !important;
    overflow: visible !important; height: auto !important; }
  .stegvis-behind > summary { display: none; }
  .stegvis-behind::details-content { content-visibility: visible; block-size: auto; }
  .stegvis-table thead { display: table-header-group; }
  .stegvis-scroll { overflow: visible; }
  .stegvis-table { font-size: .75rem; }
  .stegvis-table th, .stegvis-table td { padding-right: .75rem; }
  .stegvis-table tbody th { min-width: 0; }
  .stegvis-table thead th, .stegvis-table caption span, .stegvis-notes { font-size: .75rem; }
  /* A chart keeps the width of the screen it was drawn on: it is set to that of the sheet. */
  [data-testid="stPlotlyChart"] { zoom: .6; break-inside: avoid; }
  .stegvis-found, .stegvis-h2, [data-testid="stHeading"] { break-after: avoid; }
  .stegvis-table tr { break-inside: avoid; }
  @page { size: A4; margin: 22mm 18mm 18mm 25mm; }
}
"""


def put_in(group_starts: Sequence[str] = ()) -> None:
    """Give the page its look; in the menu some air before each of ``group_starts``."""
    air = ", ".join(
        f'[data-testid="stSidebarNav"] li:has(a[href$="/{key}"])' for key in group_starts
    )
    parts = f"{air} {{ margin-top: 1rem; }}" if air else ""
    shown.html(f"<style>{_root(ground_is_dark())}{_COMMON}{parts}</style>")
