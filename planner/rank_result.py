"""What came of a ranking: measured once, decided as often as wished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import pandas as pd

from gis.errors import Text
from layers.issue import Issue
from planner.end_use import EndUses
from planner.priorities import Choices, Priorities
from restoration.assessment import Assessment
from restoration.costs import UnitCosts
from restoration.criterion import Criterion
from restoration.hazard import Danger
from restoration.methods import Method
from restoration.programme_years import NestedProgramme
from restoration.robustness import Acceptability
from restoration.score_table import Ends
from restoration.weights import Weights


@dataclass(frozen=True, slots=True)
class RankStamp:
    """Versions of everything that took part; ``made_at`` is the only clock (``SOURCE_DATE_EPOCH`` fixes it)."""

    software: str
    rule_book: str
    mines: tuple[str, str]
    layers: tuple[tuple[str, str], ...]
    rasters: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, eq=False, slots=True)
class Assessed:
    """Mines measured and classified; nothing here depends on weights, costs or budgets.

    Parameters
    ----------
    question
        What was asked.
    mines
        Patches to rank, with their project areas, by patch number.
    left_out
        The others, with ``category`` and ``reason``.
    criteria
        Those asked for, in the order of the assessment's columns.
    assessment
        Values and scores.
    facts
        :func:`restoration.mine_facts.measured`: best values.
    fact_ends
        :func:`restoration.mine_facts.ends`: the least and the greatest they may be.
    safety
        :func:`restoration.hazard.classify`.
    dangers_left_out
        The dangers that ask for something known of no mine: wherever they can't be ruled out, the class is open.
    end_uses
        The law's answer for each end use.
    pairs
        Neighbours within the grouping distance.
    illustrative
        Whether anything that took part is made up for demonstration (示意).
    """

    question: Priorities
    mines: gpd.GeoDataFrame
    left_out: gpd.GeoDataFrame
    criteria: tuple[Criterion, ...]
    assessment: Assessment
    facts: pd.DataFrame
    fact_ends: Ends
    safety: pd.DataFrame
    dangers_left_out: tuple[Danger, ...]
    end_uses: EndUses
    pairs: pd.DataFrame
    issues: tuple[Issue, ...]
    illustrative: bool
    stamp: RankStamp


@dataclass(frozen=True, eq=False, slots=True)
class Ranking:
    """Ranks, and how sure they are.

    Parameters
    ----------
    weights
        As chosen; ``used`` are those above 0, in the order of the scores' columns.
    scores, low, high
        Scores of the criteria used, and what they may be.
    known_share
        How much of each score is known.
    methods
        Every method's ranks.
    agreement
        Kendall's tau between methods.
    acceptability
        Of ranks (by the weighted sum).
    rank_without_cost
        Ranks by the chosen method without the cost; None when the cost takes no part, missing ranks when nothing
        else does.
    not_assessed
        Criteria that no mine was assessed for: they take no part.
    """

    weights: Weights
    used: pd.Series
    scores: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    known_share: pd.DataFrame
    methods: Mapping[Method, pd.DataFrame]
    agreement: pd.DataFrame
    acceptability: Acceptability
    rank_without_cost: pd.Series | None
    not_assessed: tuple[str, ...]

    @property
    def ends(self) -> Ends:
        """The lowest and the highest scores."""
        return self.low, self.high


@dataclass(frozen=True, eq=False, slots=True)
class Plan:
    """What is restored with what money, and when.

    Parameters
    ----------
    benefit
        Expected: urgency-weighted hectares, by the score without the cost, times the chance of success.
    nested
        The programme by years; None without budgets.
    curve
        Best benefit by budget, without musts and shares.
    unpriced
        Patches whose cost is not known: they can't be planned.
    """

    benefit: pd.Series
    nested: NestedProgramme | None
    curve: pd.DataFrame
    unpriced: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """Ranking, modes, costs and programme.

    Parameters
    ----------
    suggested
        :func:`restoration.modes.suggest`.
    costs
        :func:`restoration.costs.of_patches`.
    unit_costs
        None when nobody gave any.
    plan
        None when no cost is known.
    planting
        :func:`restoration.planting.check`; None without a planting list.
    assumptions
        Everything that was assumed, proposed or chosen, in words.
    """

    assessed: Assessed
    choices: Choices
    ranking: Ranking
    suggested: pd.DataFrame
    costs: pd.DataFrame
    unit_costs: UnitCosts | None
    plan: Plan | None
    planting: pd.DataFrame | None
    issues: tuple[Issue, ...]
    assumptions: tuple[Text, ...]

    @property
    def main(self) -> pd.DataFrame:
        """The ranking that counts."""
        return self.ranking.methods[self.choices.method]

    @property
    def order(self) -> pd.Index:
        """Patches from first to last; equals by their number."""
        keys = pd.DataFrame(
            {"rank": self.main["rank"], "label": self.main.index.map(str)}, index=self.main.index
        )
        return keys.sort_values(["rank", "label"]).index
