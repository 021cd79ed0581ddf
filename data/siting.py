"""Find places for sample projects: the first place, in a fixed order, that satisfies a wish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas
import numpy as np
import shapely

from data.arrays import Floats, Geometries
from data.field_grid import FIELD_HEIGHT_M, FIELD_WIDTH_M, HALF_PATH_M
from data.land import Land

STEP_M = 500
PARTLY = (0.2, 0.7)


@dataclass(frozen=True, slots=True)
class Wish:
    """Grounds (see :class:`Places`) that a site shall lie wholly in, outside of, or partly in."""

    within: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()


class Places:
    """Named grounds of the drawn layers, and the search over them.

    A ground is named by its layer (``wetland``), by layer and sub-class spelling
    (``ecological_red_line/核心保护区以外``), or by county (``盂县``).
    """

    def __init__(self, land: Land, drawn: Mapping[str, geopandas.GeoDataFrame]) -> None:
        self.land = land
        self.drawn = drawn
        self._grounds: dict[str, shapely.Geometry] = {}

    def ground(self, name: str) -> shapely.Geometry:
        """Return a named ground, joined and prepared."""
        if name not in self._grounds:
            self._grounds[name] = shapely.union_all(self._features(name))
            shapely.prepare(self._grounds[name])
        return self._grounds[name]

    def find(self, template: shapely.Polygon, wish: Wish) -> shapely.Polygon:
        """Return the template moved to the first place that satisfies the wish.

        Parameters
        ----------
        template
            Drawn around the origin; it is moved to multiples of 500 m, row by row from the north.
        """
        xy = shapely.get_coordinates(template)
        corners = np.repeat(self._origins[:, None], len(xy), axis=1) + xy
        sites: Geometries = np.asarray(shapely.polygons(corners), dtype=object)
        sites = sites[shapely.contains_properly(self._city, sites)]
        for name in wish.within:
            sites = sites[shapely.contains_properly(self.ground(name), sites)]
        for name in wish.outside:
            met = shapely.STRtree(sites).query(self._features(name), predicate="intersects")[1]
            sites = np.delete(sites, np.unique(met))
        for name in wish.partly:
            share = self._shares(name, sites)
            sites = sites[(share > PARTLY[0]) & (share < PARTLY[1])]
        if not sites.size:
            raise LookupError(f"no place for {wish}")
        found: shapely.Polygon = sites[0]
        return found

    def field_corners(self, wish: Wish) -> tuple[int, int]:
        """Return a grid corner between two whole fields, west and east of it, that satisfies a wish.

        Returns
        -------
        easting, northing
            South-west corner of the eastern field's grid cell, on whole metres.
        """
        fields = self.drawn["permanent_basic_farmland"].geometry.to_numpy()
        whole = fields[shapely.get_num_coordinates(fields) == 5]
        bounds = np.round(shapely.bounds(whole)).astype(np.int64)
        full = bounds[:, 2] - bounds[:, 0] == FIELD_WIDTH_M - 2 * HALF_PATH_M
        full &= bounds[:, 3] - bounds[:, 1] == FIELD_HEIGHT_M - 2 * HALF_PATH_M
        corners = {(int(west) - HALF_PATH_M, int(south) - HALF_PATH_M) for west, south in bounds[full, :2]}
        for x, y in sorted(corners, key=lambda corner: (-corner[1], corner[0])):
            if (x - FIELD_WIDTH_M, y) not in corners:
                continue
            pair = shapely.box(x - FIELD_WIDTH_M, y, x + FIELD_WIDTH_M, y + FIELD_HEIGHT_M)
            if all(shapely.contains(self.ground(name), pair) for name in wish.within) and all(
                shapely.disjoint(self.ground(name), pair) for name in wish.outside
            ):
                return x, y
        raise LookupError(f"no pair of fields for {wish}")

    @cached_property
    def _city(self) -> shapely.Polygon:
        shapely.prepare(self.land.city.outline)
        return self.land.city.outline

    @cached_property
    def _origins(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        west, south, east, north = shapely.bounds(self.land.city.outline)
        x = np.arange(np.ceil(west / STEP_M), np.floor(east / STEP_M)) * STEP_M
        y = np.arange(np.floor(north / STEP_M), np.ceil(south / STEP_M), -1) * STEP_M
        down, right = np.meshgrid(y, x, indexing="ij")
        origins = np.column_stack([right.ravel(), down.ravel()])
        inside: np.ndarray[tuple[int, int], np.dtype[np.float64]] = origins[
            shapely.contains_xy(self._city, origins)
        ]
        return inside

    def _shares(self, name: str, sites: Geometries) -> Floats:
        """Return how much of each site features cover; those of one layer do not overlap here."""
        features = self._features(name)
        feature, site = shapely.STRtree(sites).query(features, predicate="intersects")
        shared = shapely.area(shapely.intersection(features[feature], sites[site]))
        share: Floats = np.bincount(site, shared, minlength=sites.size) / shapely.area(sites)
        return share

    def _features(self, name: str) -> Geometries:
        if name in self.land.city.names:
            number = self.land.city.names.index(name)
            return self.land.city.counties[number : number + 1]
        kind, _, spelling = name.partition("/")
        frame = self.drawn[kind]
        if spelling:
            frame = frame[frame.eq(spelling).any(axis=1)]
        if frame.empty:
            raise LookupError(f"no ground called {name}")
        features: Geometries = frame.geometry.to_numpy()
        return features
