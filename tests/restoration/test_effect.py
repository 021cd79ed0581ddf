"""Before, after, control: by hand, against scipy, and how often the interval holds the truth."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gis import equal_area, overlap
from gis.errors import InputError
from restoration import effect, indicators, reference_rings
from restoration.effect import Cells, Settings


def cells(before: list[float], after: list[float], share: list[float] | None = None) -> Cells:
    weight = np.ones(len(before)) if share is None else np.array(share)
    return Cells(np.array(before), np.array(after), weight, 900.0)


def judged(patch: Cells, ring: Cells, **settings: float) -> pd.Series:
    return effect.evaluate({"M": (patch, ring)}, Settings(**settings)).loc["M"]


def test_means_and_interval_by_hand() -> None:
    """Patch +0.2, +0.4 (mean 0.3, s² 0.02); ring 0, 0.1, 0.2, 0.1 (mean 0.1, s² 0.02/3); cells independent."""
    patch = cells([0.1, 0.1], [0.3, 0.5])
    ring = cells([0.5] * 4, [0.5, 0.6, 0.7, 0.6])
    found = judged(patch, ring, correlation_m=1.0)
    assert found[["change", "ring_change", "effect"]].tolist() == pytest.approx([0.3, 0.1, 0.2])
    a, b = 0.02 / 2, (0.02 / 3) / 4
    freedom = (a + b) ** 2 / (a**2 / 1 + b**2 / 3)
    margin = stats.t.ppf(0.975, freedom) * np.sqrt(a + b)
    assert found["effect_high"] - found["effect"] == pytest.approx(margin)
    assert found["effect"] - found["effect_low"] == pytest.approx(margin)


def test_independent_cells_give_welchs_interval() -> None:
    random = np.random.default_rng(1)
    one, two = random.normal(0.2, 0.1, 30), random.normal(0.05, 0.05, 80)
    found = judged(cells([0.0] * 30, one.tolist()), cells([0.0] * 80, two.tolist()), correlation_m=1.0)
    interval = stats.ttest_ind(one, two, equal_var=False).confidence_interval(0.95)
    assert (found["effect_low"], found["effect_high"]) == pytest.approx((interval.low, interval.high))


def test_cells_count_by_the_share_covered() -> None:
    found = effect.change_of(cells([0.0, 0.0], [0.4, 0.1], [1.0, 0.5]), 30.0)
    assert found.change == pytest.approx((0.4 + 0.05) / 1.5)
    assert found.effective == pytest.approx(1.5)


def test_autocorrelation_takes_observations_away() -> None:
    random = np.random.default_rng(2)
    patch = cells([0.1] * 100, (0.3 + random.normal(0, 0.1, 100)).tolist())
    ring = cells([0.5] * 100, (0.5 + random.normal(0, 0.1, 100)).tolist())
    near, far = judged(patch, ring, correlation_m=30), judged(patch, ring, correlation_m=120)
    assert (near["effective_cells"], far["effective_cells"]) == (100, pytest.approx(100 * 900 / 120**2))
    width = [row["effect_high"] - row["effect_low"] for row in (near, far)]
    assert width[1] > 3.9 * width[0]


def test_four_verdicts() -> None:
    ring = cells([0.5] * 9, [0.5] * 9)
    spread = [0.01, -0.01, 0.0] * 3
    grown = cells([0.1] * 9, [0.4 + step for step in spread])
    still = cells([0.1] * 9, [0.1 + step for step in spread])
    unsure = cells([0.1] * 9, [0.15 + 5 * step for step in spread])
    found = effect.evaluate(
        {"up": (grown, ring), "still": (still, ring), "unsure": (unsure, ring)}, Settings(correlation_m=30)
    )
    assert found["verdict"].to_dict() == {"up": "recovered", "still": "not_recovered", "unsure": "open"}
    assert list(effect.not_recovered(found).index) == ["still"]
    assert found.loc["up", "cover_index"] == pytest.approx(0.8)


def test_what_is_not_seen_is_not_assessed() -> None:
    nan = np.nan
    full, ring = cells([0.1] * 4, [0.4, 0.5, 0.4, 0.5]), cells([0.5] * 4, [0.5, 0.6, 0.5, 0.6])
    cloudy = cells([0.1] * 4, [nan, nan, nan, 0.5])
    other_date = cells([nan, 0.1, nan, 0.1], [0.4, nan, 0.4, nan])
    single = cells([0.1], [0.5])
    nothing = Cells(np.zeros(0), np.zeros(0), np.zeros(0), 900.0)
    patches = {
        "cloudy": (cloudy, ring),
        "other date": (other_date, ring),
        "single": (single, ring),
        "nothing": (nothing, ring),
        "no ring": (full, nothing),
    }
    found = effect.evaluate(patches)
    assert set(found["verdict"]) == {"not_assessed"}
    assert found["reason"].to_dict() == {
        "cloudy": "patch_unseen",
        "other date": "patch_unseen",
        "single": "too_small",
        "nothing": "patch_unseen",
        "no ring": "ring_unseen",
    }
    assert found[["effect_low", "effect_high"]].isna().all(axis=None)


def test_no_patches() -> None:
    assert effect.evaluate({}).empty
    assert effect.not_recovered(effect.evaluate({})).empty


@given(st.integers(0, 10_000), st.floats(-0.3, 0.3))
def test_a_change_that_both_share_cancels(seed: int, shift: float) -> None:
    random = np.random.default_rng(seed)
    before, after = random.random(12), random.random(12)
    ring_before, ring_after = random.random(20), random.random(20)
    plain = judged(cells(before.tolist(), after.tolist()), cells(ring_before.tolist(), ring_after.tolist()))
    moved = judged(
        cells(before.tolist(), (after + shift).tolist()),
        cells(ring_before.tolist(), (ring_after + shift).tolist()),
    )
    columns = ["effect", "effect_low", "effect_high"]
    assert moved[columns].to_numpy(dtype=float) == pytest.approx(plain[columns].to_numpy(dtype=float))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Blocks of 2 × 2 cells share one error: with the block as correlation length 95 % of intervals hold 0.2."""
    random = np.random.default_rng(20_261_123)
    held = naive = 0
    runs = 400
    for _ in range(runs):
        patch = np.repeat(random.normal(0.2, 0.1, 16), 4)
        ring = np.repeat(random.normal(0.0, 0.1, 40), 4)
        pair = cells([0.0] * 64, patch.tolist()), cells([0.0] * 160, ring.tolist())
        found = judged(*pair, correlation_m=60)
        held += found["effect_low"] <= 0.2 <= found["effect_high"]
        found = judged(*pair, correlation_m=30)
        naive += found["effect_low"] <= 0.2 <= found["effect_high"]
    assert held / runs == pytest.approx(0.95, abs=0.03)
    assert naive / runs < 0.8


