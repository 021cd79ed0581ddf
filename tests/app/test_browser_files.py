"""Uploads of every format, bad uploads, and downloads, in a real browser."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import fiona
import openpyxl
import pytest

from app_pages import texts
from gis.errors import InputError
from planner import app_findings, app_question, cli, flow, wording
from planner import workspace as workspaces
from planner.options import day_of
from planner.project import Project
from planner.samples import Sample, samples
from planner.workspace import Loaded
from tests.app.browser_session import PATIENCE_MS, Session

Payload = dict[str, Any]


def payload(name: str, content: bytes) -> Payload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def as_upload(sample: Sample, workspace: Path, folder: Path) -> Payload:
    """A folder (FileGDB) goes up as a zip, as a user would send it."""
    path = workspace / "sites" / sample.file
    if path.is_dir():
        archive = shutil.make_archive(str(folder / path.stem), "zip", path.parent, path.name)
        return payload(f"{path.stem}.zip", Path(archive).read_bytes())
    return payload(path.name, path.read_bytes())


def upload(session: Session, *files: Payload) -> None:
    run = session.run()
    session.page.locator("[data-testid=stSidebar] input[type=file]").set_input_files(list(files))
    session.wait_run(run + 1)
    session.settle()


@pytest.fixture(scope="module")
def loaded(workspace: Path) -> Loaded:
    return workspaces.load_layers(workspaces.open_folder(workspace))


def clear(session: Session) -> None:
    run = session.run()
    session.page.locator(".st-key-clear_site button").click()
    session.wait_run(run + 1)
    session.settle()


def test_every_format_is_uploaded_and_answered_as_on_the_command_line(
    session: Session, workspace: Path, loaded: Loaded, tmp_path: Path
) -> None:
    """All at once: each file is a site. Files that need a declared coordinate system: the next test."""
    session.open()
    session.choose_class("FOREST")
    sent = [as_upload(sample, workspace, tmp_path) for sample in samples(workspace) if sample.crs is None]
    stored = app_question.store(
        tmp_path, [app_question.Upload(file["name"], file["buffer"]) for file in sent]
    )
    result = flow.check(Project(stored, "FOREST", (), day_of(None), workspace), loaded=loaded)
    kinds = {site.site.kind for site in result.sites}
    assert len(kinds) >= 8, kinds
    upload(session, *sent)
    session.page.get_by_text(texts.HITS.zh).wait_for(timeout=PATIENCE_MS)
    session.settle()
    banners = session.page.locator("[class*='st-key-verdict_'] p").all_inner_texts()
    titles = [f"{site.site.name} {wording.verdict_title(site.verdict.code, 'zh')}" for site in result.sites]
    assert banners == titles
    cards = session.page.locator("[class*='st-key-finding_'] [data-testid=stCaptionContainer]")
    expected = [f"{item.area} {item.share}" for item in app_findings.of_result(result, "zh").findings]
    assert [text.split(" · ")[1] for text in cards.all_text_contents()] == expected


def test_a_file_without_coordinate_system_asks_for_it(session: Session, workspace: Path) -> None:
    session.open()
    session.choose_class("WTE")
    sample = next(item for item in samples(workspace) if item.file.endswith(".dxf"))
    upload(session, as_upload(sample, workspace, workspace))
    error = session.page.get_by_test_id("stAlertContentError")
    error.wait_for(timeout=PATIENCE_MS)
    with pytest.raises(InputError) as caught:
        flow.check(Project((workspace / "sites" / sample.file,), "WTE", (), day_of(None), workspace))
    what, mend = caught.value.said("zh")
    assert what in error.inner_text()
    assert mend.count("用 --crs ") == 1
    assert mend.replace("用 --crs ", "在“坐标系”一栏") in error.inner_text()
    # The field that is asked for is there, without looking for it.
    choice = session.page.get_by_role("combobox", name="坐标系（文件未注明时）")
    choice.wait_for(timeout=PATIENCE_MS)
    session.settle()
    choice.click()
    choice.fill("EPSG:4547")
    session.page.get_by_role("option", name="EPSG:4547").wait_for(timeout=PATIENCE_MS)
    choice.press("Enter")
    session.verdict()


BAD = [
    payload("空.geojson", b""),
    payload("坏.zip", b"PK\x03\x04 not a zip"),
    payload("坏.gpkg", b"SQLite format 3\x00 truncated"),
    payload("坏.xlsx", b"no workbook"),
    payload("坏.parquet", b"PAR1"),
    payload("坏.kml", b"<kml><Document>"),
    payload("只有附属.dbf", b"\x03"),
    payload("文字.txt", "这不是界址点".encode("gb18030")),
]


def test_bad_files_give_the_two_sentences_and_the_page_goes_on(session: Session, workspace: Path) -> None:
    session.open()
    session.choose_class("PV")
    for file in BAD:
        upload(session, file)
        alert = session.page.get_by_test_id("stAlertContentError")
        alert.wait_for(timeout=PATIENCE_MS)
        session.settle()
        sentences = alert.locator("p").all_inner_texts()
        assert len(sentences) == 2, (file["name"], sentences)
        assert all(len(sentence) > 4 for sentence in sentences)
        clear(session)
        assert alert.count() == 0
    good = workspace / "sites" / "产业园区_示意.geojson"
    upload(session, payload(good.name, good.read_bytes()))
    session.verdict()


def test_what_is_too_large_or_of_no_known_format_is_told_by_the_page_itself(
    session: Session, workspace: Path, tmp_path: Path
) -> None:
    session.open()
    session.choose_class("PV")
    alert = session.page.get_by_test_id("stAlertContentError")
    half = app_question.MOST_BYTES // 2 + 1
    for name, sizes in (("太大.geojson", [app_question.MOST_BYTES + 1]), ("共太大.geojson", [half, half])):
        paths = [tmp_path / f"{number}{name}" for number in range(len(sizes))]
        for path, size in zip(paths, sizes, strict=True):
            path.write_bytes(b" " * size)
        session.page.locator("[data-testid=stSidebar] input[type=file]").set_input_files(paths)
        alert.wait_for(timeout=PATIENCE_MS)
        session.settle()
        sentences = alert.locator("p").all_inner_texts()
        assert len(sentences) == 2
        assert "50 MB" in sentences[0]
        clear(session)
    for name in ("图纸.dwg", "无后缀", "文档.pdf"):
        upload(session, payload(name, b"AC1032"))
        alert.wait_for(timeout=PATIENCE_MS)
        session.settle()
        sentences = alert.locator("p").all_inner_texts()
        assert len(sentences) == 2
        assert name in sentences[0]
        assert "GeoPackage" in sentences[1]
        clear(session)
    good = workspace / "sites" / "产业园区_示意.geojson"
    upload(session, payload(good.name, good.read_bytes()))
    session.verdict()


def test_what_was_done_to_the_boundary_is_told_before_anything_else(session: Session) -> None:
    session.open()
    session.choose_class("PV")
    ring = [[37.92, 113.57], [37.92, 113.58], [37.93, 113.58], [37.93, 113.57], [37.92, 113.57]]
    swapped = json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()
    upload(session, payload("经纬颠倒.geojson", swapped))
    session.verdict()
    session.settle()
    told = session.page.locator(".st-key-answer").inner_text()
    assert 0 < told.index(texts.SITE_ISSUES.zh) < told.index(texts.HITS.zh)
    card = session.page.locator("[class*='st-key-finding_']").first.bounding_box()
    issues = session.page.get_by_test_id("stExpander").filter(has_text=texts.SITE_ISSUES.zh).bounding_box()
    assert card is not None
    assert issues is not None
    assert issues["y"] < card["y"]


def test_an_upload_is_seen_by_its_own_session_alone(
    session: Session, other_session: Session, workspace: Path
) -> None:
    good = workspace / "sites" / "产业园区_示意.geojson"
    session.open()
    session.choose_class("PARK")
    upload(session, payload("只给我看.geojson", good.read_bytes()))
    session.verdict()
    other_session.open()
    other_session.choose_class("PARK")
    other_session.settle()
    assert "只给我看" in session.page.inner_text("body")
    assert "只给我看" not in other_session.page.inner_text("body")
    assert other_session.page.locator("[class*='st-key-verdict_']").count() == 0
    overlays = "root => root.landmap.data.overlays.map(overlay => overlay.url)"
    assert session.map.evaluate(overlays)
    assert other_session.map.evaluate(overlays) == []


def test_two_uploads_of_one_name_are_two_sites(session: Session, workspace: Path) -> None:
    session.open()
    session.choose_class("PARK")
    first = (workspace / "sites" / "产业园区_示意.geojson").read_bytes()
    second = (workspace / "sites" / "西上庄铁路专用线_示意.geojson").read_bytes()
    upload(session, payload("范围.geojson", first), payload("范围.geojson", second))
    session.verdict()
    session.settle()
    banners = session.page.locator("[class*='st-key-verdict_'] p").all_inner_texts()
    assert [text.split(" ")[0] for text in banners] == ["范围.geojson", "范围"]
    assert "(2).geojson" in banners[1]


def test_a_place_outside_the_city_is_told_and_not_assessed(session: Session) -> None:
    session.open()
    session.choose_class("PV")
    far = {
        "type": "Polygon",
        "coordinates": [[[112.0, 36.0], [112.01, 36.0], [112.01, 36.01], [112.0, 36.01], [112.0, 36.0]]],
    }
    upload(session, payload("太远.geojson", json.dumps(far).encode()))
    assert "无法判定" in session.verdict()
    assert "未评估" in session.page.locator(".st-key-answer").inner_text()


def test_without_a_result_the_download_page_leads_to_the_check(session: Session) -> None:
    session.open()
    session.go(texts.DOWNLOAD.zh)
    session.page.get_by_text(texts.NOTHING_TO_DOWNLOAD.zh).wait_for(timeout=PATIENCE_MS)
    session.page.get_by_role("button", name=texts.GO_CHECK.zh).click()
    session.page.get_by_text(texts.START.zh).wait_for(timeout=PATIENCE_MS)


def test_names_are_shown_as_text(session: Session) -> None:
    session.open()
    session.choose_class("PV")
    trick = "<img src=x onerror=alert(1)> ![a](http://a.example/b.png) **粗**"
    square = [[113.57, 37.92], [113.58, 37.92], [113.58, 37.93], [113.57, 37.93], [113.57, 37.92]]
    other = [[x + 0.02, y] for x, y in square]
    features = [
        {
            "type": "Feature",
            "properties": {"DKMC": trick},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for ring in (square, other)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    upload(session, payload("名称.geojson", content))
    session.verdict()
    session.settle()
    answer = session.page.locator(".st-key-answer")
    assert trick in answer.inner_text()
    assert answer.locator("img").count() == 0


def test_downloads_open_elsewhere_and_the_run_file_repeats_the_check(
    session: Session, workspace: Path, loaded: Loaded, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session.open()
    sample = next(item for item in samples(workspace) if item.activity == "PARK")
    session.page.get_by_role("button", name=sample.title.zh).click()
    session.verdict()
    session.settle()
    session.go("下载")
    session.page.get_by_role("button", name="Shapefile（zip）").wait_for(timeout=PATIENCE_MS)
    kept = {name: download(session, title, tmp_path) for name, title in WANTED.items()}
    question = Project(
        (workspace / "sites" / sample.file,),
        sample.activity,
        sample.flags,
        day_of(None),
        workspace,
        sample.crs,
    )
    sites = flow.check(question, loaded=loaded).sites
    on_map = sum(int((~site.findings.geometry.is_empty).sum()) for site in sites)
    with fiona.open(f"zip://{kept['shapefile']}") as source:
        assert len(source) == on_map
        assert source.crs.to_epsg() == 4490
        assert {row["properties"]["SYBZ"] for row in source} >= {"示意"}
    with fiona.open(kept["geopackage"]) as source:
        assert len(source) == on_map
    book = openpyxl.load_workbook(kept["excel"], read_only=True)
    assert book.sheetnames
    book.close()
    with zipfile.ZipFile(io.BytesIO(kept["run"].read_bytes())) as archive:
        archive.extractall(tmp_path / "again")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path / "again")
        assert cli.main(["check", "--run", "run.json", "--json"]) == 0
    answered = json.loads(capsys.readouterr().out)
    offered = json.loads(kept["json"].read_text(encoding="utf-8"))
    assert answered["sites"] == offered["sites"]


WANTED = {
    "shapefile": "Shapefile（zip）",
    "geopackage": "GeoPackage",
    "excel": "Excel 工作簿",
    "json": "结果 JSON",
    "run": "运行文件（重复本次检查）",
}


def download(session: Session, title: str, folder: Path) -> Path:
    with session.page.expect_download(timeout=PATIENCE_MS) as waiting:
        session.page.get_by_role("button", name=title).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_a_long_check_shows_its_progress_and_is_cancelled(session: Session) -> None:
    cells = [
        [[x, y], [x + 0.009, y], [x + 0.009, y + 0.005], [x, y + 0.005], [x, y]]
        for x in (113.3 + 0.01 * column for column in range(16))
        for y in (37.8 + 0.006 * row for row in range(16))
    ]
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [cell]}}
        for cell in cells
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    session.open()
    session.choose_class("PV")
    files = [payload(f"{number}.geojson", content) for number in range(4)]
    session.page.locator("[data-testid=stSidebar] input[type=file]").set_input_files(list(files))
    session.page.get_by_text(texts.CHECKING.zh).wait_for(timeout=PATIENCE_MS)
    session.page.locator(".st-key-cancel button").click()
    session.page.get_by_text(texts.CANCELLED.zh).wait_for(timeout=PATIENCE_MS)
    session.settle()
    assert session.page.locator("[class*='st-key-verdict_']").count() == 0
