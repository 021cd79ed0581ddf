r"""Did a restored patch recover: before and after, against a reference ring.

The effect on a patch is the change of its vegetation cover less that of the ring around it,

.. math:: E = \overline{\Delta FVC}_{patch} - \overline{\Delta FVC}_{ring}

so that a wet year or another sensor, which change both, cancel. Its interval is Welch's: with the variances
:math:`s^2` of the cells' changes and **effective** numbers of cells :math:`n^*`,

.. math::
    E \pm t_{\nu} \sqrt{\frac{s_p^2}{n_p^*} + \frac{s_r^2}{n_r^*}}, \qquad
    n^* = \min\left(n, \max\left(1, \frac{A}{L^2}\right)\right)

**Assumption about spatial autocorrelation**: cells nearer than the correlation length L say the same thing, so ground
of area A holds A/L² independent observations. L is a setting (60 m unless stated: a proposal, to be replaced by the
range of a variogram of your own scene); a larger L widens the interval. :math:`\nu` is Welch-Satterthwaite's, with
:math:`\nu_i = \max(1, n_i^* - 1)`. Errors that both dates share over the whole patch (a shifted image) are not in it.
Design (patch against a reference, before and after): domain notes §5.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from gis.errors import InputError, Text

FloatArray = npt.NDArray[np.float64]
VERDICTS = MappingProxyType(
    {
        "recovered": Text("已恢复", "recovered"),
        "not_recovered": Text("未恢复", "not recovered"),
        "open": Text("不能判定（置信区间跨过阈值）", "open (the interval holds the threshold)"),
        "not_assessed": Text("未评估", "not assessed"),
    }
)
REASONS = MappingProxyType(
    {
        "": Text("", ""),
        "patch_unseen": Text("图斑有效像元不足", "too few cells with data in the patch"),
        "ring_unseen": Text("参照环有效像元不足", "too few cells with data in the ring"),
        "too_small": Text(
            "图斑不足两个像元，无法估计误差", "fewer than two cells: no error can be estimated"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How recovery is judged; every number is a proposal of this software and can be edited.

    Parameters
    ----------
    least_gain
        The effect a recovered patch has at least, as FVC (0.05: five points of cover more than the ring gained).
    correlation_m
        Length L within which cells are not independent.
    confidence
        Of the interval.
    least_covered_share
        Share of the patch, and of the ring, that both dates must see.
    """

    least_gain: float = 0.05
    correlation_m: float = 60.0
    confidence: float = 0.95
    least_covered_share: float = 0.5

    def checked(self) -> Settings:
        """Return the settings, or say what is wrong with them."""
        good = (
            -1 <= self.least_gain <= 1
            and 0 < self.correlation_m < 1e5
            and 0.5 <= self.confidence < 1
            and 0 < self.least_covered_share <= 1
        )
        if good:
            return self
        raise InputError(
            "effect_settings",
            Text(
                "效果评估的阈值、相关长度、置信度或覆盖比例不在允许范围。",
                "The least gain, correlation length, confidence or covered share is out of range.",
            ),
            Text(
                "阈值 -1 到 1，相关长度大于 0，置信度 0.5 到 1，覆盖比例 0 到 1。",
                "Gain -1 to 1, length above 0, confidence 0.5 to 1, share 0 to 1.",
            ),
        )


@dataclass(frozen=True, eq=False, slots=True)
class Cells:
    """The cells under a polygon on both dates.

    Parameters
    ----------
    before, after
        Vegetation cover (FVC, 0 to 1) of each cell; NaN where there are no data.
    share
        Share of each cell that the polygon covers.
    cell_m2
        Ground of a whole cell.
    """

    before: FloatArray
    after: FloatArray
    share: FloatArray
    cell_m2: float


@dataclass(frozen=True, slots=True)
class Change:
    """Mean change of the cells that both dates see.

    ``cells``: how many they are; ``effective``: how many they count for; ``covered_share``: of all the ground.
    """

    before: float
    after: float
    change: float
    variance: float
    cells: int
    effective: float
    covered_share: float


def change_of(cells: Cells, correlation_m: float) -> Change:
    r"""Summarise the change under a polygon, each cell weighted by the share covered.

    :math:`s^2 = \sum w (x - \bar x)^2 / (\sum w - \sum w^2 / \sum w)`; NaN with fewer than two cells.

    Examples
    --------
    Changes 0.1 and 0.3 of two whole cells: mean 0.2, variance 0.02; 2 × 900 m² / (30 m)² = 2 observations.

    >>> two = Cells(np.array([0.2, 0.2]), np.array([0.3, 0.5]), np.ones(2), 900.0)
    >>> found = change_of(two, correlation_m=30)
    >>> round(found.change, 9), round(found.variance, 9), found.effective
    (0.2, 0.02, 2.0)
    """
    seen = np.isfinite(cells.before) & np.isfinite(cells.after) & (cells.share > 0)
    total = float(cells.share.sum())
    weight = cells.share[seen]
    ground = float(weight.sum())
    if not ground:
        return Change(np.nan, np.nan, np.nan, np.nan, 0, 0.0, 0.0)
    before = float(weight @ cells.before[seen]) / ground
    after = float(weight @ cells.after[seen]) / ground
    difference = cells.after[seen] - cells.before[seen]
    mean = float(weight @ difference) / ground
    freedom = ground - float(weight @ weight) / ground
    spread = float(weight @ (difference - mean) ** 2)
    count = int(seen.sum())
    variance = spread / freedom if count > 1 and freedom > 1e-9 else np.nan
    effective = min(float(count), max(1.0, ground * cells.cell_m2 / correlation_m**2))
    return Change(before, after, mean, variance, count, effective, ground / total)


