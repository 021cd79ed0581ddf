"""The flow of a ranking: assess once, decide as often as wished. The app and the command line both call it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from gis import proximity
from gis.errors import InputError, Text
from layers.issue import Issue, from_notes
from planner import (
    __version__,
    end_use,
    mine_file,
    rank_assumptions,
    rank_inputs,
    rank_issues,
    rank_programme,
    rank_weights,
)
from planner.clock import now, today
from planner.priorities import LEAST_DRAWS, MOST_RANKS_DRAWN, Choices, Priorities
from planner.rank_inputs import Inputs
from planner.rank_result import Assessed, Decision, Ranking, RankStamp
from planner.workspace import Loaded
from restoration import (
    assessment,
    costs,
    criterion_files,
    hazard,
    mine_facts,
    mine_filters,
    mine_places,
    mine_points,
    mode_access,
    modes,
    planting,
    ranking,
    robustness,
    scoring,
)
from restoration.costs import UnitCosts
from restoration.criterion import Criterion
from zoning import rulebook

COST = rank_programme.COST


def assess(
    question: Priorities,
    tell: Callable[[str], None] = lambda _: None,
    *,
    loaded: Loaded | None = None,
    inputs: Inputs | None = None,
) -> Assessed:
    """Open, filter, group, measure and classify the mines, and ask the law for their end uses.

    Parameters
    ----------
    question
        Which mines.
    tell
        Called with what is being done, for a progress bar.
    loaded
        The workspace's layers of both roles, where they were loaded before.
    inputs
        Everything opened before.

    Raises
    ------
    InputError
        When the question can't be asked, or no mine is left to rank.
    """
    day = question.as_of or today()
    question = replace(question, as_of=day)
    criteria = chosen_criteria(question)
    safety_rules = hazard.edited(dict(question.hazard_thresholds))
    if inputs is None:
        inputs = rank_inputs.opened(question, tell, loaded)
    patches, place_notes = mine_places.within_city(_placed(question, inputs), inputs.layers.get("county"))
    parted = mine_filters.sort_out(patches)
    if parted.ranked.empty:
        of_mines = [issue for issue in inputs.issues if issue.layer in (inputs.mines_name, mine_file.KIND)]
        raise rank_issues.nothing_to_rank(parted.left_out, of_mines)
    tell("project areas")
    pairs = proximity.pairs_within(parted.ranked.geometry, within_m=question.group_within_m)
    mines = mine_filters.grouped(parted.ranked, within_m=question.group_within_m, pairs=pairs)
    measured = assessment.assess(
        mines, layers=inputs.layers, rasters=inputs.rasters, criteria=_with_facts(criteria), tell=tell
    )
    facts = mine_facts.measured(mines, _with_facts(criteria), measured.values)
    facts[mode_access.FACT] = mode_access.measured(mines, inputs.layers, tell)
    fact_ends = mine_facts.ends(mines, _with_facts(criteria), facts, (measured.least, measured.most))
    dangers_left_out = hazard.never_assessed(facts, safety_rules, ends=fact_ends)
    tell("end uses")
    law = end_use.ask(mines, inputs.layers, day)
    names = [criterion.id for criterion in criteria]
    return Assessed(
        question=question,
        mines=mines,
        left_out=parted.left_out,
        criteria=criteria,
        assessment=_only(measured, names),
        facts=facts,
        fact_ends=fact_ends,
        safety=hazard.classify(facts, safety_rules, ends=fact_ends),
        dangers_left_out=dangers_left_out,
        end_uses=law,
        pairs=pairs,
        issues=(
            *inputs.issues,
            *from_notes(inputs.mines_name, place_notes),
            *rank_issues.of_shared_ground(inputs.mines_name, mine_places.shared_ground(mines, pairs)),
            *measured.issues,
            *rank_issues.of_dangers(dangers_left_out, facts),
            *rank_issues.of_end_uses(law, inputs.layers),
        ),
        illustrative=inputs.illustrative,
        stamp=RankStamp(
            software=__version__,
            rule_book=rulebook.shipped().version,
            mines=(inputs.mines_name, inputs.mines_sha256),
            layers=tuple((name, layer.source.sha256) for name, layer in sorted(inputs.layers.items())),
            rasters=tuple(sorted(inputs.rasters)),
            made_at=now(),
        ),
    )


def _placed(question: Priorities, inputs: Inputs) -> gpd.GeoDataFrame:
    """Return the patches; those of the workspace's own layer are placed as well as it says."""
    layer = inputs.layers.get(mine_file.KIND) if question.mines is None else None
    return mine_points.with_accuracy(
        inputs.patches, None if layer is None else layer.source.positional_accuracy_m
    )