@pytest.mark.parametrize(
    "wrong", [{"confidence": 1.0}, {"correlation_m": 0.0}, {"least_gain": 2.0}, {"least_covered_share": 0.0}]
)
def test_bad_settings(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError) as caught:
        effect.evaluate({}, Settings(**wrong))
    assert caught.value.code == "effect_settings"


def test_rings_leave_other_mines_out() -> None:
    """A square of 100 m, ring from 10 to 60 m; a second mine 30 m east takes a bite."""
    corner = equal_area.to_plane(np.array([[113.5, 37.9]]))[0]
    flat = np.array([shapely.box(0, 0, 100, 100), shapely.box(130, 0, 230, 100)], dtype=object)
    flat = shapely.transform(flat, lambda xy: xy + corner)
    mines = gpd.GeoSeries(equal_area.geometries_from_plane(flat), index=["A", "B"], crs=4490)
    alone = reference_rings.around(mines.iloc[:1], mines.iloc[:1], gap_m=10, width_m=50)
    # outer: 4·100·60 + π·60²; inner: 4·100·10 + π·10²
    whole = 400 * 60 + np.pi * 3600 - (400 * 10 + np.pi * 100)
    assert overlap.Ground(alone).area_m2[0] == pytest.approx(whole, rel=0.003)
    ring = reference_rings.around(mines.iloc[:1], mines, gap_m=10, width_m=50)
    beside = equal_area.geometries_to_plane(ring.to_numpy())[0]
    assert shapely.distance(beside, flat[1]) == pytest.approx(10, abs=0.2)
    assert overlap.Ground(ring).area_m2[0] < overlap.Ground(alone).area_m2[0]
    swallowed = gpd.GeoSeries([mines.iloc[0].buffer(0.01)], index=["C"], crs=4490)
    assert reference_rings.around(mines.iloc[:1], swallowed).is_empty.all()
    with pytest.raises(InputError):
        reference_rings.around(mines, mines, width_m=0)


def test_indicators_by_hand() -> None:
    found = indicators.of_records(
        pd.DataFrame(
            {
                "reclaimed_m2": [80, None],
                "damaged_m2": [100, 50],
                "hazards_removed_count": [3, 0],
                "hazards_count": [4, 0],
                "slope_safety_factor": [1.3, 1.1],
                "slope_safety_required": [1.25, 1.25],
                "new_cultivated_m2": [5_000, None],
            },
            index=["A", "B"],
        )
    )
    assert found.loc["A", ["reclaimed_rate", "hazards_removed", "slope_stable"]].tolist() == [0.8, 0.75, 1]
    assert found.loc["B", ["reclaimed_rate", "hazards_removed"]].isna().all()
    assert found.loc["B", "slope_stable"] == 0
    assert found["erosion_control"].isna().all()


@pytest.mark.parametrize("wrong", [{"reclaimed_m2": [-1.0]}, {"reclaimed_m2": [2.0], "damaged_m2": [1.0]}])
def test_records_that_can_not_be(wrong: dict[str, list[float]]) -> None:
    with pytest.raises(InputError) as caught:
        indicators.of_records(pd.DataFrame(wrong, index=["A"]))
    assert caught.value.code == "indicator_records"
