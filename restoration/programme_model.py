"""The mixed-integer model of a programme, and its solution by HiGHS; no other file knows the solver."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import highspy
import numpy as np
import numpy.typing as npt

from gis.errors import PlannerError
from restoration import programme_wish
from restoration.programme_wish import Wish

FloatArray = npt.NDArray[np.float64]
Status = Literal["optimal", "feasible", "infeasible", "nothing_found"]
SOLVER_SEED = 0
LARGE = 3_000
CORE = 400
SCALE = 1_000.0
OPTIMUM_GAP = 1e-6
"""A programme is called the optimum when no other can bring a millionth more: many patches of one worth per yuan
would keep the solver for minutes over less than that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One linear constraint, and the part of the wish it comes from (``""``: never to be relaxed)."""

    group: str
    columns: npt.NDArray[np.int64]
    values: FloatArray
    low: float
    high: float


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """Columns: per stage one binary per patch, then per stage one number per pair; then any slack.

    Money is in units of ``yuan_per_unit`` (the dearest patch costs 1,000), benefit in ``benefit_per_unit``.
    The solver takes 0.9999999 for 1, and that is a yuan of ten million: what it lets through is cut off
    (:func:`_cut`), so that rows hold for whole patches to within
    :data:`restoration.programme_wish.TOLERANCE_YUAN`. A tighter tolerance is no remedy: with 1e-9, HiGHS 1.16
    calls worse choices optimal.
    """

    patches: int
    pairs: int
    stages: int
    lower: FloatArray
    upper: FloatArray
    rows: tuple[Row, ...]
    objectives: tuple[FloatArray, ...]
    yuan_per_unit: float
    benefit_per_unit: float
    cumulative: bool

    def stage_columns(self, stage: int) -> slice:
        """Columns of the patches of one stage."""
        return slice(stage * self.patches, (stage + 1) * self.patches)


@dataclass(frozen=True, eq=False, slots=True)
class Solution:
    """What the solver says; ``bound`` is proven, in the objective's own units."""

    status: Status
    columns: FloatArray
    value: float
    bound: float


def build(
    wish: Wish,
    budgets_yuan: Sequence[float],
    *,
    cumulative: bool = True,
    must_stage: Mapping[Hashable, int] | None = None,
) -> Model:
    """Build the model of one or more stages; what is chosen in a stage stays in the later ones.

    Parameters
    ----------
    wish
        Checked. Its own budget is not used.
    budgets_yuan
        Money of each stage: all money up to then (``cumulative``), or that of the stage alone.
    must_stage
        Stage by which a must is in; default the last.
    """
    n, stages = len(wish.benefit), len(budgets_yuan)
    first, second, bonus = programme_wish.pair_arrays(wish)
    pairs = len(bonus)
    gain = programme_wish.expected_benefit(wish)
    money = wish.cost_yuan.to_numpy()
    unit = max(float(money.max(initial=0)), 1e-9) / SCALE
    worth = max(float(gain.max(initial=0)), float(bonus.max(initial=0)), 1e-12) / SCALE
    lower, upper = np.zeros(stages * (n + pairs)), np.ones(stages * (n + pairs))
    index = wish.benefit.index
    by = must_stage or {}
    for label, place in zip(wish.must, programme_wish.places(index, wish.must), strict=True):
        for stage in range(by.get(label, stages - 1), stages):
            lower[stage * n + place] = 1.0
    for place in programme_wish.places(index, wish.never):
        upper[[stage * n + place for stage in range(stages)]] = 0.0
    rows: list[Row] = []
    for stage, budget in enumerate(budgets_yuan):
        here = np.arange(stage * n, (stage + 1) * n)
        spent = (here, money / unit)
        if not cumulative and stage:
            spent = (np.concatenate([here, here - n]), np.concatenate([money, -money]) / unit)
        rows.append(Row(f"budget:{stage}", *spent, -np.inf, budget / unit))
        rows += _share_rows(wish, here, money / unit)
        both = stages * n + stage * pairs + np.arange(pairs)
        for pair in range(pairs):
            for end in (first[pair], second[pair]):
                rows.append(_order_row(int(here[end]), int(both[pair])))
        if stage:
            rows += [_order_row(int(column), int(column) - n) for column in here]
    objectives = []
    for stage in range(stages):
        goal = np.zeros(stages * (n + pairs))
        goal[stage * n : (stage + 1) * n] = gain / worth
        goal[stages * n + stage * pairs : stages * n + (stage + 1) * pairs] = bonus / worth
        objectives.append(goal)
    return Model(n, pairs, stages, lower, upper, tuple(rows), tuple(objectives), unit, worth, cumulative)


