"""A layer: what it means, its features, where it comes from, and where its silence means "none"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from gis import overlap
from gis.errors import Text
from layers.issue import Issue
from layers.spec import LayerSpec


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer's data come from.

    Parameters
    ----------
    name
        File name, without its folder.
    sha256
        Hash of the file's content: a result names the data it was made with.
    as_of
        The day the data speak for; None when nobody said (待核).
    illustrative
        Made up for demonstration (示意): never to be taken for a real line.
    positional_accuracy_m
        Of this data set; None when nobody said.
    """

    name: str
    sha256: str
    as_of: date | None
    origin: Text
    licence: Text
    illustrative: bool
    positional_accuracy_m: float | None


@dataclass(frozen=True, eq=False)
class Layer:
    """A loaded layer. Its contract is checked once, by :mod:`layers.load`.

    Parameters
    ----------
    spec
        What kind of layer it is.
    features
        Valid geometry of the right kind, EPSG:4490, edges not longer than 50 m, unique index;
        column ``sub_class`` (id of a sub-class, or None where the file does not tell) and the
        other columns of the spec that the file has, under our names.
    coverage
        Polygons in EPSG:4490: the area where *absence means absence*. Outside it the layer is not
        assessed. None: nowhere but under its own features.
    coverage_sha256
        Of the coverage's file; empty where there is none.
    unusable_rows
        Features that had no usable geometry, or not all of it: somewhere, the layer says something
        we can't place.
    crs_accuracy_m
        What the way from the file's coordinate system is worth.
    feature_count
        How many features the layer has in all, where ``features`` are only those near a site.
    """

    spec: LayerSpec
    features: gpd.GeoDataFrame
    coverage: gpd.GeoSeries | None
    source: Source
    issues: tuple[Issue, ...]
    unusable_rows: int = 0
    crs_accuracy_m: float = 0.0
    feature_count: int = 0
    coverage_sha256: str = ""

    @property
    def id(self) -> str:
        """Id of the layer's kind."""
        return self.spec.id

    @cached_property
    def sub_classes(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        """Id of each feature's sub-class; None where the file does not tell."""
        names = self.features["sub_class"]
        found: np.ndarray[tuple[int], np.dtype[np.object_]] = names.to_numpy(dtype=object, copy=True)
        found[names.isna().to_numpy()] = None
        return found

    @cached_property
    def ground(self) -> overlap.Ground:
        """The features in the plane, laid out once."""
        return overlap.Ground(self.features)

    @cached_property
    def coverage_ground(self) -> overlap.Ground:
        """The coverage in the plane as one polygon; empty when nothing is covered."""
        if self.coverage is None or self.coverage.empty:
            return overlap.Ground(gpd.GeoSeries([], crs=4490))
        return overlap.Ground(gpd.GeoSeries([shapely.union_all(self.coverage.to_numpy())], crs=4490))
