"""What the app is given: drawings of layers, relief, findings in words, stored uploads."""

from __future__ import annotations

import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from affine import Affine
from PIL import Image

from gis.errors import InputError
from gis.files.rasters import Raster
from planner import app_downloads, app_findings, app_layers, app_question, app_relief, app_workspace, flow
from planner.app_question import Upload
from planner.options import day_of
from planner.project import Project
from planner.workspace import Loaded

CGCS2000 = pyproj.CRS.from_epsg(4490)


@pytest.fixture(scope="module")
def loaded(request: pytest.FixtureRequest) -> Loaded:
    folder: Path = request.getfixturevalue("workspace")
    return app_workspace.load(folder, lambda _: None)


def test_levels_keep_every_feature_and_stay_within_their_tolerance(loaded: Loaded) -> None:
    for name in ("ecological_red_line", "river", "coal_mine", "general_farmland"):
        layer = loaded.layers[name]
        levels = app_layers.levels(layer)
        assert levels[0].below_m is None
        for level in levels:
            features = [feature for part in level.parts for feature in json.loads(part.content)["features"]]
            assert len(features) == len(layer.features)
        finest = [
            shapely.geometry.shape(feature["geometry"])
            for part in levels[-1].parts
            for feature in json.loads(part.content)["features"]
        ]
        if len(levels[-1].parts) == 1:
            distance_deg = shapely.hausdorff_distance(finest, layer.features.geometry.to_numpy())
            assert distance_deg.max() < 1.5 * 0.5 * app_layers.DEGREES_PER_METRE


def test_parts_lie_within_their_extents(loaded: Loaded) -> None:
    level = app_layers.levels(loaded.layers["general_farmland"])[-1]
    assert len(level.parts) > 1
    for part in level.parts:
        frame = gpd.GeoDataFrame.from_features(json.loads(part.content)["features"])
        np.testing.assert_allclose(frame.total_bounds, part.extent_deg)


def test_only_names_of_frames_leave_the_server(loaded: Loaded) -> None:
    content = app_layers.levels(loaded.layers["mining_right"])[0].parts[0].content
    assert {tuple(feature["properties"]) for feature in json.loads(content)["features"]} == {()}
    names = app_layers.levels(loaded.layers["county"])[0].parts[0].content
    assert "盂县" in {feature["properties"]["name"] for feature in json.loads(names)["features"]}


def test_relief_is_lit_from_the_north_west(tmp_path: Path) -> None:
    rows, columns = 60, 80
    x, y = np.meshgrid(np.arange(columns) - 40, np.arange(rows) - 30)
    hill = Raster(
        np.maximum(0, 900 - 30 * np.hypot(x, y)), Affine(0.01, 0, 113, 0, -0.01, 38.5), CGCS2000, None
    )
    picture = app_relief.shade(hill)
    assert picture.png == app_relief.shade(hill).png
    shown = np.asarray(Image.open(io.BytesIO(picture.png))).astype(int)
    height, width, bands = shown.shape
    assert bands == 4
    north_west = shown[int(height * 0.35), int(width * 0.4), :3].sum()
    south_east = shown[int(height * 0.65), int(width * 0.6), :3].sum()
    assert north_west > south_east + 20
    assert picture.extent_deg == pytest.approx((113, 37.9, 113.8, 38.5), abs=1e-3)


def test_every_row_that_is_not_clear_is_listed_or_counted(workspace: Path, loaded: Loaded) -> None:
    site = workspace / "sites" / "上社抽水蓄能_示意.gpkg"
    result = flow.check(
        Project((site,), "PSH", (), day_of(None), workspace), loaded=app_workspace.control_only(loaded)
    )
    shown = app_findings.of_result(result, "zh")
    rows = result.findings()
    hits = rows["state"].isin(["hit", "near"])
    silent = rows[rows["state"] == "not_assessed"].groupby(["layer", "reason"]).ngroups
    listed = [finding for finding in shown.findings if app_findings.is_hit(finding)]
    assert len(listed) + shown.unlisted == int(hits.sum())
    assert len(shown.findings) - len(listed) == silent
    assert len({finding.id for finding in shown.findings}) == len(shown.findings)
    drawn = json.loads(shown.ground)["features"]
    assert {feature["properties"]["id"] for feature in drawn} <= {item.id for item in shown.findings}
    assert [item.id for item in app_findings.of_result(result, "en").findings] == [
        item.id for item in shown.findings
    ]


def test_uploads_are_bounded_and_never_leave_their_folder(tmp_path: Path) -> None:
    many = [Upload(f"{number}.kml", b"x") for number in range(app_question.MOST_FILES + 1)]
    for uploads, code in (
        (many, "upload_too_many"),
        (many[: app_question.MOST_SITES + 1], "upload_too_many"),
        ([Upload("a.zip", bytes(app_question.MOST_BYTES + 1))], "upload_too_large"),
        ([Upload("a.dbf", b"x")], "upload_companions_only"),
    ):
        with pytest.raises(InputError) as caught:
            app_question.store(tmp_path, uploads)
        assert caught.value.code == code
    stored = app_question.store(tmp_path, [Upload("../../甲.kml", b"a"), Upload("..\\甲.kml", b"b")])
    assert [path.name for path in stored] == ["甲.kml", "甲 (2).kml"]
    assert [path.read_bytes() for path in stored] == [b"a", b"b"]
    assert all(path.is_relative_to(tmp_path) for path in stored)


def test_companions_of_a_shapefile_stay_beside_it(workspace: Path, tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(workspace / "sites" / "光伏发电_示意.zip") as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        uploads = [Upload(name, archive.read(name)) for name in names]
    (stored,) = app_question.store(tmp_path, uploads)
    assert stored.suffix == ".shp"
    assert len(list(stored.parent.iterdir())) == len(uploads)


@pytest.mark.parametrize(
    "collection",
    [{}, {"features": []}, {"features": [{"geometry": None}]}, {"features": [{"geometry": {"type": "Point"}}]},
     {"features": [{"geometry": {"type": "Point", "coordinates": [113, 38]}}]}, {"features": 3}],
)  # fmt: skip
def test_a_drawing_that_is_none_is_refused(collection: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        app_question.store_drawing(tmp_path, collection)
    assert caught.value.code == "drawing_unusable"


def test_a_site_becomes_a_drawing_without_the_points_of_densifying(workspace: Path) -> None:
    features = app_question.as_drawing([workspace / "sites" / "产业园区_示意.geojson"], "", "", None)
    (ring,) = features[0]["geometry"]["coordinates"]
    assert len(ring) == 5


def test_downloads_are_the_same_bytes_each_time(workspace: Path, loaded: Loaded, tmp_path: Path) -> None:
    site = workspace / "sites" / "产业园区_示意.geojson"
    question = Project((site,), "PARK", (), day_of(None), workspace)
    result = flow.check(question, loaded=app_workspace.control_only(loaded))
    first = app_downloads.files(result, "zh", encoding="GBK", crs="EPSG:4490").contents
    again = app_downloads.files(result, "zh", encoding="GBK", crs="EPSG:4490").contents
    assert first == again
    assert {"findings.zip", "findings.gpkg", "findings.xlsx", "report.docx", "run.zip", "result.json"} <= set(
        first
    )
