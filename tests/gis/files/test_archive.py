"""Zip files from strangers."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from gis.errors import InputError
from gis.files import archive, tables
from gis.files.read import read
from tests import make_files as make


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    assert all((*caught.value.said("zh"), *caught.value.said("en")))
    return caught.value.code


def members(folder: Path) -> dict[str, bytes]:
    path = make.shapefile(folder / "in")
    return {item.name: item.read_bytes() for item in path.parent.iterdir()}


def test_no_layer(tmp_path: Path) -> None:
    assert code_of(make.zip_of({"说明.docx": b"x"}, tmp_path / "a.zip")) == "no_layer"
    assert code_of(make.zip_of({}, tmp_path / "b.zip")) == "no_layer"


def test_two_layers(tmp_path: Path) -> None:
    parts = members(tmp_path)
    twice = {f"{folder}/{name}": content for folder in ("甲", "乙") for name, content in parts.items()}
    path = make.zip_of(twice, tmp_path / "a.zip")
    assert code_of(path) == "several_layers"
    assert len(read(path, layer="甲/plots.shp").frame) == 2
    assert len(read(path, layer="*").frame) == 4


def test_nested(tmp_path: Path) -> None:
    inner = make.zip_of(members(tmp_path), tmp_path / "inner.zip").read_bytes()
    assert code_of(make.zip_of({"内层.zip": inner}, tmp_path / "a.zip")) == "zip_nested"
    both = read(make.zip_of({**members(tmp_path), "内层.zip": inner}, tmp_path / "b.zip"))
    assert [note.code for note in both.notes] == ["files_left_out"]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/plots.shp", "../plots.shp", "a/../../plots.shp", "C:\\plots.shp", "C:plots.shp", "..\\plots.shp",
        "\\\\server\\share\\plots.shp", "\\plots.shp",
    ],
)  # fmt: skip
def test_paths_that_lead_outside(name: str, tmp_path: Path) -> None:
    assert code_of(make.zip_of({name: b"x"}, tmp_path / "a.zip")) == "zip_path"
    assert not (tmp_path.parent / "plots.shp").exists()


def test_backslashes_within(tmp_path: Path) -> None:
    inside = {f"成果\\{name}": content for name, content in members(tmp_path).items()}
    assert len(read(make.zip_of(inside, tmp_path / "a.zip")).frame) == 2


def test_a_symbolic_link_is_not_followed(tmp_path: Path) -> None:
    secret = make.shapefile(tmp_path / "secret")
    parts = {name: content for name, content in members(tmp_path).items() if not name.endswith(".shp")}
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as sink:
        for name, content in parts.items():
            sink.writestr(name, content)
        link = zipfile.ZipInfo("plots.shp")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        sink.writestr(link, str(secret))
    assert code_of(path) == "file_truncated"


def test_a_bomb_by_ratio(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
        sink.writestr("a.geojson", b" " * (archive._RATIO_MATTERS_ABOVE_BYTES + 1))
    assert code_of(path) == "zip_too_large"


def test_a_bomb_by_members(tmp_path: Path) -> None:
    path = make.zip_of({f"{number}": b"" for number in range(archive.MAX_MEMBERS + 1)}, tmp_path / "a.zip")
    assert code_of(path) == "zip_too_large"


def test_a_size_header_that_lies(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
        sink.writestr("a.geojson", b" " * 5_000_000)
    honest, lie = struct.pack("<I", 5_000_000), struct.pack("<I", 10)
    path.write_bytes(path.read_bytes().replace(honest, lie))
    assert code_of(path) == "zip_broken"


def test_encrypted(tmp_path: Path) -> None:
    path = make.zip_of(members(tmp_path), tmp_path / "a.zip", names="ascii")
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            raw[start + offset] |= 1
            start = raw.find(mark, start + 4)
    path.write_bytes(raw)
    assert code_of(path) == "zip_encrypted"


def test_a_compression_we_do_not_know(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as sink:
        sink.writestr("a.geojson", b"{}")
    raw = path.read_bytes().replace(b"PK\x03\x04\x14\0\0\0\0\0", b"PK\x03\x04\x14\0\0\0\x09\0")
    path.write_bytes(raw.replace(b"PK\x01\x02\x14\x03\x14\0\0\0\0\0", b"PK\x01\x02\x14\x03\x14\0\0\0\x09\0"))
    assert code_of(path) == "zip_method"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as sink:
        for content in ("{}", "[]"):
            sink.writestr("a.geojson", content)
    assert code_of(path) == "zip_twice"


@pytest.mark.parametrize("names", ["gbk", "utf-8"])
def test_chinese_names(names: str, tmp_path: Path) -> None:
    path = make.shapefile(tmp_path / "in" / "阳泉市成果", "地块诚")
    reading = read(make.zipped(path.parents[1], tmp_path / "a.zip", names=names))
    assert (reading.layer, len(reading.frame)) == ("地块诚", 2)


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    assert code_of(make.zip_of({"a": b"x", "a/b.shp": b"x"}, tmp_path / "a.zip")) == "zip_broken"


def test_rubbish_from_mac_os(tmp_path: Path) -> None:
    parts = members(tmp_path)
    rubbish = {f"__MACOSX/._{name}": b"x" for name in parts}
    assert len(read(make.zip_of(parts | rubbish, tmp_path / "a.zip")).frame) == 2


def test_damaged_bytes_anywhere(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as sink:
        for name, content in members(tmp_path).items():
            sink.writestr(name, content)
    raw = buffer.getvalue()
    path = tmp_path / "a.zip"
    for position in range(0, len(raw), 17):
        path.write_bytes(raw[:position] + bytes([raw[position] ^ 0xFF]) + raw[position + 1 :])
        try:
            assert len(read(path).frame) == 2
        except InputError:
            continue


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    read(make.zip_of(members(tmp_path), tmp_path / "a.zip"))
    code_of(make.zip_of({"a.shp": b"x"}, tmp_path / "b.zip"))
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_workbook_that_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as sink:
        sink.writestr("[Content_Types].xml", b"<Types/>")
        sink.writestr("xl/worksheets/sheet1.xml", b" " * (archive._RATIO_MATTERS_ABOVE_BYTES + 1))
    with pytest.raises(InputError) as caught:
        tables.read(path)
    assert caught.value.code == "zip_too_large"


@pytest.mark.parametrize("limit", ["MOST_ROWS", "MOST_CELLS"])
def test_a_workbook_is_not_read_beyond_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    book = openpyxl.Workbook()
    for number in range(20):
        book.active.append([number, "甲"])
    book.save(tmp_path / "a.xlsx")
    assert len(tables.read(tmp_path / "a.xlsx").rows) == 20
    monkeypatch.setattr(tables, limit, 19)
    with pytest.raises(InputError) as caught:
        tables.read(tmp_path / "a.xlsx")
    assert caught.value.code == "table_too_large"
