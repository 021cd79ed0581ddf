"""The command line. Importing this module is cheap: `planner --help` touches no geodata library."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from gis.errors import InputError, Language, Text
from planner import __version__, cli_restoration

_Said = Callable[[str, str], str]

EXIT_OK, EXIT_INPUT, EXIT_FAILED_ON = 0, 2, 3

_COMMANDS = {
    "check": Text("检查项目范围与各管控线的冲突", "check a project's footprint against the control layers"),
    "overlap": Text("列出各地块与各图斑的重叠面积", "list what each parcel shares with each feature"),
    "measure": Text(
        "量算椭球面积，判断所填面积是哪种", "measure ellipsoidal areas, and tell what a stated area was"
    ),
    "convert": Text("转换格式或坐标系", "convert between formats and coordinate systems"),
    "classes": Text("按行业代码或关键词查项目类别", "find a project class by industry code or words"),
    "rules": Text("查看、核验规则库", "look at the rule base, and verify it"),
    "layers": Text("查看图层目录和工作区图层", "look at the catalogue and the workspace's layers"),
    "rank": Text(
        "废弃矿山修复优先次序、修复方式和分年计划",
        "rank abandoned mines, suggest how to restore them, plan by year",
    ),
    "effect": Text("评估已修复图斑的效果", "evaluate what became of restored patches"),
    "demo": Text("生成示范工作区并检查示例项目", "build the demonstration workspace and check its samples"),
    "app": Text("在浏览器中打开地图界面", "open the map app in a browser"),
}


class _Parser(argparse.ArgumentParser):
    """A parser that speaks of errors in the program's two sentences."""

    language: Language = "zh"

    def error(self, message: str) -> NoReturn:
        raise InputError(
            "usage",
            Text(f"命令行参数有误：{message}。", f"The command line is wrong: {message}."),
            Text(f"用 {self.prog} --help 查看用法。", f"See {self.prog} --help."),
        )


def language_of(arguments: Sequence[str]) -> Language:
    """Return the language asked for by ``--lang``, else by ``PLANNER_LANG``, else Chinese."""
    wanted = os.environ.get("PLANNER_LANG", "zh")
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            wanted = arguments[position + 1]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
    return "en" if wanted == "en" else "zh"


