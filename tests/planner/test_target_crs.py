"""The system that results are written in, by any of its names."""

from __future__ import annotations

import json
from pathlib import Path

import fiona
import pyproj
import pytest

from gis.errors import InputError
from gis.recognition import from_declaration
from planner import target_crs
from planner.cli import main
from tests.planner import small_workspace as small

ZONE_38 = "CGCS2000 / 3-degree Gauss-Kruger CM 114E"


@pytest.mark.parametrize(
    ("words", "epsg"),
    [
        (ZONE_38, 4547),
        ("CGCS2000_3_Degree_GK_CM_114E", 4547),
        (pyproj.CRS.from_epsg(4547).to_wkt(), 4547),
        ("Xian 1980 / 3-degree Gauss-Kruger zone 38", 2362),
        ("Beijing 1954 / 3-degree Gauss-Kruger CM 114E", 2435),
        ("CGCS2000", 4490),
        ("2000国家大地坐标系", 4490),
        ("1980西安坐标系", 4610),
        ("北京54", 4214),
        ("WGS 84", 4326),
    ],
)
def test_a_name_with_a_projection_is_not_taken_for_degrees(words: str, epsg: int) -> None:
    assert from_declaration(words).crs.to_epsg() == epsg


@pytest.mark.parametrize(
    "words", ["CGCS2000 3度带", "西安80 38带", "2000国家大地坐标系 高斯投影", "CGCS2000 zone 38"]
)
def test_a_projection_nobody_can_tell_is_asked_for(words: str) -> None:
    with pytest.raises(InputError) as caught:
        from_declaration(words)
    assert caught.value.code == "crs_unreadable"


@pytest.mark.parametrize("words", ["GCJ-02", "gcj02", "火星坐标系"])
def test_nothing_is_written_with_the_offset_of_web_maps(words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        target_crs.named(words)
    assert caught.value.code == "gcj02_unwritable"
    small.write(tmp_path / "a.gpkg", small.parcels(1))
    assert main(["convert", str(tmp_path / "a.gpkg"), str(tmp_path / "b.gpkg"), "--to-crs", words]) == 2
    assert not (tmp_path / "b.gpkg").exists()


@pytest.mark.parametrize(("words", "epsg"), [(ZONE_38, 4547), ("4526", 4526), ("EPSG:2362", 2362)])
def test_convert_says_what_it_wrote(
    words: str, epsg: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    small.write(source, small.parcels(1))
    assert main(["convert", str(source), str(target), "--to-crs", words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["to_crs"].endswith(f"(EPSG:{epsg})")
    assert [note["code"] for note in told["notes"]] == (["legacy_datum"] if epsg == 2362 else [])
    with fiona.open(target) as written:
        assert written.crs.to_epsg() == epsg
        assert written.bounds[0] > 400_000, "metres"


def test_a_check_is_written_in_a_system_by_its_chinese_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small.make(tmp_path / "ws")
    small.write(tmp_path / "a.gpkg", small.parcels(1))
    words = ["check", str(tmp_path / "a.gpkg"), "--workspace", str(workspace), "--activity", "PV"]
    assert main([*words, "--out", str(tmp_path / "degrees"), "--to-crs", "2000国家大地坐标系"]) == 0
    assert main([*words, "--out", str(tmp_path / "old"), "--to-crs", "EPSG:2362"]) == 0
    assert "10–100米" in capsys.readouterr().out
    for folder, epsg in (("degrees", 4490), ("old", 2362)):
        with fiona.open(tmp_path / folder / "findings.gpkg") as written:
            assert written.crs.to_epsg() == epsg


def test_the_verdict_is_there_though_a_name_can_not_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = small.make(tmp_path / "ws")
    small.write(tmp_path / "a.gpkg", small.parcels(1), 地块名称=["䶮村地块𬒈"])
    words = ["check", str(tmp_path / "a.gpkg"), "--workspace", str(workspace), "--activity", "PV"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr()
    assert "生态保护红线" in told.out
    assert "GBK" in told.err
    assert main([*words, "--out", str(tmp_path / "out"), "--encoding", "UTF-8"]) == 0
