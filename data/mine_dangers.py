"""Illustrative answers to what the verification table does not ask: face, people, mine water.

**No patch was visited: 示意.** The heights keep to the drawn relief: a face is lower than its pit is deep.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.arrays import Floats

SEED = 431
DEPTH_PER_SIDE, LEAST_DEPTH_M, MOST_DEPTH_M = 0.18, 4.0, 40.0
FACE_OF_DEPTH = (0.35, 0.95)
NOT_MEASURED_SHARE = 1 / 8
THREATENING_UNITS, THREATENING_SHARE, PEOPLE = ("1", "3", "5"), 0.06, (2, 30)
WATER_UNITS, WATER_SHARE, WATER_SHARE_ELSEWHERE = ("5", "6"), 0.30, 0.02


def pit_depth_m(area_m2: Floats) -> Floats:
    """Return how deep a pit of a given area is drawn, in metres.

    Examples
    --------
    >>> pit_depth_m(np.array([100.0, 10_000.0, 1e6])).tolist()
    [4.0, 18.0, 40.0]
    """
    depth_m: Floats = np.clip(DEPTH_PER_SIDE * np.sqrt(area_m2), LEAST_DEPTH_M, MOST_DEPTH_M)
    return depth_m


def dangers(
    area_m2: Floats, unit: np.ndarray, mineral: np.ndarray, treated: np.ndarray
) -> Mapping[str, np.ndarray]:
    """Draw the three fields of a supplementary survey.

    Parameters
    ----------
    area_m2
        Of each patch.
    unit, mineral
        ``tbsx`` and ``kz`` of each patch.
    treated
        Whether it is: a treated patch threatens nobody, and no water leaves its adits.

    Returns
    -------
    Mapping
        ``bpgd`` 边坡高度 in metres (0 but at quarries; NaN where it was not measured), ``wxrs`` 威胁人数,
        ``lys`` 老窑水 (有, 无).
    """
    random = np.random.default_rng(SEED)
    count = len(unit)
    face_m = np.round(pit_depth_m(area_m2) * random.uniform(*FACE_OF_DEPTH, count), 1)
    measured = random.random(count) >= NOT_MEASURED_SHARE
    threatening = np.isin(unit, THREATENING_UNITS) & ~treated & (random.random(count) < THREATENING_SHARE)
    people = random.integers(*PEOPLE, count, endpoint=True)
    share = np.where(np.isin(unit, WATER_UNITS), WATER_SHARE, WATER_SHARE_ELSEWHERE)
    water = (mineral == "煤") & ~treated & (random.random(count) < share)
    return {
        "bpgd": np.where(measured, np.where(unit == "1", face_m, 0.0), np.nan),
        "wxrs": np.where(threatening, people, 0),
        "lys": np.where(water, "有", "无"),
    }