def evaluate(patches: Mapping[str, tuple[Cells, Cells]], settings: Settings | None = None) -> pd.DataFrame:
    """Judge restored patches.

    Parameters
    ----------
    patches
        Patch to its own cells and those of its ring.
    settings
        Thresholds.

    Returns
    -------
    DataFrame
        Index: patch. ``fvc_before``, ``fvc_after``, ``change``, the same of the ring (``ring_…``), ``effect``,
        ``effect_low``, ``effect_high``, ``effective_cells``, ``ring_effective_cells``, ``covered_share``,
        ``ring_covered_share``, ``cover_index`` (min(1, FVC after / FVC of the ring after), the cover term of the
        restoration success index, :mod:`restoration.success`), ``verdict``, ``reason`` (a key of :data:`REASONS`).

        ``recovered``: the whole interval is at or above ``least_gain``; ``not_recovered``: it is wholly below;
        ``open``: it holds the threshold; ``not_assessed``: there are not enough data.

    Examples
    --------
    >>> def cells(before, after):
    ...     return Cells(np.asarray(before), np.asarray(after), np.ones(len(before)), 900.0)
    >>> grown = cells([0.1] * 8, [0.49, 0.5, 0.51, 0.5, 0.49, 0.5, 0.51, 0.5])
    >>> ring = cells([0.5] * 8, [0.51, 0.5, 0.49, 0.5, 0.51, 0.5, 0.49, 0.5])
    >>> evaluate({"M1": (grown, ring), "M2": (ring, ring)}, Settings(correlation_m=30))["verdict"].to_dict()
    {'M1': 'recovered', 'M2': 'not_recovered'}
    """
    chosen = (settings or Settings()).checked()
    rows = [_row(patch, ring, chosen) for patch, ring in patches.values()]
    return pd.DataFrame(rows, index=pd.Index(list(patches), name="patch_id"), columns=list(_COLUMNS))


_COLUMNS = (
    "fvc_before", "fvc_after", "change", "ring_before", "ring_after", "ring_change", "effect", "effect_low",
    "effect_high", "effective_cells", "ring_effective_cells", "covered_share", "ring_covered_share",
    "cover_index", "verdict", "reason",
)  # fmt: skip


def _row(patch: Cells, ring: Cells, settings: Settings) -> dict[str, object]:
    inner, outer = change_of(patch, settings.correlation_m), change_of(ring, settings.correlation_m)
    effect = inner.change - outer.change
    reason = _reason(inner, outer, settings)
    margin = np.nan if reason else _margin(inner, outer, settings.confidence)
    low, high = effect - margin, effect + margin
    verdict = "not_assessed" if reason else _verdict(low, high, settings.least_gain)
    index = min(1.0, inner.after / outer.after) if outer.after > 0 else np.nan
    values = (
        inner.before, inner.after, inner.change, outer.before, outer.after, outer.change, effect, low, high,
        inner.effective, outer.effective, inner.covered_share, outer.covered_share, index, verdict, reason,
    )  # fmt: skip
    return dict(zip(_COLUMNS, values, strict=True))


def _reason(inner: Change, outer: Change, settings: Settings) -> str:
    if not inner.cells or inner.covered_share < settings.least_covered_share:
        return "patch_unseen"
    if not outer.cells or outer.covered_share < settings.least_covered_share:
        return "ring_unseen"
    return "too_small" if not np.isfinite(inner.variance) or not np.isfinite(outer.variance) else ""


def _margin(inner: Change, outer: Change, confidence: float) -> float:
    parts = np.array([inner.variance / inner.effective, outer.variance / outer.effective])
    freedom = np.array([max(1.0, inner.effective - 1), max(1.0, outer.effective - 1)])
    total = float(parts.sum())
    if total <= 0:
        return 0.0
    welch = total**2 / float((parts**2 / freedom).sum())
    return float(stats.t.ppf(0.5 + confidence / 2, welch) * np.sqrt(total))


def _verdict(low: float, high: float, threshold: float) -> str:
    if low >= threshold:
        return "recovered"
    return "not_recovered" if high < threshold else "open"


def not_recovered(evaluated: pd.DataFrame) -> pd.DataFrame:
    """Return the restored patches that did not recover, the worst effect first."""
    failed = evaluated[evaluated["verdict"] == "not_recovered"]
    return failed.sort_values("effect", kind="stable")
