"""What the title under a drawing says: the kind of view, and the storey it shows.

Storeys are counted from the ground floor, 0. ``1F``, ``1층``, ``1階`` and ``一层`` are the ground floor, so is "first
floor" in America but not in Britain: such ordinals stay open until all the titles of a sheet are known (``settle``).
"""

# ruff: noqa: E501, ISC004  # a list of words reads better unbroken

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum


class ViewKind(StrEnum):
    """What one of the drawings on a sheet is."""

    PLAN = "plan"
    ROOF_PLAN = "roof_plan"
    CEILING_PLAN = "ceiling_plan"
    ELECTRICAL_PLAN = "electrical_plan"  #: electrical, lighting, plumbing and other services
    STRUCTURE_PLAN = "structure_plan"  #: foundation, framing
    SITE_PLAN = "site_plan"
    ELEVATION = "elevation"
    SECTION = "section"
    DETAIL = "detail"
    TITLE_BLOCK = "title_block"
    TABLE = "table"
    LEGEND = "legend"
    MODEL3D = "model3d"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Title:
    """One text read as a title."""

    text: str
    kind: ViewKind
    level: int | None = None
    ordinal: bool = False  #: "first floor": ``level`` is counted from 1 until ``settle`` decides
    top: bool = False  #: attic, loft: above all others
    weight: float = 1.0  #: how surely this is a title, 0..1


