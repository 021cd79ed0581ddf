"""How far the boundaries of mines may lie off, from the table or from the workspace's own layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from planner import rank_assumptions, rank_flow
from planner.priorities import Priorities
from planner.rank_inputs import Inputs
from restoration import mines
from tests.gis.grids import in_cells
from tests.restoration.assessed_ground import layer


def inputs(accuracy_m: float | None) -> Inputs:
    """Return a patch that is drawn, a point with a stated area and one without."""
    drawn = in_cells((50, 50, 54, 54))
    centre = drawn.iloc[0].centroid
    features = gpd.GeoDataFrame(
        {"code": ["A", "B", "C"], "area_m2": [None, "31416", None]},
        geometry=[drawn.iloc[0], centre, shapely.Point(centre.x + 0.01, centre.y)],
        crs=4490,
    )
    patches, notes = mines.read(features, assumed_area_m2=7854.0)
    told = {note.code: note for note in notes}
    for code in ("mine_point", "mine_area_assumed"):
        assert told[code].what.zh.startswith("1个")
        assert "两倍半径" in told[code].done.zh
        assert "twice the radius" in told[code].done.en
    layers = {"abandoned_mine": layer("abandoned_mine", drawn, accuracy_m=accuracy_m)}
    return Inputs(patches, "mines.gpkg", "", layers, {}, False, ())


def test_circles_lie_off_by_their_radius_and_the_layer_by_twice_its_accuracy() -> None:
    question = Priorities(Path())
    placed = rank_flow._placed(question, inputs(None))["boundary_tolerance_m"]
    assert placed.round(1).to_dict() == {"A": 0.0, "B": 100.0, "C": 50.0}
    stated = rank_flow._placed(question, inputs(2.5))
    assert stated["boundary_tolerance_m"].round(1).to_dict() == {"A": 5.0, "B": 105.0, "C": 55.0}
    assert stated["area_unknown"].to_dict() == {"A": False, "B": False, "C": True}
    # what the workspace's layer is worth says nothing of another file
    other = rank_flow._placed(replace(question, mines=Path("mines.gpkg")), inputs(2.5))
    assert other["boundary_tolerance_m"]["A"] == 0.0


def test_what_boundaries_are_taken_for_is_an_assumption() -> None:
    frame = pd.DataFrame({"boundary_tolerance_m": [0.0, 100.0, 50.0], "area_assumed": [False, True, True]})
    (told,) = rank_assumptions._of_boundaries(frame)
    assert "2个图斑的边界可偏离所绘位置 50–100 米" in told.zh
    assert "(of the 2 circles that stand for points" in told.en
    assert rank_assumptions._of_boundaries(frame.iloc[:1]) == []
