"""The foundation's list of bad input, each file of it through the page: the same sentences, and it goes on.

The tests are those of ``tests/test_bad_input.py``. Here whatever they load is uploaded and asked about first, and
what the page shows must be what loading it says.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app_pages import page_words, palette, session
from gis.errors import InputError
from layers import load
from layers.site import Site
from planner import app_question
from planner.app_question import Upload
from tests import test_bad_input
from tests.app.test_pages import PATIENCE_S, ROOT, words_of
from tests.test_bad_input import (  # noqa: F401
    test_a_boundary_left_open_is_closed_and_told,
    test_a_csv_without_coordinates,
    test_a_dozen_faults_at_once,
    test_a_header_that_lies_about_its_records,
    test_a_polygon_of_ten_thousand_spikes_and_one_of_a_million_corners,
    test_a_polygon_spanning_the_world,
    test_a_ring_without_area,
    test_a_self_crossing_ring_is_never_taken_for_sound,
    test_coordinates_that_are_no_numbers,
    test_geojson_coordinates_that_are_no_numbers,
    test_json_that_is_no_geojson,
    test_lines_among_polygons_are_named,
    test_no_features_at_all,
    test_null_geometry_is_named_by_row,
    test_numbers_that_are_no_place,
    test_only_points_or_lines_where_polygons_are_needed,
)

Load = Callable[..., Site]


@pytest.fixture(scope="module")
def page(workspace: Path) -> AppTest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(session.WORKSPACE_VARIABLE, str(workspace))
        patch.chdir(ROOT)
        return AppTest.from_file(str(ROOT / "app_streamlit.py"), default_timeout=PATIENCE_S).run()


@pytest.fixture(autouse=True)
def through_the_page(
    page: AppTest, workspace: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have whatever the tests load uploaded, and asked about, before it is loaded."""
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(workspace))
    monkeypatch.chdir(ROOT)

    def uploaded(path: Path, crs: str | None = None, layer: str | None = None) -> Site:
        stored = app_question.store(tmp_path_factory.mktemp("uploads"), uploads_of(path))
        page.session_state["asked"] = session.Asked(
            sites=stored, origin="upload", activity="PARK", crs=crs or "", layer=layer or ""
        )
        page.run()
        assert not page.exception
        try:
            site = load.site(stored[0], crs=crs, layer=layer)
        except InputError as error:
            shown = page_words.said(error, "zh")
            assert page.error[0].value == "\n\n".join(map(session.plain, shown))
            assert "--" not in "".join(shown)
            raise
        assert not page.error
        titles = [title.zh for title in map(palette.title, palette.BY_CODE)]
        assert any(title in words_of(page).replace("\\", "") for title in titles)
        return site

    monkeypatch.setattr(test_bad_input, "load", SimpleNamespace(**{**vars(load), "site": uploaded}))


def uploads_of(path: Path) -> list[Upload]:
    """The file as a browser sends it, with those that go with it."""
    together = path.parent.glob(f"{path.stem}.*") if path.suffix == ".shp" else [path]
    return [Upload(file.name, file.read_bytes()) for file in sorted(together)]
