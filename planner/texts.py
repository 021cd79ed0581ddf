"""Every word the program says of itself, in Chinese and English, in one place."""

from __future__ import annotations

from collections.abc import Iterable

from gis.errors import Language, Text

REASONS = {
    "": Text("", ""),
    "layer_missing": Text("工作区没有此图层", "the workspace has no such layer"),
    "outside_coverage": Text("超出图层覆盖范围", "outside the layer's coverage"),
    "sub_class_unknown": Text("图斑类型不明", "the feature's type is not known"),
    "features_unplaced": Text("图层有要素缺少图形", "the layer has features without geometry"),
    "shape_doubtful": Text(
        "地块边界自相交或部分丢失，范围不能确定",
        "the boundary crosses itself or parts are lost: extent not known",
    ),
    "no_rule": Text("规则库未收录", "not in the rule base"),
    "flag_missing": Text("缺少项目信息", "a fact about the project is missing"),
    "within_accuracy": Text(
        "界线在误差范围内，可能涉及", "the line lies within its error: it may concern the site"
    ),
    "rule_undecided": Text("规则依据待核", "the rule's basis is not verified"),
}
STATES = {
    "hit": Text("命中", "hit"),
    "near": Text("临界", "near"),
    "not_assessed": Text("未评估", "not assessed"),
    "clear": Text("无冲突", "clear"),
}
STANDINGS = {
    "": Text("", ""),
    "definite": Text("确定", "definite"),
    "probable": Text("很可能", "probable"),
    "within_tolerance": Text("误差范围内", "within tolerance"),
}
CERTAINTIES = {
    "V": Text("原文已核", "text verified"),
    "S": Text("二手来源", "secondary source"),
    "U": Text("未核实", "unverified"),
    "inferred": Text("推定", "inferred"),
}
SEVERITIES = {
    "error": Text("错误", "error"),
    "warning": Text("注意", "warning"),
    "info": Text("提示", "note"),
}
OUTSIDE = Text("范围以外", "outside")
FOOTPRINT = Text("地块边界", "the parcel's boundary")
ILLUSTRATIVE = Text("示意", "illustrative")
ARTICLE_UNVERIFIED = Text("条款待核", "article not verified")
UNKNOWN = Text("待核", "not verified")
PRELIMINARY = Text("初步研判，不替代审批。", "A preliminary opinion; it does not replace approval.")
ILLUSTRATIVE_WARNING = Text(
    "含示意图层：线位为演示而造，不得用于任何真实用地决定。",
    "Illustrative layers took part: their lines are made up for demonstration, not for any real decision.",
)


def listed(items: Iterable[str], language: Language) -> str:
    """Return several items as the language lists them.

    Examples
    --------
    >>> listed(["a", "b"], "zh"), listed(["a", "b"], "en")
    ('a、b', 'a, b')
    """
    return ("、" if language == "zh" else ", ").join(items)
