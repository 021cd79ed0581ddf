"""The single features a site meets: each one listed, however many overlap."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from gis import equal_area, overlap
from layers.layer import Layer
from layers.site import Site

COLUMNS = ["parcel", "layer", "feature", "name", "code", "sub_class", "overlap_m2", "share"]


def met(site: Site, layers: Mapping[str, Layer]) -> gpd.GeoDataFrame:
    """Return every feature of every layer that a site meets, with the ground shared.

    Parameters
    ----------
    site
        The parcels.
    layers
        By id.

    Returns
    -------
    GeoDataFrame
        EPSG:4490, ordered by parcel, layer and feature: ``parcel`` (label), ``layer``, ``feature``
        (label in the layer), ``name``, ``code`` (empty where the layer has none), ``sub_class``
        (empty where unknown), ``overlap_m2``, ``share`` of the parcel. Features that overlap one
        another are each listed whole, so these areas may add up to more than the parcel.
    """
    found = [(layer, overlap.pairs(site.ground, layer.ground)) for _, layer in sorted(layers.items())]
    frames = [_of_layer(site, layer, pairs) for layer, pairs in found if len(pairs)]
    table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*COLUMNS, "plane"])
    table = table.sort_values(["parcel", "layer", "feature"], kind="stable").reset_index(drop=True)
    geometry = equal_area.geometries_from_plane(table.pop("plane").to_numpy(dtype=object))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=4490)


def _of_layer(site: Site, layer: Layer, found: pd.DataFrame) -> pd.DataFrame:
    features = layer.features.iloc[found["right_position"].to_numpy()]
    subject_m2 = site.ground.area_m2[found["left_position"].to_numpy()]
    return pd.DataFrame(
        {
            "parcel": found["left"],
            "layer": layer.id,
            "feature": found["right"],
            "name": _texts(features, "name"),
            "code": _texts(features, "code"),
            "sub_class": _texts(features, "sub_class"),
            "overlap_m2": found["area_m2"],
            "share": found["area_m2"] / subject_m2,
            "plane": found["plane"],
        }
    )


def _texts(features: gpd.GeoDataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    if column not in features:
        return np.full(len(features), "", dtype=object)
    return np.array(["" if pd.isna(value) else str(value) for value in features[column]], dtype=object)
