"""What a programme of restoration is asked to do, and the judgement of any answer, also one made by hand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from gis.errors import InputError, Text

TOLERANCE_YUAN = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class Wish:
    """The wish for a programme; every amount of money is the user's own number.

    Parameters
    ----------
    benefit
        Benefit of restoring each patch, 0 or more, in any one unit; its index names the patches.
    cost_yuan
        Cost of each patch.
    budget_yuan
        Money there is.
    success_probability
        Chance that restoration succeeds; the benefit counts times this. None: 1.
    county
        County of each patch; needed for shares.
    least_share, greatest_share
        County to share of the money **spent** (not of the budget), so that a larger budget never rules out
        what a smaller one allowed.
    must, never
        Patches that are in, or out, whatever they bring.
    neighbours
        Columns ``first``, ``second``, ``bonus``: extra benefit when both are restored (times both chances of
        success, taken as independent).
    """

    benefit: pd.Series
    cost_yuan: pd.Series
    budget_yuan: float
    success_probability: pd.Series | None = None
    county: pd.Series | None = None
    least_share: Mapping[str, float] = field(default_factory=dict)
    greatest_share: Mapping[str, float] = field(default_factory=dict)
    must: tuple[Hashable, ...] = ()
    never: tuple[Hashable, ...] = ()
    neighbours: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Judgement:
    """What a set of patches brings and costs, and which parts of the wish it breaks (codes; empty: none)."""

    benefit: float
    cost_yuan: float
    cost_by_county_yuan: pd.Series
    broken: tuple[str, ...]


def checked(wish: Wish) -> Wish:
    """Return the wish with all tables on one index, in an order that does not depend on the order given.

    Raises
    ------
    InputError
        ``programme_labels``, ``programme_numbers``, ``programme_probability``, ``programme_share``,
        ``programme_county``, ``programme_must_never``, ``programme_neighbours``.
    """
    index = wish.benefit.index
    tables = [wish.cost_yuan, wish.success_probability, wish.county]
    if not index.is_unique or not all(
        table is None or (table.index.is_unique and index.isin(table.index).all()) for table in tables
    ):
        raise _wrong(
            "programme_labels",
            Text(
                "图斑编号重复，或有图斑缺少费用、成功率或县区。",
                "A patch is repeated, or lacks a cost, chance of success or county.",
            ),
            Text("请为每个图斑填一行。", "Give each patch one row."),
        )
    order = index[np.argsort(index.map(str).to_numpy(dtype=str), kind="stable")]
    benefit = wish.benefit.reindex(order).astype(float)
    cost = wish.cost_yuan.reindex(order).astype(float)
    numbers = np.concatenate([benefit, cost, [wish.budget_yuan]])
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        raise _wrong(
            "programme_numbers",
            Text(
                "效益、费用或预算缺失、为负或不是有限数。",
                "A benefit, a cost or the budget is missing, negative or not finite.",
            ),
            Text(
                "请填写不小于 0 的数；没有费用的图斑不能列入计划。",
                "Give numbers of 0 or more; a patch without a cost cannot be planned.",
            ),
        )
    chance = (
        pd.Series(1.0, index=order)
        if wish.success_probability is None
        else wish.success_probability.reindex(order)
    )
    chance = chance.astype(float)
    if not ((chance >= 0) & (chance <= 1)).all():
        raise _wrong(
            "programme_probability",
            Text("成功率不在 0 到 1 之间。", "A chance of success is not between 0 and 1."),
            Text("请改正成功率。", "Mend it."),
        )
    _check_sets(wish, set(index))
    _check_shares(wish)
    return Wish(
        benefit,
        cost,
        float(wish.budget_yuan),
        chance,
        None if wish.county is None else wish.county.reindex(order).map(str),
        dict(wish.least_share),
        dict(wish.greatest_share),
        tuple(dict.fromkeys(wish.must)),
        tuple(dict.fromkeys(wish.never)),
        _pairs(wish.neighbours, order),
    )


def _check_sets(wish: Wish, labels: set[Hashable]) -> None:
    unknown = [label for label in (*wish.must, *wish.never) if label not in labels]
    both = set(wish.must) & set(wish.never)
    if unknown or both:
        label = unknown[0] if unknown else sorted(both, key=str)[0]
        raise _wrong(
            "programme_must_never",
            Text(
                f"必做或不做清单中的图斑“{label}”不存在，或同时在两个清单中。",
                f"Patch {label!r} is unknown, or both a must and a never.",
            ),
            Text("请改正清单。", "Mend the lists."),
        )


def _check_shares(wish: Wish) -> None:
    shares = [*wish.least_share.values(), *wish.greatest_share.values()]
    crossed = [c for c, least in wish.least_share.items() if least > wish.greatest_share.get(c, 1.0)]
    too_much = sum(wish.least_share.values()) > 1 + 1e-12
    if (shares and wish.county is None) or any(not 0 <= s <= 1 for s in shares) or crossed or too_much:
        raise _wrong(
            "programme_share",
            Text(
                "县区资金比例不在 0 到 1 之间、下限大于上限、下限之和大于 1，或没有县区列。",
                "Shares are outside 0 to 1, a least exceeds a greatest, the leasts exceed 1, or there are no counties.",
            ),
            Text("请改正比例。", "Mend the shares."),
        )
    known = sorted(filter(None, set(map(str, wish.county)))) if wish.county is not None else []
    for name in (*wish.least_share, *wish.greatest_share):
        if name not in known:
            raise _wrong(
                "programme_county",
                Text(
                    f"资金比例中的“{name}”没有可列入计划的图斑。",
                    f"A share of the money is asked for {name!r}, where no patch can be planned.",
                ),
                Text(
                    f"有图斑的县（区）：{'、'.join(known) or '无'}。请改正名称，或去掉该比例。",
                    f"Counties with patches: {', '.join(known) or 'none'}. Mend the name, or drop the share.",
                ),
            )


def _pairs(neighbours: pd.DataFrame | None, order: pd.Index) -> pd.DataFrame:
    if neighbours is None or neighbours.empty:
        return pd.DataFrame({"first": [], "second": [], "bonus": []})
    pairs = neighbours[["first", "second", "bonus"]]
    place = {label: number for number, label in enumerate(order)}
    known = pairs["first"].isin(order).all() and pairs["second"].isin(order).all()
    bonus = pairs["bonus"].to_numpy(dtype=float)
    itself = (pairs["first"] == pairs["second"]).any()
    if not known or itself or not np.isfinite(bonus).all() or (bonus < 0).any():
        raise _wrong(
            "programme_neighbours",
            Text(
                "相邻图斑对中有未知图斑、自身成对，或加分为负。",
                "A pair of neighbours has an unknown patch, pairs one with itself, or a negative bonus.",
            ),
            Text("请改正相邻关系表。", "Mend the table of neighbours."),
        )
    ends = np.sort(
        np.array([[place[a], place[b]] for a, b in zip(pairs["first"], pairs["second"], strict=True)]), axis=1
    )
    table = pd.DataFrame({"first": ends[:, 0], "second": ends[:, 1], "bonus": bonus})
    table = table.groupby(["first", "second"])["bonus"].sum().reset_index()
    return table.assign(first=order[table["first"]], second=order[table["second"]])


def _wrong(code: str, what: Text, mend: Text) -> InputError:
    return InputError(code, what, mend)


def judge(wish: Wish, chosen: pd.Series) -> Judgement:
    """Judge any set of patches by the wish.

    Examples
    --------
    >>> wish = Wish(pd.Series({"A": 5.0, "B": 4.0}), pd.Series({"A": 3.0, "B": 2.0}), budget_yuan=4)
    >>> judgement = judge(wish, pd.Series({"A": True, "B": True}))
    >>> judgement.benefit, judgement.cost_yuan, judgement.broken
    (9.0, 5.0, ('budget',))
    """
    wish = checked(wish)
    taken = chosen.reindex(wish.benefit.index, fill_value=False).to_numpy(dtype=bool)
    cost = wish.cost_yuan.to_numpy() * taken
    total = float(cost.sum())
    benefit = float(expected_benefit(wish)[taken].sum())
    first, second, bonus = pair_arrays(wish)
    benefit += float(bonus[taken[first] & taken[second]].sum())
    county = pd.Series("", index=wish.benefit.index) if wish.county is None else wish.county
    by_county = pd.Series(cost, index=county.to_numpy()).groupby(level=0).sum().rename("cost_yuan")
    broken = ["budget"] if total > wish.budget_yuan + TOLERANCE_YUAN else []
    for name, share in sorted(wish.least_share.items()):
        if float(by_county.get(name, 0.0)) < share * total - TOLERANCE_YUAN:
            broken.append(f"least_share:{name}")
    for name, share in sorted(wish.greatest_share.items()):
        if float(by_county.get(name, 0.0)) > share * total + TOLERANCE_YUAN:
            broken.append(f"greatest_share:{name}")
    picked = set(wish.benefit.index[taken])
    broken += ["must"] * bool(set(wish.must) - picked) + ["never"] * bool(set(wish.never) & picked)
    return Judgement(benefit, total, by_county, tuple(broken))


def places(index: pd.Index, labels: Iterable[Hashable]) -> npt.NDArray[np.int64]:
    """Return where labels stand in an index."""
    where = {label: number for number, label in enumerate(index)}
    return np.array([where[label] for label in labels], dtype=np.int64)


def expected_benefit(wish: Wish) -> np.ndarray:
    """Benefit times the chance of success; the wish has been checked.

    Examples
    --------
    5 · 0.5 and 4 · 1:

    >>> wish = Wish(
    ...     pd.Series({"A": 5.0, "B": 4.0}), pd.Series({"A": 3.0, "B": 2.0}), budget_yuan=4,
    ...     success_probability=pd.Series({"A": 0.5, "B": 1.0}),
    ... )
    >>> expected_benefit(checked(wish)).tolist()
    [2.5, 4.0]
    """
    chance = 1.0 if wish.success_probability is None else wish.success_probability.to_numpy()
    return np.asarray(wish.benefit.to_numpy() * chance, dtype=float)


def pair_arrays(wish: Wish) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the two ends of each pair, and the expected bonus; the wish has been checked.

    Examples
    --------
    A bonus of 8 for both of two patches that succeed with chances 0.5 and 0.25: 8 · 0.5 · 0.25 = 1.

    >>> wish = Wish(
    ...     pd.Series({"A": 5.0, "B": 4.0}), pd.Series({"A": 3.0, "B": 2.0}), budget_yuan=4,
    ...     success_probability=pd.Series({"A": 0.5, "B": 0.25}),
    ...     neighbours=pd.DataFrame({"first": ["A"], "second": ["B"], "bonus": [8.0]}),
    ... )
    >>> [part.tolist() for part in pair_arrays(checked(wish))]
    [[0], [1], [1.0]]
    """
    pairs = wish.neighbours
    if pairs is None or wish.success_probability is None or pairs.empty:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    index = wish.benefit.index
    first, second = places(index, pairs["first"]), places(index, pairs["second"])
    chance = wish.success_probability.to_numpy()
    return first, second, np.asarray(pairs["bonus"].to_numpy(dtype=float) * chance[first] * chance[second])
