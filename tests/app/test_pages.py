"""Every page without a browser: what it shows, and that nothing it is given makes it fall over."""

from __future__ import annotations

import json
import re
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app_pages import checking, kept, palette, session, stock, texts, work
from gis.errors import Text
from planner import app_law, app_workspace, flow
from planner.options import day_of
from planner.project import Project
from planner.result import Result
from planner.samples import samples
from planner.workspace import MANIFEST

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


@pytest.fixture(autouse=True)
def at_the_workspace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(workspace))
    monkeypatch.chdir(ROOT)
    yield


def opened() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app_streamlit.py"), default_timeout=PATIENCE_S).run()
    assert not at.exception
    return at


def page(name: str) -> AppTest:
    script = f"from app_pages import {name}\n{name}.page()\n"
    return AppTest.from_string(script, default_timeout=PATIENCE_S)


def sent_to_the_map(at: AppTest) -> dict[str, Any]:
    (component,) = at.get("bidi_component")
    content: dict[str, Any] = json.loads(component.proto.json)  # type: ignore[attr-defined]
    return content


def words_of(at: AppTest) -> str:
    shown = [*at.markdown, *at.caption, *at.text, *at.warning, *at.info, *at.error]
    return "\n".join(str(element.value) for element in shown)


def ask(at: AppTest, **question: Any) -> session.Asked:
    asked = session.Asked(**question)
    at.session_state["asked"] = asked
    return asked


def test_siting_offers_the_samples_and_marks_what_is_illustrative(workspace: Path) -> None:
    at = opened()
    labels = {button.label.replace("\\", "") for button in at.button}
    assert {sample.title.zh for sample in samples(workspace)} <= labels
    content = sent_to_the_map(at)
    assert content["overlays"] == []
    assert content["tiles"] is None
    marked = {layer["id"] for layer in content["layers"] if layer["illustrative"]}
    loaded = flow.workspace.load_layers(flow.workspace.open_folder(workspace), app_workspace.ROLES)
    assert marked == {name for name, layer in loaded.layers.items() if layer.source.illustrative}


def test_tiles_are_asked_for_only_where_they_are_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(session.TILES_VARIABLE, "https://tiles.example/{z}/{x}/{y}.png")
    assert sent_to_the_map(opened())["tiles"]["url"].startswith("https://tiles.example/")


def test_a_sample_has_the_verdict_of_the_command_line(workspace: Path) -> None:
    at = opened()
    for number in (2, 7, 13):
        sample = samples(workspace)[number]
        ask(at, sites=(workspace / "sites" / sample.file,), origin="sample", activity=sample.activity,
            answers=dict(sample.flags), crs=sample.crs or "")  # fmt: skip
        at.run()
        assert not at.exception
        question = Project(
            (workspace / "sites" / sample.file,), sample.activity, sample.flags, day_of(None), workspace,
            sample.crs,
        )  # fmt: skip
        result = flow.check(question)
        assert palette.title(result.verdict.code).zh in words_of(at).replace("\\", "")
        assert sent_to_the_map(at)["overlays"][0]["codes"]
        assert "示意" in words_of(at)


def test_the_same_question_is_not_computed_twice(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened()
    sample = samples(workspace)[0]
    ask(at, sites=(workspace / "sites" / sample.file,), activity=sample.activity, answers=dict(sample.flags))
    at.run()
    monkeypatch.setattr(checking.flow, "check", None)
    at.run()
    assert not at.exception
    assert at.session_state["asked"].sites


def test_a_session_left_open_overnight_asks_the_law_of_the_new_day(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2026, 11, 22, 12, tzinfo=UTC)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(evening.timestamp())))
    at = opened()
    sample = samples(workspace)[0]
    ask(at, sites=(workspace / "sites" / sample.file,), activity=sample.activity, answers=dict(sample.flags))
    at.run()
    assert at.date_input[0].value == evening.date()
    before = words_of(at)

    asked_for: list[date] = []
    check = checking.flow.check

    def watched(project: Project, **options: Any) -> Result:
        asked_for.append(project.as_of)
        return check(project, **options)

    monkeypatch.setattr(checking.flow, "check", watched)
    morning = evening + timedelta(days=1, hours=1)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(morning.timestamp())))
    # All that is kept is a day old.
    now_s = time.monotonic()
    monkeypatch.setattr(kept.time, "monotonic", lambda: now_s + stock.DAY_S + 3600)
    at.run()
    assert not at.exception
    assert at.date_input[0].value == morning.date()
    assert asked_for == [morning.date()]
    assert words_of(at).count("2026") == before.count("2026")

    at.date_input[0].set_value(date(2025, 6, 1)).run()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int((morning + timedelta(days=1)).timestamp())))
    at.run()
    assert at.date_input[0].value == date(2025, 6, 1)
    assert asked_for == [morning.date(), date(2025, 6, 1)]


