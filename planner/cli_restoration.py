"""Options of ``planner rank`` and ``planner effect``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

_Said = Callable[[str, str], str]


def add_rank(parser: argparse.ArgumentParser, said: _Said) -> None:
    """Add the options of ``planner rank``."""
    _add_mines(parser, said)
    _add_weights(parser, said)
    _add_method(parser, said)
    _add_money(parser, said)
    _add_output(parser, said)
    parser.add_argument(
        "--run", type=Path, metavar="rank.json", help=said("重复以前的排序", "repeat an earlier ranking")
    )
    parser.add_argument(
        "--why", metavar="PATCH", help=said("解释一个图斑的排名", "explain the rank of a patch")
    )
    parser.add_argument(
        "--places",
        type=int,
        default=1,
        metavar="K",
        help=said(
            "--why 时：前移几位所需的变化（负数为后移）",
            "with --why: what moves it up K places (below 0: down)",
        ),
    )


def _add_mines(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--mines",
        type=Path,
        metavar="FILE",
        help=said(
            "图斑核查表：shapefile、GDB、GeoPackage、Excel、CSV（缺省：工作区图层）",
            "table of patches: shapefile, GDB, GeoPackage, Excel, CSV (else the workspace's layer)",
        ),
    )
    parser.add_argument(
        "--group",
        type=float,
        default=500.0,
        metavar="METRES",
        help=said("相距多少米以内归为一个项目区", "patches within this form one project area"),
    )
    _add_assumed_area(parser, said)
    parser.add_argument("--criteria", metavar="ID,ID…", help=said("只用这些指标", "use these criteria only"))
    parser.add_argument(
        "--planting",
        type=Path,
        metavar="FILE",
        help=said(
            "种植清单（CSV/XLSX，每行一种），核查外来入侵物种", "planting list, checked for invasive species"
        ),
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help=said("按哪一天的法规核查用途", "law of which day, for end uses")
    )


def _add_assumed_area(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--assume-area",
        type=float,
        metavar="M2",
        help=said("没有面积的点位按多少平方米计", "area of points that state none"),
    )


def _add_weights(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--weights",
        action="append",
        default=[],
        metavar="ID=VALUE|FILE",
        help=said(
            "直接赋权；可重复，或给出两列的 CSV/XLSX", "weights; repeat it, or a CSV/XLSX of two columns"
        ),
    )
    parser.add_argument(
        "--ahp",
        type=Path,
        metavar="FILE",
        help=said("两两比较矩阵（CSV/XLSX）", "matrix of pairwise judgements"),
    )
    parser.add_argument(
        "--insist",
        action="store_true",
        help=said("一致性比例大于0.1也采用", "accept a consistency ratio above 0.1"),
    )
    parser.add_argument(
        "--order",
        metavar="A,B=C,D",
        help=said(
            "重要性次序（=为同等）：次序质心权重", "order of importance (= for equals): centroid weights"
        ),
    )
    parser.add_argument("--entropy", action="store_true", help=said("熵权", "entropy weights"))
    parser.add_argument("--critic", action="store_true", help=said("CRITIC权", "CRITIC weights"))
    parser.add_argument(
        "--proposed", action="store_true", help=said("加入建议权重", "add the proposed weights to the mix")
    )
    parser.add_argument(
        "--mix",
        choices=("geometric", "arithmetic", "game"),
        default="geometric",
        help=said("几种权重如何组合", "how several kinds are mixed"),
    )


def _add_method(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--method",
        choices=("weighted_sum", "topsis", "promethee", "vikor"),
        default="weighted_sum",
        help=said("以哪种方法的排名为准", "the method whose ranks count"),
    )
    parser.add_argument(
        "--uncertainty",
        choices=("order", "around", "free"),
        default="order",
        help=said("权重的不确定性：只信次序、上下浮动、完全不知", "what is trusted of the weights"),
    )
    parser.add_argument(
        "--spread",
        type=float,
        default=0.2,
        metavar="SHARE",
        help=said("around 的浮动比例", "share for around"),
    )
    parser.add_argument("--draws", type=int, default=100_000, metavar="N", help=said("抽样次数", "draws"))
    parser.add_argument(
        "--top", type=int, default=20, metavar="K", help=said("前k名", "k of 'among the first k'")
    )
    parser.add_argument(
        "--undecided",
        choices=("most_urgent", "least_urgent"),
        default="most_urgent",
        help=said(
            "安全等级不定的图斑按最急还是最轻的可能等级排",
            "whether mines of an open safety class stand by its most or its least urgent end",
        ),
    )
    parser.add_argument(
        "--least-assessed",
        type=float,
        default=0.5,
        metavar="SHARE",
        help=said(
            "已评估权重低于此比例的图斑加标记（建议值）",
            "mark mines of which less of the weight is assessed (a proposal)",
        ),
    )
    parser.add_argument(
        "--mode-threshold",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help=said("改一个修复方式阈值", "change a threshold of the modes"),
    )
    _add_hazard_threshold(parser, said)


def _add_hazard_threshold(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--hazard-threshold",
        action="append",
        default=[],
        metavar="DANGER.COLUMN=VALUE",
        help=said(
            "改一个安全等级阈值，如 face.face_height_m=10",
            "change a threshold of the safety classes, as face.face_height_m=10",
        ),
    )


def _add_money(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument(
        "--budget",
        action="append",
        default=[],
        metavar="YEAR=YUAN",
        help=said("年度预算，如 2027=2000万", "budget of a year: 2027=20000000"),
    )
    parser.add_argument(
        "--milestones", default="2027,2030,2035", metavar="YEARS", help=said("里程碑年份", "milestones")
    )
    parser.add_argument(
        "--unit-cost",
        action="append",
        default=[],
        metavar="MODE=YUAN",
        help=said("某方式每公顷费用，如 3=40万", "yuan per hectare of a mode: 3=400000"),
    )
    parser.add_argument(
        "--assume-costs",
        metavar="ID",
        help=said(
            "采用已公布的项目平均费用作为假定：xinzhou_2024、shanxi_2018_2021、guangdong",
            "assume a published average: xinzhou_2024, shanxi_2018_2021, guangdong",
        ),
    )
    parser.add_argument(
        "--success",
        action="append",
        default=[],
        metavar="MODE=CHANCE",
        help=said("某方式的成功概率，如 1=0.7", "chance that a mode succeeds: 1=0.7"),
    )
    parser.add_argument(
        "--share",
        action="append",
        default=[],
        metavar="COUNTY=MIN:MAX",
        help=said(
            "县（区）资金比例，如 盂县=0.2: 或 平定县=:0.5", "a county's share of the money: NAME=0.2:0.5"
        ),
    )
    parser.add_argument(
        "--must",
        action="append",
        default=[],
        metavar="PATCH[=YEAR]",
        help=said("必做图斑（及最晚年份）", "a must (and by which year)"),
    )
    parser.add_argument(
        "--never", action="append", default=[], metavar="PATCH", help=said("不做图斑", "a never")
    )
    parser.add_argument(
        "--no-carry-over",
        action="store_true",
        help=said("当年结余不结转", "money not spent lapses at the end of the year"),
    )
    parser.add_argument(
        "--contiguity",
        type=float,
        default=0.1,
        metavar="SHARE",
        help=said("连片加分", "bonus for neighbours"),
    )
    parser.add_argument(
        "--safety-factors",
        default="100,10,1",
        metavar="P1,P2,P3",
        help=said("效益的安全等级系数", "factors of the safety classes in the benefit"),
    )
    parser.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="S",
        help=said("每次求解的秒数", "seconds per solution"),
    )


def _add_output(parser: argparse.ArgumentParser, said: _Said) -> None:
    parser.add_argument("--out", type=Path, metavar="DIR", help=said("导出目录", "folder for the exports"))
    parser.add_argument("--encoding", choices=("GBK", "UTF-8"), default="GBK")
    parser.add_argument("--to-crs", metavar="CRS", default="EPSG:4490")


def add_effect(parser: argparse.ArgumentParser, said: _Said) -> None:
    """Add the options of ``planner effect``."""
    parser.add_argument(
        "--mines",
        type=Path,
        metavar="FILE",
        help=said("图斑核查表（缺省：工作区图层）", "table of patches (else the workspace's layer)"),
    )
    _add_assumed_area(parser, said)
    for name, zh, en in (
        (
            "--before",
            "修复前的NDVI（缺省：工作区 ndvi_before）",
            "NDVI before (else the workspace's ndvi_before)",
        ),
        (
            "--after",
            "修复后的NDVI（缺省：工作区 ndvi_after）",
            "NDVI after (else the workspace's ndvi_after)",
        ),
    ):
        parser.add_argument(name, type=Path, metavar="RASTER", help=said(zh, en))
    parser.add_argument(
        "--vegetated",
        metavar="CODES",
        help=said(
            "两期为土地覆盖分类时，哪些代码算有植被，如 1,2,4",
            "when both rasters are land cover: codes that are vegetated, as 1,2,4",
        ),
    )
    parser.add_argument(
        "--bare",
        metavar="CODES",
        help=said(
            "确属无植被的代码（0 和 255 未列出时按无数据处理）",
            "codes that are bare ground (0 and 255 count as no data unless listed)",
        ),
    )
    parser.add_argument(
        "--not-seen",
        metavar="CODES",
        help=said("云、阴影、无数据的代码，不计入", "codes of cloud, shadow and missing data: left out"),
    )
    for name, default, zh, en in (
        ("--gap", 30.0, "参照环与矿山的间隔（米）", "gap between mines and the ring (m)"),
        ("--ring", 300.0, "参照环宽度（米）", "width of the ring (m)"),
        ("--correlation", 60.0, "空间自相关长度（米）", "correlation length (m)"),
        ("--least-gain", 0.05, "判为恢复的最小效应", "least effect of a recovered patch"),
        ("--confidence", 0.95, "置信度", "confidence"),
    ):
        parser.add_argument(name, type=float, default=default, metavar="N", help=said(zh, en))
    parser.add_argument(
        "--records",
        type=Path,
        metavar="FILE",
        help=said(
            "治理记录表（复垦面积、隐患数等，CSV/XLSX）",
            "records of the works (CSV/XLSX), for the indicators",
        ),
    )
    parser.add_argument(
        "--index-weight",
        action="append",
        default=[],
        metavar="ID=VALUE",
        help=said(
            "恢复成功指数一项的权重，如 cover=2（缺省：等权）",
            "weight of a term of the success index, as cover=2 (else equal)",
        ),
    )
    _add_output(parser, said)
