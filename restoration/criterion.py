"""A criterion: what is measured, when it is urgent, how much it weighs, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gis.errors import Text
from gis.toml import Certainty

Statistic = Literal[
    "value",
    "distance",
    "area_share",
    "slope_mean",
    "slope_p90",
    "slope_share_below",
    "visible_share",
    "flow_distance",
    "fvc_mean",
    "fvc_change",
    "bare_share",
]
Direction = Literal["larger", "smaller"]
Normalisation = Literal["ramp", "log_ramp", "steps", "classes", "min_max"]

GROUPS: Mapping[str, Text] = {
    "hazard": Text("对人的危险", "Hazard to people"),
    "visibility": Text("可视性（三区两线）", "Visibility"),
    "position": Text("生态区位", "Ecological position"),
    "flow": Text("汇流影响", "Reach of flow"),
    "vegetation": Text("植被与裸露", "Vegetation and bare ground"),
    "terrain": Text("地形", "Terrain"),
    "size": Text("规模与连片", "Size and contiguity"),
    "land": Text("土地利用潜力", "Potential of the land"),
    "water": Text("水损害", "Damage to water"),
    "cost": Text("费用", "Cost"),
}


@dataclass(frozen=True, slots=True)
class Basis:
    """Who says that a criterion matters, or where a threshold comes from.

    ``supports`` tells which of the two it is about. Thresholds that only this software proposes have
    ``certainty`` ``inferred``.
    """

    title: Text
    supports: Literal["criterion", "threshold"]
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured.

    Parameters
    ----------
    statistic
        One of a closed set.
    column
        Column of the mines (``value``).
    layer, sub_classes
        Kind of layer, and which of its sub-classes (empty: all).
    raster, later_raster
        Kind of raster; the second date of ``fvc_change``.
    parameters
        Numbers, units in their names (``radius_m``).
    """

    statistic: Statistic
    column: str
    layer: str
    sub_classes: tuple[str, ...]
    raster: str
    later_raster: str
    parameters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion, read from ``restoration/criteria/<id>.toml``.

    Parameters
    ----------
    more_urgent
        Whether a larger or a smaller value is more urgent.
    normalisation
        How a value becomes a score from 0 to 1.
    least_urgent, most_urgent
        The values with score 0 and 1 (``ramp``, ``log_ramp``).
    steps
        Pairs (threshold, score) of ``steps``, by threshold: the score from there on.
    classes
        Score by code of ``classes``; a code that is not listed is *not assessed*.
    default_weight
        A proposal of this software. **Weights in papers hold for their region and are not transferable.**
    """

    id: str
    title: Text
    group: str
    unit: str
    measure: Measure
    more_urgent: Direction
    normalisation: Normalisation
    least_urgent: float | None
    most_urgent: float | None
    steps: tuple[tuple[float, float], ...]
    classes: Mapping[str, float]
    default_weight: float
    basis: tuple[Basis, ...]
    note: Text
