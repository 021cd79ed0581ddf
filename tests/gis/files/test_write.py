"""Writing: read back with other software, the same bytes each time, whole or not at all."""

from __future__ import annotations

import datetime
import json
import sqlite3
import zipfile
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet
import pyogrio
import pytest
import shapely

from gis.errors import InputError
from gis.files import atomic, shapefile_write, write
from gis.files.read import read
from tests import make_files as make

LONG_NAME = "永久基本农田面积"
PUNCTUATION = "—·“”…～①Ⅳ〇°㎡"


def plots(**columns: object) -> gpd.GeoDataFrame:
    attributes = columns or {"DKMC": list(make.NAMES), LONG_NAME: [1.5, None], "n": [1, 2]}
    return gpd.GeoDataFrame(attributes, geometry=list(make.PLOTS), crs=4547)


def code_of(frame: gpd.GeoDataFrame, path: Path, **options: str) -> str:
    with pytest.raises(InputError) as caught:
        write.write(frame, path, **options)
    assert all((*caught.value.said("zh"), *caught.value.said("en")))
    return caught.value.code


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".parquet", ".shp", ".zip", ".gdb", ".kml"])
def test_round_trip(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"地块{suffix}"
    write.write(plots(), path)
    frame = read(path).frame.sort_values("DKMC")
    assert frame["DKMC"].tolist() == list(make.NAMES)
    if suffix not in (".geojson", ".kml"):  # those are in degrees
        assert frame.geometry.area.tolist() == pytest.approx(make.PLANAR_M2)
    assert sorted(item.name for item in tmp_path.iterdir() if item.name.startswith(".")) == []


def test_geopackage_read_with_fiona_and_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write.write(plots(), path, layer="审查结果")
    with fiona.open(path, layer="审查结果") as source:
        rows = list(source)
        assert source.crs.to_epsg() == 4547
    assert [row["properties"]["DKMC"] for row in rows] == list(make.NAMES)
    areas = [shapely.geometry.shape(row["geometry"]).area for row in rows]
    assert areas == pytest.approx(make.PLANAR_M2)
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT count(*) FROM gpkg_contents WHERE data_type = 'features'").fetchone() == (
            1,
        )
    base.close()


def test_geojson_read_with_json(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    write.write(plots(), path)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["DKMC"] for feature in features] == list(make.NAMES)
    west, south = shapely.total_bounds(make.in_system(make.PLOTS, 4326))[:2]
    found = shapely.total_bounds([shapely.geometry.shape(feature["geometry"]) for feature in features])
    assert found[:2] == pytest.approx((west, south), abs=2e-9)


def test_geoparquet_read_with_pyarrow(tmp_path: Path) -> None:
    write.write(plots(), tmp_path / "a.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "a.parquet")
    assert table["DKMC"].to_pylist() == list(make.NAMES)
    assert shapely.area(shapely.from_wkb(table["geometry"].to_pylist())).tolist() == pytest.approx(
        make.PLANAR_M2
    )


def test_drawing_and_corner_text(tmp_path: Path) -> None:
    write.write(plots(DKMC=["甲", "乙"]), tmp_path / "a.dxf")
    with fiona.open(tmp_path / "a.dxf") as source:
        assert len(list(source)) == 3  # two outer rings and a hole
    assert len(read(tmp_path / "a.dxf").frame) == 3
    write.write(plots(parcel_name=["甲", "乙"]), tmp_path / "a.txt")
    assert "甲".encode("gbk") in (tmp_path / "a.txt").read_bytes()
    assert sorted(read(tmp_path / "a.txt").frame.geometry.area) == pytest.approx(sorted(make.PLANAR_M2))


def test_shapefile_header_by_hand(tmp_path: Path) -> None:
    frame = plots(
        BSM=["1", "2"],
        DKMC=["甲", "乙丙"],
        SFYJ=[True, False],
        MJ=[1.25, np.nan],
        COUNT=[1, 2],
        **{LONG_NAME: ["x", None]},
    )
    notes = write.write(frame, tmp_path / "a.shp")
    fields = make.dbf_fields(tmp_path / "a.dbf")
    assert fields == {
        b"BSM": ("C", 18, 0), b"DKMC": ("C", 4, 0), b"SFYJ": ("N", 1, 0), b"MJ": ("N", 24, 9),
        b"COUNT": ("N", 18, 0), "永久基本01".encode("gbk"): ("C", 1, 0),
    }  # fmt: skip
    assert (tmp_path / "a.cpg").read_text(encoding="ascii") == "GBK"
    assert "乙丙".encode("gbk") in (tmp_path / "a.dbf").read_bytes()
    assert "Gauss_Kruger" in (tmp_path / "a.prj").read_text(encoding="ascii")
    assert [note.code for note in notes] == ["fields_renamed"]
    assert "永久基本农田面积→永久基本01" in notes[0].done.zh
    found = pyogrio.read_dataframe(tmp_path / "a.shp", encoding="GBK")
    assert found["DKMC"].tolist() == ["甲", "乙丙"]
    assert found.area.tolist() == pytest.approx(make.PLANAR_M2)


def test_shapefile_in_utf8(tmp_path: Path) -> None:
    write.write(plots(DKMC=["甲𠮷", "🌄"]), tmp_path / "a.shp", encoding="UTF-8")
    assert (tmp_path / "a.cpg").read_text(encoding="ascii") == "UTF-8"
    assert pyogrio.read_dataframe(tmp_path / "a.shp")["DKMC"].tolist() == ["甲𠮷", "🌄"]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".parquet", ".zip", ".kml", ".dxf", ".txt"])
