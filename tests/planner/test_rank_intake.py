"""The workspace's mines and ``--mines`` are one reading: the same table gives the same patches, each once."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gis.errors import InputError
from gis.files import read as files
from gis.files import write
from planner import mine_file, rank_flow, rank_inputs
from planner.priorities import Priorities

FIELDS = ["id", "xzx", "tbdl", "tbxl", "hfzlqk", "kfx", "kfy", "tbmj", "tbsx"]
MANIFEST = """format = 1
title = {{zh = "试验", en = "trial"}}
[[layer]]
kind = "abandoned_mine"
path = "{path}"
source = {{zh = "试验", en = "trial"}}
licence = {{zh = "试验", en = "trial"}}
illustrative = {illustrative}
coverage = "features"
{more}
"""


def mixed(path: Path, fields: list[str] = FIELDS) -> Path:
    """Two plain polygons, one whose class is code and words, one row without geometry, and one point."""
    places = [(113.60, 37.80), (113.61, 37.80), (113.62, 37.80), (113.63, 37.80), (113.64, 37.80)]
    classes = ["10", "10", "10历史遗留矿山", "10", "10"]
    rows = [
        (
            f"14032100000{place + 1}" if place != 4 else "140321000001",
            "平定县",
            name,
            "11",
            "A",
            x,
            y,
            30_000.0,
            "1",
        )
        for place, (name, (x, y)) in enumerate(zip(classes, places, strict=True))
    ]
    shapes: list[shapely.Geometry | None] = [
        shapely.box(x - 0.0006, y - 0.0005, x + 0.0006, y + 0.0005) for x, y in places
    ]
    # the rows that the reading of polygons leaves out stand before one that it keeps
    shapes[1], shapes[3] = None, shapely.Point(places[3])
    write.write(gpd.GeoDataFrame(pd.DataFrame(rows, columns=fields), geometry=shapes, crs=4490), path)
    return path


def listed(folder: Path, file: Path, *, more: str = "", illustrative: str = "false") -> Path:
    folder.mkdir(exist_ok=True)
    text = MANIFEST.format(path=file.as_posix(), more=more, illustrative=illustrative)
    (folder / "workspace.toml").write_text(text, encoding="utf-8")
    return folder


def empty(folder: Path) -> Path:
    folder.mkdir()
    (folder / "workspace.toml").write_text(
        'format = 1\ntitle = {zh = "空", en = "empty"}\n', encoding="utf-8"
    )
    return folder


def test_the_listed_table_is_the_named_table(tmp_path: Path) -> None:
    file = mixed(tmp_path / "mines.gpkg")
    named = rank_inputs.opened(Priorities(empty(tmp_path / "empty"), mines=file))
    found = rank_inputs.opened(Priorities(listed(tmp_path / "space", file)))
    pd.testing.assert_frame_equal(pd.DataFrame(found.patches), pd.DataFrame(named.patches))
    assert (found.mines_name, found.mines_sha256) == (named.mines_name, named.mines_sha256)
    assert {issue for issue in named.issues if issue.layer == file.name} == {
        issue for issue in found.issues if issue.layer == file.name
    }
    assert not any(issue.layer == mine_file.KIND for issue in found.issues), (
        "nothing says that rows were lost"
    )


def test_every_patch_of_the_listed_table_appears_once(tmp_path: Path) -> None:
    space = listed(tmp_path / "space", mixed(tmp_path / "mines.gpkg"))
    assessed = rank_flow.assess(Priorities(space, criteria=("patch_area_m2",)))
    assert sorted(assessed.mines["row"]) == [1, 2, 3, 4, 5]
    assert assessed.left_out.empty
    assert {"140321000001#1", "140321000001#5"} < set(assessed.mines.index), "the file's own row numbers"
    differs = next(issue for issue in assessed.issues if issue.code == "area_differs")
    assert differs.rows == ("1", "3", "5"), "stated 30,000 m², drawn some 11,700"


def test_a_renamed_column_and_the_mark_of_the_manifest_count(tmp_path: Path) -> None:
    fields = ["大类名" if name == "tbdl" else name for name in FIELDS]
    file = mixed(tmp_path / "mines.gpkg", fields)
    space = listed(tmp_path / "space", file, more='columns = {sub_class = "大类名"}', illustrative="true")
    found = rank_inputs.opened(Priorities(space))
    assert found.patches["class_code"].tolist() == ["10"] * 5
    assert found.illustrative


def test_a_renamed_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    space = listed(
        tmp_path / "space", mixed(tmp_path / "mines.gpkg"), more='columns = {sub_class = "无此列"}'
    )
    with pytest.raises(InputError) as caught:
        rank_inputs.opened(Priorities(space))
    assert caught.value.code == "column_missing"


def test_a_workspace_may_list_a_table_of_points(tmp_path: Path) -> None:
    rows = [("A1", "平定县", "10", "11", "A", 113.60, 37.80, 12_000.0, "1")]
    file = tmp_path / "图斑.csv"
    file.write_text(pd.DataFrame(rows, columns=FIELDS).to_csv(index=False), encoding="utf-8")
    found = rank_inputs.opened(Priorities(listed(tmp_path / "space", file, more='crs = "EPSG:4490"')))
    assert found.patches["area_m2"].tolist() == pytest.approx([12_000.0])
    assert not any(issue.severity == "error" for issue in found.issues)


def test_what_a_database_gives_is_read_the_same_way(tmp_path: Path) -> None:
    file = mixed(tmp_path / "mines.gpkg")
    found = mine_file.of_reading(files.read(file), name="public.mines", sha256="5")
    assert (found.name, found.sha256) == ("public.mines", "5")
    pd.testing.assert_frame_equal(pd.DataFrame(found.features), pd.DataFrame(mine_file.read(file).features))


def test_a_workspace_without_mines_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        rank_inputs.opened(Priorities(empty(tmp_path / "empty")))
    assert caught.value.code == "no_mines"