def test_pasted_corner_points_are_a_boundary(workspace: Path) -> None:
    at = opened()
    # 500 m by 400 m, wholly in the city; northing first, as surveyors write it.
    points = [(4187000, 466500), (4187000, 467000), (4187400, 467000), (4187400, 466500)]
    at.text_area(key="pasted").set_value("\n".join(f"{north}，{east}" for north, east in points))
    at.button(key="paste_take").click().run()
    at.session_state["asked"].activity = "HOUS"
    at.run()
    # The file states no system, and two would fit: it is asked for.
    assert "坐标系" in at.error[0].value
    at.selectbox(key=f"crs_{at.session_state['asked'].number}").select("EPSG:4547").run()
    assert not at.exception
    assert not at.error
    assert "19.9995" in words_of(at).replace("\\", "")

    at.text_area(key="pasted").set_value("这不是界址点 12")
    at.button(key="paste_take").click().run()
    assert not at.exception
    assert len(at.error[0].value.split("\n\n")) == 2


def test_answers_left_open_are_undecided_never_clear(workspace: Path) -> None:
    at = opened()
    sample = next(item for item in samples(workspace) if item.activity == "FOREST")
    ask(at, sites=(workspace / "sites" / sample.file,), origin="sample", activity="FOREST")
    at.run()
    assert "无法判定" in words_of(at)
    assert palette.title("N").zh not in {str(item.value) for item in at.markdown}


def test_english_has_no_chinese_left_in_the_apps_own_words() -> None:
    at = opened()
    at.button(key="switch_language").click().run()
    assert at.session_state["language"] == "en"
    content = sent_to_the_map(at)
    assert content["words"]["map"].startswith("Map")
    own = [str(item.value) for item in [*at.caption, *at.info]] + [button.label for button in at.button]
    chinese = [line for line in own if any("一" <= letter <= "鿿" for letter in line)]
    assert chinese == ["中文"]


def test_every_text_of_the_app_is_there_in_both_languages() -> None:
    said = [value for value in vars(texts).values() if isinstance(value, Text)]
    said += [*texts.MAP_WORDS.values(), *(title for _, title, _ in texts.FILES)]
    assert len(said) > 100
    pages = [ROOT / "app_streamlit.py", *(ROOT / "app_pages").glob("*.py")]
    used = "".join(path.read_text(encoding="utf-8") for path in pages)
    names = [name for name, value in vars(texts).items() if isinstance(value, Text)]
    assert [name for name in names if len(re.findall(rf"\b{name}\b", used)) < 2] == []
    assert all(text.zh.strip() and text.en.strip() for text in said)


def test_layers_page_lists_the_catalogue_and_what_is_missing(workspace: Path) -> None:
    at = page("layers").run()
    assert not at.exception
    (table,) = at.dataframe
    states = set(table.value[texts.COLUMN_STATE.zh])
    assert texts.STATE_ILLUSTRATIVE.zh in states
    assert len(table.value) == len(app_workspace.catalogue())
    # What a missing layer has not is left empty, not called None.
    assert table.proto.placeholder == ""


def test_law_page_follows_layer_and_day() -> None:
    at = page("law").run()
    everything = len(at.dataframe[0].value)
    assert everything == len(app_law.rules(day_of(None), "zh"))
    at.selectbox(key="law_layer_zh").select("ecological_red_line").run()
    assert not at.exception
    fewer = at.dataframe[0].value
    assert 0 < len(fewer) < everything
    assert fewer[texts.COLUMN_PLACE.zh].str.startswith("生态保护红线").all()


def test_law_page_follows_the_class() -> None:
    at = page("law").run()
    everything = at.dataframe[0].value
    at.selectbox(key="law_class_zh").select("PV").run()
    assert not at.exception
    found = at.dataframe[0].value
    expected = [rule.id for rule in app_law.rules(day_of(None), "zh", activity="PV")]
    assert found[texts.COLUMN_RULE.zh].tolist() == expected
    assert 0 < len(found) < len(everything)


def test_download_page_without_and_with_a_result(workspace: Path) -> None:
    at = page("download").run()
    assert texts.NOTHING_TO_DOWNLOAD.zh in words_of(at)
    sample = samples(workspace)[1]
    ask(at, sites=(workspace / "sites" / sample.file,), activity=sample.activity, answers=dict(sample.flags))
    at.run()
    assert not at.exception
    assert len(at.get("download_button")) == len(texts.FILES)


def test_a_missing_workspace_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(tmp_path / "nowhere"))
    for name in ("siting", "layers", "download"):
        at = page(name).run()
        assert not at.exception
        assert "不是工作区" in at.error[0].value.replace("\\", "")