def test_the_same_bytes_each_time(suffix: str, tmp_path: Path) -> None:
    first, second = tmp_path / "1" / f"a{suffix}", tmp_path / "2" / f"a{suffix}"
    for path in (first, second, second):
        write.write(plots(DKMC=list(make.NAMES)), path)
    assert first.read_bytes() == second.read_bytes()


def test_the_zip_has_one_layer_and_its_cpg(tmp_path: Path) -> None:
    write.write(plots(), tmp_path / "冲突.zip", layer="冲突")
    with zipfile.ZipFile(tmp_path / "冲突.zip") as archive:
        assert sorted(archive.namelist()) == [
            f"冲突.{suffix}" for suffix in ("cpg", "dbf", "prj", "shp", "shx")
        ]


def test_names_are_short_on_purpose_and_all_different() -> None:
    names = ["XZQDM", "xzqdm", "永久基本农田面积", "永久基本农田等级", "永久基本01", "A" * 30, ""]
    for encoding in ("GBK", "UTF-8"):
        short = shapefile_write.short_names(names, encoding)
        assert list(short) == names
        assert all(len(name.encode(encoding)) <= 10 and name for name in short.values())
        assert len({name.upper() for name in short.values()}) == len(names)
        assert short["XZQDM"] == "XZQDM"


def test_a_hundred_and_more_long_names() -> None:
    short = shapefile_write.short_names([f"永久基本农田{number}" for number in range(150)], "GBK")
    assert len(set(short.values())) == 150
    assert max(len(name.encode("GBK")) for name in short.values()) <= 10


def test_long_texts_are_shortened_between_characters_and_told(tmp_path: Path) -> None:
    text = "阳" * 126 + "ab" + "泉" * 10
    notes = write.write(plots(备注=[text, "短"]), tmp_path / "a.shp")
    assert [note.code for note in notes] == ["texts_shortened"]
    # 254 bytes = 126 characters of two bytes and the mark of two
    found = pyogrio.read_dataframe(tmp_path / "a.shp", encoding="GBK")["备注"].tolist()
    assert found == ["阳" * 126 + "…", "短"]


def test_odd_values_come_back_as_they_were(tmp_path: Path) -> None:
    frame = plots(
        文字=[PUNCTUATION, ""], 日期=[datetime.date(2026, 1, 2), None], 大数=[1e20, np.inf], 整数=[2**62, 1],
        可空=pd.array([1, None], dtype="Int64"), 真假=pd.array([True, None], dtype="boolean"),
        类=pd.Categorical(["甲", "乙"]), 空=[None, None], 时间=pd.to_datetime(["2026-01-02", None]),
    )  # fmt: skip
    write.write(frame, tmp_path / "a.shp")
    found = read(tmp_path / "a.shp").frame
    assert found["文字"].iloc[0] == PUNCTUATION
    assert found["日期"].iloc[0] == "20260102"
    assert [float(value) for value in found["大数"]] == [1e20, np.inf]
    assert [int(value) for value in found["整数"]] == [2**62, 1]
    assert found["可空"].iloc[0] == 1
    assert found["类"].tolist() == ["甲", "乙"]
    assert pd.isna(found["空"]).all()
    for suffix in (".gpkg", ".geojson", ".fgb"):
        write.write(frame, tmp_path / f"a{suffix}")
        assert len(read(tmp_path / f"a{suffix}").frame) == 2


