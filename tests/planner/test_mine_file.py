"""The official table in every form it comes in: all forms give the same patches."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyproj
import pytest
import shapely

from gis.errors import InputError
from gis.files import write
from layers.issue import from_notes
from planner import mine_file, rank_issues
from restoration import mine_filters, mines

ROWS = [
    ("140321SY0001", 10, "A", 113.60, 37.80, 12_000.5, "1"),
    ("140321SY0002", 20, "A", 113.61, 37.80, 8_000.0, "3"),
    ("140322SY0003", 10, "B", 113.41, 38.08, 9_000.0, "14"),
]
LOWER = ["id", "tbdl", "hfzlqk", "kfx", "kfy", "tbmj", "tbsx"]
UPPER = [name.upper() for name in LOWER]
WORDS = ["图斑编号", "图斑大类", "恢复治理情况", "中心经度", "中心纬度", "图斑面积", "图斑属性"]
IN_WORDS = [
    ("140321SY0001", "历史遗留矿山", "未治理", 113.60, 37.80, 12_000.5, "采场"),
    ("140321SY0002", "有责任主体的废弃矿山", "未治理", 113.61, 37.80, 8_000.0, "固废堆场"),
    ("140322SY0003", "历史遗留矿山", "已治理", 113.41, 38.08, 9_000.0, "采场、矿山建筑"),
]


def as_csv(folder: Path, fields: list[str], encoding: str = "utf-8", rows: list[tuple] = ROWS) -> Path:
    path = folder / "图斑.csv"
    path.write_bytes(pd.DataFrame(rows, columns=fields).to_csv(index=False).encode(encoding))
    return path


def as_xlsx(folder: Path, *, title: bool) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if title:
        sheet.append(["阳泉市历史遗留矿山核查表"])
        sheet.append(["填报单位：示例"])
    sheet.append(WORDS)
    for row in IN_WORDS:
        sheet.append(list(row))
    path = folder / "图斑.xlsx"
    book.save(path)
    return path


def as_layer(path: Path, fields: list[str]) -> Path:
    frame = pd.DataFrame(ROWS, columns=fields)
    boxes = [
        shapely.box(x - 0.0006, y - 0.0005, x + 0.0006, y + 0.0005) for x, y in frame.iloc[:, 3:5].to_numpy()
    ]
    write.write(gpd.GeoDataFrame(frame, geometry=boxes, crs=4490), path)
    return path


def expected(path: Path, crs: str | None) -> pd.DataFrame:
    return mines.read(mine_file.read(path, crs=crs).features)[0]


@pytest.mark.parametrize("form", ["lower", "upper", "gbk", "semicolon", "xlsx", "titled xlsx"])
def test_tables_give_the_same_patches(tmp_path: Path, form: str) -> None:
    if form == "semicolon":
        path = as_csv(tmp_path, LOWER)
        path.write_text(path.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    elif "xlsx" in form:
        path = as_xlsx(tmp_path, title=form.startswith("titled"))
    else:
        path = as_csv(tmp_path, UPPER if form == "upper" else LOWER, "gbk" if form == "gbk" else "utf-8")
    found = expected(path, "EPSG:4490")
    assert list(found.index) == [row[0] for row in ROWS]
    assert found["class_code"].tolist() == ["10", "20", "10"]
    assert found["treatment_state"].tolist() == ["A", "A", "B"]
    assert found["damage"].tolist() == ["1", "3", "14"]
    assert found["area_m2"].tolist() == pytest.approx([12_000.5, 8_000, 9_000])
    assert found["area_assumed"].all()
    centre = shapely.centroid(found.geometry.iloc[0])
    assert (centre.x, centre.y) == pytest.approx((113.60, 37.80), abs=1e-6)
    assert list(mine_filters.sort_out(found).ranked.index) == ["140321SY0001"]


@pytest.mark.parametrize("name", ["图斑.zip", "图斑.gdb", "图斑.gpkg", "图斑.geojson"])
@pytest.mark.parametrize("fields", [LOWER, UPPER], ids=["lower", "upper"])
def test_layers_keep_their_ground(tmp_path: Path, name: str, fields: list[str]) -> None:
    found = expected(as_layer(tmp_path / name, fields), None)
    assert list(found.index) == [row[0] for row in ROWS]
    assert found["class_code"].tolist() == ["10", "20", "10"]
    assert not found["area_assumed"].any()
    # 0.0012° × 0.001° at 37.8°N: 105.7 m × 111.0 m
    assert found["area_m2"].iloc[0] == pytest.approx(105.7 * 111.0, rel=0.001)


def test_a_point_layer_becomes_circles(tmp_path: Path) -> None:
    frame = pd.DataFrame(ROWS, columns=LOWER)
    points = shapely.points(frame[["kfx", "kfy"]].to_numpy())
    write.write(gpd.GeoDataFrame(frame, geometry=points, crs=4490), tmp_path / "points.gpkg")
    found, notes = mines.read(mine_file.read(tmp_path / "points.gpkg").features)
    assert found["area_m2"].tolist() == pytest.approx([12_000.5, 8_000, 9_000])
    assert "mine_point" in {note.code for note in notes}


def test_a_polygon_without_geometry_falls_back_to_its_centre(tmp_path: Path) -> None:
    frame = gpd.read_file(as_layer(tmp_path / "some.geojson", LOWER))
    shapes = frame.geometry.to_numpy().copy()
    shapes[1] = None
    write.write(frame.set_geometry(gpd.GeoSeries(shapes, crs=4326)).to_crs(4490), tmp_path / "lost.gpkg")
    found = expected(tmp_path / "lost.gpkg", None)
    assert found["area_assumed"].tolist() == [False, True, False]
    assert found["area_m2"].iloc[1] == pytest.approx(8_000)


def test_swapped_rows_are_exchanged_and_told(tmp_path: Path) -> None:
    rows = [ROWS[0], (*ROWS[1][:3], 37.80, 113.61, *ROWS[1][5:]), (*ROWS[2][:3], 0.0, 0.0, *ROWS[2][5:])]
    read = mine_file.read(as_csv(tmp_path, LOWER, rows=rows), crs="EPSG:4490")
    assert {issue.code: issue.rows for issue in read.issues} == {
        "centre_swapped": ("2",),
        "centre_unusable": ("3",),
    }
    centres = shapely.get_coordinates(read.features.geometry.to_numpy())
    assert centres == pytest.approx(np.array([[113.60, 37.80], [113.61, 37.80]]))


def test_metres_of_gauss_kruger_are_understood_when_declared(tmp_path: Path) -> None:
    move = pyproj.Transformer.from_crs(4490, 4547, always_xy=True)
    rows = [(*ROWS[0][:3], *move.transform(113.60, 37.80), *ROWS[0][5:])]
    found = expected(as_csv(tmp_path, LOWER, rows=rows), "EPSG:4547")
    centre = shapely.centroid(found.geometry.iloc[0])
    assert (centre.x, centre.y) == pytest.approx((113.60, 37.80), abs=1e-6)


def test_degrees_minutes_and_seconds_are_read(tmp_path: Path) -> None:
    rows = [(*ROWS[0][:3], "113°36′00″", "37°48'0\"", *ROWS[0][5:])]
    found = expected(as_csv(tmp_path, LOWER, rows=rows), "EPSG:4490")
    centre = shapely.centroid(found.geometry.iloc[0])
    assert (centre.x, centre.y) == pytest.approx((113.60, 37.80), abs=1e-6)
    assert found[["centre_lon", "centre_lat"]].to_numpy() == pytest.approx(np.array([[113.60, 37.80]]))


def test_centres_that_are_no_coordinates_are_shown(tmp_path: Path) -> None:
    path = as_csv(tmp_path, LOWER, rows=[(*ROWS[0][:3], "村东", "", *ROWS[0][5:])])
    with pytest.raises(InputError) as caught:
        mine_file.read(path, crs="EPSG:4490")
    assert caught.value.code == "centres_unreadable"
    assert "村东" in caught.value.what.zh


@pytest.mark.parametrize(
    ("missing", "title"), [("tbdl", "图斑大类"), ("hfzlqk", "恢复治理情况（A未治理 B已治理）")]
)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, missing: str, title: str) -> None:
    fields = ["治理情况" if name == missing else name for name in LOWER]
    read = mine_file.read(as_csv(tmp_path, fields), crs="EPSG:4490")
    patches, notes = mines.read(read.features)
    left_out = mine_filters.sort_out(patches).left_out
    error = rank_issues.nothing_to_rank(left_out, [*read.issues, *from_notes(read.name, notes)])
    assert f"没有“{title}”字段（找过：{missing}、{missing.upper()}、" in error.what.zh


@pytest.mark.parametrize(
    ("fields", "crs", "code"),
    [
        (LOWER, None, "crs_unknown"),
        (["a", "b", "c", "d", "e", "f", "g"], "EPSG:4490", "not_a_patch_table"),
        (["id", "tbdl", "hfzlqk", "x1", "x2", "tbmj", "tbsx"], "EPSG:4490", "mines_without_place"),
    ],
)
def test_what_can_not_be_read_is_said(tmp_path: Path, fields: list[str], crs: str | None, code: str) -> None:
    with pytest.raises(InputError) as caught:
        mine_file.read(as_csv(tmp_path, fields), crs=crs)
    assert caught.value.code == code


def test_the_mark_of_the_demonstration_is_seen(workspace: Path) -> None:
    read = mine_file.read(workspace / "layers" / "abandoned_mine.gpkg")
    assert read.illustrative
    assert len(read.features) == 400
