"""The palette: what things look like, by category, and floors by the name of their room."""

from __future__ import annotations

import re
import unicodedata

from pipelines.plan import FurnitureKind
from pipelines.scene import Material


def _srgb(name: str, code: int, *, alpha: float = 1.0, roughness: float = 0.9, metallic: float = 0.0) -> Material:
    """A material from an sRGB colour, 0xRRGGBB (IEC 61966-2-1); glTF counts colours in linear light."""
    channels = [(code >> shift & 0xFF) / 255 for shift in (16, 8, 0)]
    r, g, b = (round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 5) for c in channels)
    return Material(name, (r, g, b, alpha), roughness=roughness, metallic=metallic)


def _ink(name: str, code: int, alpha: float = 1.0) -> Material:
    plain = _srgb(name, code, alpha=alpha)
    return Material(plain.name, plain.color, roughness=1.0, unlit=True)


PLASTER = _srgb("plaster", 0xF1EDE4)
CONCRETE = _srgb("concrete", 0xC9C6C0)
SLAB = _srgb("screed", 0xCFCAC1)
FRAME = _srgb("frame", 0xF7F6F3, roughness=0.55)
METAL = _srgb("metal", 0x4A4E53, roughness=0.45, metallic=0.6)
LEAF = _srgb("door leaf", 0xA8845C, roughness=0.6)
GARAGE_LEAF = _srgb("garage door", 0xD8D8D5, roughness=0.5)
GLASS = _srgb("glass", 0x9CC3D1, alpha=0.25, roughness=0.08)
SILL = _srgb("sill", 0xDAD6CD, roughness=0.5)
STAIR = _srgb("stair", 0xC4AE8C, roughness=0.7)
BODY = Material("body", _srgb("body", 0xC9C6C0).color, double_sided=True)  # found bodies may be open or inside out

OAK = _srgb("oak", 0xCBB594, roughness=0.65)
TILE = _srgb("tile", 0xC3CCCD, roughness=0.4)
STONE = _srgb("stone", 0xB9B2A6, roughness=0.6)
CARPET = _srgb("carpet", 0xBFB2A3, roughness=1.0)
BARE = _srgb("concrete floor", 0xB4B2AE, roughness=0.8)
PLAIN = _srgb("floor", 0xD6CCBC, roughness=0.75)

FURNITURE = {
    FurnitureKind.FURNITURE: _srgb("furniture", 0xB9B3A6, roughness=0.85),
    FurnitureKind.SANITARY: _srgb("sanitary", 0xF6F7F7, roughness=0.25),
    FurnitureKind.KITCHEN: _srgb("kitchen", 0xDDD8CF, roughness=0.4),
    FurnitureKind.APPLIANCE: _srgb("appliance", 0xC2C6C9, roughness=0.35, metallic=0.3),
    FurnitureKind.OTHER: _srgb("equipment", 0xB5B3AE, roughness=0.8),
}

#: Lines by category; what is not listed is drawn as linework.
INK = {
    "annotation": _ink("annotation", 0x7A7F87),
    "dimension": _ink("dimension", 0x9AA0A8),
    "axis": _ink("axis", 0xC0504A),
    "site": _ink("site", 0x6E8F62),
    "floor": _ink("floor pattern", 0x9C9284),
    "linework": _ink("linework", 0x55585E),
    "furniture": _ink("furniture lines", 0x5E6460),
    "plant": _ink("plant lines", 0x5C8A52),
    "vehicle": _ink("vehicle lines", 0x6C7078),
}

_BARE = r"""garage|car\s?port|parking|storage|mech|boiler|heiz|keller|cellier|atelier|garaje|cochera|trastero|garagem
|ripostiglio|depo\b|otopark|\bkho\b|주차|창고|기계실|전기실|車庫|车库|倉庫|物置|储藏"""
_WET = r"""bath|toil|\bwc\b|w\.c\b|shower|lavat|powder|laundry|util|wash|\bbad|dusche|bains?\b|wasch
|salle\sd.eau|sdb\b|douche
|buanderie|baño|bano\b|aseo|lavadero|bagno|doccia|lavanderia|banheiro|lavabo|banyo|tuvalet|çamaşır|vệ\ssinh
|욕실|화장실|세탁|다용도|샤워|浴|トイレ|洗面|便所|卫生间|衛生間|厕所|洗手|盥洗"""
_OUTER = (
    r"""balc|terra|patio|porch|loggia|veranda|deck|lobby|foyer|발코니|베란다|현관|로비|バルコニー|玄関|阳台|陽台|玄关"""
)
_LIVED_IN = r"""living|dining|great|family|bed|room|hall|study|office|kitchen|entry|corridor|meeting|closet
|wohn|schlaf|zimmer|küche|kuche|flur|diele|büro|besprech|s[ée]jour|salle|chambre|cuisine|bureau|entr[ée]e|couloir|d[ée]gagement
|salon|\bsala\b|cocina|comedor|dormit|pasillo|despacho|estudio|soggiorno|camera|cucina|ingresso|corridoio|studio
|quarto|cozinha|escrit[óo]rio|corredor|\boda|mutfak|koridor|phòng|bếp
|거실|침실|주방|식당|안방|서재|복도|사무실|회의|居間|寝室|洋室|和室|廊下|キッチン|リビング|客厅|卧室|餐厅|厨房|书房|办公|会议"""
#: The first rule that finds a word in the name of a room says what lies on its floor.
_RULES = tuple(
    (material, re.compile(words, re.VERBOSE))
    for material, words in ((BARE, _BARE), (TILE, _WET), (STONE, _OUTER), (OAK, _LIVED_IN))
)


def floor_of(room: str) -> Material:
    """What a room of this name has on its floor; a plain floor where the name says nothing."""
    plain = unicodedata.normalize("NFC", room).casefold()
    return next((material for material, words in _RULES if words.search(plain)), PLAIN)
