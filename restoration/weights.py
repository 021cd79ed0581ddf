"""Weights of criteria: where they come from, what they are, and what they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from gis.note import Note
from restoration import score_table

Kind = Literal["direct", "pairwise", "entropy", "critic", "rank_order_centroid", "mix"]
Mix = Literal["geometric", "arithmetic", "game"]


@dataclass(frozen=True, eq=False, slots=True)
class Consistency:
    """How well pairwise judgements agree with each other (see :mod:`restoration.pairwise`)."""

    principal_eigenvalue: float
    index: float
    random_index: float
    ratio: float
    missing_judgements: int
    completed: pd.DataFrame
    worst_pair: tuple[str, str] | None


@dataclass(frozen=True, eq=False, slots=True)
class Weights:
    """Weights of criteria, labelled.

    Parameters
    ----------
    by_criterion
        Index: criteria; 0 or more, sum 1.
    kind
        How they were made.
    what_it_is, what_it_is_not
        What these weights are, and what they must not be taken for.
    consistency
        Only for pairwise judgements.
    notes
        What was noticed on the way.
    """

    by_criterion: pd.Series
    kind: Kind
    what_it_is: Text
    what_it_is_not: Text
    consistency: Consistency | None = None
    notes: tuple[Note, ...] = ()

    @property
    def consistency_ratio(self) -> float | None:
        """Saaty's consistency ratio; None unless the weights come from pairwise judgements."""
        return None if self.consistency is None else self.consistency.ratio


def direct(values: Mapping[str, float]) -> Weights:
    """Take weights as stated, scaled to sum 1.

    Examples
    --------
    >>> direct({"hazard": 3, "view": 1}).by_criterion.to_dict()
    {'hazard': 0.75, 'view': 0.25}
    """
    series = pd.Series(dict(values), dtype=float)
    return Weights(
        score_table.checked_weights(series, list(series.index)),
        "direct",
        Text("决策者直接给定的权重。", "Weights stated by the decision maker."),
        Text("不是由数据得出，也未经一致性检验。", "Not derived from data and not checked for consistency."),
    )


def rank_order_centroid(order: Sequence[str | tuple[str, ...]]) -> Weights:
    r"""Weights from the order of importance alone: the centroid of all weights in that order.

    .. math:: w_k = \frac{1}{n} \sum_{i=k}^{n} \frac{1}{i}

    Source of the formula: Barron & Barrett (1996), Management Science 42(11), 1515-1523 (as known; not
    reopened). Criteria in one tuple are equally important and share the mean of their places.

    Examples
    --------
    n = 3: (1 + 1/2 + 1/3)/3 = 11/18, (1/2 + 1/3)/3 = 5/18, (1/3)/3 = 2/18.

    >>> (rank_order_centroid(["a", "b", "c"]).by_criterion * 18).round(9).tolist()
    [11.0, 5.0, 2.0]
    """
    groups = [(item,) if isinstance(item, str) else item for item in order]
    names = [name for group in groups for name in group]
    count = len(names)
    places = np.cumsum(1 / np.arange(count, 0, -1.0))[::-1] / count if count else np.zeros(0)
    values: list[float] = []
    for group in groups:
        values += [float(places[len(values) : len(values) + len(group)].mean())] * len(group)
    return Weights(
        score_table.checked_weights(pd.Series(values, index=names, dtype=float), names),
        "rank_order_centroid",
        Text(
            "只由重要性次序得出：满足该次序的全部权重的重心。",
            "Only the order of importance: the centroid of all weights in that order.",
        ),
        Text("次序以外没有任何强弱信息。", "It holds no strength of preference beyond the order."),
    )


