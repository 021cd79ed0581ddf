"""Siting check in a real browser: sample, drawing, editing, hits, language, pages."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from layers import load
from planner import app_findings, app_law, app_question, flow, wording
from planner.options import day_of
from planner.project import Project
from planner.result import Result
from planner.samples import samples
from tests.app.browser_session import PATIENCE_MS, Session

Points = list[tuple[float, float]]
SQUARE: Points = [(-70.0, -70.0), (70.0, -70.0), (70.0, 70.0), (-70.0, 70.0)]
BOW_TIE: Points = [(-70.0, -70.0), (70.0, 70.0), (70.0, -70.0), (-70.0, 70.0)]
PLACE = (113.57, 37.92)
RESOLUTION_M = 8.0


def on_the_command_line(workspace: Path, **question: object) -> Result:
    values = {"answers": (), "as_of": day_of(None), "workspace": workspace, **question}
    return flow.check(Project(**values))  # type: ignore[arg-type]


def shown_numbers(session: Session) -> list[str]:
    cards = session.page.locator("[class*='st-key-finding_'] [data-testid=stCaptionContainer]")
    return [text.split(" · ")[1] for text in cards.all_text_contents()]


def numbers_of(result: Result) -> list[str]:
    return [f"{item.area} {item.share}" for item in app_findings.of_result(result, "zh").findings]


def test_a_newcomer_has_a_verdict_in_two_clicks_and_sees_what_is_illustrative(
    session: Session, workspace: Path
) -> None:
    session.open()
    assert "示意数据" in session.page.locator(".lm-badge").inner_text()
    sample = next(item for item in samples(workspace) if item.activity == "PV")
    session.picture("app-start.zh")
    session.page.get_by_role("button", name=sample.title.zh).click()
    assert session.verdict() == "禁止"
    result = on_the_command_line(
        workspace,
        sites=(workspace / "sites" / sample.file,),
        activity=sample.activity,
        answers=sample.flags,
        crs=sample.crs,
    )
    assert shown_numbers(session) == numbers_of(result)
    assert session.page.get_by_text(wording.hectares(result.sites[0].limits.subject_m2)).count() > 0


def test_a_polygon_is_drawn_checked_edited_and_kept(session: Session, workspace: Path) -> None:
    session.open()
    session.choose_class("光伏")
    session.look_at(*PLACE, RESOLUTION_M)
    run = session.run()
    session.draw(SQUARE)
    session.wait_run(run + 1)
    session.verdict()
    drawn = session.drawn()
    assert len(drawn) == 1
    assert len(drawn[0][0]) == len(SQUARE) + 1

    numbers = shown_numbers(session)
    collection = session.map.evaluate("root => root.landmap.data.drawing.features")
    path = app_question.store_drawing(workspace.parent / "drawn", collection)
    result = on_the_command_line(workspace, sites=(path,), activity="PV", crs=app_question.DRAWN_CRS)
    assert numbers == numbers_of(result)

    run = session.run()
    session.press("edit")
    box = session.map.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6 + 70, box["y"] + box["height"] * 0.5 - 70
    session.page.mouse.move(x, y)
    session.page.mouse.down()
    session.page.mouse.move(x + 40, y - 30, steps=5)
    session.page.mouse.up()
    session.wait_run(run + 1)
    edited = session.drawn()
    assert edited != drawn
    session.press("edit")

    # Another page and back: drawing, place and scale are still there.
    view = "root => [...root.landmap.map.getView().getCenter(), root.landmap.map.getView().getResolution()]"
    before = session.map.evaluate(view)
    session.go("法规")
    session.page.get_by_text("规则库版本").wait_for(timeout=PATIENCE_MS)
    session.go("选址检查")
    session.verdict()
    session.map.wait_for()
    session.idle()
    # Drawn in the plane of the map, kept in degrees with nine decimals.
    np.testing.assert_allclose(session.drawn(), edited, rtol=0, atol=0.001)
    assert session.map.evaluate(view) == pytest.approx(before)

    run = session.run()
    session.press("delete")
    box_x, box_y = box["x"] + box["width"] * 0.6 - 70, box["y"] + box["height"] * 0.5
    session.page.mouse.click(box_x, box_y)
    session.wait_run(run + 1)
    assert session.drawn() == []
    assert session.page.locator("[class*='st-key-verdict_']").count() == 0


def test_a_boundary_that_crosses_itself_is_refused(session: Session) -> None:
    session.open()
    session.look_at(*PLACE, RESOLUTION_M)
    run = session.run()
    session.draw(BOW_TIE)
    assert "自相交" in session.page.locator(".lm-note").inner_text()
    assert session.drawn() == []
    session.page.keyboard.press("Escape")
    session.page.keyboard.press("Escape")
    assert session.page.locator(".lm-tools button[aria-pressed=true]").count() == 0
    assert session.run() == run


def test_list_and_map_point_at_the_same_finding(session: Session, workspace: Path) -> None:
    session.open()
    session.page.get_by_role("button", name="石灰岩露天矿（示意）").click()
    session.verdict()
    run = session.run()
    session.page.locator("[class*='st-key-go_'] button").nth(1).click()
    session.wait_run(run + 1)
    card = session.page.locator("[class*='st-key-finding_'][class*='_chosen']")
    assert "依据" in card.inner_text()
    assert "办理要求" in card.inner_text()
    first = session.map.evaluate("root => root.landmap.data.selected")
    # The map has flown there: the finding lies in view, and fills a good part of it.
    session.page.wait_for_timeout(500)
    session.idle()
    flown = session.map.evaluate(
        """(root, id) => {
            const { map, overlays } = root.landmap;
            const extent = overlays.get('findings').source.getFeatures()
                .filter(item => item.get('id') === id).map(item => item.getGeometry().getExtent())
                .reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]),
                    Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
            const view = map.getView().calculateExtent(map.getSize());
            const inside = extent[0] >= view[0] && extent[1] >= view[1] && extent[2] <= view[2] && extent[3] <= view[3];
            const share = Math.max((extent[2] - extent[0]) / (view[2] - view[0]),
                (extent[3] - extent[1]) / (view[3] - view[1]));
            return { inside, share };
        }""",
        first,
    )
    assert flown["inside"]
    assert flown["share"] > 0.2

    session.page.locator(".lm-tools button[data-tool=home]").click()
    session.page.get_by_role("button", name="清除", exact=True).first.wait_for()
    session.page.wait_for_timeout(500)
    sample = next(item for item in samples(workspace) if item.activity == "OPEN")
    site = load.site(workspace / "sites" / sample.file, crs=sample.crs).parcels.geometry.iloc[0]
    middle = (site.centroid.x, site.centroid.y)
    session.look_at(*middle, 4.0)
    run = session.run()
    session.click_place(*middle)
    session.wait_run(run + 1)
    session.page.wait_for_timeout(300)
    second = session.map.evaluate("root => root.landmap.data.selected")
    assert second not in (None, first)
    chosen = session.page.locator(f"[class*='{second}_chosen']")
    assert chosen.count() == 1


def test_language_changes_at_one_click_and_the_question_stays(session: Session) -> None:
    session.open()
    session.page.get_by_role("button", name="村民住宅（示意）").click()
    assert session.verdict() == "禁止"
    run = session.run()
    session.page.get_by_role("button", name="English").click()
    session.wait_run(run + 1)
    session.page.get_by_text("What was hit").wait_for(timeout=PATIENCE_MS)
    assert "prohibited" in session.verdict()
    assert session.page.locator(".lm-panel-head").inner_text() == "Layers and legend"


def test_scale_bar_and_north_are_on_the_map(session: Session) -> None:
    session.open()
    session.look_at(*PLACE, RESOLUTION_M)
    bar = session.page.locator(".ol-scale-line-inner")
    assert bar.is_visible()
    number, unit = bar.inner_text().split()
    width = bar.bounding_box()
    assert width is not None
    # A pixel of Web Mercator is shorter on the ground, by the cosine of the latitude.
    metres = RESOLUTION_M * np.cos(np.radians(PLACE[1])) * width["width"]
    assert float(number) * {"m": 1, "km": 1000}[unit] == pytest.approx(metres, rel=0.05)
    north = session.page.locator(".lm-north")
    assert north.is_visible()
    assert north.inner_text() == "N"


def test_layers_are_switched_in_the_browser_alone(session: Session) -> None:
    session.open()
    run = session.run()
    session.page.locator(".lm-panel-more").click()
    switch = session.page.locator(".lm-panel input[data-layer=forest_land]")
    assert not switch.is_checked()
    switch.check()
    session.idle()
    features = session.map.evaluate(
        "root => root.landmap.layers.get('forest_land').group.getLayers().getArray()"
        ".reduce((sum, layer) => sum + layer.getSource().getFeatures().length, 0)"
    )
    assert features > 0
    assert session.run() == run


def test_measuring_and_the_readout_use_the_ellipsoid(session: Session) -> None:
    import pyproj

    session.open()
    to_zone_38 = pyproj.Transformer.from_crs(4490, 4526, always_xy=True)
    geodesic = pyproj.Geod(a=6378137.0, rf=298.257222101)
    places = [(112.9, 37.6), (113.57, 37.92), (114.1, 38.6), (111.2, 36.0)]
    for place in places:
        found = session.map.evaluate("(root, place) => root.landmap.geodesy.gaussKrueger(place)", list(place))
        easting, northing = to_zone_38.transform(*place)
        assert found["x_m"] == pytest.approx(northing, abs=0.001)
        assert found["y_m"] == pytest.approx(easting, abs=0.001)
    for start, end in itertools.pairwise(places):
        found = session.map.evaluate(
            "(root, line) => root.landmap.geodesy.distance_m(...line)", [list(start), list(end)]
        )
        assert found == pytest.approx(geodesic.inv(*start, *end)[2], abs=0.001)
    ring = [[113.5, 38.0], [113.51, 38.0], [113.51, 38.01], [113.5, 38.01]]
    # The cell of gis.area's own worked example.
    assert session.map.evaluate("(root, ring) => root.landmap.geodesy.area_m2(ring)", ring) == pytest.approx(
        974844, abs=1
    )
    session.look_at(*PLACE, RESOLUTION_M)
    x, y = session.place(*PLACE)
    session.page.mouse.move(x, y)
    readout = session.page.locator(".lm-readout").inner_text()
    easting, northing = to_zone_38.transform(*PLACE)
    shown_x, shown_y = (float(word) for word in readout.split()[3:6:2])
    assert shown_x == pytest.approx(northing, abs=RESOLUTION_M)
    assert shown_y == pytest.approx(easting, abs=RESOLUTION_M)


def test_a_length_and_an_area_are_measured_with_the_mouse(session: Session) -> None:
    import pyproj

    geodesic = pyproj.Geod(a=6378137.0, rf=298.257222101)
    session.open()
    session.look_at(*PLACE, RESOLUTION_M)
    x, y = session.place(*PLACE)
    corners = [(0, 0), (90, 0), (90, 90)]

    def measured(tool: str) -> tuple[str, list[tuple[float, float]]]:
        session.press(tool)
        for right, down in corners[:-1]:
            session.page.mouse.move(x + right, y + down)
            session.page.mouse.click(x + right, y + down)
            session.page.wait_for_timeout(270)
        right, down = corners[-1]
        session.page.mouse.move(x + right, y + down)
        session.page.mouse.dblclick(x + right, y + down)
        session.page.wait_for_timeout(300)
        said, points = session.map.evaluate(
            """root => {
                const { drawing } = root.landmap;
                const [item] = drawing.measured.getFeatures();
                const points = item.getGeometry().getCoordinates();
                return [drawing.said(item), points[0].length > 2 || Array.isArray(points[0][0]) ? points[0] : points];
            }"""
        )
        session.press(tool)
        to_degrees = pyproj.Transformer.from_crs(3857, 4326, always_xy=True)
        return said, [to_degrees.transform(*point) for point in points]

    said, points = measured("length")
    length_m = sum(geodesic.inv(*start, *end)[2] for start, end in itertools.pairwise(points))
    assert length_m == pytest.approx(2 * 90 * RESOLUTION_M * np.cos(np.radians(PLACE[1])), rel=0.03)
    number, unit = said.split()
    assert unit == "米"
    assert float(number) == pytest.approx(length_m, abs=0.06)

    said, points = measured("area")
    area_m2 = abs(geodesic.polygon_area_perimeter(*zip(*points, strict=True))[0])
    hectares, _, _, mu, _ = said.split()
    assert float(hectares) == pytest.approx(area_m2 / 1e4, rel=1e-4)
    assert float(mu) == pytest.approx(area_m2 / 1e4 * 15, rel=1e-4)


def test_an_edit_that_makes_the_boundary_cross_itself_is_taken_back(session: Session) -> None:
    session.open()
    session.choose_class("光伏")
    session.look_at(*PLACE, RESOLUTION_M)
    run = session.run()
    session.draw(SQUARE)
    session.wait_run(run + 1)
    session.verdict()
    session.settle()
    drawn, run = session.drawn(), session.run()
    session.press("edit")
    box = session.map.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5
    # The corner above on the right goes across the edge on the left.
    session.page.mouse.move(x + 70, y - 70)
    session.page.mouse.down()
    session.page.mouse.move(x - 120, y + 20, steps=8)
    session.page.mouse.up()
    session.page.wait_for_timeout(300)
    assert "自相交" in session.page.locator(".lm-note").inner_text()
    assert session.drawn() == drawn
    assert session.run() == run


def test_two_sessions_do_not_see_each_other(session: Session, other_session: Session) -> None:
    session.open()
    session.choose_class("光伏")
    session.look_at(*PLACE, RESOLUTION_M)
    run = session.run()
    session.draw(SQUARE)
    session.wait_run(run + 1)
    session.verdict()
    other_session.open()
    assert other_session.drawn() == []
    assert other_session.page.locator("[class*='st-key-verdict_']").count() == 0
    assert json.dumps(session.drawn()) != "[]"


def test_the_layers_page_has_a_map_of_its_own(session: Session) -> None:
    session.open()
    session.look_at(*PLACE, RESOLUTION_M)
    session.go("图层")
    session.page.get_by_text("阳泉市示意工作区").wait_for(timeout=PATIENCE_MS)
    session.map.wait_for()
    session.idle()
    resolution = session.map.evaluate("root => root.landmap.map.getView().getResolution()")
    assert resolution > RESOLUTION_M
    assert session.page.locator(".lm-tools button[data-tool=draw]").is_hidden()


def test_the_law_page_lists_every_rule_in_force(session: Session) -> None:
    session.open()
    session.go("法规")
    session.page.get_by_text("规则库版本").wait_for(timeout=PATIENCE_MS)
    shown = session.page.get_by_text("规则库版本").inner_text()
    assert int(shown.split()[0]) == len(app_law.rules(day_of(None), "zh"))