def test_a_workspace_deleted_under_the_app_is_told_and_its_return_is_noticed(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    monkeypatch.setenv(session.WORKSPACE_VARIABLE, str(copy))
    at = opened()
    shutil.move(copy, tmp_path / "away")
    at.run()
    assert not at.exception
    assert "不是工作区" in at.error[0].value.replace("\\", "")
    shutil.move(tmp_path / "away", copy)
    at.run()
    assert not at.error


def test_a_changed_manifest_is_read_again(workspace: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    before = app_workspace.fingerprint(copy)
    manifest = copy / MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    after = app_workspace.fingerprint(copy)
    (copy / "layers" / "county.gpkg").touch()
    assert len({before, after, app_workspace.fingerprint(copy)}) == 3


def test_a_cancelled_check_is_told_and_can_be_asked_again(workspace: Path) -> None:
    at = opened()
    sample = samples(workspace)[3]
    asked = ask(at, sites=(workspace / "sites" / sample.file,), activity=sample.activity)
    asked.cancelled = asked.project()
    at.run()
    assert texts.CANCELLED.zh in words_of(at)
    at.button(key="check_again").click().run()
    assert texts.CANCELLED.zh not in words_of(at)
    assert not at.exception


def test_a_stopped_check_ends_at_its_next_step(workspace: Path) -> None:
    sample = samples(workspace)[0]
    question = Project((workspace / "sites" / sample.file,), sample.activity, (), day_of(None), workspace)
    loaded = flow.workspace.load_layers(flow.workspace.open_folder(workspace))
    check = work.Work(lambda tell: flow.check(question, tell=tell, loaded=loaded))
    check.stopped.set()
    with pytest.raises(work.Cancelled):
        check.run()


def test_a_check_of_one_site_can_be_cancelled_between_its_layers(workspace: Path) -> None:
    sample = samples(workspace)[0]
    question = Project((workspace / "sites" / sample.file,), sample.activity, (), day_of(None), workspace)
    loaded = flow.workspace.load_layers(flow.workspace.open_folder(workspace))
    seen: list[str] = []

    class AtTheFifth(threading.Event):
        def is_set(self) -> bool:
            seen.append(" ".join(check.told[-1:]))
            return len(seen) > 5

    check = work.Work(lambda tell: flow.check(question, tell=tell, loaded=loaded), stopped=AtTheFifth())
    with pytest.raises(work.Cancelled):
        check.run()
    site, layer = checking.doing(check.told)
    assert site == sample.file
    assert layer in flow.workspace.spec.catalogue()
    assert len(set(seen)) >= 4


def test_a_session_folder_is_removed_when_the_session_lets_go_of_it() -> None:
    script = """
import streamlit as st
from app_pages import session
folder = session.folder()
(folder / "upload").write_text("x")
st.text(str(folder == session.folder()))
session.folder.clear()
st.text(str(folder.exists()))
"""
    at = AppTest.from_string(script).run()
    assert not at.exception
    assert [item.value for item in at.text] == ["True", "False"]


def test_a_drawing_that_crosses_itself_is_refused_by_the_server_too() -> None:
    script = """
from app_pages import boundary, session
bow_tie = [[113.5, 37.9], [113.51, 37.91], [113.51, 37.9], [113.5, 37.91], [113.5, 37.9]]
geometry = {"type": "Polygon", "coordinates": [bow_tie]}
feature = {"type": "Feature", "properties": {}, "geometry": geometry}
boundary.take_drawing({"type": "FeatureCollection", "features": [feature]})
session.show_error(session.asked().error)
"""
    at = AppTest.from_string(script).run()
    assert not at.exception
    assert "自相交" in at.error[0].value


def test_a_layer_is_loaded_from_the_page_and_a_bad_one_leaves_no_trace(
    workspace: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    (copy / MANIFEST).write_text('format = 1\ntitle = {zh = "空", en = "empty"}\n', encoding="utf-8")
    shutil.rmtree(copy / "layers")
    entry = flow.workspace.LayerEntry(
        "county", "", None, None, "features", {}, None, Text("甲", "a"), Text("", ""), True, None
    )
    source = workspace / "layers" / "county.gpkg"
    assert app_workspace.add(copy, source, entry, workspace / "coverage.gpkg") == 5
    listed = flow.workspace.open_folder(copy).layers
    assert [item.kind for item in listed] == ["county"]
    assert (copy / listed[0].coverage).is_file()
    bad = tmp_path / "坏.gpkg"
    bad.write_bytes(b"nothing")
    with pytest.raises(flow.workspace.InputError):
        app_workspace.add(copy, bad, entry, None)
    assert len(list((copy / "layers").iterdir())) == 1


def test_settings_are_those_of_the_configuration_file() -> None:
    import tomllib

    from planner.commands.app import SETTINGS

    written = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    flat = {f"{group}.{name}": value for group, values in written.items() for name, value in values.items()}
    as_text = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in flat.items()
    }
    assert as_text == SETTINGS


def teardown_module() -> None:
    st.cache_resource.clear()