def entropy(scores: pd.DataFrame) -> Weights:
    r"""Entropy weights: criteria whose scores differ more between mines weigh more.

    .. math::
        p_{ij} = \frac{x_{ij}}{\sum_i x_{ij}}, \quad e_j = -\frac{1}{\ln m}\sum_i p_{ij}\ln p_{ij}, \quad
        w_j = \frac{1 - e_j}{\sum_j (1 - e_j)}

    over the m mines a criterion was assessed for (a missing score is left out, never 0).

    Examples
    --------
    Scores (1, 0) have entropy 0, scores (1, 1) have entropy 1, so all weight goes to the first:

    >>> entropy(pd.DataFrame({"a": [1, 0], "b": [1, 1]})).by_criterion.abs().tolist()
    [1.0, 0.0]
    """
    table = score_table.checked(scores)
    spread = pd.Series(0.0, index=table.columns)
    for name in table.columns:
        column = np.sort(table[name].dropna().to_numpy())
        if len(column) > 1 and column[0] != column[-1]:
            share = column[column > 0] / column.sum()
            spread[name] = max(0.0, 1 + float((share * np.log(share)).sum()) / np.log(len(column)))
    return _from_spread(
        spread,
        table,
        "entropy",
        Text("只反映各图斑得分的离散程度。", "They measure the spread of the scores among these mines."),
    )


def critic(scores: pd.DataFrame) -> Weights:
    r"""CRITIC weights: spread of a criterion times its disagreement with the others.

    .. math:: C_j = \sigma_j \sum_k (1 - r_{jk}), \quad w_j = C_j / \sum_j C_j

    with standard deviations of min-max normalised columns and Pearson correlations over the mines for
    which both criteria were assessed. Source: Diakoulaki, Mavrotas & Papayannakis (1995), Computers &
    Operations Research 22(7), 763-770.

    Examples
    --------
    Two opposed criteria of equal spread weigh the same:

    >>> critic(pd.DataFrame({"a": [0, 1], "b": [1, 0]})).by_criterion.tolist()
    [0.5, 0.5]
    """
    table = score_table.checked(scores)
    width = table.max() - table.min()
    varying = table.loc[:, width > 0].sort_index(key=lambda labels: labels.map(str))
    unit = (varying - varying.min()) / width[width > 0]
    correlation = unit.corr(min_periods=2).fillna(0.0)
    information = unit.std(ddof=1) * (1 - correlation).sum()
    spread = information.reindex(table.columns).fillna(0.0).clip(lower=0)
    return _from_spread(
        spread,
        table,
        "critic",
        Text(
            "反映得分离散程度及与其他指标的不相关程度。",
            "They measure spread and disagreement with the other criteria.",
        ),
    )


def _from_spread(spread: pd.Series, table: pd.DataFrame, kind: Kind, what_it_is: Text) -> Weights:
    if not (spread > 0).any():
        raise InputError(
            "weights_no_spread",
            Text(
                "各图斑得分没有差别，无法由数据得出权重。",
                "The scores do not differ, so data give no weights.",
            ),
            Text("请改用直接赋权或层次分析法。", "State the weights, or compare the criteria in pairs."),
        )
    silent = tuple(spread.index[spread <= 0])
    gaps = tuple(table.columns[table.isna().any()])
    notes = []
    if silent:
        notes.append(
            Note(
                "weight_zero",
                "warning",
                Text(
                    "这些指标的得分无差别或未评估，权重为 0。",
                    "These criteria do not differ or were not assessed.",
                ),
                Text("权重取 0。", "Their weight is 0."),
                silent,
            )
        )
    if gaps:
        notes.append(
            Note(
                "weight_from_part",
                "info",
                Text("这些指标有未评估的图斑。", "Some mines were not assessed for these criteria."),
                Text("权重只由已评估的图斑得出。", "Their weights come from the assessed mines alone."),
                gaps,
            )
        )
    return Weights(
        spread / spread.sum(),
        kind,
        what_it_is,
        Text(
            "不是重要性；增减一个图斑权重就会变。",
            "They are not importance, and they change when a mine is added or left out.",
        ),
        notes=tuple(notes),
    )


