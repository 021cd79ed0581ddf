"""Areas straight from edges: counted by hand, against GEOS, and against whole fractions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from gis import edge_overlap, edges, overlap_kernel, overlap_room
from gis.edge_overlap import NOISE_M2, areas, unproven
from gis.equal_area import FloatArray, GeometryArray
from tests.gis import exact_area, outlines

SEED = 20261123
Pairs = tuple[GeometryArray, GeometryArray]
Family = Callable[[np.random.Generator], Pairs]


def shared_m2(left: GeometryArray, right: GeometryArray, edges_per_chunk: int = 32) -> FloatArray:
    """Row by row, without the cut-off."""
    one, other = edges.of_geometries(left, edges_per_chunk), edges.of_geometries(right, edges_per_chunk)
    rows, area_m2 = np.arange(len(left)), np.empty(len(left))
    rooms = overlap_room.room(one.arrays, rows), overlap_room.room(other.arrays, rows)
    overlap_kernel.overlaps(one.arrays, other.arrays, rows, rows, *rooms, area_m2)
    return area_m2


def cells(*corners: tuple[int, int]) -> shapely.Geometry:
    """The union of unit squares, each named by its south-western corner."""
    return shapely.union_all([shapely.box(x, y, x + 1, y + 1) for x, y in corners])


FRAME = shapely.box(0, 0, 6, 6).difference(shapely.box(2, 2, 4, 4))
TARGET = shapely.multipolygons([FRAME, shapely.box(2.5, 2.5, 3.5, 3.5)])


@pytest.mark.parametrize(
    ("left", "right", "expected_m2"),
    [
        # two L of three cells each: the cells (1, 0) and (0, 1) are in both
        (cells((0, 0), (1, 0), (0, 1)), cells((1, 0), (0, 1), (1, 1)), 2),
        # 4 × 4 over the frame: 16 - 2 × 2 of its hole
        (shapely.box(1, 1, 5, 5), FRAME, 12),
        # wholly in the hole, and in the hole with an island of 1 × 1
        (shapely.box(2, 2, 4, 4), FRAME, 0),
        (shapely.box(2, 2, 4, 4), TARGET, 1),
        # wholly in the frame, in the island, in the ring of water round it, and under a roof: no edge inside
        (shapely.Polygon([(0.5, 0.5), (1.5, 0.5), (1, 1.5)]), FRAME, 0.5),
        (shapely.box(2.6, 2.7, 3.1, 3.2), TARGET, 0.25),
        (shapely.box(2.1, 2.1, 2.4, 3.9), TARGET, 0),
        (shapely.box(2.5, 0, 3.5, 1), shapely.Polygon([(0, 0), (1, 3), (5, 3), (6, 0), (5, 9), (1, 9)]), 0),
        # half of the island
        (shapely.box(3, 0, 9, 9), TARGET, 3 * 6 - 1 * 2 + 0.5),
        # with itself: 36 - 4 + 1
        (TARGET, TARGET, 33),
        # two right triangles on one base of 4 cross at (2, 2): 4 × 2 / 2
        (shapely.Polygon([(0, 0), (4, 0), (0, 4)]), shapely.Polygon([(0, 0), (4, 0), (4, 4)]), 4),
        # a diamond of half-diagonal 2 in a square of half-side 1.5: 8 less four corners of 0.5 × 1 / 2
        (shapely.Polygon([(2, 0), (0, 2), (-2, 0), (0, -2)]), shapely.box(-1.5, -1.5, 1.5, 1.5), 7),
        # comb of three teeth of 1 × 3, cut by a band of height 2
        (cells(*((x, y) for x in (0, 2, 4) for y in range(3))), shapely.box(-1, 0.5, 6, 2.5), 6),
        # side by side, corner to corner, one above the other, apart
        (shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), 0),
        (shapely.box(0, 0, 1, 1), shapely.box(1, 1, 2, 2), 0),
        (shapely.box(0, 0, 1, 1), shapely.box(0, 1, 1, 2), 0),
        (shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6), 0),
        # a window without an edge inside but an upright one: x < 1 of a triangle of 2 × 1, less its x > 1
        (
            shapely.Polygon([(0, 0), (2, 0), (0, 1)]),
            shapely.Polygon([(1, -9), (9, -9), (9, 9), (-9, 9), (-9, 8), (1, 8)]),
            0.25,
        ),
        # a triangle of 100 × 100 / 2 under a hole over x from 50: the triangle of 50 × 50 / 2 is not in it
        (
            shapely.Polygon([(0, 0), (100, 0), (0, 100)]),
            shapely.box(-50, -50, 150, 150).difference(shapely.box(50, -20, 120, 120)),
            3750,
        ),
        # boxes that meet, polygons that do not
        (shapely.Polygon([(0, 0), (4, 0), (0, 4)]), shapely.Polygon([(4, 4), (4, 1), (1, 4)]), 0),
    ],
)
@pytest.mark.parametrize("edges_per_chunk", [1, 2, 32])
@pytest.mark.parametrize("shift", [(0, 0), (55_000, -43_000)])
def test_counted_by_hand(
    left: shapely.Geometry,
    right: shapely.Geometry,
    expected_m2: float,
    edges_per_chunk: int,
    shift: tuple[float, float],
) -> None:
    moved = shapely.transform(np.array([left, right]), lambda xy: xy + shift)
    assert shared_m2(moved[:1], moved[1:], edges_per_chunk)[0] == pytest.approx(expected_m2, rel=1e-14)
    assert shared_m2(moved[1:], moved[:1], edges_per_chunk)[0] == pytest.approx(expected_m2, rel=1e-14)


def around(rng: np.random.Generator, centre: FloatArray, by_m: float) -> FloatArray:
    return centre + rng.normal(0, by_m, centre.shape)


def rugged(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 3000)
    return outlines.plain(rng, centre), outlines.plain(rng, around(rng, centre, 500))


def islands_in_holes(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 3000)
    return outlines.holed(rng, centre), outlines.holed(rng, around(rng, centre, 500))


def large(rng: np.random.Generator) -> Pairs:
    centre = rng.normal(0, 8e3, (60, 2))
    return outlines.holed(rng, centre, (5e3, 2e4), 600), outlines.holed(rng, centre[::-1], (5e3, 2e4), 600)


def part_and_whole(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 1000)
    whole = outlines.holed(rng, centre)
    part = shapely.intersection(whole, outlines.plain(rng, around(rng, centre, 300)))
    return part, whole


def identical(rng: np.random.Generator) -> Pairs:
    polygons = outlines.holed(rng, outlines.centres(rng, 500))
    return polygons, polygons


def moved_by_a_tenth_of_a_micrometre(rng: np.random.Generator) -> Pairs:
    polygons = outlines.holed(rng, outlines.centres(rng, 500))
    return polygons, shapely.transform(polygons, lambda xy: xy + 1e-7)


def more_vertices_than_corners(rng: np.random.Generator) -> Pairs:
    """Vertices on straight edges, each of them twice."""
    centre = outlines.centres(rng, 500)
    polygons = outlines.plain(rng, centre, vertices=12)
    dense = shapely.get_coordinates(shapely.segmentize(polygons, 20.0), return_index=True)
    twice = shapely.polygons(
        [shapely.linearrings(np.repeat(dense[0][dense[1] == row], 2, axis=0)) for row in range(500)]
    )
    return twice, np.where(rng.random(500) < 0.5, polygons, outlines.plain(rng, around(rng, centre, 300)))


def whole_metre_boxes(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 2000)
    return outlines.whole_metre_boxes(rng, centre), outlines.whole_metre_boxes(rng, centre)


def raster_cells(rng: np.random.Generator, count: int, size: int = 6) -> GeometryArray:
    """Polygons of some cells of a raster: upright and level edges on one lattice, with holes."""
    corner = np.stack(np.meshgrid(*[np.arange(size)] * 2), axis=-1).reshape(-1, 2)
    cell = shapely.box(*corner.T, *(corner + 1).T)
    return np.array([shapely.union_all(cell[rng.random(len(cell)) < 0.6]) for _ in range(count)])


def on_one_lattice(rng: np.random.Generator) -> Pairs:
    """Raster cells beside each other's, beside boxes with boxes for holes, and beside triangles between corners."""
    cells_of_30_m = raster_cells(rng, 600)
    corner = rng.integers(-1, 8, (300, 3, 2))
    flat = np.abs(np.linalg.det(corner[:, 1:] - corner[:, :1])) < 0.5
    corner[flat] = [[0, 0], [5, 0], [0, 5]]
    triangle = shapely.polygons(corner.astype(float))
    other = np.concatenate([raster_cells(rng, 300), triangle])
    scaled = [
        shapely.transform(part, lambda xy: 30.0 * xy + [5_000, -4_000]) for part in (cells_of_30_m, other)
    ]
    return scaled[0], scaled[1]


