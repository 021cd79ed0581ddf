"""Areas against the worked vectors of the exchange format, an exact plane and geodesics."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis import area, equal_area
from gis.ellipsoid import FLATTENING, SEMI_MAJOR_M
from gis.projection import CGCS2000, transform

ZONE_38 = pyproj.CRS.from_epsg(4526)
OUTER = [
    (38464210.115, 4190512.340),
    (38464486.903, 4190498.872),
    (38464471.228, 4190301.506),
    (38464198.764, 4190288.017),
]
HOLE = [
    (38464300.000, 4190430.000),
    (38464298.500, 4190380.000),
    (38464360.750, 4190378.250),
    (38464362.200, 4190428.400),
]
TRIANGLE = [(38464520.330, 4190250.115), (38464640.087, 4190246.902), (38464611.940, 4190130.455)]


def in_degrees(polygon: shapely.Polygon, max_edge_m: float = 50.0) -> shapely.Polygon:
    dense = shapely.segmentize(np.array([polygon]), max_edge_m)
    return transform(dense, ZONE_38, CGCS2000)[0]


def measured(polygon: shapely.Polygon) -> float:
    return float(area.ellipsoidal_m2(np.array([polygon]))[0])


def test_the_worked_plots_of_the_exchange_format() -> None:
    # 57 901.427 outer - 3 118.290 hole = 54 783.137 m² = 5.4783 ha
    assert measured(in_degrees(shapely.Polygon(OUTER))) == pytest.approx(57_901.427, abs=0.001)
    assert measured(in_degrees(shapely.Polygon(HOLE))) == pytest.approx(3_118.290, abs=0.001)
    assert measured(in_degrees(shapely.Polygon(OUTER, [HOLE]))) == pytest.approx(54_783.137, abs=0.001)
    # stated as 7 017.677 with edges up to 70 m, 7 017.673 by geodesics
    assert measured(in_degrees(shapely.Polygon(TRIANGLE))) == pytest.approx(7_017.675, abs=0.003)


def test_first_corner_of_the_worked_plot() -> None:
    corner = transform(np.array([shapely.Point(OUTER[0])]), ZONE_38, CGCS2000)[0]
    assert (corner.y, corner.x) == pytest.approx((37.84626697, 113.59336924), abs=5e-9)


def test_planar_area_is_too_large_by_the_square_of_the_scale() -> None:
    # scale² - 1 = (y/R)², y = distance from 114°E: 35 730 m → 3.14e-5 (0.00314 %)
    plot = shapely.Polygon(OUTER, [HOLE])
    planar = float(area.planar_m2(np.array([plot]), ZONE_38)[0])
    assert planar == pytest.approx(54_784.852, abs=0.001)
    assert planar / measured(in_degrees(plot)) - 1 == pytest.approx((35_700 / 6_371_000) ** 2, rel=0.05)


def test_planar_area_of_degrees_is_refused() -> None:
    with pytest.raises(ValueError, match="projected"):
        area.planar_m2(np.array([shapely.box(0, 0, 1, 1)]), CGCS2000)


@given(
    west=st.floats(112.9, 114.0),
    south=st.floats(37.6, 38.5),
    width=st.floats(1e-5, 0.1),
    height=st.floats(1e-5, 0.1),
    turn=st.floats(0, 6.28),
)
def test_series_equals_the_exact_plane(
    west: float, south: float, width: float, height: float, turn: float
) -> None:
    box = shapely.box(west, south, west + width, south + height)
    polygon = shapely.segmentize(shapely.affinity.rotate(box, turn, use_radians=True), 0.0004)
    series = measured(polygon)
    plane = float(shapely.area(equal_area.geometries_to_plane(np.array([polygon])))[0])
    # The plane keeps coordinates to about 1e-9 m, so an area to that times the perimeter.
    perimeter_m = 2 * (width + height) * 111_700
    assert series == pytest.approx(plane, rel=1e-9, abs=4e-9 * perimeter_m)


def test_area_agrees_with_geodesics() -> None:
    geodesic = pyproj.Geod(a=SEMI_MAJOR_M, f=FLATTENING)
    for ring in (OUTER, HOLE, TRIANGLE):
        polygon = in_degrees(shapely.Polygon(ring), 5.0)
        assert measured(polygon) == pytest.approx(abs(geodesic.geometry_area_perimeter(polygon)[0]), rel=1e-8)


def test_ring_direction_parts_and_emptiness() -> None:
    first, second = in_degrees(shapely.Polygon(OUTER, [HOLE])), in_degrees(shapely.Polygon(TRIANGLE))
    both = shapely.MultiPolygon([first, second])
    found = area.ellipsoidal_m2(
        np.array([first, first.reverse(), both, shapely.Polygon(), None], dtype=object)
    )
    assert found[0] == pytest.approx(found[1], rel=1e-12)
    assert found[2] == pytest.approx(found[0] + measured(second), rel=1e-12)
    assert found[3] == 0
    assert np.isnan(found[4])


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(54_783.0, "ellipsoidal"), (54_785.0, "planar"), (54_900.0, "neither")],
)
def test_which_area_was_stated(stated: float, expected: str) -> None:
    assert area.which_was_stated(stated, 54_783.137, 54_784.852, 0.5) == expected


def test_either_when_both_fit() -> None:
    assert area.which_was_stated(100.0, 100.001, 100.002, 0.5) == "either"


@given(
    pieces=st.lists(st.floats(0, 1e8), min_size=1, max_size=6),
)
def test_rounded_pieces_add_up_to_the_rounded_whole(pieces: list[float]) -> None:
    whole = float(np.sum(pieces))
    rounded, total = area.round_to_whole([pieces], [whole])
    assert round(float(rounded.sum()) * 100) == round(float(total[0]) * 100)
    assert np.abs(rounded[0] - pieces).max() <= 0.005 * len(pieces) + 0.005 + 1e-9 * whole


def test_a_lost_piece_is_never_rounded_away() -> None:
    with pytest.raises(area.PiecesError):
        area.round_to_whole([[10.0, 20.0]], [31.0])
    with pytest.raises(area.PiecesError):
        area.round_to_whole([[np.nan, 20.0]], [20.0])
