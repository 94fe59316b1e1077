"""A report's content on the screen: finding, sentences, targets, charts, tables, own words.

The same objects and the same drawings as in the files, so that nobody meets one number here and
another on paper. Where the objects come from is `tracking.reports.adopted`.
"""

from __future__ import annotations

import re
from html import escape

from tracking.domain.report_kinds import SectionKey
from tracking.reports.drawing import NARROW, draw
from tracking.reports.layout import own_colour
from tracking.reports.shapes import Chart, ReportContent, Section
from tracking.reports.target_rows import HEADINGS, target_row
from tracking.ui import frame, reader, report_pictures, shown, tables
from tracking.ui.charts import ground_is_dark

_STYLE = """
.stegvis-warned { border-left: 4px solid var(--sv-unsure); padding: .1rem 0 .1rem .8rem;
  margin: .35rem 0 .5rem; max-width: 60ch; color: var(--sv-ink); }
.stegvis-own { max-width: 72ch; margin: .25rem 0 .75rem; color: var(--sv-ink);
  overflow-wrap: anywhere; }
.stegvis-own p { margin: 0 0 .7rem; white-space: pre-line; }
.stegvis-said { margin: .25rem 0 .75rem; padding-left: 1.1rem; max-width: 72ch;
  color: var(--sv-ink); }
.stegvis-said li { margin: 0 0 .2rem; }
.st-key-report-writer { position: sticky; top: 4.5rem; }
@media (max-width: 1100px) { .st-key-report-writer { position: static; } }
"""


def style() -> None:
    """The look of what is drawn here; once a page."""
    shown.html(f"<style>{report_pictures.STYLE}{_STYLE}</style>")


def checksum(sha256: str) -> None:
    """The checksum of an adopted report, which may break anywhere on a narrow screen."""
    shown.html(
        '<p class="stegvis-base" style="overflow-wrap:anywhere">Kontrollsumma (SHA-256): '
        f"{escape(sha256)}</p>"
    )


def of_key(content: ReportContent, key: SectionKey) -> tuple[Section, ...]:
    """The content of one section: itself, and its parts where an insats has one each."""
    part = re.compile(rf"{key.value}(?:_\d+)?")
    return tuple(section for section in content.sections if part.fullmatch(section.key))


@reader.as_it_stands()
def own_words(text: str) -> None:
    """The staff's own text as they wrote it."""
    if not text:
        return
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if part.strip()]
    shown.html(
        '<div class="stegvis-own">'
        + "".join(f"<p>{escape(part.strip())}</p>" for part in paragraphs)
        + "</div>"
    )


@reader.as_it_stands()
def figures(section: Section, content: ReportContent) -> None:
    """A section's figures: finding, sentences, charts with their tables, targets."""
    finding = f'<p class="stegvis-lead">{escape(section.finding)}</p>' if section.finding else ""
    items = "".join(f"<li>{escape(words)}</li>" for words in section.words)
    if finding or items:
        shown.html(finding + (f'<ul class="stegvis-said">{items}</ul>' if items else ""))
    charted: dict[str | None, list[Chart]] = {}
    for chart in section.charts:
        charted.setdefault(chart.table_key, []).append(chart)
    for chart in charted.get(None, ()):
        _chart(chart, section, content)
    if section.targets:
        tables.show_list(
            section.heading,
            HEADINGS,
            [target_row(target) for target in section.targets],
            show_caption=False,
        )
    for table in section.tables:
        for chart in charted.get(table.key, ()):
            _chart(chart, section, content)
        if table.key in charted:
            tables.show_behind(table)
        else:
            tables.show_table(table)


def _chart(chart: Chart, section: Section, content: ReportContent) -> None:
    if chart.title.removesuffix(".") == section.finding.removesuffix("."):
        frame.small(chart.subtitle)  # the finding stands above already
    else:
        frame.finding(chart.title, chart.subtitle)
    key = re.sub(r"[^a-z0-9]+", "-", f"{section.key}-{chart.key}".lower())
    colour = own_colour(content.identity)
    picture = report_pictures.picture(
        draw(chart, section, key=key, colour=colour),
        draw(chart, section, key=f"{key}-n", colour=colour, width=NARROW),
        dark=ground_is_dark(),
    )
    shown.html(report_pictures.shown(picture, chart.alt))


@reader.as_it_stands()
def whole(content: ReportContent) -> None:
    """The whole report, to read through."""
    for section in content.sections:
        frame.heading(section.heading)
        own_words(section.own_text)
        figures(section, content)
