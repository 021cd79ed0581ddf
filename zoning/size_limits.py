"""Size thresholds that raise the approving level, computed from the footprint by land class.

土地管理法 44 and 46 (V): permanent basic farmland of any size, other cultivated land above 35 ha and
other land above 70 ha are expropriated by decision of the State Council, else of the province. The
test is on what is expropriated; a footprint gives its upper bound. 土地管理法实施条例 20 (V): temporary
use for up to two years, up to four for energy, transport and water works.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis import area, overlap
from gis.equal_area import GeometryArray
from gis.errors import Text
from layers.layer import Layer
from layers.site import Site
from zoning.places import Places

CULTIVATED_LIMIT_M2 = 35 * 10_000.0
OTHER_LIMIT_M2 = 70 * 10_000.0
TEMPORARY_CLASS = "TEMP"

STATE_COUNCIL = Text("国务院", "State Council")
PROVINCE = Text("省人民政府", "provincial government")
UNKNOWN_LEVEL = Text("待定", "undecided")

FARMLAND, CULTIVATED = "permanent_basic_farmland", "general_farmland"


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Land of a site by class, and who decides on its expropriation.

    ``farmland_m2 + cultivated_m2 + other_m2 + not_assessed_m2 = subject_m2`` to the square
    centimetre; parcels that overlap count once.
    """

    subject_m2: float
    farmland_m2: float
    cultivated_m2: float
    other_m2: float
    not_assessed_m2: float
    level: Text
    why: Text


def of_site(site: Site, layers: Mapping[str, Layer]) -> SizeLimits:
    """Return the size thresholds of a site.

    Parameters
    ----------
    site
        The parcels.
    layers
        By id; permanent basic farmland and general farmland are needed.

    Examples
    --------
    A plot of 3 m × 2 m; 1 m × 2 m is permanent basic farmland, the next 1 m × 2 m other cultivated land:
    6 = 2 + 2 + 2 m², and farmland of any size goes to the State Council.

    >>> from pathlib import Path
    >>> import geopandas as gpd
    >>> from gis import equal_area
    >>> from layers import spec
    >>> from layers.layer import Source
    >>> def box(*ends):
    ...     return gpd.GeoSeries(equal_area.geometries_from_plane(np.array([shapely.box(*ends)])), crs=4490)
    >>> def layer(name, *ends):
    ...     source = Source(name, "", None, Text("", ""), Text("", ""), False, None)
    ...     features = gpd.GeoDataFrame({"sub_class": ["all"]}, geometry=box(*ends))
    ...     return Layer(spec.find(name), features, box(-9, -9, 9, 9), source, ())
    >>> parcels = gpd.GeoDataFrame({"doubtful": [False]}, geometry=box(0, 0, 3, 2))
    >>> site = Site("plot", Path(), "", "", "", parcels, None, 0.0, (), ())
    >>> found = of_site(site, {FARMLAND: layer(FARMLAND, 0, 0, 1, 2), CULTIVATED: layer(CULTIVATED, 1, 0, 2, 2)})
    >>> found.farmland_m2, found.cultivated_m2, found.other_m2, found.not_assessed_m2, found.level.en
    (2.0, 2.0, 2.0, 0.0, 'State Council')
    """
    whole = overlap.Ground.of_plane(
        np.array([shapely.union_all(site.ground.plane)], dtype=object), site.ground.index[:1]
    )
    under, answered = {}, [whole.plane]
    for name in (FARMLAND, CULTIVATED):
        if name in layers:
            places = Places(whole, layers[name], 0.0)
            under[name] = places.under_features
            answered.append(overlap.difference(whole.plane, overlap.union(list(places.silences.values()))))
        else:
            under[name] = np.array([shapely.Polygon()], dtype=object)
            answered.append(under[name])
    farmland = under[FARMLAND]
    cultivated = overlap.difference(under[CULTIVATED], farmland)
    known = overlap.intersection(answered[1], answered[2])
    other = overlap.difference(known, overlap.union([farmland, cultivated]))
    limits = _decided(whole, farmland, cultivated, other)
    if site.is_certain or limits.level is STATE_COUNCIL:
        return limits
    why = Text("范围不完整或自相交", "the footprint is not whole, or crosses itself")
    return replace(limits, level=UNKNOWN_LEVEL, why=why)


def _decided(
    whole: overlap.Ground, farmland: GeometryArray, cultivated: GeometryArray, other: GeometryArray
) -> SizeLimits:
    measured = [float(shapely.area(part)[0]) for part in (farmland, cultivated, other)]
    rest = max(float(whole.area_m2[0]) - sum(measured), 0.0)
    pieces, subject = area.round_to_whole([[*measured, rest]], whole.area_m2)
    farmland_m2, cultivated_m2, other_m2, unknown_m2 = (float(value) for value in pieces[0])
    level, why = _level(farmland_m2, cultivated_m2, other_m2, unknown_m2)
    return SizeLimits(float(subject[0]), farmland_m2, cultivated_m2, other_m2, unknown_m2, level, why)


def _level(farmland_m2: float, cultivated_m2: float, other_m2: float, unknown_m2: float) -> tuple[Text, Text]:
    """Return who decides; ground not assessed could be anything, so it can't lower the level.

    Examples
    --------
    36 ha of cultivated land that is not permanent basic farmland:

    >>> _level(0.0, 360_000.0, 0.0, 0.0)[0].zh
    '国务院'
    """
    if farmland_m2 > 0:
        return STATE_COUNCIL, Text("涉及永久基本农田", "it concerns permanent basic farmland")
    if cultivated_m2 > CULTIVATED_LIMIT_M2:
        return STATE_COUNCIL, Text("永久基本农田以外的耕地超过35公顷", "over 35 ha of other cultivated land")
    if other_m2 > OTHER_LIMIT_M2:
        return STATE_COUNCIL, Text("其他土地超过70公顷", "over 70 ha of other land")
    if unknown_m2 > 0:
        return UNKNOWN_LEVEL, Text("有面积未评估地类", "the land class of some ground was not assessed")
    return PROVINCE, Text("未超过国务院批准的规模", "below the sizes that the State Council decides on")


def temporary_term(project_class: str, answers: Mapping[str, str]) -> Text | None:
    """Return what the law says of the term of a temporary use; None for other projects.

    Examples
    --------
    >>> temporary_term("TEMP", {"temporary_term": "longer"}).en
    'Longer than the law allows for temporary use.'
    >>> temporary_term("PV", {}) is None
    True
    """
    if project_class != TEMPORARY_CLASS:
        return None
    if answers.get("temporary_term") == "longer":
        return Text("超过法定期限：不得按临时用地办理。", "Longer than the law allows for temporary use.")
    if "temporary_term" in answers:
        return Text("期限符合规定。", "The term is within the limits.")
    return Text(
        "临时用地不超过二年；能源、交通、水利等基础设施不超过四年。请说明期限。",
        "Temporary use is for up to two years, four for energy, transport and water works. State the term.",
    )
