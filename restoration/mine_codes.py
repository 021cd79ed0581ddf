"""Codes of the official verification table of mine patches (2020-21), in any of their spellings.

Numbers, numbers that went through a spreadsheet (``10.0``), capitals, full-width digits, a code with its
words (``10历史遗留矿山``) and the words alone mean the same. A spelling outside the domain is *not known*, never
guessed. Domains: domain notes §3.2 (S).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from gis.errors import Text

NOT_GIVEN = ""
_EMPTY_WORDS = ("", "/", "-", "—", "nan", "none", "<null>", "null", "无数据")
_LEADING_CODE = re.compile(r"^([0-9]+|[A-Ca-c])(?![0-9A-Za-z])[\s.．、:：_-]*(.*)$")
_SEPARATORS = re.compile(r"[\s,，、;；/+和及|]+")


@dataclass(frozen=True, slots=True)
class Domain:
    """The codes of one field.

    Parameters
    ----------
    column
        Column of the catalogue.
    field
        Field name of the official table.
    titles
        Meaning by code.
    words
        Other spellings by code.
    several
        Whether a patch may carry several codes, run together (``14`` = 1 and 4) or apart (``1、4``).
    """

    column: str
    field: str
    titles: Mapping[str, Text]
    words: Mapping[str, tuple[str, ...]]
    several: bool = False


def _domain(
    column: str, field: str, codes: Mapping[str, tuple[str, str, tuple[str, ...]]], *, several: bool = False
) -> Domain:
    titles = {code: Text(zh, en) for code, (zh, en, _) in codes.items()}
    words = {code: (zh, *more) for code, (zh, _, more) in codes.items()}
    return Domain(column, field, MappingProxyType(titles), MappingProxyType(words), several)


CLASSES = _domain(
    "class_code",
    "tbdl",
    {
        "10": ("历史遗留矿山", "historic mine without owner", ("历史遗留",)),
        "20": ("有责任主体的废弃矿山", "abandoned mine with a duty-holder", ("有责任主体",)),
        "30": ("其他情形", "other situation", ("其他",)),
        "40": ("功能未损毁采矿沉陷区", "mining subsidence, function intact", ("功能未损毁沉陷区",)),
    },
)
SMALL_CLASSES = _domain(
    "small_class",
    "tbxl",
    {
        "11": ("无法确认责任主体", "owner cannot be established", ("无主",)),
        "12": ("政府承担的政策性关闭", "closed by policy at the government's charge", ()),
        "21": ("企业履行的政策性关闭", "closed by policy at the firm's charge", ()),
        "22": ("有主废弃", "abandoned with owner", ()),
        "31": ("生产矿山", "producing mine", ()),
        "32": ("采矿权过期未注销", "right expired, not cancelled", ()),
        "33": ("自然灾毁", "natural damage", ("自然灾害损毁",)),
        "34": ("建设类损毁", "damage by construction", ("工程建设损毁",)),
        "35": ("河道采砂", "river sand mining", ()),
        "36": ("尾矿库", "tailings pond", ()),
        "37": ("伪变化", "false change", ()),
        "41": ("有效矿权内沉陷", "subsidence within a valid right", ()),
        "42": ("过期矿权内沉陷", "subsidence within an expired right", ("过期",)),
        "43": ("其他沉陷", "other subsidence", ("其他",)),
    },
)
PROTECTED_TYPES = _domain(
    "protected_type",
    "bhdlx",
    {
        "1": ("国家公园", "national park", ()),
        "2": ("自然保护区", "nature reserve", ()),
        "3": ("自然公园", "natural park", ()),
        "4": ("其他", "other", ()),
        "5": ("无", "none", ("不涉及",)),
    },
)
PROTECTED_LEVELS = _domain(
    "protected_level",
    "bhdjb",
    {
        "1": ("国家级", "national", ("国",)),
        "2": ("省级", "province", ("省",)),
        "3": ("市级", "city", ("市",)),
        "4": ("县级", "county", ("县",)),
        "5": ("无", "none", ("不涉及",)),
    },
)
MINING_METHODS = _domain(
    "mining_method",
    "kcfs",
    {
        "A": ("露天", "open pit", ("露天开采",)),
        "B": ("井工", "underground", ("井工开采", "地下开采", "地下")),
        "C": ("联合", "both", ("联合开采", "露天和井工", "露天/井工")),
    },
)
LAND_PAPERS = _domain("land_papers", "hdydsx", {"A": ("有", "yes", ()), "B": ("无", "no", ())})
TREATMENT = _domain(
    "treatment_state",
    "hfzlqk",
    {
        "A": ("未治理", "untreated", ("未恢复治理", "未修复")),
        "B": ("已治理", "treated", ("已恢复治理", "已修复")),
    },
)
DAMAGE = _domain(
    "damage",
    "tbsx",
    {
        "1": ("采场", "pit", ("采矿场", "露天采场")),
        "2": ("中转场", "transfer yard", ("中转场地",)),
        "3": ("固废堆场", "waste heap", ("固体废弃物堆场", "排土场", "矸石堆", "废石堆场")),
        "4": ("矿山建筑", "mine buildings", ("矿山建筑物",)),
        "5": ("塌陷坑", "collapse pit", ("沉陷坑",)),
        "6": ("井口/硐口", "shaft or adit", ("井口", "硐口")),
        "7": ("其他", "other", ()),
        "8": ("伪变化", "false change", ()),
    },
    several=True,
)
PROBLEMS = _domain(
    "problem",
    "stwt",
    {
        "1": ("土地损毁", "land damage", ()),
        "2": ("地质环境问题", "geological environment", ("矿山地质环境问题",)),
        "3": ("植被破坏", "vegetation damage", ()),
        "4": ("无", "none", ()),
    },
    several=True,
)
MODES = _domain(
    "planned_mode",
    "nxffs",
    {
        "1": ("自然恢复", "natural recovery", ()),
        "2": ("辅助再生", "assisted regeneration", ()),
        "3": ("生态重建", "ecological reconstruction", ()),
        "4": ("转型利用", "conversion", ()),
        "5": ("无", "none", ()),
    },
)
PERIODS = _domain(
    "period",
    "nxfsjd",
    {"A": ("十四五", "14th five-year plan", ("“十四五”",)), "B": ("之后", "later", ("十四五之后",))},
)


def spelling(raw: object) -> str:
    """Return a cell's words: half-width, trimmed, without the ``.0`` of a spreadsheet; empty when it says nothing.

    Examples
    --------
    >>> [spelling(raw) for raw in (10.0, " １０ ", "10.0", None, "/", "未治理")]
    ['10', '10', '10', '', '', '未治理']
    """
    if raw is None or raw is pd.NA or raw is pd.NaT or (isinstance(raw, float) and np.isnan(raw)):
        return NOT_GIVEN
    word = unicodedata.normalize("NFKC", str(raw)).strip()
    word = re.sub(r"^(-?\d+)\.0+$", r"\1", word)
    return NOT_GIVEN if word.lower() in _EMPTY_WORDS else word


def words(raw: object) -> str:
    """Return a cell's words as they stand, trimmed; empty when it says nothing.

    Examples
    --------
    >>> [words(raw) for raw in ("  示意，请核对 ", None, "/", 3.0)]
    ['示意，请核对', '', '', '3']
    """
    return NOT_GIVEN if spelling(raw) == NOT_GIVEN else re.sub(r"^(-?\d+)\.0+$", r"\1", str(raw).strip())


def read(column: pd.Series, domain: Domain) -> tuple[pd.Series, pd.Series]:
    """Interpret a field.

    Parameters
    ----------
    column
        As it stands in the file.
    domain
        Its codes.

    Returns
    -------
    codes, unknown
        On the same index: the code (several: in order, without repeats, run together), ``""`` where nothing is
        given or the spelling is not in the domain; and which rows have such a spelling.

    Examples
    --------
    >>> codes, unknown = read(pd.Series(["14", "采场、矿山建筑", 17.0, "6.井口", "9", None]), DAMAGE)
    >>> codes.tolist(), unknown.tolist()
    (['14', '14', '17', '6', '', ''], [False, False, False, False, True, False])
    """
    spelled = column.map(spelling).astype(object)
    known = {word: _codes(word, domain) for word in sorted(set(spelled))}
    codes = spelled.map(lambda word: known[word] or NOT_GIVEN)
    unknown = spelled.map(lambda word: known[word] is None).astype(bool)
    return codes.astype(object).rename(domain.column), unknown.rename(domain.column)


def _codes(word: str, domain: Domain) -> str | None:
    """Return the codes that a spelling means, or None when it is not in the domain."""
    if word == NOT_GIVEN:
        return NOT_GIVEN
    single = _code(word, domain)
    if single is not None or not domain.several:
        return single
    parts = list(word) if word.isdigit() else [part for part in _SEPARATORS.split(word) if part]
    found = [_code(part, domain) for part in parts]
    if not found or any(code is None for code in found):
        return None
    return "".join(sorted({code for code in found if code is not None}))


def _code(word: str, domain: Domain) -> str | None:
    upper = word.upper()
    if upper in domain.titles:
        return upper
    named = [code for code, others in domain.words.items() if word in others]
    if len(named) == 1:
        return named[0]
    match = _LEADING_CODE.match(word)
    if match is None or match.group(1).upper() not in domain.titles:
        return None
    code, rest = match.group(1).upper(), match.group(2)
    agrees = any(rest.startswith(other) for other in domain.words[code]) or not rest
    return code if agrees else None


def title(code: str, domain: Domain) -> Text:
    """Return what a code means; several are joined.

    Examples
    --------
    >>> title("14", DAMAGE).zh
    '采场、矿山建筑'
    """
    codes = list(code) if domain.several else [code] * bool(code)
    titles = [domain.titles[one] for one in codes]
    return Text("、".join(item.zh for item in titles), ", ".join(item.en for item in titles))
