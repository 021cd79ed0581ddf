r"""Weights from pairwise judgements (analytic hierarchy process, AHP).

Weights are the principal eigenvector of the matrix of judgements, and

.. math:: CI = \frac{\lambda_{max} - n}{n - 1}, \quad CR = CI / RI(n).

Random indices RI: T. L. Saaty (1980), The Analytic Hierarchy Process, n up to 15 (as commonly quoted; the
book was not reopened). Missing judgements: P. T. Harker (1987), Mathematical Modelling 9(11), 837-848: a
missing pair counts 0 and the diagonal gains 1 per missing pair of the row, which has the same principal
eigenvector and eigenvalue as the matrix whose gaps are filled with the ratio of the weights found.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from gis.errors import InputError, Text
from gis.note import Note
from restoration.score_table import FloatArray
from restoration.weights import Consistency, Weights

RANDOM_INDEX = {
    **{1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49},
    **{11: 1.51, 12: 1.48, 13: 1.56, 14: 1.57, 15: 1.59},
}
GREATEST_RATIO = 0.1
ROUNDING = 0.0051
"""Reciprocals written with two decimals (1/7 as 0.14) are taken for what they mean."""


def pairwise(judgements: pd.DataFrame, *, insist: bool = False) -> Weights:
    """Return weights from judgements of pairs of criteria.

    Parameters
    ----------
    judgements
        Square; row and column labels are the criteria. ``judgements.loc[a, b]`` says how many times more
        important a is than b (1 to 9 or a reciprocal). One of the two triangles is enough; a pair missing
        in both is completed by Harker's method.
    insist
        Accept a consistency ratio above 0.1.

    Raises
    ------
    InputError
        ``pairwise_not_square``, ``pairwise_too_many``, ``pairwise_not_positive``, ``pairwise_not_reciprocal``,
        ``pairwise_not_connected`` or ``pairwise_inconsistent``.

    Examples
    --------
    Consistent judgements 2, 4 and 2 = 4/2 give weights 4 : 2 : 1 and a ratio of 0:

    >>> names = ["hazard", "view", "size"]
    >>> table = pd.DataFrame([[1, 2, 4], [None, 1, 2], [None, None, 1]], index=names, columns=names)
    >>> result = pairwise(table)
    >>> (result.by_criterion * 7).round(9).tolist(), abs(round(result.consistency_ratio, 9))
    ([4.0, 2.0, 1.0], 0.0)
    """
    names, matrix = _checked(judgements)
    count = len(names)
    missing = np.isnan(matrix)
    if not _connected(~missing):
        raise InputError(
            "pairwise_not_connected",
            Text(
                "缺失的判断过多，指标分成互不相比的几组。",
                "So many judgements are missing that the criteria fall into unrelated groups.",
            ),
            Text("请至少补一个跨组的比较。", "Add at least one comparison across the groups."),
        )
    harker = np.where(missing, 0.0, matrix)
    harker[np.diag_indices(count)] += missing.sum(axis=1)
    eigenvalue, vector = _principal(harker)
    completed = np.where(missing, vector[:, None] / vector[None, :], matrix)
    index = max(0.0, (eigenvalue - count) / (count - 1)) if count > 1 else 0.0
    random_index = RANDOM_INDEX[count]
    ratio = index / random_index if random_index else 0.0
    misfit = np.abs(np.log(completed * vector[None, :] / vector[:, None]))
    row, column = divmod(int(np.argmax(misfit)), count)
    worst = (names[row], names[column]) if misfit[row, column] > 1e-9 else None
    if ratio > GREATEST_RATIO and not insist and worst is not None:
        raise InputError(
            "pairwise_inconsistent",
            Text(
                f"判断矩阵一致性比例 CR={ratio:.3f}，大于 0.1；最不一致的是“{worst[0]}”与“{worst[1]}”。",
                f"The consistency ratio is {ratio:.3f}, above 0.1; {worst[0]!r} against {worst[1]!r} fits worst.",
            ),
            Text("请重新考虑该判断，或明确坚持。", "Reconsider that judgement, or insist."),
        )
    return Weights(
        pd.Series(vector, index=names),
        "pairwise",
        Text(
            f"专家两两比较得出，CR={ratio:.3f}。", f"From pairwise judgements, consistency ratio {ratio:.3f}."
        ),
        Text(
            "一致只说明判断之间不矛盾，不说明判断正确。",
            "Consistent judgements do not contradict each other; that does not make them right.",
        ),
        Consistency(
            eigenvalue,
            index,
            random_index,
            ratio,
            int(missing.sum()) // 2,
            pd.DataFrame(completed, index=names, columns=names),
            worst,
        ),
        _notes(names, matrix, missing, ratio),
    )


def _notes(names: list[str], matrix: FloatArray, missing: np.ndarray, ratio: float) -> tuple[Note, ...]:
    notes = []
    if missing.any():
        pairs = tuple(f"{names[i]} / {names[j]}" for i, j in np.argwhere(np.triu(missing)))
        notes.append(
            Note(
                "pairwise_completed",
                "warning",
                Text("有缺失的两两比较。", "Some pairwise judgements are missing."),
                Text(
                    "按 Harker 法补全；完整矩阵的 RI 使 CR 偏低。",
                    "Completed by Harker's method; the ratio is understated, as RI is that of complete matrices.",
                ),
                pairs,
            )
        )
    if ratio > GREATEST_RATIO:
        notes.append(
            Note(
                "pairwise_insisted",
                "warning",
                Text(f"CR={ratio:.3f}，大于 0.1。", f"The consistency ratio is {ratio:.3f}, above 0.1."),
                Text("用户坚持采用。", "The user insisted."),
            )
        )
    strong = np.argwhere(matrix > 9 + 1e-9)
    if len(strong):
        notes.append(
            Note(
                "pairwise_beyond_nine",
                "warning",
                Text("有判断超出 1–9 标度。", "Some judgements are beyond the scale of 1 to 9."),
                Text("按原值采用。", "Taken as stated."),
                tuple(f"{names[i]} / {names[j]}" for i, j in strong),
            )
        )
    return tuple(notes)


def _checked(judgements: pd.DataFrame) -> tuple[list[str], FloatArray]:
    names = [str(name) for name in judgements.index]
    square = judgements.shape[0] == judgements.shape[1] and len(names) > 0
    if not square or len(set(names)) != len(names) or set(judgements.columns.map(str)) != set(names):
        raise InputError(
            "pairwise_not_square",
            Text(
                "判断矩阵的行和列不是同一组指标。",
                "Rows and columns of the judgements are not the same criteria.",
            ),
            Text("请使行列指标一致且不重复。", "Use the same criteria, each once, for rows and columns."),
        )
    if len(names) > max(RANDOM_INDEX):
        raise InputError(
            "pairwise_too_many",
            Text("超过 15 个指标，没有可用的 RI。", "There is no random index for more than 15 criteria."),
            Text("请分层比较。", "Group the criteria and compare group by group."),
        )
    matrix = judgements.set_axis(judgements.columns.map(str), axis=1)[names].to_numpy(
        dtype=float, na_value=np.nan
    )
    if (matrix <= 0).any() or np.isinf(matrix).any():
        raise InputError(
            "pairwise_not_positive",
            Text("判断值须大于 0。", "Judgements are above 0."),
            Text(
                "不太重要用倒数表示，例如 1/3；未判断请留空。",
                "Less important is a reciprocal such as 1/3; leave unknown pairs empty.",
            ),
        )
    full = matrix.copy()
    for i in range(len(names)):
        for j in range(i, len(names)):
            full[i, j], full[j, i] = _pair(matrix[i, j], matrix[j, i], names[i], names[j])
    return names, full


def _pair(forward: float, backward: float, first: str, second: str) -> tuple[float, float]:
    if first == second:
        forward = backward = 1.0 if np.isnan(forward) else forward
    if np.isnan(forward) and np.isnan(backward):
        return np.nan, np.nan
    if np.isnan(forward):
        return 1 / backward, backward
    if np.isnan(backward):
        return forward, 1 / forward
    large, small = max(forward, backward), min(forward, backward)
    if abs(small - 1 / large) > ROUNDING:
        raise InputError(
            "pairwise_not_reciprocal",
            Text(
                f"“{first}”对“{second}”为 {forward:g}，反过来为 {backward:g}，不互为倒数。",
                f"{first!r} against {second!r} is {forward:g} but {backward:g} the other way round.",
            ),
            Text("请改正其中一个，或只填一个三角。", "Mend one of them, or fill in one triangle only."),
        )
    return (large, 1 / large) if forward >= backward else (1 / large, large)


def _connected(known: np.ndarray) -> bool:
    reached = {0}
    for _ in range(len(known)):
        reached |= {int(column) for row in reached for column in np.flatnonzero(known[row])}
    return len(reached) == len(known)


def _principal(matrix: FloatArray) -> tuple[float, FloatArray]:
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    return float(values[largest].real), vector / vector.sum()