def chosen_criteria(question: Priorities) -> tuple[Criterion, ...]:
    """Return the criteria asked for, all when none is named.

    Raises
    ------
    InputError
        For an unknown one, or one named twice.
    """
    if not question.criteria:
        return tuple(criterion_files.shipped().values())
    chosen = tuple(criterion_files.find(name) for name in question.criteria)
    if len({criterion.id for criterion in chosen}) < len(chosen):
        raise InputError(
            "criterion_twice",
            Text("同一指标选了两次。", "A criterion was chosen twice."),
            Text("每个指标只写一次。", "Name each once."),
        )
    return chosen


def _with_facts(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """Add the criteria that hazards and modes need, wherever they are not among those chosen."""
    names = {mine_facts.name_of(criterion) for criterion in criteria}
    needed = [
        criterion
        for criterion in criterion_files.shipped().values()
        if mine_facts.name_of(criterion) and mine_facts.name_of(criterion) not in names
    ]
    return (*criteria, *needed)


def _only(measured: assessment.Assessment, names: list[str]) -> assessment.Assessment:
    return replace(measured, **{part: getattr(measured, part)[names] for part in assessment.PARTS})


def decide(
    assessed: Assessed,
    choices: Choices,
    tell: Callable[[str], None] = lambda _: None,
    *,
    with_plan: bool = True,
) -> Decision:
    """Weigh, rank, suggest modes, price and plan. Measures nothing anew.

    Parameters
    ----------
    with_plan
        Whether to plan; a ranking that only follows changing weights need not wait for a programme.

    Raises
    ------
    InputError
        For choices that can't be made; ``InfeasibleWishError`` with the smallest relaxation.
    """
    suggested = modes.suggest(
        assessed.mines,
        assessed.facts,
        assessed.safety,
        assessed.end_uses.verdicts,
        thresholds=modes.edited(dict(choices.mode_thresholds)),
        ends=assessed.fact_ends,
    )
    unit_costs = _unit_costs(choices)
    priced = costs.of_patches(assessed.mines, suggested, unit_costs)
    ranked = _ranked(assessed, choices, priced, tell)
    plan = None
    if with_plan:
        plan = rank_programme.plan(assessed, choices, ranked, priced, tell)
    return Decision(
        assessed=assessed,
        choices=choices,
        ranking=ranked,
        suggested=suggested,
        costs=priced,
        unit_costs=unit_costs,
        plan=plan,
        planting=planting.check(choices.planting) if choices.planting else None,
        issues=(
            # The cost is what choices change: what was said of it before they were made is void.
            *(issue for issue in assessed.issues if issue.layer != COST),
            *rank_issues.of_ranking(ranked, assessed, choices),
            *from_notes("weights", ranked.weights.notes),
            *rank_issues.of_costs(priced, suggested, plan),
            *rank_issues.of_neighbours(assessed, plan),
            *rank_issues.of_milestones(choices),
        ),
        assumptions=rank_assumptions.assumptions(assessed, choices, unit_costs, ranked, plan),
    )


def _unit_costs(choices: Choices) -> UnitCosts | None:
    if choices.unit_costs and choices.assumed_costs is not None:
        raise InputError(
            "costs_twice",
            Text("单位费用和假定费用只能给一种。", "Give unit costs or an assumed average, not both."),
            Text("去掉 --assume-costs 或 --unit-cost。", "Leave out --assume-costs or --unit-cost."),
        )
    if choices.assumed_costs is not None:
        return costs.assumed(choices.assumed_costs)
    return costs.stated(dict(choices.unit_costs)) if choices.unit_costs else None


def _ranked(
    assessed: Assessed, choices: Choices, priced: pd.DataFrame, tell: Callable[[str], None]
) -> Ranking:
    measured = _with_cost(assessed, priced)
    silent = tuple(str(name) for name in measured.scores.columns[measured.scores.isna().all()])
    kept = [name for name in measured.scores.columns if name not in silent]
    if not kept:
        raise rank_issues.nothing_assessed()
    criteria = [criterion for criterion in assessed.criteria if criterion.id in kept]
    made = rank_weights.of_choices(choices, criteria, measured.scores[kept])
    used = made.by_criterion[made.by_criterion > 0]
    names = list(used.index)
    table = _only(measured, names)
    methods = ranking.compare(
        table.scores,
        used,
        ends=(table.low, table.high),
        known_share=table.known_share,
        safety=assessed.safety,
        undecided=choices.undecided,
    )
    tell("robustness")
    acceptability = robustness.smaa(
        table.low,
        table.high,
        rank_weights.region_of(choices, used),
        safety_rank=methods[choices.method]["safety_rank"],
        draws=_draws(choices, len(table.scores)),
    )
    return Ranking(
        weights=made,
        used=used,
        scores=table.scores,
        low=table.low,
        high=table.high,
        known_share=table.known_share,
        methods=methods,
        agreement=ranking.agreement(methods),
        acceptability=acceptability,
        rank_without_cost=_rank_without_cost(assessed, choices, table, used),
        not_assessed=silent,
    )


def _rank_without_cost(
    assessed: Assessed, choices: Choices, table: assessment.Assessment, used: pd.Series
) -> pd.Series | None:
    """Return the ranks as if money did not matter; missing where nothing else was weighed."""
    without = [name for name in used.index if name != COST]
    if len(without) == len(used):
        return None
    if not without:
        return pd.Series(pd.NA, index=table.scores.index, dtype="Int64", name="rank")
    rest = _only(table, without)
    ranked = ranking.rank(
        rest.scores,
        used[without],
        ends=(rest.low, rest.high),
        method=choices.method,
        safety=assessed.safety,
        undecided=choices.undecided,
    )
    return ranked["rank"]


def _draws(choices: Choices, mines: int) -> int:
    """Return how often is drawn: as often as asked, less often where there are very many mines."""
    return min(choices.draws, max(LEAST_DRAWS, MOST_RANKS_DRAWN // mines))


def _with_cost(assessed: Assessed, priced: pd.DataFrame) -> assessment.Assessment:
    """Return scores and their ends with the cost as it is known now; it is the only one that choices change."""
    measured = assessed.assessment
    criterion = next((item for item in assessed.criteria if item.id == COST), None)
    if criterion is None:
        return measured
    values = priced["cost_cny_per_ha"]
    between = scoring.limits(criterion, values)

    def scored(column: str, unknown: float) -> pd.Series:
        given = priced[column].fillna(unknown).to_numpy(dtype=float)
        return pd.Series(scoring.score(criterion, given, between), index=priced.index)

    found = scored("cost_cny_per_ha", np.nan)
    ends = pd.concat([scored("least_cny_per_ha", -np.inf), scored("most_cny_per_ha", np.inf), found], axis=1)
    return replace(
        measured,
        scores=measured.scores.assign(**{COST: found}),
        low=measured.low.assign(**{COST: ends.min(axis=1)}),
        high=measured.high.assign(**{COST: ends.max(axis=1)}),
        covered_share=measured.covered_share.assign(**{COST: found.notna().astype(float)}),
    )


def issues_of(decision: Decision) -> tuple[Issue, ...]:
    """Return the issues, the worst first."""
    order = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted(decision.issues, key=lambda issue: order[issue.severity]))
