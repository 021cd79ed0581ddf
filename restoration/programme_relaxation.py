"""Why a wish cannot be met, and the smallest change that would make it possible.

Each part of the wish is relaxed alone, as little as possible. A part whose relaxation alone is enough is in
every irreducible conflict of the wish: it binds. When none is enough, the smallest joint relaxation is told
(money over the budget, money beyond a share and the cost of musts left out, summed).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gis.errors import InputError, Text
from restoration import programme_model, programme_wish
from restoration.programme_model import Model, Row, Solution
from restoration.programme_wish import Wish

SHARE_PRECISION = 0.001
TIME_LIMIT_EACH_S = 10.0


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One part of the wish, what was asked and what would be possible.

    ``group`` is ``budget`` (or ``budget:<stage>``), ``least_share:<county>``, ``greatest_share:<county>``,
    ``must`` or ``never``; ``stated`` and ``needed`` are in ``unit``. ``alone``: changing this part is enough.
    """

    group: str
    stated: float
    needed: float
    unit: Literal["yuan", "share", "patches"]
    alone: bool

    @property
    def text(self) -> Text:
        """One sentence."""
        name = self.group.partition(":")[2]
        stated, needed = (_shown(value, self.unit) for value in (self.stated, self.needed))
        kind = self.group.partition(":")[0]
        sentences = {
            "budget": Text(
                f"预算{name}由 {stated} 元增至 {needed} 元",
                f"raise the budget {name} from {stated} to {needed} yuan",
            ),
            "least_share": Text(
                f"{name}资金下限由 {stated} 降至 {needed}",
                f"lower the least share of {name} from {stated} to {needed}",
            ),
            "greatest_share": Text(
                f"{name}资金上限由 {stated} 升至 {needed}",
                f"raise the greatest share of {name} from {stated} to {needed}",
            ),
            "must": Text(f"必做图斑由 {stated} 个减至 {needed} 个", f"keep {needed} of the {stated} musts"),
            "never": Text(f"不做图斑由 {stated} 个减至 {needed} 个", f"keep {needed} of the {stated} nevers"),
        }
        return sentences[kind]


