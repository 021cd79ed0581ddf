"""``planner effect``: on the demonstration workspace, and on rasters whose answer is known."""

from __future__ import annotations

import json
from pathlib import Path

import fiona
import geopandas as gpd
import numpy as np
import openpyxl
import pyproj
import pytest
import shapely
from affine import Affine

from gis.files import rasters, write
from gis.raster import Raster
from planner.cli import main

WEST, NORTH, CELL = 464_000.0, 4_190_000.0, 20.0


def patches(folder: Path) -> Path:
    """Two treated squares of 200 m, one of which greened; an untreated one between them."""
    boxes = [
        shapely.box(WEST + x, NORTH - 1100, WEST + x + 200, NORTH - 900) for x in (700.0, 1500.0, 2300.0)
    ]
    frame = gpd.GeoDataFrame(
        {
            "id": ["GREEN", "UNTREATED", "BARE"],
            "tbdl": ["10", "10", "10"],
            "hfzlqk": ["B", "A", "B"],
            "tbmj": [40_000.0] * 3,
        },
        geometry=boxes,
        crs=4547,
    )
    write.write(frame.to_crs(4490), folder / "mines.gpkg")
    return folder / "mines.gpkg"


def image(path: Path, *, green: float, shift: float, dtype: str = "float32") -> Path:
    """NDVI 0.2 to 0.8 outside in stripes; the squares bare but for the first."""
    random = np.random.default_rng(7)
    values = 0.5 + shift + 0.02 * random.standard_normal((110, 180))
    values[:5] = 0.0
    values[-5:] = 0.9
    column = np.arange(180) * CELL
    row = np.arange(110) * CELL
    inside = (row >= 900) & (row < 1100)
    for start, value in ((700, green), (1500, 0.1), (2300, 0.1)):
        block = np.ix_(inside, (column >= start) & (column < start + 200))
        values[block] = value + 0.01 * random.standard_normal(values[block].shape)
    grid = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    rasters.write(path, Raster(values.astype(dtype), grid, pyproj.CRS.from_epsg(4547), None))
    return path


@pytest.fixture
def words(workspace: Path, tmp_path: Path) -> list[str]:
    before = image(tmp_path / "before.tif", green=0.1, shift=0.0)
    after = image(tmp_path / "after.tif", green=0.45, shift=0.05)
    return [
        "effect", "--workspace", str(workspace), "--mines", str(patches(tmp_path)),
        "--before", str(before), "--after", str(after),
    ]  # fmt: skip


