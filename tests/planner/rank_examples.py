"""Questions, choices and mines that the tests of ``planner rank`` share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from planner.priorities import Choices
from planner.rank_result import Assessed
from restoration.assessment import PARTS

SOME = ("red_line_share", "water_source_share", "patch_area_m2", "slope_p90_degree", "cost_cny_per_ha")
COSTS = (("1", 30_000.0), ("2", 90_000.0), ("3", 300_000.0), ("4", 250_000.0))
BUDGETS = ((2026, 4e6), (2027, 5e6), (2030, 6e6), (2035, 8e6))
FAST = Choices(draws=2_000, top=10)
PLANNED = replace(FAST, unit_costs=COSTS, budgets=BUDGETS)
EXPORTED = Choices(
    draws=1_000, top=8, assumed_costs="shanxi_2018_2021", budgets=((2027, 8e6), (2030, 6e6), (2035, 4e6))
)
MADE_AT = datetime(2026, 11, 23, tzinfo=UTC)


def only(assessed: Assessed, labels: list[str]) -> Assessed:
    """The same assessment of some mines only."""
    measured = assessed.assessment
    frames = {name: getattr(measured, name).loc[labels] for name in PARTS}
    least, most = assessed.fact_ends
    law = replace(assessed.end_uses, verdicts=assessed.end_uses.verdicts.loc[labels])
    known = assessed.pairs["first"].isin(labels) & assessed.pairs["second"].isin(labels)
    return replace(
        assessed,
        mines=assessed.mines.loc[labels],
        assessment=replace(measured, **frames),
        facts=assessed.facts.loc[labels],
        fact_ends=(least.loc[labels], most.loc[labels]),
        safety=assessed.safety.loc[labels],
        end_uses=law,
        pairs=assessed.pairs[known],
    )