def build_parser(language: Language) -> argparse.ArgumentParser:
    """Return the parser for all commands."""

    def said(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    common = _Parser(add_help=False)
    common.add_argument("--lang", choices=("zh", "en"), help=said("输出语言", "language of the output"))
    common.add_argument(
        "--json",
        action="store_true",
        help=said("只输出一个JSON对象", "print one JSON object and nothing else"),
    )
    placed = _Parser(add_help=False)
    placed.add_argument(
        "--workspace",
        type=Path,
        metavar="DIR",
        help=said(
            "工作区目录（缺省：环境变量 PLANNER_WORKSPACE，再缺省 ./workspace）",
            "folder of the workspace (else PLANNER_WORKSPACE, else ./workspace)",
        ),
    )
    source = _Parser(add_help=False)
    source.add_argument(
        "--crs",
        metavar="CRS",
        help=said(
            "声明文件的坐标系，如 EPSG:4547、GCJ-02",
            "declare the files' coordinate system: EPSG:4547, GCJ-02",
        ),
    )
    source.add_argument("--layer", help=said("文件中的图层名，* 为全部", "layer within the file, * for all"))
    parser = _Parser(
        prog="planner",
        description=said(
            "阳泉市国土空间分区与生态修复规划", "Spatial zoning and restoration planning for Yangquan"
        ),
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=f"planner {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    def add(name: str, *parents: _Parser) -> _Parser:
        text = _COMMANDS[name].said(language)
        return commands.add_parser(name, help=text, description=text, parents=[common, *parents])

    _add_check(add("check", placed, source), said)
    shared = add("overlap", placed, source)
    shared.add_argument("file", type=Path, metavar="SITE")
    shared.add_argument("--width", type=float, metavar="METRES")
    shared.add_argument("--out", type=Path, metavar="FILE.csv", help=said("写出CSV", "write a CSV"))
    measure = add("measure", source)
    measure.add_argument("file", type=Path, metavar="FILE")
    _add_convert(add("convert", source), said)
    add("classes").add_argument("query", nargs="?", metavar="CODE|WORDS")
    _add_rules(add("rules"), common, said)
    _add_layers(add("layers"), common, placed, said)
    cli_restoration.add_rank(add("rank", placed, source), said)
    cli_restoration.add_effect(add("effect", placed, source), said)
    demo = add("demo")
    demo.add_argument("folder", type=Path, nargs="?", default=Path("workspace"), metavar="DIR")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR")
    _add_app(add("app", placed), said)
    return parser


def _add_app(parser: _Parser, said: _Said) -> None:
    parser.add_argument("--port", type=int, default=8501, metavar="PORT")
    parser.add_argument(
        "--address",
        default="localhost",
        metavar="HOST",
        help=said("监听地址（缺省只限本机）", "address to listen on (this machine only, unless told)"),
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        help=said("不许从浏览器载入图层", "no loading of layers from the browser"),
    )
    parser.add_argument(
        "--tiles",
        metavar="URL",
        help=said(
            "在线底图的 XYZ 地址（缺省不用，不发任何外部请求）",
            "address of an XYZ tile base (none unless told: no request leaves the machine)",
        ),
    )


def _add_check(parser: _Parser, said: _Said) -> None:
    parser.add_argument("sites", type=Path, nargs="*", metavar="SITE")
    parser.add_argument(
        "--activity", metavar="CODE", help=said("项目类别代码，如 PV、LIN", "project class: PV, LIN …")
    )
    parser.add_argument(
        "--flag",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help=said("项目事实，如 national_key 或 end_use=forest", "a fact: national_key, or end_use=forest"),
    )
    parser.add_argument(
        "--width",
        type=float,
        metavar="METRES",
        help=said(
            "点、线范围的宽度（如道路中线）", "width of sites that are points or lines (a centre line)"
        ),
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help=said("按哪一天的法规（缺省今天）", "law of which day (today)")
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help=said("导出目录", "folder for the exports"))
    parser.add_argument("--encoding", choices=("GBK", "UTF-8"), default="GBK")
    parser.add_argument("--to-crs", metavar="CRS", default="EPSG:4490")
    parser.add_argument(
        "--run", type=Path, metavar="RUN.json", help=said("重复以前的检查", "repeat an earlier check")
    )
    parser.add_argument(
        "--fail-on",
        choices=("prohibited", "approval", "undecidable"),
        help=said("达到该结论时退出码为3", "exit 3 at this verdict or a worse one"),
    )
    parser.add_argument(
        "--batch",
        action="store_true",
        help=said(
            "按批量检查（地块很多时自动采用；中断后用同一命令继续）",
            "check by chunks (as with many parcels; the same command resumes)",
        ),
    )
    parser.add_argument(
        "--processes",
        type=int,
        metavar="N",
        help=said("批量检查的进程数（缺省全部核）", "processes (all cores)"),
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=said("在 dask 集群上批量检查", "check by chunks on a dask cluster"),
    )


def _add_convert(parser: _Parser, said: _Said) -> None:
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument("target", type=Path, metavar="OUT")
    parser.add_argument("--to-crs", metavar="EPSG", help=said("目标坐标系", "target coordinate system"))
    parser.add_argument("--encoding", choices=("GBK", "UTF-8"), default="GBK")


def _add_rules(parser: _Parser, common: _Parser, said: _Said) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", parents=[common], help=said("列出规则", "list the rules"))
    listing.add_argument("--kind", metavar="LAYER", help=said("只看某图层", "of one layer only"))
    listing.add_argument("--activity", metavar="CODE", help=said("只看某类别", "for one project class only"))
    listing.add_argument("--as-of", metavar="DATE")
    show = actions.add_parser("show", parents=[common], help=said("查看一条规则", "show one rule"))
    show.add_argument("rule", metavar="ID")
    show.add_argument("--as-of", metavar="DATE")
    matrix = actions.add_parser(
        "matrix",
        parents=[common],
        help=said("类别×图层×类型的结论表", "verdicts by class, layer and sub-class"),
    )
    matrix.add_argument("--as-of", metavar="DATE")
    compare = actions.add_parser(
        "diff", parents=[common], help=said("两个日期之间法规的变化", "what changed in law between two days")
    )
    compare.add_argument("earlier", metavar="DATE1")
    compare.add_argument("later", metavar="DATE2")
    compare.add_argument(
        "--runs", type=Path, metavar="DIR", help=said("保存检查结果的目录", "folder of stored checks")
    )
    actions.add_parser("verify", parents=[common], help=said("核验规则库", "verify the rule base"))


def _add_layers(
    parser: _Parser,
    common: _Parser,
    placed: _Parser,
    said: _Said,
) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[common, placed], help=said("列出图层", "list the layers"))
    show = actions.add_parser("show", parents=[common, placed], help=said("查看一个图层", "show one layer"))
    show.add_argument("kind", metavar="LAYER")
    adding = actions.add_parser(
        "add",
        parents=[common, placed],
        help=said("把自己的数据登记到工作区", "list your own data in the workspace"),
    )
    adding.add_argument("kind", metavar="LAYER")
    adding.add_argument("file", type=Path, metavar="FILE")
    adding.add_argument(
        "--coverage",
        required=True,
        metavar="FILE|features",
        help=said(
            "数据完整覆盖的范围（面文件）；features 表示只在要素之下有效",
            "polygons within which the data are complete; 'features': only under the features themselves",
        ),
    )
    adding.add_argument("--source", required=True, help=said("数据来源", "where the data come from"))
    adding.add_argument("--licence", default="", help=said("许可或使用限制", "licence or restriction"))
    adding.add_argument("--as-of", metavar="DATE", help=said("数据日期", "the day the data speak for"))
    adding.add_argument(
        "--accuracy", type=float, metavar="METRES", help=said("位置精度", "positional accuracy")
    )
    adding.add_argument("--crs", metavar="CRS")
    adding.add_argument("--layer", metavar="NAME")
    adding.add_argument(
        "--column", action="append", default=[], metavar="OURS=THEIRS", help=said("指定字段", "name a field")
    )
    adding.add_argument("--illustrative", action="store_true", help=said("示意数据", "made up for show"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Returns
    -------
    int
        0 when the command was carried out whatever its verdict, 2 when the input was wrong, 3 when
        ``--fail-on`` asked for it.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(words)
    if hasattr(sys.stdout, "reconfigure"):
        # A pipe or an old Windows console may not hold Chinese: say what can be said.
        sys.stdout.reconfigure(errors="replace")
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        options = build_parser(language).parse_args(words)
        command = importlib.import_module(f"planner.commands.{options.command}")
        return int(command.run(options, language))
    except InputError as error:
        _tell_error(error, language, as_json="--json" in words)
        return EXIT_INPUT


def _tell_error(error: InputError, language: Language, *, as_json: bool) -> None:
    what, mend = error.said(language)
    if as_json:
        content = {"schema": "planner.error/1", "code": error.code, "what": what, "mend": mend}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"{what}\n{mend}\n")
