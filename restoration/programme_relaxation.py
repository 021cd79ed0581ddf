"""Why a wish cannot be met, and the smallest changes that would make it possible.

Each part of the wish is relaxed alone, as little as possible. A part whose relaxation alone is enough is in
every irreducible conflict of the wish: it binds. Leaving musts out is always enough; where no money and no
share alone is, the smallest change of all of them together (money over the budgets and beyond the shares,
summed) stands beside it. Every amount is reckoned from a choice of patches, not taken from the solver.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from gis.errors import InputError, Text
from restoration import programme_model, programme_wish
from restoration.programme_model import FloatArray, Model, Row, Solution
from restoration.programme_wish import Wish

PERMILLE = 1000
"""Shares are relaxed in steps of 0.1 %, the precision in which they are told."""
TIME_LIMIT_EACH_S = 10.0
PATCHES_NAMED = 10
_ROUNDING_YUAN = programme_wish.TOLERANCE_YUAN / 5


@dataclass(frozen=True, slots=True)
class Stage:
    """The year in which a stage's budget is raised (None: there are no years), and that year's own money."""

    year: int | None
    own_yuan: float


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One part of the wish, what was asked and what would be possible.

    ``group`` is ``budget`` (or ``budget:<year>``, the money of that year alone), ``least_share:<county>``,
    ``greatest_share:<county>``, ``must`` or ``never``; ``stated`` and ``needed`` are in ``unit``. ``alone``:
    changing this part is enough. ``dropped``: musts, or nevers, that are no longer; ``postponed``: musts that are
    in by a later year.
    """

    group: str
    stated: float
    needed: float
    unit: Literal["yuan", "share", "patches"]
    alone: bool
    dropped: tuple[Hashable, ...] = ()
    postponed: Mapping[Hashable, int] = field(default_factory=dict)

    @property
    def title(self) -> Text:
        """The part in words."""
        kind, _, name = self.group.partition(":")
        titles = {
            "budget": Text(
                f"{name}年预算" if name else "预算", f"the budget of {name}" if name else "the budget"
            ),
            "least_share": Text(f"{name}资金下限", f"the least share of {name}"),
            "greatest_share": Text(f"{name}资金上限", f"the greatest share of {name}"),
            "must": Text("必做图斑", "the musts"),
            "never": Text("不做图斑", "the nevers"),
        }
        return titles[kind]

    @property
    def text(self) -> Text:
        """One sentence."""
        if self.unit == "patches":
            return self._patches()
        stated, needed = (_shown(value, self.unit) for value in (self.stated, self.needed))
        if self.unit == "yuan":
            return Text(
                f"{self.title.zh}由 {stated} 元增至 {needed} 元",
                f"raise {self.title.en} from {stated} to {needed} yuan",
            )
        verbs = Text("降至", "lower") if self.group.startswith("least") else Text("升至", "raise")
        return Text(
            f"{self.title.zh}由 {stated} {verbs.zh} {needed}",
            f"{verbs.en} {self.title.en} from {stated} to {needed}",
        )

    def _patches(self) -> Text:
        changes = []
        if self.dropped:
            zh, en = _listed(self.dropped)
            told = {
                "must": Text(f"{zh} 不再必做", f"no longer insist on {en}"),
                "never": Text(f"{zh} 改为可做", f"allow {en}"),
            }
            changes.append(told[self.group])
        for year in sorted(set(self.postponed.values())):
            zh, en = _listed([label for label, later in self.postponed.items() if later == year])
            changes.append(Text(f"{zh} 推迟到 {year} 年", f"postpone {en} to {year}"))
        return Text(
            f"{self.title.zh} {self.stated:.0f} 个中，" + "，".join(change.zh for change in changes),
            f"of {self.title.en} ({self.stated:.0f}), " + " and ".join(change.en for change in changes),
        )


def _listed(labels: Sequence[Hashable]) -> tuple[str, str]:
    names, more = [str(label) for label in labels[:PATCHES_NAMED]], len(labels) - PATCHES_NAMED
    zh, en = "、".join(names), ", ".join(names)
    return (f"{zh}等 {len(labels)} 个", f"{en} and {more} more") if more > 0 else (zh, en)


