"""The styrelse's overview as three sheets, between which its two choices stand.

What has been released never changes, so a sheet is made once for the same releases, the same
insatser and the same numbers of today's (money and occasions), and kept. Permission is asked
where all of it is read, at every run. What stands on a sheet is in the modules named here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tracking.outcomes.head_counts import StructuralLine
from tracking.outcomes.released_costs import CostLine
from tracking.outcomes.releasing.shapes import ReleaseInShort
from tracking.ui import (
    head_counts_view,
    overview,
    overview_breakdowns,
    overview_compare,
    overview_gender,
    overview_money,
    overview_people,
)
from tracking.ui.guard import Context
from tracking.ui.kept import Kept, Sheet, kept
from tracking.ui.overview import Picked
from tracking.ui.overview_compare import Comparison


@dataclass(frozen=True)
class Page:
    """What the page is drawn of: a release as it was picked, and what came with it."""

    context: Context
    picked: Picked
    history: Sequence[ReleaseInShort]
    costs: Sequence[CostLine]
    structural: Sequence[StructuralLine]

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """What insatser can be set beside each other by; nothing for a single one."""
        several = len(self.picked.insatser) > 1
        return overview_compare.comparisons(self.picked.insatser) if several else []

    def first(self) -> Kept:
        """Targets, participants, money and occasions, down to the choice of a comparison."""
        picked, history = self.picked, self.history
        label = picked.release.period.label
        wanted = {one.insats_id for one in picked.insatser}
        own = [
            line for line in self.structural if picked.insats_id is None or line.insats_id in wanted
        ]

        def make(sheet: Sheet) -> None:
            sheet.question("Mål")
            overview.put_goals(sheet, picked.insatser, history)
            if picked.insats_id is not None:
                sheet.question("Målen ett och ett")
                overview.put_each_goal(sheet, picked.insatser[0], history)
            sheet.question("Deltagare")
            people = overview_people.people_of(history, picked.insats_id)
            if people is not None:
                overview_people.put(sheet, people)
            overview_people.put_each(sheet, picked.insatser, picked.overview.all_insatser)
            sheet.question("Kostnad")
            overview_money.put(sheet, self.costs, history)
            head_counts_view.put_overview(sheet, own, label)
            if len(picked.insatser) > 1:
                overview_compare.put_heading(sheet, self.comparisons)

        return kept(make, key=self._key("first", self.costs, own))

    def second(self, comparison: Comparison | None) -> Kept:
        """The comparison and kvinnor och män, down to the choice of a breakdown."""
        subject = self.picked.subject

        def make(sheet: Sheet) -> None:
            if comparison is not None:
                overview_compare.put(sheet, comparison)
            sheet.question("Kvinnor och män")
            if subject is not None:
                overview_gender.put(sheet, subject)
            else:
                sheet.lead("Välj en insats för att se kvinnor och män.")
            overview_breakdowns.put_heading(sheet, subject)

        return kept(make, key=self._key("second", comparison and comparison.key))

    def third(self, breakdown: str | None) -> Kept:
        """The breakdown, and what is not shown."""
        picked = self.picked

        def make(sheet: Sheet) -> None:
            if breakdown is not None and picked.subject is not None:
                overview_breakdowns.put(sheet, picked.overview, picked.subject, breakdown)
            sheet.question("Det som inte visas")
            overview.put_not_shown(sheet, picked)

        return kept(make, key=self._key("third", breakdown))

    def _key(self, *more: object) -> tuple[object, ...]:
        """Everything that a sheet depends on beside the numbers in ``more``."""
        picked = self.picked
        return (
            "overview",
            str(self.context.database.engine.url),
            self.context.actor.account_id,
            [one.release.release_id for one in self.history],
            picked.insats_id,
            [one.insats_id for one in picked.insatser],
            picked.overview.all_insatser is not None,
            *more,
        )
