"""Why a mine has its rank, at a terminal: what each criterion contributes, and what would move it."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from gis.errors import Language, Text
from planner import rank_tables, terminal, wording
from planner.priorities import Method
from planner.rank_result import Decision
from restoration import explanation
from restoration.score_table import Ends

SUM: Method = "weighted_sum"
CLASS_DECIDES = Text(
    "已排在同一安全等级的第一位：得分和权重不能使其前移，由安全等级决定。",
    "First of its safety class already: no score or weight moves it up, its safety class decides.",
)

LAST_OF_CLASS = Text(
    "已排在同一安全等级的最后一位：得分和权重不能使其后移，由安全等级决定。",
    "Last of its safety class already: no score or weight moves it down, its safety class decides.",
)


def show(decision: Decision, patch: str, places: int, console: Console, language: Language) -> None:
    """Print why a patch has its rank, and what would move it."""
    found = frame(decision, patch, places)
    moved = Text(*((f"前移{places}位", f"to move up {places}") if places > 0 else
                   (f"后移{-places}位", f"to move down {-places}")))  # fmt: skip
    titles = (
        Text("指标", "criterion"),
        Text("权重", "weight"),
        Text("得分", "score"),
        Text("均值", "mean"),
        Text("贡献", "contribution"),
        Text(f"{moved.zh}所需得分", f"score {moved.en}"),
        Text(f"{moved.zh}所需权重", f"weight {moved.en}"),
    )
    heading = _heading(decision, patch)
    table = terminal.table(titles, language, heading=heading, numbers=(1, 2, 3, 4, 5, 6))
    table.show_lines = False
    names = rank_tables.criterion_titles(decision, language)
    for name, row in found.iterrows():
        score = f"{row['score']:.3f}" if row["assessed"] else Text("未评估", "not assessed").said(language)
        table.add_row(
            names[str(name)],
            f"{row['weight']:.3f}",
            score,
            f"{row['reference']:.3f}",
            f"{round(row['contribution'], 4) + 0.0:+.4f}",
            wording.three_decimals(row["score_needed"]),
            wording.three_decimals(row["weight_needed"]),
        )
    console.print(table)
    notice = too_far(decision, patch, places)
    if notice is not None:
        console.print(notice.said(language), highlight=False)


def _heading(decision: Decision, patch: str) -> Text:
    """Return what is explained: the rank by the weighted sum, whichever method ranks."""
    rank, by_sum = (table["rank"][patch] for table in (decision.main, _by_sum(decision)))
    if decision.choices.method == SUM:
        return Text(f"{patch} 为何排在第 {rank} 位", f"Why {patch} has rank {rank}")
    method = rank_tables.METHOD_TITLES[decision.choices.method]
    return Text(
        f"{patch} 按加权和为何排在第 {by_sum} 位（按{method.zh}为第 {rank} 位）",
        f"Why {patch} has rank {by_sum} by the weighted sum (by {method.en} it has {rank})",
    )


def _by_sum(decision: Decision) -> pd.DataFrame:
    return decision.ranking.methods[SUM]


def frame(decision: Decision, patch: str, places: int = 1) -> pd.DataFrame:
    """Return why a patch has its rank by the weighted sum in its safety class, and what would move it.

    Parameters
    ----------
    decision
        The ranking.
    patch
        Its number.
    places
        How far: up, or down where it is negative.

    Returns
    -------
    DataFrame
        Criteria in rows, the greatest contribution first: the columns of
        :func:`restoration.explanation.explain` (against the mean) and ``score_needed``, ``weight_needed``: NaN
        where no such change does it, or the class has not as many places (:func:`too_far`).
    """
    ranked = decision.ranking
    explained = explanation.explain(ranked.scores, ranked.used, patch, ends=ranked.ends)
    scores, ends = _peers(decision, patch)
    changes = explanation.changes_to_move(scores, ranked.used, patch, places, ends=ends)
    parts = explained.parts.join(changes[["score_needed", "weight_needed"]])
    return parts.sort_values("contribution", ascending=False, kind="stable")


def too_far(decision: Decision, patch: str, places: int = 1) -> Text | None:
    """Return why nothing moves a patch by so many places; None where its safety class has them."""
    scores, ends = _peers(decision, patch)
    most = explanation.places_to_move(scores, decision.ranking.used, patch, up=places > 0, ends=ends)
    if abs(places) <= most:
        return None
    if most:
        way = Text("前移", "up") if places > 0 else Text("后移", "down")
        return Text(
            f"在同一安全等级内最多只能{way.zh}{most}位：更远由安全等级决定，得分和权重不能使其移动。",
            f"Within its safety class it can move {way.en} at most {most} places: beyond, its class decides, and no "
            "score or weight moves it.",
        )
    return CLASS_DECIDES if places > 0 else LAST_OF_CLASS


def _peers(decision: Decision, patch: str) -> tuple[pd.DataFrame, Ends]:
    """Return the scores of the patches of the same safety class, and what they may be."""
    classes, ranked = decision.main["safety_rank"], decision.ranking
    peers = classes.index[classes == classes[patch]]
    return ranked.scores.loc[peers], (ranked.low.loc[peers], ranked.high.loc[peers])
