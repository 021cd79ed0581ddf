"""A text outside the encoding that was asked for: the pages say so and give all files none the less."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from streamlit.testing.v1 import AppTest

from app_pages import mine_panels, texts
from gis.errors import InputError, Text
from planner import app_downloads, app_files, flow
from planner.app_files import Files
from planner.options import day_of
from planner.project import Project
from planner.result import Result
from tests.app.test_pages import PATIENCE_S, ask, page

NAME = "䶮村地块𬒈"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.gpkg"
    box = shapely.box(113.5, 37.9, 113.502, 37.902)
    gpd.GeoDataFrame({"DKMC": [NAME]}, geometry=[box], crs=4490).to_file(path)
    return path


@pytest.fixture
def result(site: Path, small_one: Path) -> Result:
    return flow.check(Project((site,), "PV", (), day_of(None), small_one))


def test_the_download_page_tells_it_and_gives_the_shapefile_in_utf8(site: Path, small_one: Path) -> None:
    at = page("download")
    ask(at, sites=(site,), origin="upload", activity="PV")
    at.run()
    assert not at.exception
    (error,) = at.error
    what, mend = error.value.replace("\\", "").split("\n\n")
    assert "䶮" in what
    assert "“Shapefile 编码”一栏" in mend
    assert "--" not in what + mend
    labels = [button.label for button in at.get("download_button")]
    assert len(labels) == len(texts.FILES)
    assert "Shapefile（zip） UTF-8" in labels
    at.session_state["delivery"].take_encoding("UTF-8")
    at.run()
    assert not at.exception
    assert not at.error
    labels = [button.label for button in at.get("download_button")]
    assert sorted(labels) == sorted(title.zh for _, title, _ in texts.FILES)


def test_the_shapefile_in_utf8_has_the_name_whole(result: Result) -> None:
    made = app_downloads.files(result, "zh", encoding="GBK", crs="EPSG:4490")
    assert made.fault is not None
    assert made.fault.code == "not_encodable"
    assert "findings.zip" not in made.contents
    whole = app_downloads.files(result, "zh", encoding="UTF-8", crs="EPSG:4490")
    assert whole.fault is None
    assert made.contents["findings_UTF-8.zip"] == whole.contents["findings.zip"]
    assert set(made.contents) - {"findings_UTF-8.zip"} == set(whole.contents) - {"findings.zip"}
    with zipfile.ZipFile(io.BytesIO(made.contents["findings_UTF-8.zip"])) as archive:
        assert archive.read("findings.cpg") == b"UTF-8"
        assert NAME.encode() in archive.read("findings.dbf")


def test_another_fault_is_not_hidden(tmp_path: Path) -> None:
    def full(folder: Path, encoding: str) -> tuple[list[Path], tuple[()]]:
        raise InputError("not_writable", Text("满", "full"), Text("清", "clear"))

    with pytest.raises(InputError):
        app_files.made(full, "GBK")


SCRIPT = """
from app_pages import mine_panels
mine_panels._files(None, None, None)
"""


def test_the_page_of_mines_tells_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = InputError("not_encodable", Text("坏", "bad"), Text("改", "mend"))

    def raised(*_: object) -> Files:
        raise fault

    def made(*_: object) -> Files:
        return Files({"ranking_UTF-8.zip": b"1", "ranking.gpkg": b"2"}, (), fault)

    monkeypatch.setattr(mine_panels.app_priorities, "is_quick", lambda _: False)
    for files_of, buttons in ((raised, 0), (made, 2)):
        monkeypatch.setattr(mine_panels.ranking_work, "files_of", files_of)
        at = AppTest.from_string(SCRIPT, default_timeout=PATIENCE_S).run()
        at.toggle(key="rank_files").set_value(True).run()
        assert not at.exception
        assert at.error[0].value.startswith("坏")
        assert len(at.get("download_button")) == buttons