#: Kinds in the order in which they are tried: a "section detail" is a detail, a "roof framing plan" is structure.
_KINDS: tuple[tuple[ViewKind, str], ...] = (
    (ViewKind.DETAIL, r"\bdetails?\b|\bdetalles?\b|\bdettagli?o?\b|\bdetalhes?\b|\bdetay\w*|chi tiet|상세|詳細|详图|詳圖|大样"),
    (ViewKind.LEGEND, r"\blegend\w*|\bleyenda\b|\bleg[ae]nd[ae]\b|\blejant\b|범례|凡例|图例|圖例|\bsymbols\b"),
    (
        ViewKind.TABLE,
        r"\bschedules?\b|일람표|마감표|창호표|면적표|建具表|仕上表|面積表|门窗表|門窗表|明细表|\btabelle\b|\btableau\b|\bnomenclature\b"
        r"|\btabla\b|\bcuadro de\b|\babaco\b|\btabela\b|\bquadro de\b|\bcizelge\w*|bang thong ke",
    ),
    (
        ViewKind.SECTION,
        r"\b(cross |building |wall |long\w* )?sections?\b(?! of)|\b\w*schnitt\b|\bcoupes?\b|\bcorte\b|\bseccion\w*|\bsezion\w+"
        r"|\bsec[cç]ao\b|\bkesit\w*|mat cat|단면|断面|剖面|矩計",
    ),
    (
        ViewKind.ELEVATION,
        r"\belevations?\b|\b\w*ansicht\w*|\bfacades?\b|\balzados?\b|\bfachadas?\b|\bprospett[oi]\b|\belevac\w+|\belevacao\b"
        r"|\bgorunus\w*|\bcephe\w*|mat dung|입면|立面|姿図",
    ),
    (
        ViewKind.CEILING_PLAN,
        r"\bceiling\w*|\brcp\b|\bdeckenspiegel\b|\bdeckenplan\b|\bfaux plafonds?\b|\bplafonds?\b|\bcielo ?raso\w*|\bplafon\w*"
        r"|\b(contro)?soffitt\w*|\bforro\b|\btavan plan\w*|mat bang tran|천장|천정|天井|天花|吊顶|平頂|顶棚",
    ),
    (
        ViewKind.STRUCTURE_PLAN,
        r"\bfoundations?\b|\bframing\b|\bfootings?\b|\bstructural\b|\bslab plan\b|\bbeam plan\b|\bfundament\w*|\btragwerk\w*"
        r"|\bbewehrung\w*|\bpositionsplan\b|\bfondations?\b|\bstructure\b|\bciment\w+|\bestructura\w*|\bfondazion\w*"
        r"|\bstruttur\w*|\bfundac\w+|\bestrutura\w*|\btemel\b|\bstatik\b|\bket cau\b|구조|기초|보복도|(?<!屋根)(?<!天井)伏図|基礎|基础|结构|結構|梁图",
    ),
    (
        ViewKind.ELECTRICAL_PLAN,
        r"\belectric\w*|\bpower plan\b|\blighting\b|\bplumbing\b|\bmechanical\b|\bhvac\b|\bfire alarm\b|\belektro\w*|\belektrik\w*"
        r"|\blampen\w*|\bsanitarplan\b|\belectri\w+|\beclairage\b|\bplomberie\b|\bchauffage\b|\belettric\w*|\bimpiant\w*"
        r"|\beletric\w*|\binstalac\w+|\bhidraulic\w*|\btesisat\w*|\baydinlatma\b|cap dien|전기|조명|전열|배선|설비|급배수|電気|照明|給排水"
        r"|空調|电气|電氣|给排水|强电|弱电|暖通|插座|开关|灯具布置",
    ),
    (
        ViewKind.ROOF_PLAN,
        r"\broofs?\b|\bdach(aufsicht|draufsicht)?\b|\bdachplan\b|\btoitures?\b|\bcubiertas?\b|\btechos?\b|\bazotea\b|\bcopertur\w*"
        r"|\btett[oi]\b|\bcoberturas?\b|\btelhado\b|\bcati plan\w*|\bmat bang mai\b|지붕|옥상|屋根|屋顶|屋面|屋頂|屋上",
    ),
    (
        ViewKind.SITE_PLAN,
        r"\bsite\b|\blocation plan\b|\bplot plan\b|\bkey plan\b|\blageplan\b|\bplan de (masse|situation)\b|\bemplazamiento\b"
        r"|\bplano? de situac\w+|\bplanimetria generale\b|\bimplantac\w+|\bsituacao\b|\bvaziyet\b|tong mat bang|배치도|配置図|总平面|總平面",
    ),
    (
        ViewKind.PLAN,
        r"\b(floor ?|furniture |key )?plans?\b|\bgrundriss\w*|\bplanta\b|\bpiant[ae]\b|\bkat plan\w*|\bplani\b|\bmat bang\b|\bplano\b"
        r"|\blayout\b|평면|平面|間取|平麵",
    ),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

_ORDINALS = {
    word: number
    for number, words in {
        1: "first 1st primera primer primo prima primeiro primeira birinci premier premiere erstes",
        2: "second 2nd segunda segundo secondo seconda ikinci deuxieme zweites",
        3: "third 3rd tercera tercer terzo terza terceiro terceira ucuncu troisieme drittes",
        4: "fourth 4th cuarta cuarto quarto quarta dorduncu quatrieme viertes",
        5: "fifth 5th quinta quinto besinci cinquieme",
        6: "sixth 6th sexta sexto sesto altinci sixieme",
        7: "seventh 7th septima settimo setimo",
        8: "eighth 8th octava ottavo oitavo",
        9: "ninth 9th",
        10: "tenth 10th",
    }.items()
    for word in words.split()
}
_ORDINAL = "|".join(_ORDINALS)
_EASTERN = {letter: number for number, letter in enumerate("一二三四五六七八九十", start=1)} | {
    "首": 1,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}

#: Storeys: pattern, and how the number in it becomes a level.
_GROUND = re.compile(
    r"\bground\b|\bg/?f\b|\bgrd\b|\berdgeschoss\b|\beg\b|\brez[- ]de[- ]chaussee\b|\brdc\b|\bplanta baja\b|\bpb\b|\bpiano terra\b"
    r"|\bterreo\b|\bres[- ]do[- ]chao\b|\bzemin\b|\btang tret\b|\bmain (floor|level)\b|\bhochparterre\b|首层|首層|地上1"
)
_BASEMENT = re.compile(
    r"\bbasement\b|\bcellar\b|\bkeller\w*|\bkg\b|\b(?:(\d)\. ?)?ug\b|\b(?:(\d)\. ?)?untergeschoss\b|\bsous[- ]sols?\b(?: (\d))?|\bsotano\b(?: (\d))?"
    r"|\bseminterrato\b|\binterrato\b|\bcantina\b|\bsubsolo\b|\bbodrum\b|\btang ham\b|지하 ?(\d)?|地下 ?([1-9一二三])?|\bb(\d)f?\b"
)
_TOP = re.compile(
    r"\battic\b|\bloft\b|\bdachgeschoss\b|\bdg\b|\bmansard\w*|\bcombles?\b|\batico\b|\bsottotetto\b|\bsotao\b|\bcati kati\b|다락|屋根裏|小屋裏|阁楼|閣樓"
)
_FROM_ONE = re.compile(
    r"(?<![\d.])(\d{1,2}) ?(?:층|階|层|層|樓|楼|f\b|fl\b)|([一二三四五六七八九十])(?:层|層|樓|楼|階)|\b(?:tang|nivel) (\d{1,2})\b|^f(\d)\b"
)
_FROM_GROUND = re.compile(
    r"\b(\d{1,2})\. ?(?:og|obergeschoss|etage|stock|kat)\b|\br\+(\d)\b|\betage (\d)\b|\b(\d)(?:er|e|eme)? etage\b|\bpiano (\d)\b"
    r"|\bplanta (\d)\b|\b(\d)[oºa]? (?:andar|pavimento|piano|planta)\b|\bkat (\d)\b|\blau (\d)\b"
)
_FROM_GROUND_WORDS = re.compile(
    rf"\b(?:planta|piano|andar|pavimento|kat|etage) ({_ORDINAL})\b|\b({_ORDINAL}) (?:planta|piano|andar|pavimento|kat|etage|nivel)\b"
)
_ORDINAL_FLOOR = re.compile(
    rf"\b({_ORDINAL})[- ]?(?:floor|flr|fl|storey|story|level)\b|\b(?:level|floor|storey|story|lvl) ?(\d{{1,2}})\b|\bl(\d)\b"
)
_UPPER = re.compile(
    r"\bupper (floor|level|storey|story)\b|\bupstairs\b|\bobergeschoss\b|\bog\b|\bplanta alta\b|\bpiano superiore\b|\bpavimento superior\b|\bprimeros? alto\b"
)
_LOWER = re.compile(r"\blower (floor|level)\b")

_LONGEST, _MOST_WORDS = 60, 9
_SPACES = re.compile(r"[\s_\-–—:;,=\[\]<>|]+")
_MARKS = str.maketrans({"ß": "s", "ı": "i", "đ": "d", "Đ": "d", "ø": "o"})


def plain(text: str) -> str:
    """Lower case, without diacritics of Latin letters, one space between words."""
    lowered = unicodedata.normalize("NFKC", text).casefold().translate(_MARKS).replace("geschoß", "geschoss")
    bases = ((letter, unicodedata.normalize("NFD", letter)[0]) for letter in lowered)
    bare = "".join(base if base.isascii() else letter for letter, base in bases if not unicodedata.combining(letter))
    return _SPACES.sub(" ", bare).strip()


def read(text: str) -> Title | None:
    """A text as a title, None where it is none: too long, or naming neither a kind of view nor a storey."""
    words = plain(text)
    if (
        not words
        or len(words) > _LONGEST
        or len(words.split()) > _MOST_WORDS
        or words.startswith(("see ", "refer ", "per "))
    ):
        return None
    kind = next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(words)), None)
    storey = _storey(words)
    if kind is None and storey is None:
        return None
    weight = 1.0 if kind is not None and storey is not None else 0.8 if kind is not None else 0.5
    weight *= 1.0 if len(words.split()) <= 5 else 0.6
    title = storey or Title(text, ViewKind.PLAN)
    return replace(title, text=text.strip(), kind=kind or ViewKind.PLAN, weight=weight)


