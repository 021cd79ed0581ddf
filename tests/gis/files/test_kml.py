"""KML by hand: folders, Chinese field names, sloppy coordinates."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from gis.errors import InputError
from gis.files.read import read
from tests import make_files as make

BOX = "113.5,37.8 113.6,37.8 113.6,37.9 113.5,37.9 113.5,37.8"


def wrapped(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


def ring(text: str) -> str:
    return f"<LinearRing><coordinates>{text}</coordinates></LinearRing>"


def polygon(text: str) -> str:
    return f"<Polygon><outerBoundaryIs>{ring(text)}</outerBoundaryIs></Polygon>"


def code_of(path: Path, layer: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(path, layer=layer)
    return caught.value.code


def test_plots_with_holes_and_chinese_fields(tmp_path: Path) -> None:
    frame = read(make.kml(tmp_path / "范围.kml")).frame
    assert frame["Name"].tolist() == list(make.NAMES)
    assert frame["地块用途"].tolist() == list(make.USES)
    assert [len(item.interiors) for item in frame.geometry] == [0, 1]


def test_fields_of_the_same_length_stay_apart(tmp_path: Path) -> None:
    # GDAL's LIBKML names both of them "____________"
    data = "".join(f'<Data name="{key}"><value>{key[-2:]}</value></Data>' for key in ("地块用途", "地块面积"))
    schema = '<SchemaData><SimpleData name="权属">国有</SimpleData></SchemaData>'
    body = f"<Placemark><ExtendedData>{data}{schema}</ExtendedData>{polygon(BOX)}</Placemark>"
    path = tmp_path / "a.kml"
    path.write_text(wrapped(body), encoding="utf-8")
    row = read(path).frame.iloc[0]
    assert (row["地块用途"], row["地块面积"], row["权属"]) == ("用途", "面积", "国有")


def test_folders_are_layers(tmp_path: Path) -> None:
    path = make.kml(tmp_path / "a.kml", folders=("红线", "施工"))
    assert code_of(path) == "several_layers"
    assert read(path, layer="施工").frame["Name"].tolist() == ["南沟排矸场"]
    assert read(path, layer="*").frame["Folder"].tolist() == ["红线", "施工"]


@pytest.mark.parametrize(
    "text",
    [
        BOX,
        BOX.replace(" ", ",0 ") + ",0",
        BOX.replace(" ", "\n\t\t"),
        BOX.replace(",", ", "),
        BOX.replace(" ", ", 812.5\n").replace(",37", " , 37"),
    ],
)
def test_coordinates_as_people_write_them(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text(wrapped(f"<Placemark>{polygon(text)}</Placemark>"), encoding="utf-8")
    geometry = read(path).frame.geometry.to_numpy()[0]
    assert geometry.bounds == (113.5, 37.8, 113.6, 37.9)
    assert geometry.area == pytest.approx(0.01)


def test_gbk_and_utf16_documents(tmp_path: Path) -> None:
    body = f"<Placemark><name>范围</name>{polygon(BOX)}</Placemark>"
    for encoding in ("GBK", "UTF-16"):
        path = tmp_path / f"{encoding}.kml"
        path.write_bytes(wrapped(body, f'<?xml version="1.0" encoding="{encoding}"?>').encode(encoding))
        assert read(path).frame["Name"].tolist() == ["范围"]


def test_every_kind_of_geometry(tmp_path: Path) -> None:
    multi = f"<MultiGeometry>{polygon(BOX)}{polygon(BOX.replace('113', '114'))}</MultiGeometry>"
    mixed = f"<MultiGeometry>{polygon(BOX)}<Point><coordinates>113,37</coordinates></Point></MultiGeometry>"
    track = (
        '<gx:Track xmlns:gx="http://www.google.com/kml/ext/2.2"><gx:coord>113 37 0</gx:coord>'
        "<gx:coord>113 38 0</gx:coord></gx:Track>"
    )
    line = f"<LineString><coordinates>{BOX}</coordinates></LineString>"
    marks = [multi, mixed, track, line, "<Point><coordinates>113,37</coordinates></Point>", ""]
    path = tmp_path / "a.kml"
    path.write_text(wrapped("".join(f"<Placemark>{mark}</Placemark>" for mark in marks)), encoding="utf-8")
    kinds = [None if item is None else item.geom_type for item in read(path).frame.geometry]
    assert kinds == ["MultiPolygon", "GeometryCollection", "LineString", "LineString", "Point", None]


@pytest.mark.parametrize("text", ["113.5,37.8 113.6,37.8", "113.5 37.8 113.6", "", "a,b c,d e,f g,h"])
def test_a_broken_ring_is_named_by_row(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    marks = f"<Placemark>{polygon(BOX)}</Placemark><Placemark>{polygon(text)}</Placemark>"
    path.write_text(wrapped(marks), encoding="utf-8")
    reading = read(path)
    assert shapely.is_missing(reading.frame.geometry.to_numpy()).tolist() == [False, True]
    assert [(note.code, note.rows) for note in reading.notes] == [("geometry_unreadable", (1,))]


def test_links_elsewhere_are_not_followed(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://example.invalid/a.kml</href></Link></NetworkLink>"
    path = tmp_path / "a.kml"
    path.write_text(wrapped(link + f"<Placemark>{polygon(BOX)}</Placemark>"), encoding="utf-8")
    assert [note.code for note in read(path).notes] == ["network_links"]
    path.write_text(wrapped(link), encoding="utf-8")
    assert code_of(path) == "no_layer"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE kml SYSTEM "http://example.invalid/kml.dtd">',
    ],
)
def test_entities_are_refused(head: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_bytes(wrapped("<Placemark><name>&x;</name></Placemark>", head).encode(encoding))
    assert code_of(path) == "xml_entities"


def test_kmz(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    make.kml(tmp_path / "in" / "doc.kml")
    (tmp_path / "in" / "files").mkdir()
    (tmp_path / "in" / "files" / "icon.png").write_bytes(b"\x89PNG")
    path = make.zipped(tmp_path / "in", tmp_path / "范围.kmz")
    reading = read(path)
    assert (len(reading.frame), reading.path, reading.suspected_gcj02) == (2, path, False)


def test_a_thousand_folders_deep(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    deep = "<Folder>" * 1000 + f"<Placemark>{polygon(BOX)}</Placemark>" + "</Folder>" * 1000
    path.write_text(wrapped(deep), encoding="utf-8")
    assert len(read(path).frame) == 1
