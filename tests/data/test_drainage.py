"""Flow, fields, contours and grids on ground small enough to follow by eye."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from data import field_grid
from data.coverage import covering
from data.drainage import carry_up, climb, drain, main_stem, stems, upstream_cells
from data.grid import Grid
from data.landform_polygons import Generalisation, above, level_of_amount

# a valley that falls to the east along the middle row, between two slopes
VALLEY = np.array(
    [
        [9.0, 9.0, 9.0, 9.0, 9.0],
        [9.0, 5.0, 5.0, 5.0, 9.0],
        [9.0, 4.0, 3.0, 2.0, 1.0],
        [9.0, 5.0, 5.0, 5.0, 9.0],
        [9.0, 9.0, 9.0, 9.0, 9.0],
    ]
)
MOUTH = 2 * 5 + 4
NOTHING_SMALL = Generalisation(0.0, 0.0, 0.0)


def test_the_valley_runs_to_its_mouth() -> None:
    drainage = drain(VALLEY)
    assert drainage.downstream[[11, 12, 13, MOUTH]].tolist() == [12, 13, MOUTH, 25]
    assert drainage.steps[[11, 12, 13, MOUTH]].tolist() == [4, 3, 2, 1]
    upstream = upstream_cells(drainage)
    # the nine cells within the rim, and the mouth itself
    assert upstream[MOUTH] == 10
    assert main_stem(drainage, upstream, MOUTH, 2)[:3] == [MOUTH, 13, 12]
    assert [MOUTH, 13, 12] in [stem[:3] for stem in stems(drainage, upstream, 4)]


def test_a_pit_overflows_at_its_lowest_pass() -> None:
    height = VALLEY.copy()
    height[2, 2] = 0.5
    drainage = drain(height)
    # the water of the pit leaves over the cell east of it, though that lies higher
    assert drainage.downstream[12] == 13
    assert drainage.downstream[11] == 12


def test_climbing_and_carrying_follow_the_flow() -> None:
    drainage = drain(VALLEY)
    risen = climb(drainage, np.ones(25))
    np.testing.assert_array_equal(risen, drainage.steps)
    mark = np.zeros(25, dtype=np.int64)
    mark[12] = 7
    carried = carry_up(drainage, mark)
    assert carried[[11, 12]].tolist() == [7, 7]
    assert carried[[13, MOUTH]].tolist() == [0, 0]


def test_cells_are_covered_where_their_centre_is() -> None:
    grid = Grid(0.0, 40.0, 10.0, 4, 4)
    ring = shapely.box(2, 2, 38, 38).difference(shapely.box(12, 12, 28, 28))
    assert grid.covered(np.array([ring])).astype(int).tolist() == [
        [1, 1, 1, 1],
        [1, 0, 0, 1],
        [1, 0, 0, 1],
        [1, 1, 1, 1],
    ]
    # two that overlap cover their ground once
    assert grid.covered(np.array([shapely.box(0, 0, 20, 20), shapely.box(10, 10, 30, 30)])).sum() == 7
    assert grid.sample(np.arange(16.0).reshape(4, 4), np.array([shapely.Point(15, 25)])) == [5.0]


def test_peaks_lie_apart() -> None:
    grid = Grid(0.0, 30.0, 10.0, 3, 4)
    wish = np.array([[1.0, 2.0, 0.0, 0.0], [0.0, 9.0, 8.0, 0.0], [0.0, 0.0, 0.0, 7.0]])
    assert grid.peaks(wish, 2, 15.0) == [(15.0, 15.0), (35.0, 5.0)]
    assert wish[1, 1] == 9.0


def test_a_window_of_a_grid_lies_on_the_grid() -> None:
    grid = Grid(100.0, 400.0, 10.0, 30, 40)
    part, (rows, columns) = grid.window(np.array([205.0, 205.0, 235.0, 255.0]))
    np.testing.assert_array_equal(part.x_m, grid.x_m[columns])
    np.testing.assert_array_equal(part.y_m, grid.y_m[rows])
    assert part.x_m[0] < 205
    assert part.x_m[-1] > 235


def test_fields_are_whole_inside_and_cut_at_the_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_grid, "FALLOW_SHARE", 0.0)
    parcels = field_grid.field_parcels(np.array([shapely.box(-10, -10, 600, 410)]), seed=1)
    # two whole fields; the third column leaves 600 - 502 = 98 m of width; strips of 8 m are too small
    assert sorted(shapely.area(parcels)) == [98 * 396, 246 * 396, 246 * 396]


def test_contours_of_a_cone_are_round_and_levels_meet_their_amount() -> None:
    grid = Grid(-100.0, 100.0, 2.0, 100, 100)
    y, x = np.meshgrid(grid.y_m, grid.x_m, indexing="ij")
    cone = 80.0 - np.hypot(x, y)

    def area_above(level: float) -> float:
        return float(shapely.area(above(cone, grid, level, NOTHING_SMALL)).sum())

    level = level_of_amount(area_above, np.pi * 50.0**2, (0.0, 79.0), 1.0)
    assert level == pytest.approx(30.0, abs=0.1)


def test_a_coverage_gives_neighbours_the_same_points() -> None:
    left, right = shapely.box(0, 0, 10, 10), shapely.box(5, 3, 20, 7)
    kept = covering(np.array([left, right]))
    assert shapely.coverage_is_valid(kept)
    assert shapely.area(kept).tolist() == [100.0, 40.0]
    # the left one gained the corners at which the right one meets it
    assert shapely.get_num_coordinates(kept[0]) == 7
