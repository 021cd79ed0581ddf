"""What a file is, told by its first bytes; everything else is refused with a reason."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from gis.errors import InputError
from gis.files import kind
from gis.files.read import read
from tests import make_files as make


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    assert all((*caught.value.said("zh"), *caught.value.said("en")))
    return caught.value.code


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "X"
    book.save(path)
    return path


CONTENTS: dict[str, Callable[[Path], Path]] = {
    ".shp": make.shapefile,
    ".gpkg": lambda folder: make.geopackage(folder / "a.gpkg"),
    ".fgb": lambda folder: make.with_fiona(folder / "a.fgb", "FlatGeobuf"),
    ".parquet": lambda folder: make.geoparquet(folder / "a.parquet"),
    ".geojson": lambda folder: make.geojson(folder / "a.geojson"),
    ".kml": lambda folder: make.kml(folder / "a.kml"),
    ".mif": lambda folder: make.mif(folder / "a.mif"),
    ".tab": lambda folder: make.with_fiona(folder / "a.tab", "MapInfo File"),
    ".xlsx": lambda folder: workbook(folder / "a.xlsx"),
    ".zip": lambda folder: make.zip_of({"a.geojson": b"{}"}, folder / "a.zip"),
    ".dxf": lambda folder: make.dxf(folder / "a.dxf", [make.lwpolyline(make.corners(make.RECTANGLE))]),
}
SUFFIXES = (*CONTENTS, ".gdb", ".csv", ".txt", ".json", ".kmz", ".doc", "")
SAME = {(".geojson", ".json"), (".zip", ".kmz"), (".zip", ".xlsx")}


@pytest.mark.parametrize(
    ("true", "named"),
    [pair for pair in itertools.product(CONTENTS, SUFFIXES) if pair[0] != pair[1] and pair not in SAME],
)
def test_a_wrong_extension_is_never_read(true: str, named: str, tmp_path: Path) -> None:
    path = CONTENTS[true](tmp_path)
    renamed = path.rename(path.with_name(f"renamed{named}"))
    assert code_of(renamed) in {
        "wrong_extension",
        "format_unknown",
        "file_unreadable",
        "file_truncated",
        *TEXTS,
    }


TEXTS = ("table_empty", "corner_text_header", "coordinate_columns_missing")
"""A drawing is plain text: as .csv or .txt it is refused for what it lacks."""


@pytest.mark.parametrize("true", CONTENTS)
def test_an_extension_in_capitals(true: str, tmp_path: Path) -> None:
    path = CONTENTS[true](tmp_path)
    assert kind.of(path.rename(path.with_suffix(true.upper()))) == kind.KINDS_BY_SUFFIX[true]


@pytest.mark.parametrize("suffix", sorted({*kind.KINDS_BY_SUFFIX, ".unknown"} - {".gdb"}))
def test_an_empty_file(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"空{suffix}"
    path.touch()
    assert code_of(path) == "file_empty"


@pytest.mark.parametrize("suffix", sorted({*kind.KINDS_BY_SUFFIX} - {".gdb"}))
@pytest.mark.parametrize(
    "content", [b"\0" * 300, b"\xff\xfe\xfa" * 100, b"hello, world\n" * 30, b"{", b"<", b"PK"]
)
def test_rubbish(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert code_of(path)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "no_layer"
    (tmp_path / "a.gdb").mkdir()
    assert code_of(tmp_path / "a.gdb") == "gdb_truncated"


@pytest.mark.parametrize("suffix", [".shp", ".gpkg", ".kml"])
def test_a_folder_named_like_a_file(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"a{suffix}").mkdir()
    assert code_of(tmp_path / f"a{suffix}") == "no_layer"


@pytest.mark.parametrize("name", ["没有.shp", "a" * 300 + ".shp", "a\0b.shp", "no/such/folder/a.shp"])
def test_a_path_that_does_not_exist(name: str, tmp_path: Path) -> None:
    assert code_of(tmp_path / name) == "file_missing"


def test_a_path_below_a_file(tmp_path: Path) -> None:
    assert code_of(make.geojson(tmp_path / "a.geojson") / "b.shp") == "file_missing"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.geojson")
    assert code_of(tmp_path / "a.geojson") == "file_missing"


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
@pytest.mark.parametrize("name", ["范围 一期", "🌄矿山🏭", "a b'c\"d", "%s%d", "-", "#?&"])
def test_odd_names(name: str, tmp_path: Path) -> None:
    assert len(read(make.shapefile(tmp_path / "in", name)).frame) == 2
    assert len(read(make.geojson(tmp_path / f"{name}.geojson")).frame) == 2
    assert len(read(make.zipped(tmp_path / "in", tmp_path / f"{name}.zip")).frame) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no such names")
def test_a_line_break_in_a_name(tmp_path: Path) -> None:
    for path in (make.shapefile(tmp_path, "范围\n一期"), make.geojson(tmp_path / "a\tb.geojson")):
        assert code_of(path) == "file_name"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
@pytest.mark.parametrize("closed", ["a.geojson", "."])
def test_without_the_right_to_read(closed: str, tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson")
    (tmp_path / closed).chmod(0)
    root = os.geteuid() == 0
    if root:  # for whom no file is closed
        os.seteuid(65534)
    try:
        assert code_of(path) == "not_readable"
        if closed == "." or root:
            assert code_of(tmp_path) == "not_readable"
    finally:
        if root:
            os.seteuid(0)
        (tmp_path / closed).chmod(0o700)


def test_a_table_of_attributes_alone(tmp_path: Path) -> None:
    assert code_of(make.geopackage(tmp_path / "a.gpkg", spatial=False)) == "no_layer"
