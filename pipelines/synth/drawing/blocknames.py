"""Names of blocks for doors and windows, as offices give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.plan import OpeningKind

if TYPE_CHECKING:
    from pipelines.synth.style import Style

_KINDS = tuple(OpeningKind)
#: In the order door, double, sliding, folding, overhead, window.
_WORDS = {
    "en": "Door Single|Door Double|Sliding Door|Bifold Door|Overhead Door|Window",
    "ko": "문-외여닫이|문-쌍여닫이|미닫이문|접이문|셔터|창",
    "ja": "片開きドア|両開きドア|引き戸|折戸|シャッター|引違い窓",
    "zh": "单扇平开门|双扇平开门|推拉门|折叠门|卷帘门|推拉窗",
    "de": "Tür|Doppeltür|Schiebetür|Falttür|Garagentor|Fenster",
    "fr": "Porte|Porte double|Porte coulissante|Porte pliante|Porte garage|Fenêtre",
    "es": "Puerta|Puerta doble|Puerta corredera|Puerta plegable|Puerta garaje|Ventana",
    "it": "Porta|Porta doppia|Porta scorrevole|Porta a soffietto|Porta garage|Finestra",
    "pt": "Porta|Porta dupla|Porta de correr|Porta sanfonada|Portão garagem|Janela",
    "tr": "Kapı|Çift kanat kapı|Sürgülü kapı|Katlanır kapı|Garaj kapısı|Pencere",
    "vi": "Cua di|Cua di 2 canh|Cua truot|Cua xep|Cua cuon|Cua so",
}
_CODES = "D|DD|SD|FD|SHD|W"
_CHINESE = "M|SM|TLM|ZM|JLM|C"


def name_of(kind: OpeningKind, style: Style, *, width: float, depth: float, hand: int) -> str:
    """The block of an opening; ``width`` and ``depth`` 0 for a block that is scaled to fit."""
    at = _KINDS.index(kind)
    side = {1: "R", -1: "L"}[hand] if kind == OpeningKind.DOOR and not style.mirrored else ""
    size = f"{round(width * 1000)}" if width else ""
    if width and kind == OpeningKind.WINDOW:
        size += f"x{round(depth * 1000)}"
    match style.block_names:
        case "anonymous":
            return f"*U{100 + at * 7 + (3 if side == 'R' else 0) + round(width * 1000) * 61 + round(depth * 1000)}"
        case "coded":
            if style.convention.language == "zh" and width:
                return f"{_CHINESE.split('|')[at]}{round(width * 10):02d}21{side}{'' if not depth else f'-{depth:g}'}"
            return f"{_CODES.split('|')[at]}-{size or '01'}{side}"
        case "national":
            words = _WORDS[style.convention.language].split("|")[at]
        case _:
            words = _WORDS["en"].split("|")[at].upper()
    return " ".join(filter(None, (words, size, side)))
