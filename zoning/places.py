"""Where in each parcel a layer says what: the ground of its sub-classes, and of its silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from gis import overlap
from gis.equal_area import CountArray, GeometryArray
from layers.layer import Layer
from zoning.rule import Scope


@dataclass(frozen=True, eq=False)
class Places:
    """One layer cut by parcels, in the equal-area plane.

    Parameters
    ----------
    parcels
        The parcels.
    layer
        The layer.
    """

    parcels: overlap.Ground
    layer: Layer

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Rows of :func:`gis.overlap.pairs` with the feature's ``sub_class``."""
        found = overlap.pairs(self.parcels, self.layer.ground)
        sub_classes = self.layer.features["sub_class"].to_numpy()
        found["sub_class"] = sub_classes[found["right_position"].to_numpy()]
        return found

    @cached_property
    def under_features(self) -> GeometryArray:
        """Ground of each parcel under any feature."""
        return overlap.union_per_left(self.pairs, self.parcels)

    @cached_property
    def under_unknown(self) -> GeometryArray:
        """Ground under features whose sub-class the file does not tell."""
        unknown = self.pairs["sub_class"].isna()
        return overlap.union_per_left(self.pairs[unknown], self.parcels)

    @cached_property
    def assessed(self) -> GeometryArray:
        """Ground where the layer can answer at all: its coverage, and its own features."""
        coverage = self.layer.coverage_ground
        if not len(coverage):
            return self.under_features
        whole = np.full(len(self.parcels), coverage.plane[0], dtype=object)
        return overlap.union([overlap.intersection(self.parcels.plane, whole), self.under_features])

    @cached_property
    def outside_coverage(self) -> GeometryArray:
        """Ground where the layer's silence means nothing."""
        return overlap.difference(self.parcels.plane, self.assessed)

    @cached_property
    def silences(self) -> Mapping[str, GeometryArray]:
        """Ground where the layer does not answer, by reason."""
        found = {"outside_coverage": self.outside_coverage, "sub_class_unknown": self.under_unknown}
        if self.layer.unusable_rows:
            # Somewhere the layer says something we can't place: its silence proves nothing.
            found["features_unplaced"] = overlap.difference(self.assessed, self.under_features)
        return found

    @cached_property
    def sub_classes(self) -> tuple[str, ...]:
        """Ids of the sub-classes met in any parcel."""
        return tuple(sorted(self.pairs["sub_class"].dropna().unique()))

    def ground_of(self, scope: Scope, others: Mapping[str, Places]) -> GeometryArray:
        """Return the ground of each parcel that a scope speaks of.

        Parameters
        ----------
        scope
            The scope, of this layer.
        others
            Places of the other layers that are loaded. Where an excepted layer is not loaded
            nothing is taken off: the stricter reading, and that layer is told as not assessed.
        """
        if scope.relation == "outside":
            return overlap.difference(self.assessed, self.under_features)
        ground = self._under(scope.sub_class)
        if scope.except_layer and scope.except_layer in others:
            ground = overlap.difference(ground, others[scope.except_layer].under_features)
        return ground

    def feature_counts(self, scope: Scope) -> CountArray:
        """Return how many features of a scope's sub-class each parcel meets."""
        if scope.relation == "outside":
            return np.zeros(len(self.parcels), dtype=np.int64)
        met = self.pairs.loc[self.pairs["sub_class"] == scope.sub_class, "left_position"]
        return np.bincount(met.to_numpy(), minlength=len(self.parcels))

    def _under(self, sub_class: str) -> GeometryArray:
        return overlap.union_per_left(self.pairs[self.pairs["sub_class"] == sub_class], self.parcels)


def nowhere(parcels: overlap.Ground) -> GeometryArray:
    """Return an empty polygon for each parcel."""
    return np.full(len(parcels), shapely.Polygon(), dtype=object)