@pytest.mark.parametrize("text", ["𠮷林", "🌄", "ḿ"])
def test_characters_outside_gbk(text: str, tmp_path: Path) -> None:
    assert code_of(plots(DKMC=[text, "x"]), tmp_path / "a.shp") == "not_encodable"
    assert code_of(plots(**{text: ["x", "y"]}), tmp_path / "a.zip") == "not_encodable"
    assert list(tmp_path.iterdir()) == []


def test_no_rows_null_and_empty_geometry_points_and_heights(tmp_path: Path) -> None:
    for suffix in (".shp", ".gpkg", ".geojson", ".gdb", ".zip"):
        told = noted(plots(DKMC=["甲", "乙"]).iloc[:0], tmp_path / f"none{suffix}")
        assert list(told) == (["written_in_degrees"] if suffix == ".geojson" else [])
        assert len(read(tmp_path / f"none{suffix}").frame) == 0
        frame = gpd.GeoDataFrame(
            {"n": [1, 2, 3]}, geometry=[make.RECTANGLE, None, shapely.Polygon()], crs=4547
        )
        write.write(frame, tmp_path / f"null{suffix}")
        assert len(read(tmp_path / f"null{suffix}").frame) == 3
    points = [shapely.Point(1, 2, 3), shapely.MultiPoint([(1, 2), (3, 4)])]
    write.write(gpd.GeoDataFrame({"n": [1, 2]}, geometry=points, crs=4547), tmp_path / "p.shp")
    assert len(read(tmp_path / "p.shp").frame) == 2


