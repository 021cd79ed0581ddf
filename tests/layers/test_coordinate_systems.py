"""Which coordinate system a file is in, through whole files: recognised with a reason, or asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis import area
from gis.errors import InputError
from gis.projection import CGCS2000, transform
from gis.recognition import Recognition
from layers import load
from layers.site import Site
from tests import make_files as make

XIAN_ESRI = (
    'GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
BEIJING_ESRI = (
    'GEOGCS["GCS_Beijing_1954",DATUM["D_Beijing_1954",SPHEROID["Krasovsky_1940",6378245.0,298.3]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
WGS84_ESRI = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
HOME_MADE = make.CGCS2000_ESRI.replace("D_China_2000", "D_Unknown").replace(
    "GCS_China_Geodetic_Coordinate_System_2000", "GCS_Custom"
)
TRUE_M2 = sum(area.ellipsoidal_m2(np.array(make.in_system(make.PLOTS, 4490))))
TRUE_WEST, TRUE_SOUTH = shapely.total_bounds(make.in_system(make.PLOTS, 4490))[:2]


def rings(epsg: int, *, swapped: bool = False) -> list[list[list[tuple[float, float]]]]:
    polygons = make.in_system(make.PLOTS, epsg)
    if swapped:
        polygons = [shapely.transform(item, lambda xy: xy[:, ::-1]) for item in polygons]
    return [make.rings_of(item) for item in polygons]


def shifted(east_m: float) -> list[list[list[tuple[float, float]]]]:
    return [make.rings_of(shapely.affinity.translate(item, east_m)) for item in make.PLOTS]


def in_place(site: Site) -> None:
    west, south = site.parcels.total_bounds[:2]
    assert (west, south) == pytest.approx((TRUE_WEST, TRUE_SOUTH), abs=2e-6)
    assert area.ellipsoidal_m2(site.parcels.geometry.to_numpy()).sum() == pytest.approx(TRUE_M2, rel=2e-6)


def codes(found: Recognition) -> list[str]:
    return [note.code for note in found.notes]


def refused(path: Path, crs: str | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        load.site(path, crs=crs)
    assert all((*caught.value.said("zh"), *caught.value.said("en")))
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        "CGCS2000_3_Degree_GK_CM_114E",
        "CGCS2000 / 3-degree Gauss-Kruger CM 114E",
        "CGCS2000_3_degree_Gauss_Kruger_CM_114E",
        "China_2000_3_Degree_GK_CM_114E",
        "CGCS2000_114E",
        "阳泉市成果坐标",
        "New_Projected_Coordinate_System",
    ],
)
@pytest.mark.parametrize("projection", ["Gauss_Kruger", "Transverse_Mercator"])
def test_a_home_made_name_is_seen_through(name: str, projection: str, tmp_path: Path) -> None:
    path = make.shapefile(tmp_path, prj="")
    wkt = make.gauss_kruger_esri(name, projection=projection)
    path.with_suffix(".prj").write_text(wkt, encoding="utf-8")
    site = load.site(path)
    assert (site.recognition.datum, site.recognition.crs.to_epsg(), site.accuracy_m) == ("CGCS2000", 4547, 0)
    assert site.recognition.notes == ()
    assert site.recognition.reason.zh
    assert "EPSG:4547" in site.recognition.name
    in_place(site)


@pytest.mark.parametrize(
    "name", ["CGCS2000_3_Degree_GK_Zone_38", "CGCS2000 / 3-degree Gauss-Kruger zone 38", "带号38"]
)
def test_with_zone_prefix(name: str, tmp_path: Path) -> None:
    path = make.shapefile(tmp_path, prj="", shapes=shifted(38_000_000))
    wkt = make.gauss_kruger_esri(name, false_easting_m=38_500_000)
    path.with_suffix(".prj").write_text(wkt, encoding="utf-8")
    site = load.site(path)
    assert (site.recognition.crs.to_epsg(), site.accuracy_m) == (4526, 0)
    in_place(site)


@pytest.mark.parametrize(("epsg", "false_easting_m"), [(4508, 500_000), (4497, 19_500_000)])
def test_six_degree_zones(epsg: int, false_easting_m: float, tmp_path: Path) -> None:
    name = "CGCS2000_GK_CM_111E" if epsg == 4508 else "CGCS2000_GK_Zone_19"
    prj = make.gauss_kruger_esri(name, meridian_deg=111, false_easting_m=false_easting_m)
    site = load.site(make.shapefile(tmp_path, shapes=rings(epsg), prj=prj))
    assert site.recognition.crs.to_epsg() == epsg
    in_place(site)


def test_an_unknown_datum_on_the_ellipsoid_of_cgcs2000(tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path, prj=make.gauss_kruger_esri("Custom", HOME_MADE)))
    assert (site.recognition.datum, site.accuracy_m) == ("CGCS2000", 0)
    in_place(site)


@pytest.mark.parametrize("name", ["GCS_Custom", "GCS_China_Geodetic_Coordinate_System_2000"])
def test_a_datum_nobody_knows_is_asked_for(name: str, tmp_path: Path) -> None:
    strange = HOME_MADE.replace('"CGCS2000",6378137.0,298.257222101', '"Mine",6378200.0,298.3')
    strange = strange.replace("GCS_Custom", name)
    error = refused(make.shapefile(tmp_path, prj=make.gauss_kruger_esri("Custom", strange)))
    assert error.code == "datum_unknown"
    in_place(load.site(tmp_path / "plots.shp", crs="4547"))


@pytest.mark.parametrize(
    ("wkt", "epsg", "datum"), [(XIAN_ESRI, 2383, "Xian80"), (BEIJING_ESRI, 2435, "Beijing54")]
)
@pytest.mark.parametrize("name", ["Xian_1980_3_Degree_GK_CM_114E", "自定义"])
def test_legacy_datums_carry_the_size_of_their_doubt(
    wkt: str, epsg: int, datum: str, name: str, tmp_path: Path
) -> None:
    path = make.shapefile(tmp_path, prj="")
    path.with_suffix(".prj").write_text(make.gauss_kruger_esri(name, wkt), encoding="utf-8")
    site = load.site(path)
    assert (site.recognition.crs.to_epsg(), site.recognition.datum, site.accuracy_m) == (epsg, datum, 100)
    assert codes(site.recognition) == ["legacy_datum"]
    assert [issue.severity for issue in site.issues if issue.code == "legacy_datum"] == ["warning"]


def test_wgs84_is_worth_a_metre(tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path, shapes=rings(4326), prj=WGS84_ESRI))
    assert (site.recognition.datum, site.accuracy_m) == ("WGS84", 1)
    in_place(site)


def test_gcj02_declared_is_moved_by_half_a_kilometre(tmp_path: Path) -> None:
    path = make.geojson(tmp_path / "a.geojson")
    site = load.site(path, crs="GCJ-02")
    assert (site.recognition.datum, site.recognition.name) == ("GCJ-02", "GCJ-02")
    west, south = site.parcels.total_bounds[:2]
    moved_m = float(np.hypot((west - TRUE_WEST) * 88_000, (south - TRUE_SOUTH) * 111_000))
    assert 400 < moved_m < 700


def test_gcj02_suspected_is_asked_for_and_a_declaration_settles_it(tmp_path: Path) -> None:
    data_v = make.geojson(
        tmp_path / "140300_full.json",
        properties={"adcode": 140300, "acroutes": [100000, 140000], "childrenNum": 0, "subFeatureIndex": 0},
    )
    ovital = make.kml(tmp_path / "范围.ovkml")
    zipped = make.zip_of({"范围.ovkml": ovital.read_bytes()}, tmp_path / "范围.zip")
    for path in (data_v, ovital, zipped):
        assert refused(path).code == "gcj02_suspected"
        assert load.site(path, crs="GCJ-02").recognition.datum == "GCJ-02"
        in_place(load.site(path, crs="EPSG:4326"))


def test_a_missing_prj_is_asked_for_with_the_candidates(tmp_path: Path) -> None:
    without = refused(make.shapefile(tmp_path / "a", prj=""))
    assert without.code == "crs_unknown"
    assert all(f"EPSG:{code}" in without.said("zh")[1] for code in (4547, 2383, 2435))
    prefixed = refused(make.shapefile(tmp_path / "b", prj="", shapes=shifted(38_000_000)))
    assert all(f"EPSG:{code}" in prefixed.said("zh")[1] for code in (4526, 2362, 2414))
    degrees = refused(make.shapefile(tmp_path / "c", prj="", shapes=rings(4490)))
    assert all(word in degrees.said("zh")[1] for word in ("EPSG:4490", "EPSG:4326", "GCJ-02"))
    in_place(load.site(tmp_path / "a" / "plots.shp", crs="EPSG:4547"))


@pytest.mark.parametrize(("epsg", "prj"), [(4547, make.gauss_kruger_esri()), (4490, make.CGCS2000_ESRI)])
def test_swapped_axes_are_turned_round_and_told(epsg: int, prj: str, tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path, shapes=rings(epsg, swapped=True), prj=prj))
    assert site.recognition.swapped
    assert codes(site.recognition) == ["axes_swapped"]
    in_place(site)


def test_degrees_in_a_projected_file(tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path, shapes=rings(4490)))
    assert codes(site.recognition) == ["degrees_in_projected"]
    assert site.recognition.crs.to_epsg() == 4490
    in_place(site)


def test_metres_in_a_geographic_file(tmp_path: Path) -> None:
    prefixed = make.shapefile(tmp_path / "a", shapes=shifted(38_000_000), prj=make.CGCS2000_ESRI)
    site = load.site(prefixed)
    assert (codes(site.recognition), site.recognition.crs.to_epsg()) == (["metres_in_geographic"], 4526)
    in_place(site)
    # without the prefix it may be 3° zone 38 or 6° zone 19: ask
    error = refused(make.shapefile(tmp_path / "b", prj=make.CGCS2000_ESRI))
    assert error.code == "metres_in_geographic"
    assert "EPSG:4547" in error.said("en")[1]
    assert "EPSG:4508" in error.said("en")[1]


def test_a_prefix_the_definition_does_not_know(tmp_path: Path) -> None:
    error = refused(make.shapefile(tmp_path, shapes=shifted(38_000_000)))
    assert error.code == "crs_does_not_fit"
    assert "EPSG:4526" in error.said("zh")[1]


def test_a_declaration_outweighs_the_file_and_that_is_told(tmp_path: Path) -> None:
    site = load.site(make.shapefile(tmp_path, prj=make.gauss_kruger_esri("x", XIAN_ESRI)), crs="EPSG:4547")
    assert codes(site.recognition) == ["crs_overruled"]
    in_place(site)


def test_heights_beside_the_plane_are_left_out(tmp_path: Path) -> None:
    """Plan databases are CGCS2000 with 1985 heights (4490 + 5737)."""
    import pyarrow.parquet
    import pyproj

    path = make.geoparquet(tmp_path / "a.parquet", make.in_system(make.PLOTS, 4490))
    table = pyarrow.parquet.read_table(path)
    compound = pyproj.CRS("EPSG:4490+5737").to_json()
    geo = table.schema.metadata[b"geo"].decode()
    start, end = geo.index('"crs": ') + 7, geo.rindex("}}}")
    pyarrow.parquet.write_table(
        table.replace_schema_metadata({"geo": geo[:start] + compound + geo[end:]}), path
    )
    site = load.site(path)
    assert site.recognition.crs.to_epsg() == 4490
    in_place(site)


@pytest.mark.parametrize("prj", ["nonsense", 'LOCAL_CS["CAD",UNIT["m",1]]', "GEOGCS["])
def test_a_definition_that_defines_nothing(prj: str, tmp_path: Path) -> None:
    assert refused(make.shapefile(tmp_path, prj=prj)).code in ("crs_unknown", "file_unreadable")


def test_a_declaration_that_means_nothing(tmp_path: Path) -> None:
    for declared in ("EPSG:999999", "nonsense", "5773", ""):
        assert refused(make.shapefile(tmp_path), crs=declared).code in ("crs_unreadable", "crs_kind")


def test_corner_of_the_worked_vector() -> None:
    # domain notes §3.3: 113.88°E 37.97°N is X 4204174.927, Y 489455.811 in EPSG:4547
    point = transform(
        np.array([shapely.Point(113.88, 37.97)]), CGCS2000, load.recognition.from_declaration("4547").crs
    )[0]
    assert (point.x, point.y) == pytest.approx((489_455.811, 4_204_174.927), abs=0.001)
