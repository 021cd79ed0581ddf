"""A small world for tests of the law: cells of about 88 m × 111 m, layers made of boxes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gis.errors import Text
from gis.recognition import from_declaration
from layers import spec
from layers.layer import Layer, Source
from layers.site import Site
from zoning import conflicts
from zoning.rulebook import shipped

WEST, SOUTH, CELL = 113.5, 38.0, 0.001
TODAY = date(2026, 11, 23)
EVERYWHERE = shapely.box(113.0, 37.5, 114.0, 38.5)


def cell(column: float, row: float, columns: float = 1, rows: float = 1) -> shapely.Polygon:
    box = shapely.box(
        WEST + column * CELL,
        SOUTH + row * CELL,
        WEST + (column + columns) * CELL,
        SOUTH + (row + rows) * CELL,
    )
    return shapely.segmentize(box, 0.0004)


def site(
    *parcels: shapely.Geometry,
    doubtful: bool = False,
    lost_rows: tuple[int, ...] = (),
    accuracy_m: float = 0.0,
) -> Site:
    frame = gpd.GeoDataFrame(
        {
            "parcel_name": [f"地块{n + 1}" for n in range(len(parcels))],
            "row": range(1, len(parcels) + 1),
            "stated_m2": float("nan"),
            "planar_m2": float("nan"),
            "doubtful": doubtful,
        },
        geometry=list(parcels),
        crs=4490,
        index=pd.RangeIndex(len(parcels)),
    )
    return Site(
        name="site.geojson",
        path=Path("site.geojson"),
        sha256="",
        kind="geojson",
        encoding="",
        parcels=frame,
        recognition=from_declaration("CGCS2000"),
        accuracy_m=accuracy_m,
        lost_rows=lost_rows,
        issues=(),
    )


def layer(
    kind: str,
    features: list[tuple[shapely.Geometry, str | None]],
    *,
    coverage: shapely.Geometry | None = EVERYWHERE,
    unusable_rows: int = 0,
    accuracy_m: float | None = None,
) -> Layer:
    frame = gpd.GeoDataFrame(
        {"sub_class": pd.Series([name for _, name in features], dtype=object)},
        geometry=[geometry for geometry, _ in features],
        crs=4490,
    )
    nothing = Text("", "")
    return Layer(
        spec=spec.catalogue()[kind],
        features=frame,
        coverage=None if coverage is None else gpd.GeoSeries([coverage], crs=4490),
        source=Source("test.gpkg", "", TODAY, nothing, nothing, False, accuracy_m),
        issues=(),
        unusable_rows=unusable_rows,
    )


def find(
    asked: Site,
    *layers: Layer,
    activity: str = "IND",
    day: date = TODAY,
    only_loaded: bool = True,
    **answers: str,
) -> gpd.GeoDataFrame:
    by_id: Mapping[str, Layer] = {item.id: item for item in layers}
    specs = [
        entry
        for entry in spec.catalogue().values()
        if entry.role == "control" and (entry.id in by_id or not only_loaded)
    ]
    return conflicts.find(asked, specs, by_id, shipped(), conflicts.Question(activity, answers, day))