def test_kinds_that_a_shapefile_cannot_mix(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[make.RECTANGLE, shapely.Point(1, 2)], crs=4547)
    assert code_of(frame, tmp_path / "a.shp") == "mixed_kinds"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_and_an_unknown_system(tmp_path: Path) -> None:
    assert code_of(plots(), tmp_path / "a.dwg") == "format_unwritable"
    assert code_of(plots().set_crs(None, allow_override=True), tmp_path / "a.gpkg") == "crs_unknown"


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".zip", ".parquet", ".txt", ".gdb"])
def test_nothing_is_left_when_writing_fails_half_way(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a{suffix}"
    write.write(plots(DKMC=["旧", "旧"]), path)
    before = {item: load_bytes(item) for item in tmp_path.rglob("*")}

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for module, name in (
        (write.pyogrio, "write_dataframe"), (shapefile_write, "_compare"), (write, "_write_parquet"),
        (write.corner_points, "write"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, fail)
    assert code_of(plots(DKMC=["新", "新"]), path) == "not_writable"
    assert {item: load_bytes(item) for item in tmp_path.rglob("*")} == before


def load_bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def test_when_one_file_is_locked_all_old_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write.write(plots(DKMC=["旧", "旧"]), tmp_path / "a.shp")
    before = {item.name: load_bytes(item) for item in tmp_path.iterdir()}
    replace = Path.replace

    def locked(self: Path, target: Path) -> Path:
        if self.parent.name == "new" and self.suffix == ".shp":
            raise PermissionError(13, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    assert code_of(plots(DKMC=["新", "新"]), tmp_path / "a.shp") == "not_writable"
    assert {item.name: load_bytes(item) for item in tmp_path.iterdir()} == before


def test_a_parent_that_is_a_file_and_a_folder_that_is_no_geodatabase(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert code_of(plots(), tmp_path / "file" / "a.gpkg") == "not_writable"
    for name in ("资料.gpkg", "资料.gdb"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "论文.docx").write_text("x", encoding="utf-8")
        assert code_of(plots(), tmp_path / name) == "not_writable"
        assert (tmp_path / name / "论文.docx").exists()


def test_an_older_geodatabase_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.gdb"
    write.write(plots(DKMC=["旧", "旧"]), path, layer="旧层")
    write.write(plots(DKMC=["新", "新"]), path, layer="新层")
    assert [name for name, _ in pyogrio.list_layers(path)] == ["新层"]
    assert read(path).frame["DKMC"].tolist() == ["新", "新"]


def test_an_index_of_the_older_shapefile_goes_with_it(tmp_path: Path) -> None:
    write.write(plots(), tmp_path / "a.shp")
    (tmp_path / "a.qix").write_bytes(b"old")
    (tmp_path / "a.pdf").write_bytes(b"mine")
    write.write(plots(), tmp_path / "a.shp")
    assert not (tmp_path / "a.qix").exists()
    assert (tmp_path / "a.pdf").exists()


def test_a_zip_has_the_same_bytes_whatever_the_files_dates(tmp_path: Path) -> None:
    for number, stamp in enumerate((0, 1_700_000_000)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "a").write_bytes(b"x")
        import os

        os.utime(folder / "a", (stamp, stamp))
        atomic.zip_folder(folder, tmp_path / f"{number}.zip")
    assert (tmp_path / "0.zip").read_bytes() == (tmp_path / "1.zip").read_bytes()


ROAD = shapely.LineString([(make.EAST, make.NORTH), (make.EAST + 100, make.NORTH)])
WELL = shapely.Point(make.EAST, make.NORTH)


def noted(frame: gpd.GeoDataFrame, path: Path) -> dict[str, str]:
    return {note.code: note.what.en for note in write.write(frame, path)}


def test_a_drawing_has_every_line_and_point(tmp_path: Path) -> None:
    both = shapely.GeometryCollection([make.RECTANGLE, shapely.MultiLineString([ROAD, ROAD])])
    frame = gpd.GeoDataFrame({"name": ["a", "b", "c"]}, geometry=[ROAD, WELL, both], crs=4547)
    told = noted(frame, tmp_path / "a.dxf")
    assert "name" in told["attributes_left_out"]
    _, _, wkb, _ = pyogrio.raw.read(tmp_path / "a.dxf")
    kinds = sorted(shapely.from_wkb(wkb), key=lambda item: item.geom_type)
    assert [item.geom_type for item in kinds] == ["LineString"] * 4 + ["Point"]
    assert [line.is_closed for line in kinds[:4]].count(True) == 1
    assert noted(frame[["geometry"]], tmp_path / "b.dxf") == {}


def test_a_drawing_loses_no_row(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[ROAD, None], crs=4547)
    assert code_of(frame, tmp_path / "a.dxf") == "rows_without_geometry"


def test_fewer_features_than_given_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write.pyogrio, "read_info", lambda *_, **__: {"features": 1})
    assert code_of(plots(), tmp_path / "a.gpkg") == "format_refuses"
    assert list(tmp_path.iterdir()) == []


def test_collections_do_not_go_into_a_shapefile(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(geometry=[shapely.GeometryCollection([make.RECTANGLE, ROAD])], crs=4547)
    assert code_of(frame, tmp_path / "a.shp") == "mixed_kinds"


IDENTIFIERS = [140321000000000123, 140321000000000124]


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".parquet", ".shp", ".zip", ".gdb", ".kml"])
@pytest.mark.parametrize("numbers", [IDENTIFIERS, [2**53 + 1, 2**53 + 3], [2**63 + 1, 2**63 + 3]])
def test_long_identifiers_stay_what_they_are(numbers: list[int], suffix: str, tmp_path: Path) -> None:
    kind = "uint64" if max(numbers) >= 2**63 else "int64"
    write.write(plots(BSM=np.array(numbers, dtype=kind)), tmp_path / f"a{suffix}")
    assert sorted(int(value) for value in read(tmp_path / f"a{suffix}").frame["BSM"]) == numbers


def test_numbers_too_large_for_a_geodatabase_are_text_and_told(tmp_path: Path) -> None:
    numbers = pd.array([IDENTIFIERS[0], None], dtype="Int64")
    told = noted(plots(BSM=numbers, n=[1, 2], m=[2**40, 1]), tmp_path / "a.gdb")
    assert list(told) == ["integers_as_text"]
    assert "BSM" in told["integers_as_text"]
    found = read(tmp_path / "a.gdb").frame
    assert found["BSM"].iloc[0] == str(IDENTIFIERS[0])
    assert pd.isna(found["BSM"].iloc[1])
    assert (found["n"].tolist(), found["m"].tolist()) == ([1, 2], [2**40, 1])


@pytest.mark.parametrize("suffix", [".geojson", ".kml"])
def test_degrees_are_told_where_metres_were_wished_for(suffix: str, tmp_path: Path) -> None:
    assert list(noted(plots(), tmp_path / f"a{suffix}")) == ["written_in_degrees"]
    assert noted(plots().to_crs(4490), tmp_path / f"b{suffix}") == {}


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".parquet"])
def test_long_identifiers_are_read_digit_by_digit_also_beside_a_blank(suffix: str, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"BSM": pd.array([*IDENTIFIERS, None], dtype="Int64"), "n": pd.array([1, None, 3], dtype="Int64")},
        geometry=[shapely.box(113.5, 38, 113.51, 38.01)] * 3,
        crs=4490,
    )
    write.write(frame, tmp_path / f"a{suffix}")
    found = read(tmp_path / f"a{suffix}").frame["BSM"]
    assert sorted(int(value) for value in found.dropna()) == IDENTIFIERS
    assert found.isna().sum() == 1