def _storey(words: str) -> Title | None:  # noqa: PLR0911  # one rule a line
    """The storey that a title names."""
    blank = Title(words, ViewKind.PLAN)
    if found := _BASEMENT.search(words):
        return replace(blank, level=-(_number(found) or 1))
    if _GROUND.search(words):
        return replace(blank, level=0)
    if _TOP.search(words):
        return replace(blank, top=True)
    if found := _FROM_GROUND.search(words) or _FROM_GROUND_WORDS.search(words):
        return replace(blank, level=_number(found))
    if found := _FROM_ONE.search(words):
        return replace(blank, level=(_number(found) or 1) - 1)
    if found := _ORDINAL_FLOOR.search(words):
        return replace(blank, level=_number(found), ordinal=True)
    if _UPPER.search(words):
        return replace(blank, level=1)
    return replace(blank, level=-1) if _LOWER.search(words) else None


def _number(found: re.Match[str]) -> int | None:
    """The number in the first group that matched: digits, an ordinal, or an East Asian numeral."""
    for group in found.groups():
        if group:
            return int(group) if group.isdigit() else _ORDINALS.get(group) or _EASTERN.get(group)
    return None


def settle(titles: list[Title | None]) -> list[Title | None]:
    """Titles with ordinals turned into levels.

    Where another title says "ground" (or "level 0"), the first floor is the one above it, as in Britain; otherwise it
    is the ground floor, as in America.
    """
    ground = any(t is not None and t.level == 0 for t in titles)
    return [
        replace(t, level=t.level if ground else t.level - 1, ordinal=False)
        if t is not None and t.ordinal and t.level is not None
        else t
        for t in titles
    ]
