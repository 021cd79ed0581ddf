"""Where in each parcel a layer says what: the ground of its sub-classes, and of its silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from gis import overlap
from gis.equal_area import CountArray, GeometryArray
from layers.layer import Layer
from zoning import tolerance
from zoning.rule import Scope
from zoning.tolerance import Shifted

TextArray = npt.NDArray[np.object_]
_UNKNOWN = "?"
"""Stands for features whose sub-class the file does not tell."""


@dataclass(frozen=True, eq=False, slots=True)
class Extent:
    """The ground a scope speaks of in each parcel, and its range if the lines lay elsewhere.

    ``least`` and ``most`` are the ground at the two ends of the accuracy, ``half`` the ground after
    half a shift; with perfectly known lines all four are the same.
    """

    ground: GeometryArray
    least: GeometryArray
    half: GeometryArray
    most: GeometryArray


@dataclass(frozen=True, eq=False)
class Places:
    """One layer cut by parcels, in the equal-area plane.

    Parameters
    ----------
    parcels
        The parcels.
    layer
        The layer.
    accuracy_m
        How well the layer's lines lie to the parcels', m (limit error); 0 when nobody stated any.
    """

    parcels: overlap.Ground
    layer: Layer
    accuracy_m: float
    _shifted: dict[str | None, Shifted] = field(default_factory=dict, init=False)

    @cached_property
    def pieces(self) -> overlap.Pieces:
        """Ground that parcels and features share."""
        return overlap.pieces(self.parcels, self.layer.ground)

    @cached_property
    def sub_class_of_piece(self) -> TextArray:
        """The sub-class of each piece's feature; None where the file does not tell."""
        return self.layer.sub_classes[self.pieces.right_position]

    @cached_property
    def under_features(self) -> GeometryArray:
        """Ground of each parcel under any feature."""
        return self.pieces.union_per_left(len(self.parcels))

    @cached_property
    def under_unknown(self) -> GeometryArray:
        """Ground under features whose sub-class the file does not tell."""
        return self._under(None)

    def _under(self, sub_class: str | None) -> GeometryArray:
        found = self.pieces.where(self.sub_class_of_piece == sub_class)
        return found.union_per_left(len(self.parcels))

    @cached_property
    def beyond_coverage(self) -> CountArray:
        """Positions of parcels that do not lie wholly in the layer's coverage."""
        coverage = self.layer.coverage_ground
        if not len(coverage):
            return np.arange(len(self.parcels))
        shapely.prepare(coverage.plane)
        return np.flatnonzero(~shapely.covers(coverage.plane[0], self.parcels.plane))

    @cached_property
    def assessed(self) -> GeometryArray:
        """Ground where the layer can answer at all: its coverage, and its own features."""
        coverage = self.layer.coverage_ground
        if not len(coverage):
            return self.under_features
        result = self.parcels.plane.copy()
        edge = self.beyond_coverage
        whole = np.full(len(edge), coverage.plane[0], dtype=object)
        cut = overlap.intersection(self.parcels.plane[edge], whole)
        result[edge] = overlap.union([cut, self.under_features[edge]])
        return result

    @cached_property
    def silences(self) -> Mapping[str, GeometryArray]:
        """Ground where the layer does not answer, by reason."""
        outside = nowhere(len(self.parcels))
        edge = self.beyond_coverage
        outside[edge] = overlap.difference(self.parcels.plane[edge], self.assessed[edge])
        found = {"outside_coverage": outside, "sub_class_unknown": self.under_unknown}
        if self.layer.unusable_rows:
            # Somewhere the layer says something we can't place: its silence proves nothing, and
            # where it speaks of one sub-class another may lie there too.
            whole = self.assessed
            if self.layer.spec.has_one_meaning:
                whole = overlap.difference(whole, self.under_features)
            found["features_unplaced"] = whole
        return found

    @cached_property
    def sub_classes(self) -> tuple[str, ...]:
        """Ids of the sub-classes that lie in a parcel, or so near that they may."""
        met = self.layer.sub_classes[self._near]
        return tuple(sorted({name for name in met if name is not None}))

    @cached_property
    def _near(self) -> CountArray:
        """Positions of the features that lie in a parcel's box, or that a shift may bring there."""
        margin_m = 2 * self.accuracy_m
        bounds = shapely.bounds(self.parcels.plane) + np.array([-margin_m, -margin_m, margin_m, margin_m])
        return np.unique(self.layer.ground.tree.query(shapely.box(*bounds.T))[1])

    def extent_of(self, scope: Scope, others: Mapping[str, Places]) -> Extent:
        """Return the ground of each parcel that a scope speaks of, with its range.

        Parameters
        ----------
        scope
            The scope, of this layer.
        others
            Places of the other layers that are loaded. Where an excepted layer is not loaded
            nothing is taken off: the stricter reading, and that layer is told as not assessed.
        """
        if scope.relation == "outside":
            return self._outside()
        ground = self._under(scope.sub_class)
        shifted = self._shift(scope.sub_class)
        if shifted is None:
            extent, within = Extent(ground, ground, ground, ground), (ground, ground)
        else:
            extent = Extent(ground, shifted.shrunk, shifted.half_shrunk, shifted.grown)
            within = (shifted.within, shifted.half_within)
        if scope.except_layer and scope.except_layer in others:
            excepted = others[scope.except_layer]
            extent = self._without(extent, excepted, overlap.difference(ground, excepted.under_features))
            within = self._within_without(within, excepted)
        return _at_least(extent, within)

    def _outside(self) -> Extent:
        ground = overlap.difference(self.assessed, self.under_features)
        extent = self._without(Extent(*[self.assessed] * 4), self, ground)
        if self.accuracy_m <= 0:
            return extent
        depths_m = (self.accuracy_m, self.accuracy_m / 2)
        least, half = (
            overlap.intersection(ground, tolerance.deep(self.assessed, depth_m)) for depth_m in depths_m
        )
        return _at_least(extent, (least, half))

    def surely_unknown(self) -> npt.NDArray[np.bool_]:
        """Return which parcels features of unknown sub-class hit beyond the tolerance of their lines."""
        shifted = self._shift(_UNKNOWN)
        if shifted is None:
            return overlap.has_ground(self.under_unknown)
        return overlap.has_ground(shifted.half_shrunk) | overlap.has_ground(shifted.half_within)

    def near_unknown(self) -> GeometryArray:
        """Return ground that features of unknown sub-class may reach within the accuracy."""
        shifted = self._shift(_UNKNOWN)
        return self.under_unknown if shifted is None else shifted.grown

    def _without(self, extent: Extent, taken_off: Places, ground: GeometryArray) -> Extent:
        """Take a layer off an extent: where its line is further out, less remains."""
        shifted = taken_off._shift(None)
        if shifted is None:
            rest = [
                overlap.difference(part, taken_off.under_features)
                for part in (extent.least, extent.half, extent.most)
            ]
            return Extent(ground, *rest)
        return Extent(
            ground,
            overlap.difference(extent.least, shifted.grown),
            overlap.difference(extent.half, shifted.half_grown),
            overlap.difference(extent.most, shifted.shrunk),
        )

    def _within_without(
        self, within: tuple[GeometryArray, GeometryArray], taken_off: Places
    ) -> tuple[GeometryArray, GeometryArray]:
        """Take a layer off ground that a shift may bring elsewhere: all that could come to lie on it."""
        shifted = taken_off._shift(None)
        under = taken_off.under_features
        reaches = (under, under) if shifted is None else (shifted.grown, shifted.half_grown)
        least, half = (
            overlap.difference(part, np.asarray(shapely.buffer(reach, shift_m), dtype=object))
            for part, reach, shift_m in zip(
                within, reaches, (self.accuracy_m, self.accuracy_m / 2), strict=True
            )
        )
        return least, half

    def _shift(self, sub_class: str | None) -> Shifted | None:
        """Return the features of a sub-class (of all, for None) moved by the accuracy."""
        if self.accuracy_m <= 0:
            return None
        if sub_class not in self._shifted:
            near = self._near
            if sub_class is not None:
                wanted = None if sub_class == _UNKNOWN else sub_class
                near = near[self.layer.sub_classes[near] == wanted]
            features = self.layer.ground.take(near)
            self._shifted[sub_class] = tolerance.shift(self.parcels, features, self.accuracy_m)
        return self._shifted[sub_class]

    def feature_counts(self, scope: Scope) -> CountArray:
        """Return how many features of a scope's sub-class each parcel meets."""
        if scope.relation == "outside":
            return np.zeros(len(self.parcels), dtype=np.intp)
        found = self.pieces.where(self.sub_class_of_piece == scope.sub_class)
        return np.bincount(found.left_position, minlength=len(self.parcels))


def nowhere(count: int) -> GeometryArray:
    """Return so many empty polygons."""
    return np.full(count, overlap.EMPTY, dtype=object)


def _at_least(extent: Extent, within: tuple[GeometryArray, GeometryArray]) -> Extent:
    """Return an extent whose least and half are not less than what lies deep in the parcel."""
    return replace(
        extent,
        least=tolerance.larger(extent.least, within[0]),
        half=tolerance.larger(extent.half, within[1]),
    )