def _order_row(above: int, below: int) -> Row:
    return Row("", np.array([above, below]), np.array([1.0, -1.0]), 0.0, np.inf)


def _share_rows(wish: Wish, here: npt.NDArray[np.int64], money: FloatArray) -> list[Row]:
    rows = []
    if wish.county is not None:
        county = wish.county.to_numpy()
        for name, share in sorted(wish.least_share.items()):
            rows.append(Row(f"least_share:{name}", here, money * ((county == name) - share), 0.0, np.inf))
        for name, share in sorted(wish.greatest_share.items()):
            rows.append(Row(f"greatest_share:{name}", here, money * ((county == name) - share), -np.inf, 0.0))
    return rows


def fixed(model: Model, stage: int, chosen: npt.NDArray[np.bool_]) -> Model:
    """Return the model with the patches of one stage settled."""
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[model.stage_columns(stage)] = chosen
    upper[model.stage_columns(stage)] = chosen
    return replace(model, lower=lower, upper=upper)


def solve(model: Model, objective: FloatArray, time_limit_s: float, *, gap: float = 0.0) -> Solution:
    """Maximise; large models by their linear relaxation and a small core around it.

    The bound of a large model is that of its relaxation.

    Parameters
    ----------
    gap
        Share of its value by which an "optimal" answer may be below the bound.
    """
    binaries = model.stages * model.patches
    free = int((model.lower[:binaries] < model.upper[:binaries]).sum())
    if free <= LARGE:
        answer = _run(model, objective, time_limit_s, gap=gap)[0]
        if answer.status != "nothing_found":
            return answer
    return _around_relaxation(model, objective, time_limit_s, gap)


def _around_relaxation(model: Model, objective: FloatArray, time_limit_s: float, gap: float) -> Solution:
    relaxed, reduced_cost = _run(model, objective, time_limit_s, whole=False)
    if relaxed.status != "optimal":
        return relaxed
    binaries = model.stages * model.patches
    value = relaxed.columns[:binaries]
    fractional = np.abs(value - np.rint(value)) > 1e-7
    # Fractional columns first, then those the relaxation was least sure of.
    doubt = np.lexsort([np.abs(reduced_cost[:binaries]), ~fractional])
    size = max(CORE, 2 * int(fractional.sum()))
    while True:
        lower, upper = model.lower.copy(), model.upper.copy()
        outside = doubt[size:]
        lower[outside] = upper[outside] = np.rint(value[outside])
        core = replace(model, lower=lower, upper=upper)
        answer = _run(core, objective, time_limit_s, gap=gap)[0]
        if answer.status in ("optimal", "feasible") or size >= binaries:
            bound = answer.bound if size >= binaries else relaxed.bound
            status = answer.status
            if status == "optimal" and bound > answer.value + OPTIMUM_GAP * max(1.0, abs(answer.value)):
                status = "feasible"
            return Solution(status, answer.columns, answer.value, bound)
        size = min(binaries, 4 * size)


