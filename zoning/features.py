"""The single features a site meets: each one listed, however many overlap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from gis import equal_area, overlap
from gis.equal_area import CountArray
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
    found = [_of_layer(site, layer) for _, layer in sorted(layers.items())]
    columns = {name: np.concatenate([part[name] for part in found]) for name in found[0]} if found else {}
    table = pd.DataFrame(columns, columns=[*COLUMNS, "plane"]).infer_objects()
    table = table.sort_values(["parcel", "layer", "feature"], kind="stable").reset_index(drop=True)
    geometry = equal_area.geometries_from_plane(table.pop("plane").to_numpy(dtype=object))
    return gpd.GeoDataFrame(table, geometry=geometry, crs=4490)


def _of_layer(site: Site, layer: Layer) -> dict[str, npt.NDArray[Any]]:
    pieces = overlap.pieces(site.ground, layer.ground)
    left, right = pieces.left_position, pieces.right_position
    return {
        "parcel": site.ground.index.to_numpy()[left],
        "layer": np.full(len(pieces), layer.id, dtype=object),
        "feature": layer.ground.index.to_numpy()[right],
        "name": _texts(layer, "name", right),
        "code": _texts(layer, "code", right),
        "sub_class": _texts(layer, "sub_class", right),
        "overlap_m2": pieces.area_m2,
        "share": pieces.area_m2 / site.ground.area_m2[left],
        "plane": pieces.plane,
    }


def _texts(layer: Layer, column: str, positions: CountArray) -> npt.NDArray[np.object_]:
    if column not in layer.features or not len(positions):
        return np.full(len(positions), "", dtype=object)
    values = layer.features[column].array.take(positions)
    return np.array(["" if pd.isna(value) else str(value) for value in values], dtype=object)
