"""Faults of the workspace on the pages: told each time, in the session's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from app_pages import texts
from planner.workspace import MANIFEST
from tests.app.test_pages import ask, page, words_of
from tests.planner import small_workspace as small

_NO_RELIEF = """
[[raster]]
kind = "elevation"
path = "gone.tif"
source = {zh = "试", en = "test"}
licence = {zh = "试", en = "test"}
illustrative = false
"""


def test_a_relief_that_cannot_be_read_is_told_to_every_session(small_one: Path) -> None:
    with (small_one / MANIFEST).open("a", encoding="utf-8") as stream:
        stream.write(_NO_RELIEF)
    for _ in range(2):
        at = page("layers")
        for _ in range(2):
            at.run()
            assert not at.exception
            assert "gone.tif" in at.error[0].value.replace("\\", "")
            (line,) = [item.value for item in at.text if "gone.tif" in item.value]
            assert line.startswith(texts.MAP_WORDS["hillshade"].zh)


def test_a_workspace_without_elevation_has_nothing_to_tell(small_one: Path) -> None:
    at = page("layers").run()
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize(
    ("language", "shown", "other"), [("zh", "[错误]", "[error]"), ("en", "[error]", "[错误]")]
)
def test_how_grave_an_issue_is_stands_in_the_language_of_the_session(
    small_one: Path, language: str, shown: str, other: str
) -> None:
    (small_one / "lines.gpkg").unlink()
    at = page("layers")
    at.session_state["language"] = language
    at.run()
    assert not at.exception
    assert shown in words_of(at)
    assert other not in words_of(at)


@pytest.mark.parametrize(("language", "names"), [("zh", "a.gpkg、b.gpkg"), ("en", "a.gpkg, b.gpkg")])
def test_sites_are_listed_as_the_language_lists_them(
    small_one: Path, tmp_path: Path, language: str, names: str
) -> None:
    sites = (tmp_path / "a.gpkg", tmp_path / "b.gpkg")
    for site, parcel in zip(sites, small.parcels(), strict=False):
        small.write(site, [parcel])
    at = page("download")
    at.session_state["language"] = language
    ask(at, sites=sites, origin="upload", activity="PV")
    at.run()
    assert not at.exception
    assert f"#### {names}" in words_of(at).replace("\\", "")
