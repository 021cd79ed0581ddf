"""Files of a ranking: Excel, Word, shapefile, GeoPackage, charts, JSON, the run file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gis.errors import InputError, Language, Text
from gis.files import write as files
from gis.files.atomic import whole
from gis.note import Note
from layers.issue import Issue
from planner import (
    issue_list,
    priorities,
    rank_flow,
    rank_programme,
    rank_report,
    rank_tables,
    rank_workbook,
    target_crs,
    texts,
)
from planner.rank_result import Decision
from restoration import mine_filters, planting

JSON_SCHEMA = "planner.rank/1"


def write_all(
    decision: Decision, folder: Path, language: Language, *, encoding: str = "GBK", crs: str = "EPSG:4490"
) -> tuple[list[Path], tuple[Note, ...], tuple[Issue, ...]]:
    """Write every export of a decision.

    Parameters
    ----------
    decision
        What came of a ranking.
    folder
        Made when it is not there.
    encoding
        Of the shapefiles: ``GBK`` or ``UTF-8``.
    crs
        Coordinate system of shapefiles and GeoPackage.

    Returns
    -------
    paths, notes, issues
        The files written; what a shapefile could not hold as it was; why charts are missing, if they are.
    """
    target = target_crs.named(crs)
    ranked = target.moved(rank_tables.ranking(decision, language))
    left_out = target.moved(rank_tables.left_out(decision, language))
    left_out = left_out[~left_out.geometry.isna()].reset_index(drop=True)
    written: list[Path] = []
    notes: list[Note] = list(target.notes)
    for frame, name, fields in (
        (ranked, "ranking", rank_tables.FIELDS),
        (left_out, "left_out", rank_tables.LEFT_OUT_FIELDS),
    ):
        if frame.empty:
            continue
        short = frame.rename(columns={field.id: field.short_name for field in fields})
        notes += files.write(short, folder / f"{name}.zip", layer=name, encoding=encoding)
        notes += files.write(frame, folder / f"{name}.gpkg", layer=name)
        written += [folder / f"{name}.zip", folder / f"{name}.gpkg"]
    charts, issues = _charts(decision, folder, language)
    written += charts
    book = folder / "ranking.xlsx"
    with whole(book) as place:
        rank_workbook.write(decision, place, language, issues)
    written.append(book)
    from planner import rank_report_word  # noqa: PLC0415 - python-docx, only where a report is written

    written.append(folder / "report.docx")
    with whole(written[-1]) as place:
        pictures = {path.stem: path.read_bytes() for path in charts}
        rank_report_word.write(decision, place, language, pictures, issues)
    for path, content in (
        (
            folder / "rank.json",
            priorities.to_json(decision.assessed.question.beside(folder), decision.choices),
        ),
        (
            folder / "result.json",
            json.dumps(to_json(decision, language), ensure_ascii=False, indent=2) + "\n",
        ),
    ):
        with whole(path) as place:
            place.write_text(content, encoding="utf-8", newline="\n")
        written.append(path)
    return written, tuple(notes), issues


def _charts(decision: Decision, folder: Path, language: Language) -> tuple[list[Path], tuple[Issue, ...]]:
    from planner import rank_charts  # noqa: PLC0415 - matplotlib, only where charts are written

    try:
        return rank_charts.write(decision, folder, language), ()
    except InputError as error:
        if error.code != "no_chinese_font":
            raise
        done = Text(f"没有绘制图表。{error.mend.zh}", f"No charts were drawn. {error.mend.en}")
        return [], (Issue("charts", error.code, "warning", 1, error.what, done),)


def to_json(decision: Decision, language: Language) -> dict[str, Any]:
    """Return a decision as one plain object, as described in ``docs/json.md``."""
    assessed, choices = decision.assessed, decision.choices
    ranked = decision.ranking
    stamp = assessed.stamp
    return {
        "schema": JSON_SCHEMA,
        "illustrative": assessed.illustrative,
        "disclaimer": rank_report.NOT_OFFICIAL.said(language),
        "stamp": {
            "software": stamp.software,
            "rule_book": stamp.rule_book,
            "mines": {"name": stamp.mines[0], "sha256": stamp.mines[1]},
            "layers": dict(stamp.layers),
            "rasters": list(stamp.rasters),
            "made_at": stamp.made_at.isoformat(),
        },
        "run": json.loads(priorities.to_json(assessed.question, choices)),
        "assumptions": [item.said(language) for item in decision.assumptions],
        "method": choices.method,
        "weights": {
            "kind": ranked.weights.kind,
            "what_it_is": ranked.weights.what_it_is.said(language),
            "what_it_is_not": ranked.weights.what_it_is_not.said(language),
            "consistency_ratio": ranked.weights.consistency_ratio,
            "used": {str(name): float(value) for name, value in ranked.used.items()},
        },
        "criteria_not_assessed": list(ranked.not_assessed),
        "dangers_not_assessed": [danger.code for danger in assessed.dangers_left_out],
        "top": rank_tables.top_of(choices, decision),
        "acceptability": {
            "draws": ranked.acceptability.draws,
            "seed": ranked.acceptability.seed,
            "standard_error": ranked.acceptability.standard_error,
        },
        "central_weights": {
            str(label): {str(name): _number(value) for name, value in row.items()}
            for label, row in rank_tables.central_weights(decision).iterrows()
        },
        "agreement": {
            str(name): {str(other): _number(value) for other, value in row.items()}
            for name, row in ranked.agreement.iterrows()
        },
        "ranking": [_row(row) for row in _records(rank_tables.ranking(decision, language))],
        "scores": {
            str(label): {str(name): _number(value) for name, value in row.items()}
            for label, row in ranked.scores.loc[decision.order].iterrows()
        },
        "left_out": [_row(row) for row in _records(rank_tables.left_out(decision, language))],
        "left_out_counts": mine_filters.counts(assessed.left_out)["patches"].to_dict(),
        "programme": _programme(decision, language),
        "planting": None
        if decision.planting is None
        else [
            row | {"in_words": planting.VERDICTS[row["verdict"]].said(language)}
            for row in decision.planting.to_dict("records")
        ],
        "issues": issue_list.to_json(rank_flow.issues_of(decision), language),
    }


def _programme(decision: Decision, language: Language) -> dict[str, Any] | None:
    plan = decision.plan
    if plan is None:
        return None
    curve = [_row(row) for row in plan.curve.reset_index().to_dict("records")]
    if plan.nested is None:
        return {"unpriced": list(plan.unpriced), "curve": curve, "nested": None}
    free = plan.nested.free
    return {
        "unpriced": list(plan.unpriced),
        "curve": curve,
        "nested": {
            "milestones": [_row(row) for row in plan.nested.stages.reset_index().to_dict("records")],
            "by_year": [_row(row) for row in rank_tables.by_year(decision).to_dict("records")],
            "free": {
                "benefit": free.judgement.benefit,
                "cost_yuan": free.judgement.cost_yuan,
                "bound": free.bound,
                "proven": free.proven,
                "patches": sorted(str(label) for label in free.chosen.index[free.chosen]),
            },
            "prohibited_end_use": sorted(
                str(label)
                for label in plan.nested.year.dropna().index
                if decision.suggested.loc[label, "prohibited_uses"]
            ),
            "lost_benefit": plan.nested.lost_benefit,
            "lost_share": rank_programme.loss_share(plan.nested),
        },
        "illustrative": texts.ILLUSTRATIVE.said(language) if decision.assessed.illustrative else "",
    }


def _records(frame: gpd.GeoDataFrame) -> list[dict[Any, Any]]:
    return pd.DataFrame(frame.drop(columns="geometry")).to_dict("records")


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): _number(value) for key, value in row.items()}


def _number(value: Any) -> Any:
    """Return a plain value: numbers that are not known become null."""
    if value is pd.NA or value is None:
        return None
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain
