"""Why a mine stands where it stands."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from planner import (
    app_priorities,
    rank_flow,
    rank_report,
    rank_why,
)
from planner.rank_result import Assessed
from tests.planner.rank_examples import FAST


def test_why_the_first_of_a_class_is_not_moved_by_weights(assessed: Assessed) -> None:
    found = rank_flow.decide(assessed, FAST, with_plan=False)
    first = found.main[found.main["safety_rank"] == 6].sort_values("rank").index[0]
    assert rank_why.frame(found, first)[["score_needed", "weight_needed"]].isna().all(axis=None)
    console = Console(file=io.StringIO(), width=160)
    rank_report.show(found, console, "zh", why=str(first))
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "由安全等级决定" in printed
    assert "-0.0000" not in printed


def test_a_mine_moves_the_places_it_is_said_to(assessed: Assessed) -> None:
    """The seventh of the largest class, up three by one score; and which rank is explained if TOPSIS ranks."""
    found = rank_flow.decide(assessed, replace(FAST, method="topsis"))
    by_sum = found.ranking.methods["weighted_sum"]
    largest = by_sum["safety_rank"].value_counts().idxmax()
    peers = by_sum[by_sum["safety_rank"] == largest].sort_values("rank")
    patch = str(peers.index[6])
    needed = rank_why.frame(found, patch, places=3)["score_needed"].dropna()
    assert not needed.empty
    scores = found.ranking.scores.loc[peers.index].fillna(0.5)
    total = scores.mul(found.ranking.used).sum(axis=1)
    raised = scores.loc[patch].copy()
    raised[needed.index[0]] = needed.iloc[0]
    assert (total.drop(patch) > (raised * found.ranking.used).sum() + 1e-9).sum() == 3
    console = Console(file=io.StringIO(), width=120)
    rank_report.show(found, console, "zh", why=patch, places=3)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"{patch} 按加权和为何排在第 {by_sum.loc[patch, 'rank']} 位（按TOPSIS为第" in printed
    assert "前移3位所需" in printed
    assert "排名和得分取自TOPSIS" in printed


def test_further_than_the_class_reaches_nothing_is_said_to_move_it(assessed: Assessed) -> None:
    found = rank_flow.decide(assessed, FAST, with_plan=False)
    largest = found.main["safety_rank"].value_counts().idxmax()
    second, third = found.main[found.main["safety_rank"] == largest].sort_values("rank").index[1:3]
    assert rank_why.frame(found, second, 1)["score_needed"].notna().any()
    assert rank_why.too_far(found, second, 1) is None
    assert rank_why.frame(found, third, 5)[["score_needed", "weight_needed"]].isna().all(axis=None)
    console = Console(file=io.StringIO(), width=160)
    rank_report.show(found, console, "zh", why=str(third), places=5)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "在同一安全等级内最多只能前移2位" in printed
    told = rank_why.too_far(found, third, 5)
    assert told is not None
    assert "up at most 2 places" in told.en
    last = found.main[found.main["safety_rank"] == largest].sort_values("rank").index[-1]
    assert rank_why.too_far(found, last, -1) == rank_why.LAST_OF_CLASS
    first = found.main[found.main["safety_rank"] == largest].sort_values("rank").index[0]
    shown = app_priorities.mine(found, str(first), "en")
    assert shown is not None
    assert shown.too_far == rank_why.CLASS_DECIDES.en