def test_the_answer_that_was_put_in(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "planner.effect/1"
    rows = {row["patch_id"]: row for row in found["patches"]}
    assert set(rows) == {"GREEN", "BARE"}, "only treated patches are evaluated"
    assert rows["GREEN"]["verdict"] == "recovered"
    assert rows["BARE"]["verdict"] == "not_recovered"
    assert found["not_recovered"] == ["BARE"]
    # NDVI 0.1 to 0.45 in the patch, 0.50 to 0.55 in the ring; the end members lie near 0 and 0.9 or nearer
    assert rows["GREEN"]["effect"] > 0.3
    assert rows["BARE"]["effect"] == pytest.approx(-rows["BARE"]["ring_change"], abs=0.01)
    assert rows["BARE"]["ring_change"] > 0.03


def test_exports_open_elsewhere(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main([*words, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "BARE" in printed
    assert "相关长度 60 米" in printed
    assert {path.name for path in out.iterdir()} == {
        "effect.zip",
        "effect.gpkg",
        "effect.xlsx",
        "effect.json",
    }
    with fiona.open(f"zip://{out / 'effect.zip'}") as shapefile:
        rows = {feature["properties"]["TBBH"]: feature["properties"]["JL"] for feature in shapefile}
    assert rows == {"GREEN": "已恢复", "BARE": "未恢复"}
    book = openpyxl.load_workbook(out / "effect.xlsx")
    assert [row[0] for row in book["未恢复"].iter_rows(min_row=2, values_only=True)] == ["BARE"]
    assert "示意" in str(book["说明"]["A2"].value)


def test_ndvi_stored_as_integers_gives_the_same(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)["patches"]
    for name in ("before.tif", "after.tif"):
        raster = rasters.read(tmp_path / name)
        scaled = Raster(np.round(raster.values * 10_000).astype("int16"), raster.transform, raster.crs, None)
        rasters.write(tmp_path / name, scaled)
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["verdict"] for row in found["patches"]] == [row["verdict"] for row in plain]
    assert "ndvi_scaled" in {issue["code"] for issue in found["issues"]}
    for one, other in zip(plain, found["patches"], strict=True):
        assert other["effect"] == pytest.approx(one["effect"], abs=2e-3)


def test_land_cover_of_two_dates(workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, green in (("before.tif", 7), ("after.tif", 4)):
        codes = np.full((110, 180), 4, dtype="uint8")
        codes[45:55, 35:45] = green
        codes[45:55, 115:125] = 7
        codes[:, ::17] = 7
        grid = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
        rasters.write(tmp_path / name, Raster(codes, grid, pyproj.CRS.from_epsg(4547), None))
    words = [
        "effect",
        "--workspace",
        str(workspace),
        "--mines",
        str(patches(tmp_path)),
        "--vegetated",
        "4,10",
    ]
    words += ["--before", str(tmp_path / "before.tif"), "--after", str(tmp_path / "after.tif"), "--json"]
    assert main(words) == 0
    found = {row["patch_id"]: row for row in json.loads(capsys.readouterr().out)["patches"]}
    assert found["GREEN"]["verdict"] == "recovered"
    assert found["GREEN"]["effect"] > 0.8
    assert found["BARE"]["effect"] == pytest.approx(0.0, abs=1e-9)


def covers(folder: Path, later: int, *, epsg: int = 4547, nodata: float | None = None) -> list[str]:
    """A forest everywhere on both dates, of which the later image lost 70 % of one patch to a code."""
    for name, code in (("before.tif", 2), ("after.tif", later)):
        codes = np.full((110, 180), 2, dtype="uint8")
        codes[45:52, 35:45] = code
        codes[:, 30] = 7
        codes[40, 36] = 7 if name == "after.tif" else 2
        grid = Affine(CELL, 0, WEST, 0, -CELL, NORTH)
        rasters.write(folder / name, Raster(codes, grid, pyproj.CRS.from_epsg(epsg), nodata))
    return ["--before", str(folder / "before.tif"), "--after", str(folder / "after.tif")]


@pytest.mark.parametrize(
    ("later", "more", "nodata"),
    [(0, [], None), (255, [], None), (9, ["--not-seen", "9"], None), (9, [], 9.0)],
    ids=["0", "255", "cloud", "declared"],
)
def test_ground_that_was_not_seen_is_not_bare(
    workspace: Path,
    tmp_path: Path,
    later: int,
    more: list[str],
    nodata: float | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["effect", "--workspace", str(workspace), "--mines", str(patches(tmp_path)), "--json"]
    assert main([*words, *covers(tmp_path, later, nodata=nodata), "--vegetated", "1,2", *more]) == 0
    found = json.loads(capsys.readouterr().out)
    green = next(row for row in found["patches"] if row["patch_id"] == "GREEN")
    assert green["covered_share"] == pytest.approx(0.3, abs=1e-4)
    assert (green["verdict"], green["reason"]) == ("not_assessed", "patch_unseen")
    codes = {issue["code"] for issue in found["issues"]}
    assert ("land_cover_no_data" in codes) == (later in (0, 255))
    assert "land_cover_codes_open" in codes, "7 is in no list"


def test_bare_ground_may_have_code_0(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["effect", "--workspace", str(workspace), "--mines", str(patches(tmp_path)), "--json"]
    assert main([*words, *covers(tmp_path, 0), "--vegetated", "1,2", "--bare", "0,7"]) == 0
    found = json.loads(capsys.readouterr().out)
    green = next(row for row in found["patches"] if row["patch_id"] == "GREEN")
    assert green["effect"] == pytest.approx(-0.7, abs=0.02)
    assert not {issue["code"] for issue in found["issues"]} & {"land_cover_no_data", "land_cover_codes_open"}


@pytest.mark.parametrize("epsg", [2382, 2434], ids=["xian80", "beijing54"])
def test_a_land_cover_on_an_old_datum_is_refused(
    workspace: Path, tmp_path: Path, epsg: int, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["effect", "--workspace", str(workspace), "--mines", str(patches(tmp_path)), "--json"]
    assert main([*words, *covers(tmp_path, 7, epsg=epsg), "--vegetated", "2"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "raster_datum"


def test_records_give_indicators(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "records.csv").write_text(
        "patch_id,reclaimed_m2,damaged_m2,hazards_removed_count,hazards_count\nGREEN,36000,40000,2,2\nBARE,,40000,,\n",
        encoding="utf-8",
    )
    assert main([*words, "--records", str(tmp_path / "records.csv"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["indicators"]
    assert found["GREEN"]["reclaimed_rate"] == pytest.approx(0.9)
    assert found["GREEN"]["hazards_removed"] == 1
    assert found["BARE"]["reclaimed_rate"] is None


def test_records_with_units_give_the_success_index(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "records.csv").write_text(
        'patch_id,reclaimed_m2,damaged_m2,hazard_count\nGREEN,3公顷,"40,000",2\nBARE,约3公顷,40000,\n'
        "GRENE,1,2,\nUNTREATED,1,2,\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    assert main([*words, "--records", str(tmp_path / "records.csv"), "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["indicators"]["GREEN"]["reclaimed_rate"] == pytest.approx(0.75)
    assert found["indicators"]["BARE"]["reclaimed_rate"] is None
    issues = {issue["code"]: issue for issue in found["issues"]}
    assert "约3公顷" in issues["number_unreadable"]["what"]
    assert "hazard_count" in issues["records_column_unknown"]["what"]
    assert "GRENE" in issues["records_patch_unknown"]["what"]
    assert "UNTREATED" in issues["records_patch_not_evaluated"]["what"]
    assert found["index_weights"] == {"cover": 0.5, "reclaimed_rate": 0.5}
    rows = {row["patch_id"]: row for row in found["patches"]}
    green = rows["GREEN"]
    assert green["success_index"] == pytest.approx((green["cover_index"] + 0.75) / 2)
    assert rows["BARE"]["success_index"] is None
    assert rows["BARE"]["success_high"] == pytest.approx(rows["BARE"]["success_low"] + 0.5)
    assert any("RSI" in line and "等权" in line for line in found["assumptions"])
    with fiona.open(f"zip://{out / 'effect.zip'}") as shapefile:
        exported = {item["properties"]["TBBH"]: item["properties"]["RSI"] for item in shapefile}
    assert exported["GREEN"] == pytest.approx(green["success_index"])


def test_records_name_each_patch_once(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "records.csv").write_text("patch_id,damaged_m2\nGREEN,1\nGREEN,2\n", encoding="utf-8")
    assert main([*words, "--records", str(tmp_path / "records.csv"), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "records_repeated"


def test_treated_patches_without_ground_are_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = gpd.read_file(tmp_path / "mines.gpkg").assign(tbmj=0.0)
    shapes = frame.geometry.to_numpy().copy()
    shapes[2] = shapely.centroid(shapes[2])
    write.write(gpd.GeoDataFrame(frame, geometry=shapes, crs=4490), tmp_path / "mines.gpkg")
    out = tmp_path / "out"
    assert main([*words, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "另有 1 个已治理图斑未参与评估" in printed
    assert "--assume-area" in printed
    book = openpyxl.load_workbook(out / "effect.xlsx")
    told = [row[0] for row in book["未参与评估"].iter_rows(min_row=2, values_only=True)]
    assert told == ["BARE"]
    assert main([*words, "--assume-area", "40000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["patch_id"] for row in found["patches"]} == {"GREEN", "BARE"}
    assert found["not_evaluated"] == []


def test_the_demonstration(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effect", "--workspace", str(workspace), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["illustrative"] is True
    assert sum(found["counts"].values()) == len(found["patches"])
    assert found["counts"]["recovered"] > 0
    assert found["counts"]["not_recovered"] == len(found["not_recovered"]) > 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (["--confidence", "1"], "effect_settings"),
        (["--correlation", "0"], "effect_settings"),
        (["--ring", "0"], "ring_width"),
        (["--vegetated", "a"], "option_unreadable"),
        (["--not-seen", "9"], "vegetated_wanted"),
        (["--vegetated", "1,2", "--not-seen", "2"], "land_cover_codes"),
        (["--after", "没有.tif"], "file_unreadable"),
        (["--records", "没有.csv"], "file_missing"),
    ],
)
def test_what_is_refused(
    words: list[str], change: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *change, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == code


def test_two_grids_are_refused(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raster = rasters.read(tmp_path / "after.tif")
    moved = Raster(raster.values, raster.transform @ Affine.translation(0.5, 0), raster.crs, None)
    rasters.write(tmp_path / "after.tif", moved)
    assert main([*words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "raster_grids"


def test_nothing_restored(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = gpd.read_file(tmp_path / "mines.gpkg").assign(hfzlqk="A")
    write.write(frame.to_crs(4490), tmp_path / "mines.gpkg")
    assert main([*words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "nothing_restored"


def test_one_date_given_twice_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = words[words.index("--before") + 1]
    assert main([*words, "--after", before, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "same_dates"


def test_land_covers_are_named_both(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effect", "--workspace", str(workspace), "--vegetated", "1", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "land_covers_wanted", "not the workspace's NDVI"


def test_codes_that_no_cell_has_are_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--vegetated", "1,2", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["code"] == "codes_not_found"
