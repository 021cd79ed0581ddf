"""Everything the layers are drawn from: the city, its relief, its settlements, mines and valleys."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas
import numpy as np
import shapely

from data import sources
from data.arrays import Floats, Geometries, Integers, Truths
from data.drainage import stems
from data.grid import Grid
from data.relief import Relief, grid_over, shape_land, smooth, valley_points
from data.sources import City

VALLEY_LEAST_M2 = 20e6
VALLEY_SMOOTHING = 3


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """What is known (city, settlements, coal mines) and what is illustrative (relief detail, valleys).

    Parameters
    ----------
    settlements, coal_mines
        Real points inside the city, EPSG:4547.
    valleys
        Illustrative valley lines from head to mouth, in the order of ``valley_upstream_m2``.
    valley_upstream_m2
        Ground drained at the mouth of each, largest first.
    inside, county_number
        Which relief cells lie in the city, and in which county (the nearest one outside the city).
    settlement_distance_m, coal_distance_m
        Distance of every relief cell to the nearest settlement and coal mine.
    """

    city: City
    relief: Relief
    settlements: geopandas.GeoDataFrame
    coal_mines: geopandas.GeoDataFrame
    valleys: Geometries
    valley_upstream_m2: Floats
    inside: Truths
    county_number: Integers
    settlement_distance_m: Floats
    coal_distance_m: Floats

    def smoothed(self, values: Floats, length_m: float) -> Floats:
        """Smooth a field on the relief grid."""
        return smooth(values, length_m, self.relief.grid.step_m)


def survey() -> Land:
    """Read the shipped data and shape the land between them."""
    city = sources.read_city()
    grid = grid_over(city.outline)
    relief = shape_land(sources.read_elevation(grid), grid)
    settlements = _inside(sources.read_projected("settlements", "geonames_cities500.geojson"), city)
    mines = _inside(sources.read_projected("mines", "gem_gcmt_coal_mines.geojson"), city)
    valleys, upstream_m2 = _valleys(relief, city)
    return Land(
        city=city,
        relief=relief,
        settlements=settlements,
        coal_mines=mines,
        valleys=valleys,
        valley_upstream_m2=upstream_m2,
        inside=relief.grid.covered(np.array([city.outline])),
        county_number=_county_number(relief.grid, city),
        settlement_distance_m=relief.grid.distance_m(shapely.buffer(settlements.geometry.to_numpy(), 100.0)),
        coal_distance_m=relief.grid.distance_m(shapely.buffer(mines.geometry.to_numpy(), 100.0)),
    )


def _inside(frame: geopandas.GeoDataFrame, city: City) -> geopandas.GeoDataFrame:
    return frame[shapely.intersects(city.outline, frame.geometry.to_numpy())].reset_index(drop=True)


def _county_number(grid: Grid, city: City) -> Integers:
    distances = [grid.distance_m(np.array([county])) for county in city.counties]
    number: Integers = np.argmin(distances, axis=0)
    return number


def _valleys(relief: Relief, city: City) -> tuple[Geometries, Floats]:
    cells = VALLEY_LEAST_M2 / relief.grid.step_m**2
    upstream = relief.upstream_m2.ravel() / relief.grid.step_m**2
    found = [stem for stem in stems(relief.drainage, upstream, cells) if len(stem) > 5]
    lines = np.array([_rounded(valley_points(relief, stem[::-1])) for stem in found], dtype=object)
    gathered_m2 = np.array([upstream[stem[1]] for stem in found]) * relief.grid.step_m**2
    keep = shapely.intersects(city.outline, lines)
    lines, gathered_m2 = lines[keep], gathered_m2[keep]
    order = np.argsort(-gathered_m2, kind="stable")
    return lines[order], gathered_m2[order]


def _rounded(points: Geometries) -> shapely.LineString:
    xy = shapely.get_coordinates(points)
    weights = np.ones(2 * VALLEY_SMOOTHING + 1) / (2 * VALLEY_SMOOTHING + 1)
    padded = np.pad(xy, ((VALLEY_SMOOTHING, VALLEY_SMOOTHING), (0, 0)), mode="edge")
    soft = np.column_stack([np.convolve(padded[:, axis], weights, mode="valid") for axis in (0, 1)])
    soft[[0, -1]] = xy[[0, -1]]
    return shapely.LineString(shapely.get_coordinates(shapely.simplify(shapely.LineString(soft), 15.0)))
