"""Polygons that share ground, made into a coverage: neighbours with the very same points between them.

Two polygons that meet in the plane stop meeting in longitude and latitude when one has a point on
the common edge that the other lacks. In a coverage both have it, so no sliver can come of it.
"""

from __future__ import annotations

import numpy as np
import shapely

from data.arrays import Geometries

# points closer than this are one: no hair-thin face is left between lines that were meant to meet
GRID_M = 0.001


def covering(regions: Geometries) -> Geometries:
    """Cut regions against each other; where several overlap the first one keeps the ground.

    Parameters
    ----------
    regions
        Polygons or multipolygons, the most important first.

    Returns
    -------
    ndarray
        One polygon or multipolygon per region, in the same order, empty where nothing is left.
    """
    lines = shapely.union_all(shapely.boundary(regions), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    tree = shapely.STRtree(regions)
    face, region = tree.query(shapely.point_on_surface(faces), predicate="within")
    owner = np.full(faces.size, regions.size)
    np.minimum.at(owner, face, region)
    kept: Geometries = np.array(
        [shapely.coverage_union_all(faces[owner == number]) for number in range(regions.size)], dtype=object
    )
    return kept