class _Silent(highspy.Highs):
    """The solver without the banner its constructor prints, which would spoil ``--json`` (highspy 1.16)."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:
        """Silence the solver before the constructor's first call that speaks."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _run(
    model: Model, objective: FloatArray, time_limit_s: float, *, whole: bool = True, gap: float = 0.0
) -> tuple[Solution, FloatArray]:
    columns = len(model.lower)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, len(model.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = objective, model.lower, model.upper
    lp.row_lower_ = np.array([row.low for row in model.rows])
    lp.row_upper_ = np.array([row.high for row in model.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum([len(row.columns) for row in model.rows])]).astype(
        np.int32
    )
    lp.a_matrix_.index_ = np.concatenate([row.columns for row in model.rows]).astype(np.int32)
    lp.a_matrix_.value_ = np.concatenate([row.values for row in model.rows])
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * (model.stages * model.patches)
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (columns - len(kinds))
    solver = _Silent()
    options = {
        "threads": 1,
        "random_seed": SOLVER_SEED,
        "time_limit": float(time_limit_s),
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-6,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    if solver.passModel(lp) == highspy.HighsStatus.kError:
        raise PlannerError(f"HiGHS refused the model: {solver.getModelStatus()}")
    used_s = 0.0
    while True:
        if solver.run() == highspy.HighsStatus.kError:
            raise PlannerError(f"HiGHS refused the model: {solver.getModelStatus()}")
        answer = _told(solver, whole)
        cuts = _cuts(model, answer) if whole else []
        if not cuts:
            return answer, np.asarray(solver.getSolution().col_dual, dtype=float)
        used_s += solver.getRunTime()
        if used_s >= time_limit_s:
            return Solution("nothing_found", answer.columns, np.nan, np.nan), np.zeros(0)
        for cut in cuts:
            solver.addRow(cut.low, cut.high, len(cut.columns), cut.columns.astype(np.int32), cut.values)
        solver.setOptionValue("time_limit", time_limit_s - used_s)


def _cuts(model: Model, answer: Solution) -> list[Row]:
    """Return what cuts off an answer that is over a row once its patches are whole; none when it is not."""
    if answer.status not in ("optimal", "feasible"):
        return []
    columns = answer.columns.copy()
    binaries = model.stages * model.patches
    columns[:binaries] = np.rint(columns[:binaries])
    room = programme_wish.TOLERANCE_YUAN / model.yuan_per_unit
    cuts: list[Row] = []
    for row in model.rows:
        if row.group and int(row.columns.max(initial=0)) < binaries:
            spent = float(row.values @ columns[row.columns])
            if spent > row.high + room:
                cuts.append(_cut(row.columns, row.values, columns))
            elif spent < row.low - room:
                cuts.append(_cut(row.columns, -row.values, columns))
    return cuts


def _cut(places: npt.NDArray[np.int64], money: FloatArray, columns: FloatArray) -> Row:
    r"""Return the cover cut of a row that is spent too much of.

    Every choice with all the patches :math:`P` that spend here, and none of the patches :math:`N` that would save
    and do not, spends at least as much. So :math:`\sum_P x - \sum_N x \le |P| - 1`.

    Examples
    --------
    A, B and C cost 3, 4, 1; A and B were taken, which is too much:

    >>> cut = _cut(np.arange(3), np.array([3.0, 4.0, 1.0]), np.array([1.0, 1.0, 0.0]))
    >>> cut.columns.tolist(), cut.values.tolist(), cut.high
    ([0, 1], [1.0, 1.0], 1.0)
    """
    taken = columns[places] > 0.5
    spending, saving = taken & (money > 0), ~taken & (money < 0)
    signs = np.where(spending, 1.0, -1.0)
    counted = spending | saving
    return Row("", places[counted], signs[counted], -np.inf, float(spending.sum()) - 1.0)


def _told(solver: highspy.Highs, whole: bool) -> Solution:
    state, info = solver.getModelStatus(), solver.getInfo()
    columns = np.asarray(solver.getSolution().col_value, dtype=float)
    kind = highspy.HighsModelStatus
    if state in (kind.kInfeasible, kind.kUnboundedOrInfeasible):
        return Solution("infeasible", columns, np.nan, np.nan)
    value = float(info.objective_function_value)
    if state in (kind.kOptimal, kind.kModelEmpty):
        return Solution("optimal", columns, value, float(info.mip_dual_bound) if whole else value)
    if state not in (kind.kTimeLimit, kind.kSolutionLimit, kind.kIterationLimit):
        raise PlannerError(f"HiGHS stopped with {state}")
    found = whole and info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not found:
        return Solution("nothing_found", columns, np.nan, np.nan)
    return Solution("feasible", columns, value, float(info.mip_dual_bound))
