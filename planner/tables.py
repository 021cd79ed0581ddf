"""The findings as one table in words: what every report and export is made from."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.errors import Language, Text
from planner import texts, wording
from planner.result import Result, SiteResult
from zoning.statement import HIT


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the exports: our name, the shapefile's name (≤ 10 bytes), titles, unit."""

    id: str
    short_name: str
    title: Text
    unit: str = ""


FIELDS = (
    Field("site", "WJMC", Text("文件", "file")),
    Field("parcel_name", "DKMC", Text("地块", "parcel")),
    Field("row", "DKXH", Text("文件内行号", "row in the file")),
    Field("layer", "TCDM", Text("图层代码", "layer id")),
    Field("layer_title", "TCMC", Text("图层", "layer")),
    Field("sub_class_title", "LXMC", Text("类型", "sub-class")),
    Field("state", "ZTDM", Text("状态", "state")),
    Field("verdict", "JLDM", Text("结论代码", "verdict code")),
    Field("verdict_title", "JLMC", Text("结论", "verdict")),
    Field("counts_as", "JRZT", Text("计入总体结论", "counts as")),
    Field("sliver", "BJXL", Text("疑似边界相邻", "touching boundary")),
    Field("subject_m2", "DKMJ", Text("地块面积", "parcel area"), "m²"),
    Field("conflict_m2", "CTMJ", Text("涉及面积", "area concerned"), "m²"),
    Field("clear_m2", "QYMJ", Text("不涉及面积", "area not concerned"), "m²"),
    Field("not_assessed_m2", "WPGMJ", Text("未评估面积", "area not assessed"), "m²"),
    Field("conflict_hectares", "CTGQ", Text("涉及面积（公顷）", "area concerned (hectares)"), "ha"),
    Field("conflict_mu", "CTMU", Text("涉及面积（亩）", "area concerned (mu)"), "亩"),
    Field("conflict_least_m2", "CTMJX", Text("涉及面积下限", "least area concerned"), "m²"),
    Field("conflict_most_m2", "CTMJS", Text("涉及面积上限", "most area concerned"), "m²"),
    Field("standing", "KKCD", Text("落线可靠程度", "how sure the hit is")),
    Field("width_m", "PJKD", Text("平均宽度", "mean width"), "m"),
    Field("accuracy_m", "XWJD", Text("线位精度", "accuracy of the lines"), "m"),
    Field("nearest_m", "ZJJL", Text("最近距离", "nearest distance"), "m"),
    Field("nearest_error_m", "ZJWC", Text("最近距离误差", "error of the distance"), "m"),
    Field("share", "CTZB", Text("占地块比例", "share of parcel")),
    Field("feature_count", "TBGS", Text("涉及图斑数", "features met")),
    Field("rule_id", "GZBH", Text("规则编号", "rule")),
    Field("basis", "FLYJ", Text("依据", "basis")),
    Field("procedure", "BLYQ", Text("办理要求", "procedure")),
    Field("authority", "ZGBM", Text("主管部门", "authority")),
    Field("certainty", "QRCD", Text("确认程度", "certainty")),
    Field("reason", "YYSM", Text("原因", "reason")),
    Field("questions", "DBWT", Text("待补问题", "questions to answer")),
    Field("note", "GZSM", Text("规则说明", "note")),
    Field("as_of", "FLRQ", Text("法规日期", "law as of")),
    Field("source", "SJLY", Text("数据来源", "data source")),
    Field("source_as_of", "SJRQ", Text("数据日期", "data as of")),
    Field("illustrative", "SYBZ", Text("示意标注", "illustrative")),
)
"""The kept dictionary of field names: one list for shapefile, GeoPackage, GeoJSON, Excel."""


def findings(result: Result, language: Language) -> gpd.GeoDataFrame:
    """Return the findings of all sites in words, EPSG:4490, columns as in ``FIELDS``."""
    frames = [of_site(result, site, language) for site in result.sites]
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=4490)


