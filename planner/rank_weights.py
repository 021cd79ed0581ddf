"""From the sources of weights a user chose to the weights of the criteria that were assessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from gis.errors import InputError, Text
from gis.note import Note
from planner.priorities import Choices, WeightSource
from restoration import criterion_files, pairwise, weights
from restoration.criterion import Criterion
from restoration.weight_region import WeightRegion, around
from restoration.weights import Weights


def of_choices(choices: Choices, criteria: Sequence[Criterion], scores: pd.DataFrame) -> Weights:
    """Return the weights of the criteria with scores.

    Parameters
    ----------
    choices
        Sources and mix.
    criteria
        Those that take part.
    scores
        Their scores, for weights that come from data; the columns are the criteria's ids.

    Raises
    ------
    InputError
        As :mod:`restoration.weights` and :mod:`restoration.pairwise`.
    """
    if not choices.weights:
        raise InputError(
            "no_weights",
            Text("没有给出权重。", "No weights were given."),
            Text("去掉该设置即采用建议权重。", "Leave the setting out to take the proposed ones."),
        )
    parts = [_part(source, criteria, scores) for source in choices.weights]
    return parts[0] if len(parts) == 1 else weights.mix(parts, choices.mix)


def _part(source: WeightSource, criteria: Sequence[Criterion], scores: pd.DataFrame) -> Weights:
    if source.kind == "entropy":
        return weights.entropy(scores)
    if source.kind == "critic":
        return weights.critic(scores)
    if source.kind == "proposal":
        return _proposal(criteria)
    if source.kind == "direct":
        made = weights.direct(_values(source))
    elif source.kind == "pairwise":
        made = pairwise.pairwise(_matrix(source), insist=source.insist)
    else:
        made = weights.rank_order_centroid(list(source.order))
    return _on(made, criteria)


def _values(source: WeightSource) -> dict[str, float]:
    values: dict[str, float] = {}
    for name, value in source.stated:
        if name in values:
            raise InputError(
                "weights_duplicate",
                Text(f"指标“{name}”有两个权重。", f"Criterion {name!r} has two weights."),
                Text("每个指标只留一个权重。", "Leave one weight for each criterion."),
            )
        values[name] = value
    return values


def _proposal(criteria: Sequence[Criterion]) -> Weights:
    made = weights.direct({criterion.id: criterion.default_weight for criterion in criteria})
    return replace(
        made,
        what_it_is=Text("本软件建议的起点权重。", "Weights proposed by this software as a start."),
        what_it_is_not=Text(
            "不是标准、不是论文结论，也不代表任何部门的意见；请据实改定。",
            "No standard, no finding of a paper and nobody's decision: set your own.",
        ),
    )


def _matrix(source: WeightSource) -> pd.DataFrame:
    names = list(dict.fromkeys(name for row, column, _ in source.judgements for name in (row, column)))
    table = pd.DataFrame(float("nan"), index=names, columns=names)
    for row, column, value in source.judgements:
        table.loc[row, column] = value
    return table


def _on(made: Weights, criteria: Sequence[Criterion]) -> Weights:
    """Bring weights to the criteria that take part; what that leaves out is noted."""
    ids = [criterion.id for criterion in criteria]
    given = made.by_criterion
    unknown = [str(name) for name in given.index if name not in _known_ids()]
    if unknown:
        raise InputError(
            "weights_unknown",
            Text(f"权重“{unknown[0]}”没有对应的指标。", f"Weight {unknown[0]!r} belongs to no criterion."),
            Text(
                f"可用的指标：{'、'.join(sorted(_known_ids()))}。",
                f"Known: {', '.join(sorted(_known_ids()))}.",
            ),
        )
    kept = given.reindex(ids).fillna(0.0)
    if not kept.sum() > 0:
        raise InputError(
            "weights_zero",
            Text("给了权重的指标都没有参与评估。", "None of the criteria with a weight was assessed."),
            Text("请给已评估的指标赋权。", "Weigh criteria that were assessed."),
        )
    silent = tuple(name for name in ids if name not in given.index)
    absent = tuple(str(name) for name in given.index if name not in ids and given[name] > 0)
    notes = list(made.notes)
    if silent:
        notes.append(
            Note(
                "weight_not_named",
                "info",
                Text("这些指标没有给权重。", "These criteria were given no weight."),
                Text("权重取 0，不参与排序。", "Their weight is 0: they take no part in the ranking."),
                silent,
            )
        )
    if absent:
        notes.append(
            Note(
                "weight_not_assessed",
                "warning",
                Text(
                    "这些指标给了权重，但没有一个图斑得到评估。",
                    "These have a weight, but no mine was assessed for them.",
                ),
                Text(
                    "不参与排序，其余权重按比例放大。", "They take no part; the other weights are scaled up."
                ),
                absent,
            )
        )
    return replace(made, by_criterion=kept / kept.sum(), notes=tuple(notes))


def _known_ids() -> set[str]:
    return set(criterion_files.shipped())


def region_of(choices: Choices, made: pd.Series) -> WeightRegion:
    """Return the weights in question: the same order, within a share, or all.

    Parameters
    ----------
    choices
        ``region``, ``spread``.
    made
        Weights above 0.

    Raises
    ------
    InputError
        ``weight_spread`` when the region is ``around`` and the spread is not above 0 and at most 1.
    """
    if choices.region == "around":
        if not 0 < choices.spread <= 1:
            raise InputError(
                "weight_spread",
                Text("权重浮动比例须大于 0、不大于 1。", "The spread of weights is above 0 and at most 1."),
                Text("例如 0.2 表示上下浮动20%。", "For example 0.2: from 80 % to 120 %."),
            )
        return around(made, choices.spread)
    names = tuple(str(name) for name in made.index)
    if choices.region == "free":
        return WeightRegion(names)
    rounded = made.round(12)
    levels = sorted(set(rounded), reverse=True)
    return WeightRegion(
        names, order=tuple(tuple(str(name) for name in made.index[rounded == level]) for level in levels)
    )
