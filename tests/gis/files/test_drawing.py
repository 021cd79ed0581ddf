"""Drawings by hand: AutoCAD R12 and 2000, closed polylines, texts, hatches, Chinese layers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import shapely

from gis.errors import InputError
from gis.files.read import read
from tests import make_files as make

RECTANGLE = make.corners(make.RECTANGLE)
SQUARE = make.corners(make.WITH_HOLE)
INNER = [
    (x + 10, y + 10)
    for x, y in make.corners(shapely.box(make.EAST, make.NORTH, make.EAST + 50, make.NORTH + 50))
]
HATCH = (
    "0\nHATCH\n100\nAcDbEntity\n8\n0\n100\nAcDbHatch\n10\n0.0\n20\n0.0\n30\n0.0\n210\n0.0\n220\n0.0\n230\n1.0\n"
    "2\nSOLID\n70\n1\n71\n0\n91\n1\n92\n2\n72\n0\n73\n1\n93\n4\n"
    + "".join(f"10\n{x:.3f}\n20\n{y:.3f}\n" for x, y in RECTANGLE)
    + "97\n0\n75\n0\n76\n1\n98\n0\n"
)


@pytest.mark.parametrize(
    ("entity", "version"),
    [(make.lwpolyline, "AC1015"), (make.lwpolyline, "AC1032"), (make.polyline, "AC1009")],
)
def test_closed_polylines_are_plots(entity, version: str, tmp_path: Path) -> None:
    path = make.dxf(tmp_path / "红线.dxf", [entity(RECTANGLE), entity(SQUARE)], version=version)
    reading = read(path)
    # 1000 × 500; 400 × 400: a drawing has no holes
    assert reading.frame.geometry.area.tolist() == [500_000, 160_000]
    assert (reading.stated, reading.notes) == (None, ())


@pytest.mark.parametrize(("entity", "version"), [(make.lwpolyline, "AC1015"), (make.polyline, "AC1009")])
def test_chinese_layer_names_and_what_was_left_out(entity, version: str, tmp_path: Path) -> None:
    entities = [
        entity(RECTANGLE, "用地红线"),
        entity(RECTANGLE, closed=False),
        make.drawing_text("北山", *RECTANGLE[0], "注记"),
    ]
    path = make.dxf(tmp_path / "a.dxf", entities, version=version, layers=("0", "用地红线", "注记"))
    reading = read(path)
    assert reading.frame["Layer"].tolist() == ["用地红线"]
    assert [note.code for note in reading.notes] == ["dxf_left_out"]
    assert "1条未闭合的线、1个点或文字" in reading.notes[0].what.zh


def test_a_line_that_ends_where_it_began_is_closed(tmp_path: Path) -> None:
    path = make.dxf(tmp_path / "a.dxf", [make.lwpolyline([*RECTANGLE, RECTANGLE[0]], closed=False)])
    assert read(path).frame.geometry.area.tolist() == [500_000]


def test_a_hatch_does_not_count_the_ground_twice(tmp_path: Path) -> None:
    reading = read(make.dxf(tmp_path / "a.dxf", [make.lwpolyline(RECTANGLE), HATCH]))
    assert reading.frame.geometry.area.tolist() == [500_000]
    assert "1个填充" in reading.notes[0].what.zh


def test_a_polyline_inside_another_is_told(tmp_path: Path) -> None:
    reading = read(make.dxf(tmp_path / "a.dxf", [make.lwpolyline(RECTANGLE), make.lwpolyline(INNER)]))
    assert [(note.code, note.rows) for note in reading.notes] == [("dxf_nested", (1,))]


def test_no_closed_polyline(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(make.dxf(tmp_path / "a.dxf", [make.lwpolyline(RECTANGLE, closed=False)]))
    assert caught.value.code == "dxf_no_closed_polyline"


def test_bulges_are_arcs(tmp_path: Path) -> None:
    """A polyline of two points and two half circles, radius 500 m: 4° chords would lose 0.08 %."""
    corners = "".join(f"10\n{x:.3f}\n20\n{make.NORTH:.3f}\n42\n1.0\n" for x in (make.EAST, make.EAST + 1000))
    circle = f"0\nLWPOLYLINE\n8\n0\n100\nAcDbEntity\n100\nAcDbPolyline\n90\n2\n70\n1\n{corners}"
    reading = read(make.dxf(tmp_path / "a.dxf", [make.lwpolyline(RECTANGLE), circle], version="AC1015"))
    assert reading.frame.geometry.area.tolist() == pytest.approx([500_000, math.pi * 500**2], rel=1e-6)
    assert [(note.code, note.rows) for note in reading.notes] == [("arcs_as_chords", (1,))]