def of_site(result: Result, site: SiteResult, language: Language) -> gpd.GeoDataFrame:
    """Return the findings of one site in words.

    Examples
    --------
    100 m × 100 m of a plot of 200 m × 100 m are in the red line: 10 000 m² = 1 ha = 15 mu, half of it.

    >>> from datetime import date
    >>> from pathlib import Path
    >>> from types import SimpleNamespace
    >>> import shapely
    >>> from gis import equal_area
    >>> from layers import spec
    >>> from layers.layer import Layer, Source
    >>> from layers.site import Site
    >>> from zoning import conflicts
    >>> from zoning.rule import Rule, Scope, Verdict
    >>> from zoning.rulebook import RuleBook
    >>> def box(*ends):
    ...     return equal_area.geometries_from_plane(np.array([shapely.box(*ends)]))
    >>> named = {"parcel_name": ["A"], "row": [1], "doubtful": [False]}
    >>> plot = gpd.GeoDataFrame(named, geometry=box(0, 0, 200, 100), crs=4490)
    >>> site = Site("plot", Path(), "", "", "", plot, None, 0.0, (), ())
    >>> redline = gpd.GeoDataFrame({"sub_class": ["other"]}, geometry=box(100, 0, 300, 100), crs=4490)
    >>> no, day, known = Text("", ""), date(2026, 1, 1), spec.find("ecological_red_line")
    >>> source = Source("redline", "", None, no, no, False, None)
    >>> layer = Layer(known, redline, gpd.GeoSeries(box(-9, -9, 999, 999), crs=4490), source, ())
    >>> scope = Scope(known.id, "other", "within", "")
    >>> rule = Rule("R-1", scope, ("PV",), (), {}, Verdict.PROHIBITED, (), day, None, "", no, no, no, "V")
    >>> book = RuleBook({"R-1": rule}, {}, (), "")
    >>> found = conflicts.find(site, [known], {known.id: layer}, book, conflicts.Question("PV", {}, day))
    >>> result = SimpleNamespace(book=book, layers={known.id: layer}, project=SimpleNamespace(as_of=day))
    >>> table = of_site(result, SimpleNamespace(site=site, findings=found), "en")
    >>> table[["verdict", "conflict_m2", "conflict_hectares", "conflict_mu", "share"]].values.tolist()
    [['P', 10000.0, 1.0, 15.0, 0.5]]
    """
    found = site.findings
    parcels = site.site.parcels.loc[found["parcel"]]
    rules = [result.book.rules.get(rule_id) for rule_id in found["rule_id"]]
    sources = [result.layers[name].source if name in result.layers else None for name in found["layer"]]
    day = result.project.as_of
    records = found[["reason", "if_yes", "if_no"]].to_dict("records")
    hit = (found["state"] == HIT).to_numpy()
    table = {
        "site": site.site.name,
        "parcel_name": parcels["parcel_name"].to_numpy(),
        "row": parcels["row"].to_numpy(),
        "layer": found["layer"],
        "layer_title": [wording.layer_title(name, language) for name in found["layer"]],
        "sub_class_title": [
            wording.sub_class_title(layer, sub_class, language)
            for layer, sub_class in zip(found["layer"], found["sub_class"], strict=True)
        ],
        "state": [texts.STATES[state].said(language) for state in found["state"]],
        "verdict": found["verdict"],
        "verdict_title": [wording.verdict_title(code, language) for code in found["verdict"]],
        "counts_as": found["counts_as"],
        "sliver": found["sliver"],
        "subject_m2": found["subject_m2"],
        "conflict_m2": found["conflict_m2"],
        "clear_m2": found["clear_m2"],
        "not_assessed_m2": found["not_assessed_m2"],
        "conflict_hectares": np.round(found["conflict_m2"] / wording.M2_PER_HECTARE, 4),
        "conflict_mu": np.round(found["conflict_m2"] / wording.M2_PER_MU, 2),
        "conflict_least_m2": found["conflict_least_m2"],
        "conflict_most_m2": found["conflict_most_m2"],
        "standing": [texts.STANDINGS[standing].said(language) for standing in found["standing"]],
        "width_m": found["width_m"],
        "accuracy_m": found["accuracy_m"].round(3),
        "nearest_m": found["nearest_m"].round(3),
        "nearest_error_m": found["nearest_error_m"].round(4),
        "share": np.round(found["share"], 6),
        "feature_count": np.where(hit, found["feature_count"], 0),
        "rule_id": found["rule_id"],
        "basis": [wording.basis(rule, day, language) if rule else "" for rule in rules],
        "procedure": [rule.procedure.said(language) if rule else "" for rule in rules],
        "authority": [
            wording.authority(rule, layer, language)
            for rule, layer in zip(rules, found["layer"], strict=True)
        ],
        "certainty": [
            texts.CERTAINTIES[rule.certainty_on(day)].said(language) if rule else "" for rule in rules
        ],
        "reason": [wording.reason(row, language) for row in records],
        "questions": [" ".join(wording.questions(names, language)) for names in found["missing_flags"]],
        "note": [rule.note.said(language) if rule else "" for rule in rules],
        "as_of": day.isoformat(),
        "source": [source.origin.said(language) if source else "" for source in sources],
        "source_as_of": [source.as_of.isoformat() if source and source.as_of else "" for source in sources],
        "illustrative": [
            texts.ILLUSTRATIVE.said(language) if source and source.illustrative else "" for source in sources
        ],
    }
    return gpd.GeoDataFrame(table, geometry=found.geometry.to_numpy(), crs=4490)
