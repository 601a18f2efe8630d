"""Words that name rooms, by language: data for ``rooms``."""

from __future__ import annotations

import re
import unicodedata

#: Latin words match whole tokens (a trailing number or plural s is ignored), others anywhere in the text.
_LATIN = """
    room bedroom bed bdrm br master living dining great family kitchen kit kitchenette pantry bath bathroom
    ensuite toilet toil wc lavatory powder shower hall hallway corridor entry entrance foyer lobby vestibule
    porch deck balcony terrace patio garage carport closet clo wic wardrobe dressing laundry util utility mud
    store storage stor study den office library lounge reception meeting conference boardroom break server
    archive copy print nursery guest gym sauna pool attic cellar basement stair stairs staircase lift elevator
    shaft duct plant mechanical electrical boiler workshop loft gallery studio shop sales canteen cafe classroom
    lab laboratory ward consulting waiting dept open workspace alcove nook zimmer wohnzimmer wohnen essen
    esszimmer küche kueche bad badezimmer dusche diele flur gang eingang windfang garderobe schlafzimmer
    schlafen kinderzimmer kind eltern gast gästezimmer arbeitszimmer büro buero abstellraum abst abstell hwr
    hauswirtschaft keller garage balkon terrasse loggia treppe treppenhaus aufzug besprechung empfang lager
    technik raum archiv teeküche putzraum heizung chambre salon séjour sejour salle cuisine sdb bains bain
    toilettes entrée entree couloir dégagement degagement dgt cellier buanderie bureau placard dressing palier
    cave garage réunion accueil rangement local escalier dormitorio habitación habitacion sala salón comedor
    cocina baño bano aseo pasillo vestíbulo recibidor lavadero despensa estudio oficina terraza escalera almacén
    almacen garaje estar camera soggiorno pranzo cucina bagno corridoio ingresso ripostiglio disimpegno studio
    ufficio terrazza balcone lavanderia cantina scala letto riunioni antibagno quarto suíte suite sala estar
    jantar cozinha banheiro lavabo corredor circulação circulacao varanda área despensa escritório escritorio
    garagem depósito deposito copa closet reunião hall oda salon mutfak banyo tuvalet koridor hol antre yatak
    çocuk ebeveyn balkon teras kiler çamaşır depo ofis toplantı merdiven giriş wc oturma yemek phòng phong khách
    khach ngủ ngu bếp bep ăn an tắm tam vệ ve sinh hành hanh lang kho sân san thờ tho làm lam việc cầu thang wc
    ban công cong sảnh sanh họp hop
"""
_EASTERN = """
    거실 주방 부엌 식당 침실 안방 방 욕실 화장실 현관 복도 발코니 베란다 다용도실 드레스룸 창고 계단
    엘리베이터 홀 사무실 회의실 탕비실 로비 서재 세탁실 팬트리 실외기실 대피공간 알파룸 작은방 기계실
    전기실 リビング ダイニング キッチン 居間 台所 和室 洋室 寝室 浴室 洗面 トイレ 便所 玄関 廊下 ホール
    納戸 押入 収納 クローゼット 階段 バルコニー 事務室 会議室 物置 ユーティリティ 書斎 子供室 応接 倉庫
    LDK DK 客厅 客廳 餐厅 餐廳 厨房 廚房 卧室 臥室 主卧 主臥 次卧 次臥 卫生间 衛生間 浴室 厕所 洗手间
    阳台 陽台 书房 書房 玄关 玄關 走廊 走道 过道 储藏 儲藏 储物 衣帽间 楼梯 樓梯 电梯 電梯 办公 辦公
    会议 會議 门厅 門廳 车库 車庫 起居 儿童房 客房 洗衣 前台 接待
"""
_GARAGES = ("garage", "carport", "garaje", "garagem", "garaj", "车库", "車庫", "차고")
_TOKEN = re.compile(r"[^\W\d_]+")
_WORDS = frozenset(_LATIN.split())
_SIGNS = tuple(_EASTERN.split())


def names_room(text: str) -> bool:
    """Whether a text holds a word for a room in any of the known languages."""
    plain = unicodedata.normalize("NFC", text)
    if any(sign in plain for sign in _SIGNS):
        return True
    lowered = plain.casefold().replace(".", "")
    return any(token in _WORDS or (token.endswith("s") and token[:-1] in _WORDS) for token in _TOKEN.findall(lowered))


def names_garage(text: str) -> bool:
    """Whether a text names a place for cars."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return any(word in plain for word in _GARAGES)
