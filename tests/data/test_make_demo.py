"""The demonstration workspace keeps its promises: valid, marked, as published, the same each time."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data import attributes, manifest, mine_dangers, planes, sources
from data.control_units import CLASSES, published
from data.field_grid import FIELD_HEIGHT_M, FIELD_WIDTH_M, HALF_PATH_M
from data.make_demo import make
from gis.files import rasters, read
from gis.rasters import rows_and_columns, zonal
from layers import columns, load_raster
from layers.spec import catalogue
from planner.workspace import load_layers, open_folder

ILLUSTRATIVE = [layer.kind for layer in manifest.LAYERS if layer.illustrative]
REAL = [layer.kind for layer in manifest.LAYERS if not layer.illustrative]
LEFT_OUT = {"main_functional_overlay_zone", "township"}
Layers = Callable[[str], gpd.GeoDataFrame]


@pytest.fixture(scope="session")
def layers(workspace: Path) -> Layers:
    @cache
    def layer(kind: str) -> gpd.GeoDataFrame:
        reading = read.read(workspace / "layers" / f"{kind}.gpkg")
        assert reading.stated is not None
        assert reading.stated.to_epsg() == 4490
        return reading.frame

    return layer


def projected(frame: gpd.GeoDataFrame) -> np.ndarray:
    return planes.to_projected(frame.geometry.to_numpy())


def shared_m2(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> float:
    first, second = projected(left), projected(right)
    one, other = shapely.STRtree(second).query(first, predicate="intersects")
    return float(shapely.area(shapely.intersection(first[one], second[other])).sum())


def files_in(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*")):
        # what a planner keeps beside the layers to open them faster is not part of the workspace
        if path.is_file() and ".cache" not in path.parts:
            yield path.relative_to(folder).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_kind_of_the_catalogue_is_there_but_those_without_a_place() -> None:
    assert {layer.kind for layer in manifest.LAYERS} == set(catalogue()) - LEFT_OUT


def test_the_planner_opens_it_without_a_fault(workspace: Path) -> None:
    loaded = load_layers(open_folder(workspace), roles=("control", "context"))
    assert set(loaded.layers) == {layer.kind for layer in manifest.LAYERS}
    told = {(issue.layer, issue.code) for issue in loaded.issues}
    # the Global Coal Mine Tracker lists one colliery twice, operating and closed
    assert told == {("coal_mine", "duplicate_ids")}


@pytest.mark.parametrize("kind", [layer.kind for layer in manifest.LAYERS])
def test_geometry_is_valid_and_of_its_kind(layers: Layers, kind: str) -> None:
    frame = layers(kind)
    assert len(frame)
    assert frame.geometry.notna().all()
    assert frame.is_valid.all()
    assert not frame.is_empty.any()
    wanted = {"polygon": "Polygon", "line": "LineString", "point": "Point"}[catalogue()[kind].geometry]
    assert set(frame.geom_type.str.removeprefix("Multi")) == {wanted}


@pytest.mark.parametrize("kind", ILLUSTRATIVE)
def test_every_illustrative_feature_says_so_twice(layers: Layers, kind: str) -> None:
    frame = layers(kind)
    assert (frame[attributes.MARK] == "示意").all()
    texts = frame.drop(columns=["geometry", attributes.MARK]).astype(str)
    assert texts.apply(lambda row: row.str.contains("示意").any(), axis=1).all()


@pytest.mark.parametrize("kind", REAL)
def test_real_features_are_not_marked(layers: Layers, kind: str) -> None:
    assert attributes.MARK not in layers(kind)


@pytest.mark.parametrize("kind", [layer.kind for layer in manifest.LAYERS])
def test_the_catalogue_knows_fields_and_spellings(layers: Layers, kind: str) -> None:
    frame = layers(kind)
    spec = catalogue()[kind]
    interpreted, notes = columns.interpret(frame.drop(columns="geometry"), spec, {})
    assert [note.what.en for note in notes if note.severity == "error"] == []
    assert interpreted["sub_class"].notna().all()
    present = set(interpreted["sub_class"])
    left_out = {"eco_structure": {"screen"}, "city_structure": {"mountain"}}.get(kind, set())
    assert present == {entry.id for entry in spec.sub_classes} - left_out


@pytest.mark.parametrize("kind", sorted({layer.kind for layer in manifest.LAYERS} - {"spring_area"}))
def test_nothing_lies_outside_the_city(workspace: Path, layers: Layers, kind: str) -> None:
    city = projected(read.read(workspace / "coverage.gpkg").frame)[0]
    outside = shapely.difference(projected(layers(kind)), shapely.buffer(city, 0.05))
    assert shapely.area(outside).sum() == 0.0


def test_stated_areas_are_ellipsoidal(layers: Layers) -> None:
    for kind, column in (
        ("ecological_red_line", "MJ"),
        ("permanent_basic_farmland", "YJJBNTTBMJ"),
        ("abandoned_mine", "tbmj"),
    ):
        frame = layers(kind)
        np.testing.assert_allclose(frame[column], planes.area_m2(frame.geometry.to_numpy()), atol=0.006)


def test_spring_area_covers_the_published_part_of_the_city(workspace: Path, layers: Layers) -> None:
    city = read.read(workspace / "coverage.gpkg").frame.geometry.to_numpy()
    inside = shapely.intersection(layers("spring_area").geometry.to_numpy(), city[0])
    assert planes.area_m2(inside).sum() / 1e6 == pytest.approx(2_430, abs=0.1)


def test_key_area_lies_within_the_spring_area_around_niangziguan(layers: Layers) -> None:
    key, area = projected(layers("spring_key_area")), projected(layers("spring_area"))
    assert shapely.covers(shapely.buffer(area[0], 0.01), key).all()
    springs = planes.to_projected(np.array([shapely.Point(113.87, 37.965)]))[0]
    assert shapely.distance(key, springs).min() < 1_000


def test_control_units_are_as_many_and_as_large_as_published(layers: Layers) -> None:
    units = layers("eco_environment_control_unit")
    area_m2 = planes.area_m2(units.geometry.to_numpy())
    assert len(units) == 58
    assert units["STHJYSGKFQBM"].is_unique
    for row in published():
        of_county = (units["XZQMC"] == row.county).to_numpy()
        for kind, number, share in zip(CLASSES, row.units, row.shares, strict=True):
            chosen = of_county & (units["ZHGKDYFL"] == kind).to_numpy()
            assert chosen.sum() == number
            reached = area_m2[chosen].sum() / area_m2[of_county].sum()
            assert reached == pytest.approx(share, abs=0.0005), (row.county, kind)


def test_control_units_leave_no_gap_and_do_not_overlap(layers: Layers) -> None:
    units = layers("eco_environment_control_unit")
    assert shapely.coverage_is_valid(units.geometry.to_numpy())
    counties = layers("county")
    for name, outline in zip(counties["XZQMC"], counties.geometry, strict=True):
        covered = planes.area_m2(units.geometry[units["XZQMC"] == name].to_numpy()).sum()
        assert covered == pytest.approx(planes.area_m2(np.array([outline]))[0], rel=1e-7)


def test_priority_units_hold_the_red_line_and_the_key_area(layers: Layers) -> None:
    units = layers("eco_environment_control_unit")
    priority = shapely.union_all(projected(units[units["ZHGKDYFL"] == CLASSES[0]]))
    for kind in ("ecological_red_line", "spring_key_area", "nature_reserve"):
        assert shapely.area(shapely.difference(projected(layers(kind)), priority)).sum() < 100.0


def test_key_units_hold_the_towns(layers: Layers) -> None:
    units = layers("eco_environment_control_unit")
    key = shapely.union_all(projected(units[units["ZHGKDYFL"] == CLASSES[1]]))
    towns = projected(layers("urban_development_boundary"))
    assert shapely.area(shapely.intersection(towns, key)).sum() > 0.99 * shapely.area(towns).sum()


@pytest.mark.parametrize("kind", ["permanent_basic_farmland", "general_farmland"])
@pytest.mark.parametrize("other", ["ecological_red_line", "urban_development_boundary"])
def test_the_three_lines_are_disjoint(layers: Layers, kind: str, other: str) -> None:
    assert shared_m2(layers(kind), layers(other)) == 0.0


def test_red_line_and_towns_are_disjoint(layers: Layers) -> None:
    assert shared_m2(layers("ecological_red_line"), layers("urban_development_boundary")) == 0.0


@pytest.mark.parametrize(
    "kind", ["permanent_basic_farmland", "general_farmland", "abandoned_mine", "mining_right"]
)
def test_features_do_not_overlap_each_other(layers: Layers, kind: str) -> None:
    polygons = projected(layers(kind))
    first, second = shapely.STRtree(polygons).query(polygons, predicate="overlaps")
    pair = first < second
    shared = shapely.area(shapely.intersection(polygons[first[pair]], polygons[second[pair]]))
    # neighbouring rights share edges: rounding of their corners is a hundredth of a millimetre
    assert shared.sum() < 0.5


def test_general_farmland_is_not_permanent_basic_farmland(layers: Layers) -> None:
    assert shared_m2(layers("general_farmland"), layers("permanent_basic_farmland")) == 0.0


def test_inner_fields_are_exact_rectangles_on_round_coordinates(layers: Layers) -> None:
    fields = projected(layers("permanent_basic_farmland"))
    assert 3_000 <= len(fields) <= 6_500
    corners = shapely.bounds(fields) + HALF_PATH_M * np.array([-1, -1, 1, 1])
    whole = (
        (shapely.get_num_coordinates(fields) == 5)
        & np.isclose(corners[:, 2] - corners[:, 0], FIELD_WIDTH_M, atol=1e-4)
        & np.isclose(corners[:, 3] - corners[:, 1], FIELD_HEIGHT_M, atol=1e-4)
    )
    assert whole.sum() > 1_000
    west, south = corners[whole, 0] / FIELD_WIDTH_M, corners[whole, 1] / FIELD_HEIGHT_M
    np.testing.assert_allclose(west, np.round(west), atol=1e-6)
    np.testing.assert_allclose(south, np.round(south), atol=1e-6)


def test_shares_are_plausible(layers: Layers) -> None:
    city_m2 = layers("county")["MJ"].sum()
    shares = {
        kind: planes.area_m2(layers(kind).geometry.to_numpy()).sum() / city_m2
        for kind in ("ecological_red_line", "permanent_basic_farmland", "urban_development_boundary")
    }
    assert 0.20 < shares["ecological_red_line"] < 0.30
    assert 0.06 < shares["permanent_basic_farmland"] < 0.15
    assert 0.02 < shares["urban_development_boundary"] < 0.06


def test_functional_zones_are_those_of_the_plan(layers: Layers) -> None:
    zones = layers("main_functional_zone").set_index("XZQMC")["ZTGNLX"].to_dict()
    assert zones == {
        "城区": "城市化地区",
        "矿区": "城市化地区",
        "郊区": "城市化地区",
        "平定县": "农产品主产区",
        "盂县": "重点生态功能区",
    }


def test_mine_patches_keep_the_official_codes(layers: Layers) -> None:
    mines = layers("abandoned_mine")
    assert 380 <= len(mines) <= 420
    assert mines["id"].is_unique
    assert (mines["tbxl"].str[0] == mines["tbdl"].str[0]).all()
    assert set(mines["tbdl"]) == {"10", "20", "30", "40"}
    assert mines["tbmj"].between(2_000, 150_000).all()
    treated = mines["hfzlqk"] == "B"
    assert ((mines["sdzlmj"] > 0) == treated).all()
    assert (mines.loc[treated, "nxffs"] == "5").all()
    assert (mines.loc[mines["tbxl"] == "37", "tbsx"] == "8").all()
    assert set(mines["kcfs"]) == {"A", "B", "C"}
    assert mines["kfx"].between(112.9, 114.1).all()
    assert mines["kfy"].between(37.6, 38.6).all()
    assert (mines["tbdl"].eq("10") & mines["hfzlqk"].eq("A")).sum() > 100


def test_mine_patches_answer_what_the_table_does_not_ask(layers: Layers) -> None:
    mines = layers("abandoned_mine")
    spec = catalogue()["abandoned_mine"]
    for field, column in (("bpgd", "face_height_m"), ("wxrs", "people_threatened"), ("lys", "water_damage")):
        assert len(field.encode()) <= 10, "a shapefile would cut the name"
        assert columns.find(list(mines.columns), spec.columns[column].aliases) == field
    face_m, quarry = mines["bpgd"], mines["tbsx"] == "1"
    assert 0.08 < face_m.isna().mean() < 0.17
    assert (face_m[~quarry].dropna() == 0).all()
    depth_m = mine_dangers.pit_depth_m(mines["tbmj"].to_numpy())
    assert (face_m[quarry].dropna() > 0).all()
    assert (face_m[quarry] <= depth_m[quarry] + 0.05).sum() == face_m[quarry].notna().sum()
    people, treated = mines["wxrs"], mines["hfzlqk"] == "B"
    assert 0 < (people > 0).mean() < 0.1
    assert (people[treated] == 0).all()
    assert set(mines["lys"]) == {"有", "无"}
    assert set(mines.loc[mines["lys"] == "有", "kz"]) == {"煤"}


def test_rasters_are_the_shipped_and_the_drawn_ones(workspace: Path) -> None:
    listed = {raster.kind: raster for raster in open_folder(workspace).rasters}
    shipped = {raster.kind for raster in manifest.RASTERS}
    assert set(listed) == shipped | set(manifest.DRAWN_RASTERS)
    for kind, raster in listed.items():
        assert raster.illustrative == (kind in manifest.DRAWN_RASTERS)
        assert ("示意" in raster.source.zh) == raster.illustrative
        found = rasters.open_band(workspace / raster.path)
        assert found.crs.to_epsg() == (4547 if raster.illustrative else 4326)


def test_drawn_rasters_pass_the_door_without_a_word_and_are_small(workspace: Path) -> None:
    size = 0
    for kind in manifest.DRAWN_RASTERS:
        path = workspace / "rasters" / f"{kind}.tif"
        assert load_raster.load(kind, path).issues == ()
        size += path.stat().st_size
    assert size < 15_000_000


def test_treated_patches_turned_green_but_for_some(workspace: Path, layers: Layers) -> None:
    mines = layers("abandoned_mine").set_crs(4490, allow_override=True)
    before, after = (
        zonal(mines.geometry, rasters.open_band(workspace / "rasters" / f"ndvi_{date}.tif"))
        for date in ("before", "after")
    )
    assert (before["covered_share"] > 0.999).all()
    rise = after["mean"] - before["mean"]
    treated = (mines["hfzlqk"] == "B") & (mines["tbxl"] != "37")
    untreated = (mines["hfzlqk"] == "A") & (mines["tbxl"] != "37")
    assert rise[untreated].abs().max() < 0.15
    still_bare = (rise[treated] < 0.1).mean()
    assert 0.1 < still_bare < 0.35
    # plants come back by themselves to about half of the untreated ground, seldom to rock
    rock = mines["tbsx"] == "1"
    assert 0.7 < (after["mean"][untreated & rock] < 0.3).mean() < 0.95
    assert 0.4 < (after["mean"][untreated & ~rock] < 0.3).mean() < 0.7


def test_the_drawn_heights_follow_the_real_ones(workspace: Path) -> None:
    drawn = rasters.open_band(workspace / "rasters" / "dem_mine_scale.tif")
    cells = drawn.cells(slice(0, drawn.shape[0]), slice(0, drawn.shape[1]))
    coarse = rasters.read(workspace / "rasters" / "elevation_coarse.tif")
    row, column = np.argwhere(~np.isnan(cells))[::20_011].T
    lonlat = planes.points_to_geographic(
        drawn.transform.c + 30 * (column + 0.5), drawn.transform.f - 30 * (row + 0.5)
    )
    places = rows_and_columns(coarse, np.column_stack(lonlat))
    real = coarse.values[places[:, 0], places[:, 1]]
    assert np.corrcoef(real, cells[row, column])[0, 1] > 0.95
    assert abs(np.mean(real - cells[row, column])) < 15


def test_shipped_data_is_small() -> None:
    folder = sources.path("admin", "x").parents[1]
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 2_000_000


def test_a_second_run_writes_the_same_bytes(workspace: Path, tmp_path: Path) -> None:
    told: list[str] = []
    make(tmp_path / "again", told.append)
    first, second = dict(files_in(workspace)), dict(files_in(tmp_path / "again"))
    assert "ecological_red_line" in told
    assert first.keys() == second.keys()
    differing = {name for name in first if first[name] != second[name]}
    assert differing == set()


def test_a_half_made_workspace_cannot_be_opened(workspace: Path, tmp_path: Path) -> None:
    def stop(part: str) -> None:
        if part == "road":
            raise KeyboardInterrupt

    (tmp_path / "workspace.toml").write_text("format = 1\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path, stop)
    assert not (tmp_path / "workspace.toml").exists()


def test_manifest_is_toml(workspace: Path) -> None:
    parsed = tomllib.loads((workspace / "workspace.toml").read_text(encoding="utf-8"))
    assert parsed["title"]["zh"] == "阳泉市示意工作区"
    hazards = next(layer for layer in parsed["layer"] if layer["kind"] == "geological_hazard")
    assert hazards["coverage"] == "coverage_surveyed.gpkg"