def _shown(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"{int(np.ceil(value - 1e-6)):,}" if unit == "yuan" else f"{value:.0f}"


class InfeasibleWishError(InputError):
    """No programme meets the wish; ``relaxations`` says what would have to give."""

    def __init__(self, relaxations: Sequence[Relaxation]) -> None:
        alone = [item for item in relaxations if item.alone]
        joint = [item for item in relaxations if not item.alone]
        options = alone or joint
        zh = ("；或".join if alone else "，并".join)(item.text.zh for item in options)
        en = ("; or ".join if alone else ", and ".join)(item.text.en for item in options)
        groups_zh = "、".join(item.group for item in options)
        super().__init__(
            "programme_infeasible",
            Text(
                f"要求互相矛盾，没有可行方案（{groups_zh}）。",
                f"The wish contradicts itself; no programme meets it ({groups_zh}).",
            ),
            Text(
                f"最小放宽：{zh}。" if zh else "请放宽要求。",
                f"Smallest relaxation: {en}." if en else "Relax the wish.",
            ),
        )
        self.relaxations = tuple(relaxations)


def refuse_infeasible(
    wish: Wish, model: Model, answer: Solution, budget_names: Sequence[str], time_limit_s: float
) -> None:
    """Raise when the answer is that there is none."""
    if answer.status == "infeasible":
        limit = min(time_limit_s, TIME_LIMIT_EACH_S)
        raise InfeasibleWishError(relaxations(wish, model, budget_names, limit))


def relaxations(
    wish: Wish, model: Model, budget_names: Sequence[str], time_limit_s: float
) -> list[Relaxation]:
    """Return the smallest relaxation of each part that is enough alone; else the smallest joint one."""
    found = [
        item
        for group in dict.fromkeys(row.group for row in model.rows if row.group)
        if (item := _row_alone(wish, model, group, budget_names, time_limit_s)) is not None
    ]
    for group in ("must", "never"):
        item = _set_alone(wish, model, group, time_limit_s)
        if item is not None:
            found.append(item)
    return found or _joint(wish, model, budget_names, time_limit_s)


def _row_alone(
    wish: Wish, model: Model, group: str, budget_names: Sequence[str], limit: float
) -> Relaxation | None:
    kind, _, name = group.partition(":")
    if kind == "budget":
        relaxed, slack = _with_slack(model, {group})
        answer = programme_model.solve(relaxed, -slack, limit)
        if answer.status not in ("optimal", "feasible"):
            return None
        stated = next(row.high for row in model.rows if row.group == group) * model.yuan_per_unit
        return Relaxation(
            budget_names[int(name)], stated, stated - answer.value * model.yuan_per_unit, "yuan", True
        )
    stated_share = _share(wish, group)
    loosest = 0.0 if kind == "least_share" else 1.0
    if not _possible(model, group, stated_share, loosest, limit):
        return None
    strict, loose = stated_share, loosest
    while abs(strict - loose) > SHARE_PRECISION / 4:
        middle = (strict + loose) / 2
        if _possible(model, group, stated_share, middle, limit):
            loose = middle
        else:
            strict = middle
    return Relaxation(group, stated_share, loose, "share", True)


def _share(wish: Wish, group: str) -> float:
    kind, _, name = group.partition(":")
    return float((wish.least_share if kind == "least_share" else wish.greatest_share)[name])


def _possible(model: Model, group: str, stated: float, share: float, limit: float) -> bool:
    money = next(row for row in model.rows if row.group == "budget:0").values[: model.patches]
    rows = tuple(
        replace(row, values=row.values + money * (stated - share)) if row.group == group else row
        for row in model.rows
    )
    answer = programme_model.solve(replace(model, rows=rows), np.zeros(len(model.lower)), limit)
    return answer.status in ("optimal", "feasible")


def _set_alone(wish: Wish, model: Model, group: str, limit: float) -> Relaxation | None:
    labels = wish.must if group == "must" else wish.never
    if not labels:
        return None
    places = programme_wish.places(wish.benefit.index, labels)
    last = (model.stages - 1) * model.patches + places
    lower, upper, goal = model.lower.copy(), model.upper.copy(), np.zeros(len(model.lower))
    for stage in range(model.stages):
        columns = stage * model.patches + places
        lower[columns], upper[columns] = 0.0, 1.0
    goal[last] = 1.0 if group == "must" else -1.0
    answer = programme_model.solve(replace(model, lower=lower, upper=upper), goal, limit)
    if answer.status not in ("optimal", "feasible"):
        return None
    changed = len(labels) - answer.value if group == "must" else -answer.value
    return Relaxation(group, float(len(labels)), float(len(labels) - np.rint(changed)), "patches", True)


def _with_slack(model: Model, groups: set[str]) -> tuple[Model, np.ndarray]:
    """Give each row of the groups a column that takes up what is too much or too little."""
    rows, count = list(model.rows), len(model.lower)
    for number, row in enumerate(rows):
        if row.group in groups:
            sign = -1.0 if np.isfinite(row.high) else 1.0
            rows[number] = Row(
                row.group, np.append(row.columns, count), np.append(row.values, sign), row.low, row.high
            )
            count += 1
    added = count - len(model.lower)
    wider = replace(
        model,
        rows=tuple(rows),
        lower=np.concatenate([model.lower, np.zeros(added)]),
        upper=np.concatenate([model.upper, np.full(added, np.inf)]),
    )
    return wider, np.concatenate([np.zeros(len(model.lower)), np.ones(added)])


def _joint(wish: Wish, model: Model, budget_names: Sequence[str], limit: float) -> list[Relaxation]:
    groups = {row.group for row in model.rows if row.group}
    relaxed, slack = _with_slack(model, groups)
    places = programme_wish.places(wish.benefit.index, wish.must)
    lower = relaxed.lower.copy()
    goal = -slack
    money = wish.cost_yuan.to_numpy() / model.yuan_per_unit
    for stage in range(model.stages):
        lower[stage * model.patches + places] = 0.0
    goal[(model.stages - 1) * model.patches + places] += money[places] + 1e-3
    answer = programme_model.solve(replace(relaxed, lower=lower), goal, limit)
    if answer.status not in ("optimal", "feasible"):
        return []
    column, told = len(model.lower), []
    for row in model.rows:
        if row.group:
            amount = float(answer.columns[column])
            column += 1
            if amount > 1e-6:
                told.append(_joint_part(wish, model, row, amount, answer.columns, budget_names))
    kept = int(np.rint(answer.columns[(model.stages - 1) * model.patches + places]).sum())
    if kept < len(places):
        told.append(Relaxation("must", float(len(places)), float(kept), "patches", False))
    return told


def _joint_part(
    wish: Wish, model: Model, row: Row, amount: float, columns: np.ndarray, budget_names: Sequence[str]
) -> Relaxation:
    kind, _, name = row.group.partition(":")
    if kind == "budget":
        stated = row.high * model.yuan_per_unit
        return Relaxation(
            budget_names[int(name)], stated, stated + amount * model.yuan_per_unit, "yuan", False
        )
    share = _share(wish, row.group)
    money = next(other for other in model.rows if other.group == "budget:0").values[: model.patches]
    spent = float(money @ columns[row.columns])
    change = amount / spent if spent else 0.0
    return Relaxation(
        row.group, share, share - change if kind == "least_share" else share + change, "share", False
    )