def _shown(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "share" else f"{value:,.2f}".removesuffix(".00")


class InfeasibleWishError(InputError):
    """No programme meets the wish; ``relaxations`` says what would have to give."""

    def __init__(self, relaxations: Sequence[Relaxation]) -> None:
        options = [item.text for item in relaxations if item.alone]
        joint = [item.text for item in relaxations if not item.alone]
        if joint:
            options.append(Text("，并".join(t.zh for t in joint), ", and ".join(t.en for t in joint)))
        zh, en = "；或".join(t.zh for t in options), "; or ".join(t.en for t in options)
        binds = [item.title for item in relaxations]
        super().__init__(
            "programme_infeasible",
            Text(
                f"要求互相矛盾，没有可行方案（{'、'.join(title.zh for title in binds)}）。",
                f"The wish contradicts itself; no programme meets it ({', '.join(title.en for title in binds)}).",
            ),
            Text(
                f"最小放宽：{zh}。" if zh else "请放宽要求。",
                f"Smallest relaxation: {en}." if en else "Relax the wish.",
            ),
        )
        self.relaxations = tuple(relaxations)


def refuse_infeasible(
    wish: Wish, model: Model, answer: Solution, stages: Sequence[Stage], time_limit_s: float
) -> None:
    """Raise when the answer is that there is none.

    Raises
    ------
    InfeasibleWishError
        ``programme_infeasible``, with the smallest relaxations, when the answer's status is ``infeasible``.
    """
    if answer.status == "infeasible":
        limit = min(time_limit_s, TIME_LIMIT_EACH_S)
        raise InfeasibleWishError(relaxations(wish, model, stages, limit))


def relaxations(wish: Wish, model: Model, stages: Sequence[Stage], time_limit_s: float) -> list[Relaxation]:
    """Return the smallest relaxation of each part that is enough alone, and of money and shares together."""
    found: list[Relaxation | None] = [
        _budget_alone(model, stages, stage, time_limit_s) for stage in range(model.stages)
    ]
    found += [
        _share_alone(wish, model, group, time_limit_s)
        for group in dict.fromkeys(row.group for row in model.rows if "share" in row.group)
    ]
    told = [item for item in found if item is not None]
    together = [] if told else _together(wish, model, stages, time_limit_s)
    told += [
        item
        for item in (_musts(wish, model, stages, time_limit_s), _nevers(wish, model, time_limit_s))
        if item is not None
    ]
    return told + together


def _budget_alone(model: Model, stages: Sequence[Stage], stage: int, limit: float) -> Relaxation | None:
    relaxed, slack = _with_money(model, [stage])
    answer = programme_model.solve(relaxed, -slack, limit)
    if answer.status not in ("optimal", "feasible"):
        return None
    lacking = max(_lacking(row, answer.columns, model) for row in _budget_rows(model)[stage:])
    return _raised(stages[stage], lacking, alone=True)


def _raised(stage: Stage, lacking_yuan: float, *, alone: bool) -> Relaxation:
    group = "budget" if stage.year is None else f"budget:{stage.year}"
    needed = float(np.ceil(stage.own_yuan + lacking_yuan - _ROUNDING_YUAN))
    return Relaxation(group, stage.own_yuan, needed, "yuan", alone)


def _budget_rows(model: Model) -> list[Row]:
    return [row for row in model.rows if row.group.startswith("budget:")]


def _lacking(row: Row, columns: FloatArray, model: Model) -> float:
    """Return how many yuan whole patches cost beyond a budget."""
    return (float(row.values @ np.rint(columns[row.columns])) - row.high) * model.yuan_per_unit


def _share(wish: Wish, group: str) -> float:
    kind, _, name = group.partition(":")
    return float((wish.least_share if kind == "least_share" else wish.greatest_share)[name])


def _share_alone(wish: Wish, model: Model, group: str, limit: float) -> Relaxation | None:
    """Search the share, in steps of 0.1 %, that is possible and nearest to the stated one."""
    stated = _share(wish, group)
    least = group.startswith("least")
    # In steps away from the stated share: the first one beyond it, and the loosest there is.
    first = int(np.ceil(stated * PERMILLE)) - 1 if least else int(np.floor(stated * PERMILLE)) + 1
    steps = first + 1 if least else PERMILLE - first + 1

    def share_at(step: int) -> float:
        return (first - step if least else first + step) / PERMILLE

    if steps <= 0 or not _possible(model, group, stated, share_at(steps - 1), limit):
        return None
    low, high = 0, steps - 1
    while low < high:
        middle = (low + high) // 2
        if _possible(model, group, stated, share_at(middle), limit):
            high = middle
        else:
            low = middle + 1
    return Relaxation(group, stated, share_at(high), "share", True)


def _possible(model: Model, group: str, stated: float, share: float, limit: float) -> bool:
    money = _budget_rows(model)[0].values[: model.patches]
    rows = tuple(
        replace(row, values=row.values + money * (stated - share)) if row.group == group else row
        for row in model.rows
    )
    answer = programme_model.solve(replace(model, rows=rows), np.zeros(len(model.lower)), limit)
    return answer.status in ("optimal", "feasible")


def _musts(wish: Wish, model: Model, stages: Sequence[Stage], limit: float) -> Relaxation | None:
    """Keep as many musts as stated as there can be; of the others, postpone what can be, as little as can be."""
    if not wish.must:
        return None
    places = programme_wish.places(wish.benefit.index, wish.must)
    columns = places[:, None] + model.patches * np.arange(model.stages)
    due = model.lower[columns].argmax(axis=1)
    lower, goal = model.lower.copy(), np.zeros(len(model.lower))
    lower[columns] = 0.0
    later = float(len(places) * model.stages + 1)
    for row, stage in zip(columns, due, strict=True):
        goal[row[stage:]] += 1.0
        goal[row[-1]] += later
        goal[row[stage]] += later * (len(places) + 1)
    answer = programme_model.solve(replace(model, lower=lower), goal, limit)
    if answer.status not in ("optimal", "feasible"):
        return None
    taken = answer.columns[columns] > 0.5
    dropped, postponed = [], {}
    for label, row, stage in zip(wish.must, taken, due, strict=True):
        year = stages[int(row.argmax())].year
        if not row[-1]:
            dropped.append(label)
        elif not row[stage] and year is not None:
            postponed[label] = year
    kept = len(places) - len(dropped) - len(postponed)
    return Relaxation("must", float(len(places)), float(kept), "patches", True, tuple(dropped), postponed)


def _nevers(wish: Wish, model: Model, limit: float) -> Relaxation | None:
    if not wish.never:
        return None
    places = programme_wish.places(wish.benefit.index, wish.never)
    columns = places[:, None] + model.patches * np.arange(model.stages)
    upper, goal = model.upper.copy(), np.zeros(len(model.lower))
    upper[columns] = 1.0
    goal[columns[:, -1]] = -1.0
    answer = programme_model.solve(replace(model, upper=upper), goal, limit)
    if answer.status not in ("optimal", "feasible"):
        return None
    taken = answer.columns[columns[:, -1]] > 0.5
    dropped = tuple(label for label, now in zip(wish.never, taken, strict=True) if now)
    return Relaxation(
        "never", float(len(places)), float(len(places) - len(dropped)), "patches", True, dropped
    )


def _with_money(model: Model, raised: Sequence[int]) -> tuple[Model, FloatArray]:
    """Add money to some stages' budgets; what is kept for later flows into every later budget."""
    count = len(model.lower)
    money = count + np.arange(len(raised))
    budgets = {id(row): stage for stage, row in enumerate(_budget_rows(model))}
    rows = []
    for row in model.rows:
        stage = budgets.get(id(row))
        flows = np.array([stage is not None and _flows(model, at, stage) for at in raised], dtype=bool)
        rows.append(
            replace(
                row,
                columns=np.concatenate([row.columns, money[flows]]),
                values=np.concatenate([row.values, -np.ones(int(flows.sum()))]),
            )
        )
    return _wider(model, rows, len(raised))


def _flows(model: Model, raised: int, stage: int) -> bool:
    return raised == stage or (model.cumulative and raised < stage)


def _wider(model: Model, rows: Sequence[Row], added: int) -> tuple[Model, FloatArray]:
    wider = replace(
        model,
        rows=tuple(rows),
        lower=np.concatenate([model.lower, np.zeros(added)]),
        upper=np.concatenate([model.upper, np.full(added, np.inf)]),
    )
    return wider, np.concatenate([np.zeros(len(model.lower)), np.ones(added)])


def _together(wish: Wish, model: Model, stages: Sequence[Stage], limit: float) -> list[Relaxation]:
    """Keep musts and nevers; return the smallest change of budgets and shares together."""
    relaxed, _ = _with_money(model, range(model.stages))
    rows, count = list(relaxed.rows), len(relaxed.lower)
    for number, row in enumerate(rows):
        if "share" in row.group:
            sign = -1.0 if np.isfinite(row.high) else 1.0
            rows[number] = replace(
                row, columns=np.append(row.columns, count), values=np.append(row.values, sign)
            )
            count += 1
    relaxed = _wider(relaxed, rows, count - len(relaxed.lower))[0]
    slack = np.concatenate([np.zeros(len(model.lower)), np.ones(count - len(model.lower))])
    answer = programme_model.solve(relaxed, -slack, limit)
    if answer.status not in ("optimal", "feasible"):
        return []
    return _raises(model, stages, answer.columns) + _loosened(wish, model, answer.columns)


def _raises(model: Model, stages: Sequence[Stage], columns: FloatArray) -> list[Relaxation]:
    told, added = [], 0.0
    for stage, row in zip(stages, _budget_rows(model), strict=True):
        lacking = _lacking(row, columns, model) - (added if model.cumulative else 0.0)
        if lacking > _ROUNDING_YUAN:
            told.append(_raised(stage, lacking, alone=False))
            added += told[-1].needed - told[-1].stated
    return told


def _loosened(wish: Wish, model: Model, columns: FloatArray) -> list[Relaxation]:
    county = np.array([] if wish.county is None else wish.county.to_numpy(), dtype=object)
    money = wish.cost_yuan.to_numpy()
    told = []
    for group in dict.fromkeys(row.group for row in model.rows if "share" in row.group):
        shares = [
            _share_of(
                money * (columns[model.stage_columns(stage)] > 0.5),
                np.asarray(county == group.partition(":")[2]),
            )
            for stage in range(model.stages)
        ]
        known, stated = [share for share in shares if share is not None], _share(wish, group)
        if group.startswith("least") and known and min(known) < stated - 1e-9:
            needed = np.floor(min(known) * PERMILLE + 1e-6) / PERMILLE
        elif group.startswith("greatest") and known and max(known) > stated + 1e-9:
            needed = np.ceil(max(known) * PERMILLE - 1e-6) / PERMILLE
        else:
            continue
        told.append(Relaxation(group, stated, float(needed), "share", False))
    return told


def _share_of(spent: FloatArray, here: npt.NDArray[np.bool_]) -> float | None:
    total = float(spent.sum())
    return float(spent[here].sum()) / total if total > 0 else None
