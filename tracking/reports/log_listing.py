"""A view of the access log as a file: semicolons and a mark, as a Swedish Excel opens it."""

from __future__ import annotations

import csv
import io

from tracking.access.actors import Actor
from tracking.domain import clock
from tracking.domain.leaving import INTERNAL, plain_cell
from tracking.domain.periods import Period
from tracking.domain.swedish import iso
from tracking.outcomes.log_listings import Listing


def to_csv(listing: Listing, actor: Actor, insats: str, period: Period) -> bytes:
    """The listing under its mark, time, account, insats and period; UTF-8 that says so."""
    moment = clock.now().astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([INTERNAL, moment, plain_cell(actor.title)])
    writer.writerow(["Åtkomstloggen", plain_cell(insats), f"{iso(period.start)}–{iso(period.end)}"])
    writer.writerow([listing.view.label, listing.why])
    writer.writerow([])
    writer.writerow(listing.columns)
    writer.writerows([plain_cell(cell) for cell in row] for row in listing.rows)
    return text.getvalue().encode("utf-8-sig")