def boxes_in_boxes(rng: np.random.Generator) -> Pairs:
    """Triangles over whose box the other has only upright edges, or edges along its sides."""
    low = rng.integers(-6, 3, (800, 2))
    high = low + rng.integers(5, 12, (800, 2))
    hole_low, hole_high = low + rng.integers(1, 3, (800, 2)), high - rng.integers(0, 2, (800, 2))
    frame = shapely.difference(shapely.box(*low.T, *high.T), shapely.box(*hole_low.T, *hole_high.T))
    corner = rng.integers(0, 3, (800, 1, 2)) + np.array([[0, 0], [2, 0], [0, 1]]) * rng.integers(
        1, 3, (800, 1, 1)
    )
    return shapely.polygons(10.0 * corner), shapely.transform(frame, lambda xy: 10.0 * xy)


def slivers(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 800)
    left, right = (outlines.bands(rng, centre, 10.0 ** rng.uniform(-3, 0, 800)) for _ in range(2))
    right[::2] = outlines.holed(rng, centre[::2])
    return left, right


def slivers_along_slivers(rng: np.random.Generator) -> Pairs:
    left = outlines.bands(rng, outlines.centres(rng, 400), 10.0 ** rng.uniform(-2, 0, 400))
    return left, shapely.transform(left, lambda xy: xy + rng.uniform(-0.02, 0.02, 2))