def mix(parts: Sequence[Weights], how: Mix = "geometric", shares: Sequence[float] | None = None) -> Weights:
    r"""Mix several sets of weights over the same criteria.

    ``geometric``: :math:`w_j \propto \prod_k w_{kj}^{a_k}` (a criterion with weight 0 in one part has 0);
    ``arithmetic``: :math:`w_j = \sum_k a_k w_{kj}`; ``game``: the arithmetic mix whose shares solve
    :math:`\sum_l (w_k \cdot w_l)\, a_l = w_k \cdot w_k` (the combination nearest to all parts at once,
    called game-theory weighting in the literature), ``shares`` is then not used.

    Raises
    ------
    InputError
        ``mix_empty`` without parts; ``mix_shares`` when the shares (not for ``game``) are not one for each part,
        finite, from 0, with a sum above 0; ``mix_game_negative`` when the game-theory mix has a share below 0;
        and as of :func:`restoration.score_table.checked_weights`: ``weights_missing`` or ``weights_unknown`` when
        the parts don't weigh the same criteria, ``weights_zero`` when the mix leaves nothing (a geometric one in
        which each criterion has weight 0 in some part).

    Examples
    --------
    √(0.8·0.5) : √(0.2·0.5) = 2 : 1.

    >>> parts = [direct({"a": 0.8, "b": 0.2}), direct({"a": 0.5, "b": 0.5})]
    >>> mix(parts).by_criterion.round(6).tolist()
    [0.666667, 0.333333]
    >>> mix(parts, "arithmetic").by_criterion.round(6).tolist()
    [0.65, 0.35]
    """
    if not parts:
        raise InputError(
            "mix_empty",
            Text("没有可组合的权重。", "There are no weights to mix."),
            Text("请至少选择一种赋权方法。", "Choose at least one kind of weights."),
        )
    names = list(parts[0].by_criterion.index)
    table = np.array([score_table.checked_weights(part.by_criterion, names).to_numpy() for part in parts])
    share = _game_shares(table) if how == "game" else _stated_shares(shares, len(parts))
    if how == "geometric":
        with np.errstate(divide="ignore"):
            logarithm = np.where(share[:, None] > 0, np.log(table), 0.0)
        values = np.exp((share[:, None] * logarithm).sum(axis=0))
    else:
        values = share @ table
    kinds = "+".join(part.kind for part in parts)
    return Weights(
        score_table.checked_weights(pd.Series(values, index=names), names),
        "mix",
        Text(f"组合权重（{kinds}，{how}）。", f"A {how} mix of {kinds}."),
        Text(
            "组合不会去掉各部分的缺点：含数据赋权的部分仍不代表重要性。",
            "Mixing does not cure its parts: what came from data is still not importance.",
        ),
        notes=tuple(note for part in parts for note in part.notes),
    )


def _stated_shares(shares: Sequence[float] | None, count: int) -> score_table.FloatArray:
    share = np.ones(count) if shares is None else np.asarray(shares, dtype=float)
    if len(share) != count or not np.isfinite(share).all() or (share < 0).any() or share.sum() <= 0:
        raise InputError(
            "mix_shares",
            Text(
                "组合比例的个数不符、为负或合计为 0。",
                "The shares of the mix do not fit, are negative or sum to 0.",
            ),
            Text("请为每组权重给一个不小于 0 的比例。", "Give each set of weights a share of 0 or more."),
        )
    scaled: score_table.FloatArray = share / share.sum()
    return scaled


def _game_shares(table: score_table.FloatArray) -> score_table.FloatArray:
    products = table @ table.T
    share = np.linalg.lstsq(products, np.diag(products), rcond=None)[0]
    if (share < -1e-12).any():
        raise InputError(
            "mix_game_negative",
            Text("博弈论组合出现负系数。", "The game-theory mix has a negative share."),
            Text("请改用几何或算术组合。", "Use the geometric or the arithmetic mix."),
        )
    share = np.maximum(share, 0)
    scaled: score_table.FloatArray = share / share.sum()
    return scaled
