"""An evaluation in words: terminal, Excel, GeoPackage, JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from rich.console import Console

from gis.errors import Language, Text
from gis.files import write as files
from gis.files.atomic import whole
from gis.note import Note
from planner import issue_list, target_crs, terminal, texts, wording, workbook
from planner.effect_flow import EffectResult
from planner.tables import Field
from restoration import indicators, success
from restoration.effect import REASONS, VERDICTS
from restoration.land_cover import Legend

JSON_SCHEMA = "planner.effect/1"
NOT_EVALUATED = {
    "without_ground": Text(
        "没有可用的图形，或只有点位而没有面积", "without usable geometry, or a point without an area"
    ),
    "outside": Text("在阳泉市范围外", "outside Yangquan"),
}
SHOWN = 20
FIELDS = (
    Field("patch_id", "TBBH", Text("图斑编号", "patch")),
    Field("county", "XZX", Text("县（区）", "county")),
    Field("area_hectares", "MJGQ", Text("面积（公顷）", "area (ha)"), "ha"),
    Field("fvc_before", "FVCQ", Text("修复前植被覆盖度", "cover before")),
    Field("fvc_after", "FVCH", Text("修复后植被覆盖度", "cover after")),
    Field("change", "BH", Text("变化", "change")),
    Field("ring_change", "CZBH", Text("参照环变化", "change of the ring")),
    Field("effect", "XY", Text("净效应", "effect")),
    Field("effect_low", "XYXX", Text("净效应下限", "effect, low end")),
    Field("effect_high", "XYSX", Text("净效应上限", "effect, high end")),
    Field("cover_index", "FGZS", Text("覆盖度指数（修复后÷参照环）", "cover index (after / ring)")),
    Field("success_index", "RSI", Text("恢复成功指数", "restoration success index")),
    Field("success_low", "RSIXX", Text("恢复成功指数下限", "success index, low end")),
    Field("success_high", "RSISX", Text("恢复成功指数上限", "success index, high end")),
    Field("effective_cells", "YXXY", Text("有效样本数", "effective cells")),
    Field("covered_share", "FGBL", Text("有数据比例", "share with data")),
    Field("verdict_title", "JL", Text("结论", "verdict")),
    Field("reason_title", "YY", Text("未评估原因", "why not assessed")),
    Field("illustrative", "SYBZ", Text("示意标注", "illustrative")),
)


_OF_RECORDS = ("success_index", "success_low", "success_high")


def assumptions(result: EffectResult) -> tuple[Text, ...]:
    """Return what the evaluation rests on."""
    question, settings = result.question, result.question.settings
    measure = (
        _of_legend(question.legend)
        if question.legend is not None
        else Text(
            "植被覆盖度由NDVI换算，两期共用前期的5%、95%分位端元（通行做法，未核实）。",
            "Cover comes from NDVI; both dates take the 5th and 95th percentile of the earlier one (common practice).",
        )
    )
    return (
        measure,
        Text(
            f"参照环：图斑外 {question.gap_m:g} 至 {question.gap_m + question.width_m:g} 米，扣除全部矿山图斑及其 "
            f"{question.gap_m:g} 米缓冲。",
            f"Reference ring: {question.gap_m:g} to {question.gap_m + question.width_m:g} m outside the patch, less "
            f"every mine with {question.gap_m:g} m around it.",
        ),
        Text(
            f"置信区间：Welch t，有效样本数按相关长度 {settings.correlation_m:g} 米折减（假定，请按变异函数改定）。",
            f"Interval: Welch's t with cells reduced by a correlation length of {settings.correlation_m:g} m "
            "(an assumption: set the range of your scene's variogram).",
        ),
        Text(
            f"判据：净效应置信区间全部不低于 {settings.least_gain:g} 为已恢复，全部低于为未恢复（建议值，可修改）。",
            f"Recovered: the whole interval is at least {settings.least_gain:g}; not recovered: wholly below it "
            "(a proposal, to be edited).",
        ),
        *_of_assumed_area(question.mines.assumed_area_m2),
        *_of_success(result),
    )


def _of_assumed_area(area_m2: float | None) -> list[Text]:
    if area_m2 is None:
        return []
    return [
        Text(
            f"没有面积的点位按 {area_m2:g} 平方米计（假定）。",
            f"Points without an area count {area_m2:g} m² (assumed).",
        )
    ]


def _of_success(result: EffectResult) -> list[Text]:
    """Say what the success index is made of."""
    if not result.index_weights:
        return []
    zh = "、".join(f"{success.TERMS[name].zh} {weight:.3g}" for name, weight in result.index_weights)
    en = ", ".join(f"{success.TERMS[name].en} {weight:.3g}" for name, weight in result.index_weights)
    stated = bool(result.question.index_weights)
    source = (
        Text("用户给定", "as stated")
        if stated
        else Text("等权，建议值，可修改", "equal: a proposal, to be edited")
    )
    return [
        Text(
            f"恢复成功指数 RSI = Σ w·min(1, x/参照)，权重（{source.zh}）：{zh}；参照为参照环的覆盖度和指标的 100%。"
            "缺项的图斑只给上下限。",
            f"Success index RSI = Σ w·min(1, x/reference), weights ({source.en}): {en}; references are the "
            "ring's cover and 100 % of an indicator. Where a term is not known only the ends are given.",
        )
    ]


def _of_legend(legend: Legend) -> Text:
    """Say how the codes of a land cover were taken."""

    def listed(codes: Iterable[float]) -> str:
        return ", ".join(f"{code:g}" for code in codes)

    return Text(
        f"植被覆盖度取土地覆盖有植被像元（代码 {listed(legend.vegetated)}）占已观测像元的比例；未观测的代码："
        f"{listed(legend.missing)}（不计入），其余代码为无植被。",
        f"Cover is the share of vegetated cells (codes {listed(legend.vegetated)}) in the land cover cells seen; "
        f"not seen and left out: {listed(legend.missing)}; every other code is not vegetated.",
    )


def table(result: EffectResult, language: Language) -> gpd.GeoDataFrame:
    """Return the evaluated patches, the worst effect first, EPSG:4490, columns as in :data:`FIELDS`."""
    frame = result.patches.assign(label=result.patches.index.map(str))
    frame = frame.sort_values(["effect", "label"], kind="stable", na_position="last")
    frame = frame.reindex(columns=list(dict.fromkeys([*frame.columns, *_OF_RECORDS])))
    numbers = [field.id for field in FIELDS if field.id in frame and field.id not in ("county",)]
    values = {name: frame[name].round(6).to_numpy() for name in numbers}
    mark = texts.ILLUSTRATIVE.said(language) if result.illustrative else ""
    columns = {
        "patch_id": frame["label"].to_numpy(dtype=object),
        "county": frame["county"].to_numpy(dtype=object),
        "area_hectares": (frame["area_m2"] / wording.M2_PER_HECTARE).round(4).to_numpy(),
        **values,
        "verdict_title": [VERDICTS[name].said(language) for name in frame["verdict"]],
        "reason_title": [REASONS[name].said(language) for name in frame["reason"]],
        "illustrative": mark,
    }
    ordered = {field.id: columns[field.id] for field in FIELDS}
    return gpd.GeoDataFrame(ordered, geometry=frame.geometry.to_numpy(), crs=4490)


def show(result: EffectResult, console: Console, language: Language) -> None:
    """Print what came of an evaluation."""
    if result.illustrative:
        console.print(f"[bold reverse] {texts.ILLUSTRATIVE_WARNING.said(language)} [/]", highlight=False)
    counted = result.patches["verdict"].value_counts()
    listed = texts.listed(
        (f"{VERDICTS[name].said(language)} {int(counted.get(name, 0))}" for name in VERDICTS), language
    )
    console.print(f"{result.names[0]} → {result.names[1]}: {listed}", highlight=False, markup=False)
    failed = result.failed
    titles = (
        Text("图斑", "patch"),
        Text("县区", "county"),
        Text("公顷", "ha"),
        Text("修复前", "before"),
        Text("修复后", "after"),
        Text("参照变化", "ring"),
        Text("净效应", "effect"),
        Text("置信区间", "interval"),
    )
    heading = Text(
        f"未恢复的已治理图斑（{len(failed)}个）", f"Restored patches that did not recover ({len(failed)})"
    )
    shown = terminal.table(titles, language, heading=heading, numbers=(0, 2, 3, 4, 5, 6, 7))
    shown.show_lines = False
    for label, row in failed.head(SHOWN).iterrows():
        shown.add_row(
            str(label),
            row["county"],
            wording.hectares(row["area_m2"]),
            f"{row['fvc_before']:.3f}",
            f"{row['fvc_after']:.3f}",
            f"{row['ring_change']:+.3f}",
            f"{row['effect']:+.3f}",
            f"{row['effect_low']:+.3f} … {row['effect_high']:+.3f}",
        )
    console.print(shown)
    if len(failed) > SHOWN:
        more = len(failed) - SHOWN
        told = Text(f"另有 {more} 个，见导出表或 --json。", f"{more} more: see the exports or --json.")
        console.print(f"  {told.said(language)}", highlight=False)
    if result.not_evaluated:
        console.print(f"  {_left_out_line(result).said(language)}", highlight=False, markup=False)
    for line in assumptions(result):
        console.print(f"  · {line.said(language)}", highlight=False, markup=False)
    for issue in result.issues:
        told_of = f"{texts.SEVERITIES[issue.severity].said(language)} {issue.layer}: "
        told_of += f"{issue.what.said(language)} {issue.done.said(language)}"
        console.print(f"  · {told_of}", highlight=False, markup=False)


def _left_out_line(result: EffectResult) -> Text:
    counts = {key: sum(reason == key for _, reason in result.not_evaluated) for key in NOT_EVALUATED}
    zh = "；".join(f"{NOT_EVALUATED[key].zh} {count} 个" for key, count in counts.items() if count)
    en = "; ".join(f"{count} {NOT_EVALUATED[key].en}" for key, count in counts.items() if count)
    total = len(result.not_evaluated)
    return Text(
        f"另有 {total} 个已治理图斑未参与评估：{zh}。见“未参与评估”表；点位可用 --assume-area 给出假定面积。",
        f"{total} treated patches were not evaluated: {en}. See the sheet; give points an area with --assume-area.",
    )


def write_all(
    result: EffectResult, folder: Path, language: Language, *, encoding: str = "GBK", crs: str = "EPSG:4490"
) -> tuple[list[Path], tuple[Note, ...]]:
    """Write every export: shapefile, GeoPackage, Excel, JSON."""
    target = target_crs.named(crs)
    located = target.moved(table(result, language))
    short = located.rename(columns={field.id: field.short_name for field in FIELDS})
    notes = (*target.notes, *files.write(short, folder / "effect.zip", layer="effect", encoding=encoding))
    files.write(located, folder / "effect.gpkg", layer="effect")
    written = [folder / "effect.zip", folder / "effect.gpkg", folder / "effect.xlsx", folder / "effect.json"]
    with whole(written[2]) as place:
        workbook.write(place, _sheets(result, language))
    with whole(written[3]) as place:
        content = json.dumps(to_json(result, language), ensure_ascii=False, indent=2) + "\n"
        place.write_text(content, encoding="utf-8", newline="\n")
    return written, notes


def _sheets(result: EffectResult, language: Language) -> dict[str, workbook.Sheet]:
    frame = pd.DataFrame(table(result, language).drop(columns="geometry"))
    titles = [field.title.said(language) for field in FIELDS]
    failed = frame[frame["patch_id"].isin([str(label) for label in result.failed.index])]
    lines = [item.said(language) for item in assumptions(result)]
    if result.illustrative:
        lines.insert(0, texts.ILLUSTRATIVE_WARNING.said(language))
    sheets = {
        Text("效果", "Effect").said(language): workbook.of_frame(frame, titles),
        Text("未恢复", "Not recovered").said(language): workbook.of_frame(failed, titles),
        Text("未参与评估", "Not evaluated").said(language): (
            workbook.header(language, Text("图斑编号", "patch"), Text("原因", "why")),
            [[label, NOT_EVALUATED[reason].said(language)] for label, reason in result.not_evaluated],
        ),
        Text("说明", "Notes").said(language): (
            [Text("内容", "what").said(language)],
            [[line] for line in lines],
        ),
        Text("数据问题", "Data issues").said(language): (
            workbook.header(
                language,
                Text("来源", "where"),
                Text("程度", "severity"),
                Text("问题", "what"),
                Text("处理", "done"),
            ),
            [
                [
                    item.layer,
                    texts.SEVERITIES[item.severity].said(language),
                    item.what.said(language),
                    item.done.said(language),
                ]
                for item in result.issues
            ],
        ),
    }
    if result.indicators is not None:
        named = result.indicators.rename_axis("patch_id").reset_index()
        header = [Text("图斑编号", "patch").said(language)]
        known = {
            item.id: f"{item.title.said(language)}（{item.formula.said(language)}）"
            for item in indicators.INDICATORS
        }
        known |= {
            "slope_stable": Text(
                "边坡稳定（安全系数不小于要求）", "slope stable (safety factor as required)"
            ).said(language),
            "new_cultivated_m2": indicators.COLUMNS["new_cultivated_m2"].said(language),
        }
        header += [known[str(name)] for name in named.columns[1:]]
        sheets[Text("指标", "Indicators").said(language)] = workbook.of_frame(named, header)
    return sheets


def to_json(result: EffectResult, language: Language) -> dict[str, Any]:
    """Return an evaluation as one plain object, as described in ``docs/json.md``."""
    frame = pd.DataFrame(table(result, language).drop(columns="geometry"))
    codes = result.patches.set_axis(result.patches.index.map(str))
    rows = [
        {str(key): _plain(value) for key, value in row.items()}
        | {"verdict": codes.loc[row["patch_id"], "verdict"], "reason": codes.loc[row["patch_id"], "reason"]}
        for row in frame.to_dict("records")
    ]
    return {
        "schema": JSON_SCHEMA,
        "illustrative": result.illustrative,
        "software": result.software,
        "made_at": result.made_at.isoformat(),
        "before": result.names[0],
        "after": result.names[1],
        "settings": dataclasses.asdict(result.question.settings)
        | {"gap_m": result.question.gap_m, "ring_m": result.question.width_m}
        | {
            "land_cover": None
            if result.question.legend is None
            else dataclasses.asdict(result.question.legend)
        },
        "assumptions": [item.said(language) for item in assumptions(result)],
        "counts": {name: int((result.patches["verdict"] == name).sum()) for name in VERDICTS},
        "not_recovered": [str(label) for label in result.failed.index],
        "not_evaluated": [label for label, _ in result.not_evaluated],
        "not_evaluated_reasons": dict(result.not_evaluated),
        "index_weights": dict(result.index_weights),
        "patches": rows,
        "indicators": None
        if result.indicators is None
        else {
            str(label): {str(key): _plain(value) for key, value in row.items()}
            for label, row in result.indicators.iterrows()
        },
        "issues": issue_list.to_json(result.issues, language),
    }


def _plain(value: Any) -> Any:
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain
