import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gis.boxes import grid_of
from gis.equal_area import FloatArray

NUMBERS = st.floats(-5e5, 5e5, allow_nan=False, width=32)
NOTHING = np.array([[np.inf, np.inf, -np.inf, -np.inf]])


@st.composite
def boxes(draw: st.DrawFn) -> FloatArray:
    corners = draw(arrays.arrays(np.float64, st.tuples(st.integers(0, 12), st.just(4)), elements=NUMBERS))
    one, other = corners[:, :2], corners[:, 2:]
    return np.hstack([np.minimum(one, other), np.maximum(one, other)])


def meets(box: FloatArray, others: FloatArray) -> np.ndarray:
    """Whether each other box meets one of the boxes, one by one."""
    return np.array(
        [
            ((box[:, :2] <= other[2:]).all(axis=1) & (box[:, 2:] >= other[:2]).all(axis=1)).any()
            for other in others
        ],
        dtype=bool,
    )


@given(boxes(), boxes())
@settings(max_examples=300, deadline=None)
def test_no_box_that_meets_is_lost(box: FloatArray, others: FloatArray) -> None:
    may = grid_of(box).may_meet(others)
    assert not (meets(box, others) & ~may).any()


@given(boxes(), st.floats(-5e5, 5e5), st.floats(-5e5, 5e5))
@settings(max_examples=200, deadline=None)
def test_a_shared_corner_or_edge_is_a_meeting(box: FloatArray, reach_x: float, reach_y: float) -> None:
    # Boxes that hang on the corner of another one, however thin.
    corner = box[:, 2:]
    hung = np.hstack([corner, corner + np.abs([reach_x, reach_y])])
    assert grid_of(box).may_meet(hung).all()


def test_boxes_far_from_each_other_do_not_meet() -> None:
    # 100 boxes of 10 m in the corners of cells of 1 km, 100 others in the middle: no cell in common.
    west, south = (axis.ravel() * 1000.0 for axis in np.meshgrid(np.arange(10), np.arange(10)))
    box = np.column_stack([west, south, west + 10, south + 10])
    assert not grid_of(box).may_meet(box + 500).any()
    assert grid_of(box).may_meet(box).all()


def test_an_inside_out_box_meets_nothing() -> None:
    box = np.array([[0.0, 0, 1, 1]])
    assert not grid_of(box).may_meet(NOTHING).any()
    assert not grid_of(NOTHING).may_meet(box).any()
    assert not grid_of(np.empty((0, 4))).may_meet(box).any()
    assert grid_of(np.vstack([NOTHING, box])).may_meet(box).all()


def test_one_point_is_a_box() -> None:
    point = np.array([[3.0, 2, 3, 2]])
    assert grid_of(point).may_meet(np.array([[0.0, 0, 3, 2], [3, 2, 9, 9], [3.1, 2, 4, 2]])).tolist() == [
        True,
        True,
        False,
    ]
