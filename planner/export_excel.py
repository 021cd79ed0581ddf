"""The workbook: summary, findings, single features, layers used, documents, data issues, data dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gis.errors import Language, Text
from planner import sentence, tables, texts, wording, workbook
from planner.result import Result, SiteResult

_MOST_SITES_SIDE_BY_SIDE = 5

_SHEETS = {
    "summary": Text("汇总", "Summary"),
    "findings": Text("结论明细", "Findings"),
    "features": Text("涉及图斑", "Features met"),
    "layers": Text("图层来源", "Layers used"),
    "documents": Text("依据文件", "Documents cited"),
    "position": Text("官方表述与审批", "Position and approval"),
    "duties": Text("通用手续", "Duties"),
    "issues": Text("数据问题", "Data issues"),
    "dictionary": Text("字段说明", "Data dictionary"),
}


def write_workbook(result: Result, path: Path, language: Language) -> None:
    """Write a result as an Excel workbook, the same bytes for the same result."""
    sheets = {
        "summary": _side_by_side(*_summary(result, language)),
        "findings": _findings(result, language),
        "features": _features(result, language),
        "layers": layers_used(result, language),
        "documents": documents_cited(result, language),
        "position": _position(result, language),
        "duties": _duties(result, language),
        "issues": _issues(result, language),
        "dictionary": _dictionary(language),
    }
    workbook.write(path, {_SHEETS[name].said(language): sheet for name, sheet in sheets.items()})


def _titles(fields: Sequence[Text], language: Language) -> list[str]:
    return [field.said(language) for field in fields]


def _summary(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (
            Text("文件", "file"),
            Text("总体结论", "overall verdict"),
            Text("面积（公顷）", "area (ha)"),
            Text("面积（亩）", "area (mu)"),
            Text("禁止区（公顷）", "prohibited (ha)"),
            Text("避让后剩余（公顷）", "remaining (ha)"),
            Text("地块数", "parcels"),
            Text("坐标系", "coordinate system"),
            Text("识别依据", "why"),
            Text("说明", "in words"),
            Text("法规日期", "law as of"),
            Text("规则库版本", "rule base"),
            Text("软件版本", "software"),
            Text("生成时间", "made at"),
            Text("声明", "disclaimer"),
        ),
        language,
    )
    disclaimer = texts.PRELIMINARY.said(language)
    if result.is_illustrative:
        disclaimer = texts.ILLUSTRATIVE_WARNING.said(language) + disclaimer
    rows = []
    for site in result.sites:
        total = site.totals.subject_m2
        prohibited, remaining = site.totals.prohibited_m2, site.totals.remaining_m2
        rows.append(
            [
                site.site.name,
                wording.verdict_title(site.verdict.code, language),
                round(total / wording.M2_PER_HECTARE, 4),
                round(total / wording.M2_PER_MU, 2),
                round(prohibited / wording.M2_PER_HECTARE, 4),
                round(remaining / wording.M2_PER_HECTARE, 4),
                len(site.parcels),
                site.site.recognition.name,
                site.site.recognition.reason.said(language),
                sentence.of_site(result, site, language),
                result.project.as_of.isoformat(),
                result.stamp.rule_book[:12],
                result.stamp.software,
                result.stamp.made_at.isoformat(),
                disclaimer,
            ]
        )
    return header, rows


def _side_by_side(header: list[str], rows: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """Turn a table of few sites on its side: one column a site reads like a sheet of paper."""
    if len(rows) > _MOST_SITES_SIDE_BY_SIDE:
        return header, rows
    turned = [list(column) for column in zip(header, *rows, strict=True)]
    return [str(cell) for cell in turned[0]], turned[1:]


def _findings(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    frame = tables.findings(result, language).drop(columns="geometry")
    header = [_with_unit(field, language) for field in tables.FIELDS]
    return header, frame[[field.id for field in tables.FIELDS]].to_numpy(dtype=object).tolist()


def _with_unit(field: tables.Field, language: Language) -> str:
    title = field.title.said(language)
    return f"{title} ({field.unit})" if field.unit == "m²" else title


def _features(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (
            Text("文件", "file"),
            Text("地块", "parcel"),
            Text("图层", "layer"),
            Text("类型", "sub-class"),
            Text("名称", "name"),
            Text("编号", "code"),
            Text("重叠面积 (m²)", "overlap (m²)"),
            Text("占地块比例", "share of parcel"),
            Text("示意标注", "illustrative"),
        ),
        language,
    )
    rows = []
    for site in result.sites:
        names = site.parcels["parcel_name"]
        for row in site.features.drop(columns="geometry").to_dict("records"):
            illustrative = result.layers[row["layer"]].source.illustrative
            rows.append(
                [
                    site.site.name,
                    names.loc[row["parcel"]],
                    wording.layer_title(row["layer"], language),
                    wording.sub_class_title(row["layer"], row["sub_class"], language),
                    row["name"],
                    row["code"],
                    round(row["overlap_m2"], 2),
                    round(row["share"], 6),
                    texts.ILLUSTRATIVE.said(language) if illustrative else "",
                ]
            )
    return header, rows


def layers_used(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    """Return header and rows of the control layers: loaded or not, from where, of which day, with which hash."""
    header = _titles(
        (
            Text("图层", "layer"),
            Text("是否加载", "loaded"),
            Text("文件", "file"),
            Text("数据日期", "as of"),
            Text("来源", "source"),
            Text("许可", "licence"),
            Text("示意标注", "illustrative"),
            Text("位置精度 (m)", "positional accuracy (m)"),
            Text("要素数", "features"),
            Text("SHA-256", "SHA-256"),
        ),
        language,
    )
    rows: list[list[Any]] = []
    for spec in result.specs:
        layer = result.layers.get(spec.id)
        if layer is None:
            missing = Text("否（未评估）", "no (not assessed)").said(language)
            rows.append([spec.title.said(language), missing, *[""] * 8])
            continue
        source = layer.source
        rows.append(
            [
                spec.title.said(language),
                Text("是", "yes").said(language),
                source.name,
                source.as_of.isoformat() if source.as_of else texts.UNKNOWN.said(language),
                source.origin.said(language),
                source.licence.said(language),
                texts.ILLUSTRATIVE.said(language) if source.illustrative else "",
                texts.UNKNOWN.said(language)
                if source.positional_accuracy_m is None
                else source.positional_accuracy_m,
                layer.feature_count,
                source.sha256,
            ]
        )
    return header, rows


def documents_cited(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    """Return header and rows of the documents that rules and duties rest on: their dates, and how sure those are."""
    header = _titles(
        (
            Text("文件", "document"),
            Text("文号", "number"),
            Text("生效日期", "in force from"),
            Text("失效日期", "in force until"),
            Text("日期的确认程度", "certainty of the dates"),
        ),
        language,
    )
    day = result.project.as_of
    named = set(result.findings()["rule_id"])
    bases = [rule.cited_on(day) for name, rule in result.book.rules.items() if name in named]
    bases += [duty.cited_on(day) for duty in result.duties]
    cited = {citation.document.id: citation.document for basis in bases for citation in basis}
    return header, [
        [
            document.title.said(language),
            document.number,
            texts.UNKNOWN.said(language)
            if document.effective_from is None
            else document.effective_from.isoformat(),
            "" if document.effective_to is None else document.effective_to.isoformat(),
            texts.CERTAINTIES[document.date_certainty].said(language),
        ]
        for _, document in sorted(cited.items())
    ]


def _position(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (Text("文件", "file"), Text("事项", "subject"), Text("表述", "wording"), Text("说明", "remark")),
        language,
    )
    rows: list[list[Any]] = []
    for site in result.sites:
        rows += [[site.site.name, *row] for row in position_of_site(site, language)]
    return header, rows


def position_of_site(site: SiteResult, language: Language) -> list[list[Any]]:
    """Return subject, wording and remark: the official wordings, the land by class, who decides by its size."""
    limits = site.limits
    rows: list[list[Any]] = [
        [state.subject.said(language), state.state.said(language), state.why.said(language)]
        for state in site.states
    ]
    for title, area_m2 in (
        (Text("永久基本农田（公顷）", "permanent basic farmland (ha)"), limits.farmland_m2),
        (Text("其他耕地（公顷）", "other cultivated land (ha)"), limits.cultivated_m2),
        (Text("其他土地（公顷）", "other land (ha)"), limits.other_m2),
        (Text("地类未评估（公顷）", "land class not assessed (ha)"), limits.not_assessed_m2),
    ):
        rows.append([title.said(language), float(wording.hectares(area_m2)), ""])
    level = Text("征收批准层级（按全部征收计）", "who decides on expropriation (of all of it)")
    rows.append([level.said(language), limits.level.said(language), limits.why.said(language)])
    return rows


def _duties(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (
            Text("手续", "duty"),
            Text("主管部门", "authority"),
            Text("确认程度", "certainty"),
            Text("全文", "in words"),
        ),
        language,
    )
    rows = [
        [
            duty.title.said(language),
            wording.text_or_unknown(duty.authority, language),
            texts.CERTAINTIES[duty.certainty].said(language),
            wording.duty(duty, result.project, language),
        ]
        for duty in result.duties
    ]
    return header, rows


def _issues(result: Result, language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (
            Text("图层或文件", "layer or file"),
            Text("代码", "code"),
            Text("级别", "severity"),
            Text("数量", "count"),
            Text("行号", "rows"),
            Text("问题", "what"),
            Text("处理", "done"),
        ),
        language,
    )
    rows = [
        [
            issue.layer,
            issue.code,
            texts.SEVERITIES[issue.severity].said(language),
            issue.count,
            ", ".join(issue.rows),
            issue.what.said(language),
            issue.done.said(language),
        ]
        for issue in result.issues
    ]
    return header, rows


def _dictionary(language: Language) -> tuple[list[str], list[list[Any]]]:
    header = _titles(
        (
            Text("字段", "field"),
            Text("shapefile字段", "shapefile field"),
            Text("含义", "meaning"),
            Text("单位", "unit"),
        ),
        language,
    )
    return header, [
        [field.id, field.short_name, field.title.said(language), field.unit] for field in tables.FIELDS
    ]