def needles(rng: np.random.Generator) -> Pairs:
    centre = outlines.centres(rng, 800)
    right = outlines.needles(rng, around(rng, centre, 1e-3))
    right[::2] = outlines.holed(rng, centre[::2])
    return outlines.needles(rng, centre), right


GEOS_FAMILIES = [
    rugged,
    islands_in_holes,
    large,
    part_and_whole,
    identical,
    moved_by_a_tenth_of_a_micrometre,
    more_vertices_than_corners,
    whole_metre_boxes,
    on_one_lattice,
    boxes_in_boxes,
]
CONVEX_FAMILIES = [slivers, slivers_along_slivers, needles]


def neighbours(rng: np.random.Generator) -> Pairs:
    """What one polygon leaves of another, beside what it takes."""
    centre = outlines.centres(rng, 1000)
    whole, cut = outlines.holed(rng, centre), outlines.plain(rng, around(rng, centre, 300))
    return shapely.intersection(whole, cut), shapely.difference(whole, cut)


def parcels(rng: np.random.Generator) -> Pairs:
    """Cells of a crooked grid: each beside the next, and corner to corner."""
    corner = np.stack(np.meshgrid(*[np.linspace(-6e4, 6e4, 32)] * 2, indexing="ij"), axis=-1)
    corner += rng.uniform(-900, 900, corner.shape)
    ring = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=2)
    cell = shapely.polygons(ring)
    beside, above, across = (cell[:-1], cell[1:]), (cell[:, :-1], cell[:, 1:]), (cell[:-1, :-1], cell[1:, 1:])
    left, right = (np.concatenate([pair[k].ravel() for pair in (beside, above, across)]) for k in (0, 1))
    return left, right


def touching_at_a_point(rng: np.random.Generator) -> Pairs:
    """Two fans of one tip, one to the east and one to the west of it."""
    tip = outlines.centres(rng, 500)[:, None]
    reach, rise = rng.uniform(10, 900, (500, 2, 1)), np.sort(rng.normal(0, 300, (500, 2, 1)), axis=1)
    return (
        shapely.polygons(np.concatenate([tip, tip + np.concatenate([reach, rise], axis=2)], axis=1)),
        shapely.polygons(np.concatenate([tip, tip - np.concatenate([reach, rise], axis=2)], axis=1)),
    )


TOUCHING_FAMILIES = [neighbours, parcels, touching_at_a_point]


def test_enough_pairs_are_compared() -> None:
    families = GEOS_FAMILIES + CONVEX_FAMILIES + TOUCHING_FAMILIES
    assert sum(len(family(np.random.default_rng(SEED))[0]) for family in families) >= 10_000


@pytest.mark.parametrize(
    ("family", "edges_per_chunk"),
    [
        *((family, 32) for family in GEOS_FAMILIES),
        (on_one_lattice, 1),
        (on_one_lattice, 3),
        (boxes_in_boxes, 1),
    ],
)
def test_the_areas_of_geos(family: Family, edges_per_chunk: int) -> None:
    left, right = family(np.random.default_rng(SEED))
    expected_m2 = shapely.area(shapely.intersection(left, right))
    found_m2 = shared_m2(left, right, edges_per_chunk)
    assert (expected_m2 >= 1).sum() >= len(left) // 3
    wrong_m2, real = np.abs(found_m2 - expected_m2), expected_m2 >= 1
    assert (wrong_m2[real] / expected_m2[real]).max() <= 1e-9
    assert wrong_m2[~real].max(initial=0) <= 1e-9
    assert np.abs(shared_m2(right, left) - found_m2).max() <= 1e-9 * found_m2.max()


@pytest.mark.parametrize("family", CONVEX_FAMILIES)
def test_the_areas_of_slivers(family: Family) -> None:
    # GEOS rounds the corners of what is shared: a sliver of 1 mm by 1 km feels that. Where the two
    # differ by more than a tenth of what is allowed, whole fractions say what is right.
    left, right = family(np.random.default_rng(SEED))
    expected_m2, found_m2 = shapely.area(shapely.intersection(left, right)), shared_m2(left, right)
    in_doubt = np.flatnonzero(np.abs(found_m2 - expected_m2) > 1e-10 * np.maximum(expected_m2, 1))
    expected_m2[in_doubt] = [exact_area.shared_m2(left[row], right[row]) for row in in_doubt]
    assert len(in_doubt) < len(left) // 4
    wrong_m2 = np.abs(found_m2 - expected_m2)
    assert (expected_m2 >= 1).sum() >= 10
    assert (wrong_m2 / np.maximum(expected_m2, 1)).max() <= 1e-9


def test_fractions_count_as_hands_do() -> None:
    triangle = shapely.Polygon([(0, 0), (4, 0), (0, 4)])
    assert exact_area.shared_m2(triangle, shapely.Polygon([(4, 4), (0, 0), (4, 0)])) == 4
    assert exact_area.shared_m2(shapely.box(1, 1, 5, 5), FRAME) == 12
    assert exact_area.shared_m2(shapely.box(3, 0, 9, 9), TARGET) == 16.5


@pytest.mark.parametrize("family", TOUCHING_FAMILIES)
def test_neighbours_share_nothing(family: Family) -> None:
    left, right = family(np.random.default_rng(SEED))
    assert shapely.intersects(left, right).mean() > 0.2
    assert np.abs(shared_m2(left, right)).max() < NOISE_M2 / 1000


@pytest.mark.parametrize("family", GEOS_FAMILIES + CONVEX_FAMILIES + TOUCHING_FAMILIES)
def test_what_geos_calls_valid_is_proven(family: Family) -> None:
    for polygons in family(np.random.default_rng(SEED + 1)):
        made = edges.of_geometries(polygons[shapely.is_valid(polygons)])
        assert len(made) > 0.9 * len(polygons)
        assert unproven(made, np.arange(len(made))).tolist() == []
        assert edge_overlap.proven(made).proven


def test_a_small_fault_of_a_large_polygon_is_found() -> None:
    """1 m² in a shell of 10,000 km²: a hole outside, and a part that lies in another."""
    shell, metre = shapely.box(0, 0, 1e5, 1e5), shapely.box(-50, 10, -49, 11)
    faulty = [
        shapely.Polygon(shell.exterior, [metre.exterior]),
        shapely.multipolygons([shell, shapely.box(50, 10, 51, 11)]),
    ]
    assert unproven(edges.of_geometries(np.array(faulty)), np.arange(2)).tolist() == [0, 1]


@pytest.mark.parametrize("half_width_m", [0.05, 20.0])
def test_a_long_way_to_and_fro_is_proven(half_width_m: float) -> None:
    """800 times 100 km: as much rounding as there can be, on little ground."""
    ends = np.array([[(1e5 * ((k + j) % 2), 100.0 * k) for j in (0, 1)] for k in range(800)]).reshape(-1, 2)
    road = shapely.buffer(shapely.LineString(ends), half_width_m)
    assert edge_overlap.proven(edges.of_geometries(np.array([road]))).proven


SQUARE = shapely.box(0, 0, 10, 10)
INVALID = {
    "bow-tie": shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]),
    "bow-tie with unlike lobes": shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 2)]),
    "parts that overlap": shapely.multipolygons([SQUARE, shapely.box(9, 9, 12, 12)]),
    "a part in a part": shapely.multipolygons([SQUARE, shapely.box(3, 3, 4, 4)]),
    "the same part twice": shapely.multipolygons([SQUARE, SQUARE]),
    "a hole outside": shapely.Polygon(SQUARE.exterior, [shapely.box(20, 0, 21, 1).exterior]),
    "a hole across": shapely.Polygon(SQUARE.exterior, [shapely.box(9, 4, 12, 5).exterior]),
    "a hole in a hole": shapely.Polygon(
        SQUARE.exterior, [shapely.box(2, 2, 8, 8).exterior, shapely.box(3, 3, 4, 4).exterior]
    ),
    "a loop run twice": shapely.Polygon([(0, 0), (5, 0), (0, 5), (0, 0), (5, 0), (0, 5)]),
}


@pytest.mark.parametrize("fault", INVALID)
@pytest.mark.parametrize("edges_per_chunk", [1, 32])
@pytest.mark.parametrize("shift", [(0, 0), (55_000, -43_000)])
def test_what_is_invalid_is_found_and_refused(
    fault: str, edges_per_chunk: int, shift: tuple[float, float]
) -> None:
    moved = shapely.transform(np.array([SQUARE, INVALID[fault]]), lambda xy: xy + shift)
    made = edges.of_geometries(moved, edges_per_chunk)
    assert not shapely.is_valid(moved[1])
    assert unproven(made, np.array([0, 1])).tolist() == [1]
    with pytest.raises(ValueError, match=r"valid.*: \[1\]"):
        edge_overlap.proven(made)
    ground = edges.of_geometries(moved[:1])
    for left, right in ((ground, made), (made, ground)):
        with pytest.raises(ValueError, match=r"overlap needs valid polygons; these are not: \[1\]"):
            areas(left, right)


def test_what_is_invalid_far_away_stops_nothing() -> None:
    made = edges.of_geometries(np.array([SQUARE, shapely.transform(INVALID["bow-tie"], lambda xy: xy + 50)]))
    assert [found.tolist() for found in areas(edges.of_geometries(np.array([SQUARE])), made)] == [
        [0],
        [0],
        [100.0],
    ]


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_not_finite_are_refused(nowhere: float) -> None:
    ring = np.array([[0, 0], [1, 0], [nowhere, 1], [0, 0]])
    with pytest.raises(ValueError, match="finite"):
        edges.of_rings(ring, np.array([0, 4]), np.array([0]), np.array([False]), 1)
    with np.errstate(invalid="ignore"):
        polygon, line = shapely.Polygon(ring), shapely.LineString(ring)
    with pytest.raises(ValueError, match="finite"):
        edges.of_geometries(np.array([polygon]))
    with pytest.raises(ValueError, match="finite"):
        edges.of_paths(np.array([line]))


@pytest.mark.parametrize(
    "geometry", [None, shapely.Point(0, 0), SQUARE.exterior, shapely.GeometryCollection([SQUARE])]
)
def test_what_is_no_polygon_is_refused(geometry: shapely.Geometry | None) -> None:
    with pytest.raises(ValueError, match=r"edges need polygons; these are none: \[1\]"):
        edges.of_geometries(np.array([SQUARE, geometry]))


def test_an_open_ring_is_refused() -> None:
    ring = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2], [0, 0]])
    features, is_hole = np.array([0]), np.array([False])
    assert edges.of_rings(ring, np.array([0, 5]), features, is_hole, 1).area_m2.tolist() == [4.0]
    with pytest.raises(ValueError, match="geometry 0 has a ring that is not closed"):
        edges.of_rings(ring[:4], np.array([0, 4]), features, is_hole, 1)


@pytest.mark.parametrize("count", [1, 100])
def test_nothing_shares_nothing(count: int) -> None:
    squares = edges.of_geometries(np.array([SQUARE] * count))
    none = edges.of_geometries(np.array([], dtype=object))
    empty = edges.of_geometries(np.array([shapely.Polygon(), shapely.MultiPolygon()] * count))
    for left, right in ((squares, none), (none, squares), (none, none), (squares, empty), (empty, squares)):
        assert [found.tolist() for found in areas(left, right)] == [[], [], []]
    assert empty.area_m2.tolist() == [0.0, 0.0] * count
    assert unproven(empty, np.arange(len(empty))).tolist() == []


def test_empty_polygons_among_others_keep_their_places() -> None:
    made = edges.of_geometries(np.array([shapely.Polygon(), SQUARE, shapely.MultiPolygon(), SQUARE]))
    assert [found.tolist() for found in areas(made, made)] == [[1, 1, 3, 3], [1, 3, 1, 3], [100.0] * 4]
    some = edges.take(made, np.array([2, 3]))
    assert [found.tolist() for found in areas(some, made)] == [[1, 1], [1, 3], [100.0] * 2]
