"""The two browser components for recording: one talk, and a group meeting as a grid.

Here live their Python sides and the reading of what the browser sends. The browser keeps
the draft and mirrors the rules so that a fault shows at once; every value is checked
again by the service that saves. Nothing here knows the database or the rules of scores.
"""

from __future__ import annotations

from tracking.ui.components.group_entry import GroupResult, GroupRow, group_entry
from tracking.ui.components.submissions import (
    GroupRowEntry,
    GroupSubmission,
    RatingEntry,
    TalkSubmission,
    parse_group_submission,
    parse_submission,
    scale_field,
)
from tracking.ui.components.talk_entry import (
    InstrumentView,
    TalkOption,
    TalkResult,
    talk_entry,
)

__all__ = [
    "GroupResult",
    "GroupRow",
    "GroupRowEntry",
    "GroupSubmission",
    "InstrumentView",
    "RatingEntry",
    "TalkOption",
    "TalkResult",
    "TalkSubmission",
    "group_entry",
    "parse_group_submission",
    "parse_submission",
    "scale_field",
    "talk_entry",
]
