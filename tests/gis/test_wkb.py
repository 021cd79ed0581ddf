"""Well-known binary straight to edges: every flavour, and nothing that is damaged."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis import edges, wkb
from gis.boxes import grid_of
from gis.edges import Edges
from gis.equal_area import GeometryArray
from tests.gis import outlines

SEED = 20261123
HOLE = shapely.box(4, 4, 5, 5)
POLYGONS = np.array(
    [
        shapely.box(0, 0, 3, 2),
        shapely.Polygon(),
        shapely.box(0, 0, 9, 9).difference(HOLE),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9).difference(HOLE), shapely.box(20, 0, 21, 1)]),
        shapely.MultiPolygon(),
        shapely.MultiPolygon([shapely.Polygon(), shapely.box(7, 7, 8, 8)]),
        # runs the wrong way round, and so does its hole
        shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(1, 1), (2, 1), (2, 2), (1, 2)]]),
    ]
)


def read(values: list[bytes]) -> Edges:
    return wkb.edges_of(*laid_out(values))


def laid_out(values: list[bytes]) -> tuple[wkb.ByteArray, edges.IntArray]:
    offset = np.cumsum([0, *(len(value) for value in values)])
    return np.frombuffer(b"".join(values), np.uint8), offset


def assert_same(found: Edges, expected: Edges) -> None:
    assert not found.proven
    for name in ("xy", "chunk_start", "chunk_stop", "chunk_box", "feature_chunk", "feature_box", "area_m2"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist(), name


def with_values(geometries: GeometryArray, *, z: bool, m: bool) -> GeometryArray:
    """The same polygons with heights and measures that must not be taken for coordinates."""

    def more(xy: edges.FloatArray) -> edges.FloatArray:
        beside = np.full((len(xy), int(z) + int(m)), np.nan)
        beside[::2] = 777.0
        return np.column_stack([xy, beside])

    if not (z or m):
        return geometries
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    return np.array(
        [_rebuilt(item, more(coordinates[owner == row]), z=z, m=m) for row, item in enumerate(geometries)]
    )


def _rebuilt(item: shapely.Geometry, rows: edges.FloatArray, *, z: bool, m: bool) -> shapely.Geometry:
    letters = "".join(["Z" * z, "M" * m])
    at = 0
    parts = []
    for part in shapely.get_parts(item):
        rings = []
        for ring in shapely.get_rings(part):
            count = shapely.get_num_coordinates(ring)
            rings.append(
                "(" + ", ".join(" ".join(map(str, row)) for row in rows[at : at + count].tolist()) + ")"
            )
            at += count
        parts.append("(" + ", ".join(rings) + ")" if rings else "EMPTY")
    if item.geom_type == "Polygon":
        return shapely.from_wkt(f"POLYGON {letters} {parts[0] if parts else 'EMPTY'}")
    return shapely.from_wkt(f"MULTIPOLYGON {letters} {'(' + ', '.join(parts) + ')' if parts else 'EMPTY'}")


@pytest.mark.parametrize("byte_order", [0, 1])
@pytest.mark.parametrize(("flavor", "srid"), [("iso", 0), ("extended", 0), ("extended", 4490)])
@pytest.mark.parametrize("z", [False, True])
@pytest.mark.parametrize("m", [False, True])
def test_every_flavour_reads_as_the_geometry(
    byte_order: int, flavor: str, srid: int, z: bool, m: bool
) -> None:
    geometries = shapely.set_srid(with_values(POLYGONS, z=z, m=m), srid)
    assert shapely.has_z(geometries[0]) == z
    assert shapely.has_m(geometries[0]) == m
    values = [
        shapely.to_wkb(item, byte_order=byte_order, flavor=flavor, output_dimension=4, include_srid=srid > 0)
        for item in geometries
    ]
    assert_same(read(values), edges.of_geometries(POLYGONS))
    boxes = wkb.boxes_of(*laid_out(values))
    assert boxes.tolist() == edges.of_geometries(POLYGONS).feature_box.tolist()


@pytest.mark.parametrize("byte_order", [0, 1])
def test_large_polygons_read_as_the_geometry(byte_order: int) -> None:
    rng = np.random.default_rng(SEED)
    geometries = outlines.holed(rng, outlines.centres(rng, 200), vertices=150)
    values = [shapely.to_wkb(item, byte_order=byte_order) for item in geometries]
    assert_same(read(values), edges.of_geometries(geometries))
    positions, near = wkb.edges_near(*laid_out(values), grid_of(np.array([shapely.bounds(geometries[7])])))
    assert 7 in positions
    assert len(positions) < 50
    assert_same(near, edges.of_geometries(geometries[positions]))


def test_some_of_many() -> None:
    buffer, offset = laid_out([shapely.to_wkb(item) for item in POLYGONS])
    chosen = np.array([6, 1, 3])
    assert_same(wkb.edges_of(buffer, offset, chosen), edges.of_geometries(POLYGONS[chosen]))


def test_a_part_of_a_buffer_as_arrow_slices_it() -> None:
    buffer, offset = laid_out([shapely.to_wkb(item) for item in POLYGONS])
    assert_same(wkb.edges_of(buffer, offset[2:5]), edges.of_geometries(POLYGONS[2:4]))


def test_nothing_gives_nothing() -> None:
    assert_same(read([]), edges.of_geometries(np.array([], dtype=object)))
    assert wkb.boxes_of(*laid_out([])).shape == (0, 4)


def test_parts_of_either_byte_order_in_one() -> None:
    big, little = (shapely.to_wkb(shapely.box(k, 0, k + 1, 1), byte_order=k // 5) for k in (0, 5))
    value = struct.pack("<BII", 1, 6, 2) + big + little
    assert read([value]).area_m2.tolist() == [2.0]
    assert read([value]).feature_box.tolist() == [[0.0, 0.0, 6.0, 1.0]]


VALUES = {
    "polygon with a hole": shapely.to_wkb(POLYGONS[2]),
    "multipolygon, big-endian": shapely.to_wkb(POLYGONS[3], byte_order=0),
    "ISO ZM": shapely.to_wkb(with_values(POLYGONS[:1], z=True, m=True)[0], flavor="iso", output_dimension=4),
    "extended Z with SRID": shapely.to_wkb(
        shapely.set_srid(with_values(POLYGONS[3:4], z=True, m=False)[0], 4490), include_srid=True
    ),
    "empty": shapely.to_wkb(POLYGONS[1]),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_truncation_is_refused(name: str) -> None:
    whole, last = VALUES[name], VALUES["polygon with a hole"]
    assert len(read([whole, last])) == 2
    for size in range(len(whole)):
        # with another value behind it, and at the end of the memory
        for values in ([last, whole[:size], last], [last, whole[:size]]):
            for reading in (wkb.edges_of, wkb.boxes_of):
                with pytest.raises(ValueError, match=r"geometry 1 (is cut off or damaged|is no polygon)"):
                    reading(*laid_out(values))


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("count", [2, 1000, 0x0FFFFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_counts_that_are_not_there_are_refused(byte_order: str, count: int) -> None:
    order = 1 if byte_order == "<" else 0
    square = shapely.to_wkb(shapely.box(0, 0, 1, 1), byte_order=order)
    head = struct.pack(f"{byte_order}BI", order, 3)
    number = struct.pack(f"{byte_order}I", count)
    points = struct.pack(f"{byte_order}I", max(count, 6))
    for value in (
        head + number + square[9:],
        square[:9] + points + square[13:],
        struct.pack(f"{byte_order}BI", order, 6) + number + square,
        struct.pack(f"{byte_order}BI", order, 3006) + number + square,
    ):
        with pytest.raises(ValueError, match="geometry 0 is cut off or damaged"):
            read([value])


@pytest.mark.parametrize(
    "other",
    [
        shapely.Point(0, 0),
        shapely.Point(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.MultiPoint([(0, 0), (1, 1)]),
        shapely.GeometryCollection([shapely.box(0, 0, 1, 1)]),
        shapely.GeometryCollection(),
    ],
)
@pytest.mark.parametrize("flavor", ["iso", "extended"])
def test_other_kinds_are_refused(other: shapely.Geometry, flavor: str) -> None:
    square = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    value = shapely.to_wkb(other, flavor=flavor)
    with pytest.raises(ValueError, match="geometry 1 is no polygon"):
        read([square, value])
    inside = struct.pack("<BII", 1, 6, 2) + square + value
    with pytest.raises(ValueError, match="geometry 0 is no polygon"):
        read([inside])


@pytest.mark.parametrize("code", [0, 8, 15, 17, 4003, 9003, 0x1FFFFFFF, 0x10000003, 1_000_003])
def test_unheard_of_kinds_are_refused(code: int) -> None:
    square = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    with pytest.raises(ValueError, match="geometry 0 is no polygon"):
        read([struct.pack("<BI", 1, code) + square[5:]])
    with pytest.raises(ValueError, match="geometry 0 is cut off or damaged"):
        read([b"\x02" + square[1:]])


def test_both_ways_of_stating_a_height_are_one_height() -> None:
    flat = shapely.Polygon([(0, 0, 9), (3, 0, 9), (3, 2, 9), (0, 2, 9)])
    value = shapely.to_wkb(flat, flavor="iso")
    marked = struct.pack("<BI", 1, 0x80000000 | 1003) + value[5:]
    assert shapely.from_wkb(marked).equals(flat)
    assert read([marked]).area_m2.tolist() == [6.0]


@pytest.mark.parametrize(
    "offset", [[-1, 93], [0, 94], [0, 2**40], [0, 2**62], [93, 0], [-(2**40), 93], [-93, 0]]
)
def test_places_outside_of_the_memory_are_refused(offset: list[int]) -> None:
    buffer = np.frombuffer(shapely.to_wkb(shapely.box(0, 0, 1, 1)), np.uint8)
    assert len(buffer) == 93
    for reading in (wkb.edges_of, wkb.boxes_of):
        with pytest.raises(ValueError, match="geometry 0 is cut off or damaged"):
            reading(buffer, np.array(offset))


@pytest.mark.parametrize("byte_order", [0, 1])
def test_open_rings_and_numbers_that_are_not_finite_are_refused(byte_order: int) -> None:
    order = "<" if byte_order else ">"
    square = shapely.to_wkb(shapely.box(0, 0, 1, 1), byte_order=byte_order)
    moved = square[:-8] + struct.pack(f"{order}d", 0.25)
    for reading in (wkb.edges_of, wkb.boxes_of):
        with pytest.raises(ValueError, match="geometry 1 has a ring that is not closed"):
            reading(*laid_out([square, moved]))
        for number in (np.nan, np.inf, -np.inf):
            with pytest.raises(ValueError, match="finite"):
                reading(*laid_out([square, square[:-24] + struct.pack(f"{order}d", number) + square[-16:]]))


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(VALUES)),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=4),
)
def test_changed_bytes_are_read_as_geos_reads_them_or_refused(
    name: str, changes: list[tuple[int, int]]
) -> None:
    value = bytearray(VALUES[name])
    for place, byte in changes:
        value[place % len(value)] = byte
    try:
        found = read([bytes(value)])
    except ValueError:
        return
    with np.errstate(invalid="ignore", over="ignore"):
        assert_same(found, edges.of_geometries(np.array([shapely.from_wkb(bytes(value))])))
