"""What a session keeps on the disk: the files of its question and of its check, nothing of earlier ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app_pages import session
from tests.app.test_load_layer import EAST, KIND, WEST, sent, submit
from tests.app.test_load_layer import SCRIPT as LOAD_LAYER
from tests.planner import small_workspace as small

DRAWING = """
import streamlit as st
from app_pages import boundary, session
from planner.app_question import Upload

def square(west):
    ring = [[west, 37.9], [west + 0.01, 37.9], [west + 0.01, 37.91], [west, 37.91], [west, 37.9]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return {"type": "FeatureCollection", "features": [feature]}

def shown():
    folder = session.folder()
    st.text("\\n".join(sorted(str(path) for path in folder.glob("*/**/*") if path.is_file())))
    st.text("\\n".join(str(path) for path in session.asked().sites))
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    st.cache_resource.clear()


def kept(script: str, **state: object) -> tuple[list[Path], list[Path]]:
    """The files there are after a script, and the sites of its question."""
    at = AppTest.from_string(DRAWING + script + "\nshown()\n")
    for name, value in state.items():
        at.session_state[name] = value
    at.run()
    assert not at.exception
    files, sites = ([Path(line) for line in item.value.splitlines()] for item in at.text)
    return files, sites


def test_each_edit_of_a_drawing_replaces_the_one_before() -> None:
    files, sites = kept("for step in range(5):\n    boundary.take_drawing(square(113.5 + step / 50))")
    assert files == sites
    assert len(files) == 1


def test_an_upload_replaces_the_one_before_and_a_drawing_replaces_an_upload() -> None:
    files, sites = kept(
        "boundary.take_uploads([Upload('a.kml', b'1'), Upload('b.kml', b'2')])\n"
        "boundary.take_uploads([Upload('c.shp', b'3'), Upload('c.dbf', b'4')])"
    )
    assert [path.name for path in files] == ["c.dbf", "c.shp"]
    assert [path.name for path in sites] == ["c.shp"]
    files, sites = kept(
        "boundary.take_uploads([Upload('a.kml', b'1')])\nboundary.take_drawing(square(113.5))"
    )
    assert files == sites
    files, sites = kept("boundary.take_uploads([Upload('a.kml', b'1')])\nboundary.forget()")
    assert (files, sites) == ([], [])


def test_what_a_running_check_reads_stays_until_it_is_done(temporary: Path) -> None:
    script = """
from types import SimpleNamespace
boundary.take_uploads([Upload('a.kml', b'1')])
project = SimpleNamespace(sites=session.asked().sites)
st.session_state["running_check"] = ((project, ""), None, st.session_state["future"])
boundary.take_drawing(square(113.5))
"""
    running: Future[None] = Future()
    files, sites = kept(script, future=running)
    assert {path.name for path in files} == {"a.kml", sites[0].name}
    running.set_result(None)
    files, sites = kept(script, future=running)
    assert files == sites


def test_a_layer_that_was_loaded_or_refused_leaves_nothing(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    small.manifest(own)
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(own))
    at = AppTest.from_string(LOAD_LAYER, default_timeout=120).run()
    at.selectbox(key="add_kind_zh").select(KIND).run()
    at.text_input(key="add_source").set_value("自绘")
    west, east = sent(tmp_path / "a", "west.geojson", WEST), sent(tmp_path / "b", "east.geojson", EAST)
    submit(at, file=west + east)
    assert at.error
    submit(at, file=west)
    assert at.success
    assert list(temporary.iterdir()) == []
