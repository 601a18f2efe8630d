"""Languages and layer conventions of offices, as data: what they call layers, rooms and drawings."""

# ruff: noqa: E501  # a table reads better unbroken

from __future__ import annotations

from dataclasses import dataclass

#: What a drawing puts on layers of their own.
ROLES = (
    "wall", "partition", "glass", "door", "window", "column", "stair", "room", "furniture", "sanitary", "kitchen",
    "text", "dimension", "axis", "hatch", "floor", "annotation", "frame", "elevation", "electrical", "roof", "site",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Convention:
    """A way to name layers: one name per role, in the order of ``ROLES``."""

    key: str
    language: str
    names: tuple[str, ...]

    def layer(self, role: str) -> str:
        """The layer of a role."""
        return self.names[ROLES.index(role)]


def _of(key: str, language: str, names: str) -> Convention:
    found = tuple(name.strip() for name in names.split("|"))
    assert len(found) == len(ROLES), key
    return Convention(key, language, found)


CONVENTIONS: tuple[Convention, ...] = (
    _of("aia", "en", "A-WALL|A-WALL-PRTN|A-GLAZ-CURT|A-DOOR|A-GLAZ|S-COLS|A-FLOR-STRS|A-AREA-IDEN|I-FURN|P-FIXT|A-FLOR-CASE|A-ANNO-TEXT|A-ANNO-DIMS|S-GRID|A-WALL-PATT|A-FLOR-PATT|A-ANNO-SYMB|A-ANNO-TTLB|A-ELEV|E-POWR|A-ROOF|L-SITE"),
    _of("aia-long", "en", "A-WALL-EXTR|A-WALL-INTR|A-GLAZ-CWAL|A-DOOR-FULL|A-GLAZ-FULL|A-COLS|A-FLOR-STRS|A-ROOM-NAME|A-FURN|A-FLOR-PFIX|A-FURN-CABN|G-ANNO-TEXT|G-ANNO-DIMS|A-GRID|A-HATC|A-FLOR-TILE|G-ANNO-SYMB|G-ANNO-TTLB|A-ELEV-OTLN|E-LITE|A-ROOF-OTLN|C-TOPO"),
    _of("iso13567", "en", "A-21----E-|A-22----E-|A-21G---E-|A-32----E-|A-31----E-|A-28----E-|A-24----E-|A-27----T-|A-72----E-|A-74----E-|A-73----E-|A-------T-|A-------D-|A-------G-|A-21----H-|A-43----H-|A-------X-|A-------B-|A-ELEV|A-63----E-|A-37----E-|A-90----E-"),
    _of("english", "en", "Walls|Partitions|Curtain Wall|Doors|Windows|Columns|Stairs|Room Names|Furniture|Sanitary|Kitchen|Text|Dimensions|Grid|Hatching|Floor Finish|Symbols|Title Block|Elevation|Electrical|Roof|Site"),
    _of("english-plain", "en", "WALL|WALL2|GLASS WALL|DOOR|WIN|COL|STAIR|ROOMNAME|FURN|FIXTURES|CABINETS|TEXT|DIM|CENTER|HATCH|TILE|SYMBOL|BORDER|ELEV|ELEC|ROOF|SITE"),
    _of("korean", "ko", "벽체|칸막이벽|커튼월|문|창문|기둥|계단|실명|가구|위생기구|주방가구|문자|치수|중심선|해치|바닥|기호|도곽|입면|전기|지붕|대지"),
    _of("korean-code", "ko", "WAL|WAL-내벽|CUR-WALL|DOOR|WIN|COL|STR|ROOM-TXT|FUR|TOI|KIT|TXT|DIM|CEN|HAT|FIN|SYM|FORM|ELE|ELEC|ROOF|SITE"),
    _of("japanese", "ja", "壁|間仕切|カーテンウォール|建具(扉)|窓|柱|階段|室名|家具|衛生器具|キッチン|文字|寸法|通り芯|ハッチング|床仕上|記号|図面枠|立面|電気|屋根|敷地"),
    _of("chinese", "zh", "墙体|内墙|幕墙|门|窗|柱子|楼梯|房间名称|家具|洁具|厨具|文字|尺寸标注|轴线|填充|地面|符号|图框|立面|电气|屋面|总图"),
    _of("chinese-code", "zh", "WALL|WALL-内|CURTWALL|门窗-DOOR|WINDOW|COLUMN|STAIR|SPACE|FURNITURE|LVTRY|KITCHEN|TEXT|PUB_DIM|AXIS|PUB_HATCH|GROUND|PUB_TEXT|TITLE|E_LINE|EQUIP-照明|ROOF|SITE"),
    _of("german", "de", "Wände|Innenwände|Glasfassade|Türen|Fenster|Stützen|Treppe|Raumnamen|Möbel|Sanitär|Küche|Text|Bemaßung|Achsen|Schraffur|Bodenbelag|Symbole|Planrahmen|Ansicht|Elektro|Dach|Gelände"),
    _of("german-code", "de", "AR_Wand_tragend|AR_Wand_nichttragend|AR_Vorhangfassade|AR_Tuer|AR_Fenster|TW_Stuetze|AR_Treppe|AR_Raumstempel|AR_Moeblierung|AR_Sanitaer|AR_Kueche|AR_Beschriftung|AR_Bemassung|AR_Achsraster|AR_Schraffur|AR_Fliesen|AR_Symbol|AR_Plankopf|AR_Ansicht|EL_Leuchten|AR_Dach|AR_Lageplan"),
    _of("french", "fr", "MURS|CLOISONS|MUR-RIDEAU|PORTES|FENETRES|POTEAUX|ESCALIERS|NOM-PIECES|MOBILIER|SANITAIRE|CUISINE|TEXTES|COTATION|AXES|HACHURES|CARRELAGE|SYMBOLES|CARTOUCHE|FACADES|ELECTRICITE|TOITURE|TERRAIN"),
    _of("spanish", "es", "MUROS|TABIQUES|MURO CORTINA|PUERTAS|VENTANAS|PILARES|ESCALERAS|NOMBRES LOCALES|MOBILIARIO|SANITARIOS|COCINA|TEXTOS|COTAS|EJES|TRAMAS|PAVIMENTO|SIMBOLOS|CAJETIN|ALZADOS|ELECTRICIDAD|CUBIERTA|PARCELA"),
    _of("italian", "it", "MURI|TRAMEZZI|FACCIATA CONTINUA|PORTE|FINESTRE|PILASTRI|SCALE|NOMI LOCALI|ARREDI|SANITARI|CUCINA|TESTI|QUOTE|ASSI|RETINI|PAVIMENTI|SIMBOLI|CARTIGLIO|PROSPETTI|ELETTRICO|TETTO|TERRENO"),
    _of("portuguese", "pt", "PAREDES|DIVISORIAS|FACHADA CORTINA|PORTAS|JANELAS|PILARES|ESCADAS|NOMES AMBIENTES|MOBILIARIO|LOUÇAS|COZINHA|TEXTOS|COTAS|EIXOS|HACHURAS|PISO|SIMBOLOS|CARIMBO|FACHADAS|ELETRICA|COBERTURA|TERRENO"),
    _of("turkish", "tr", "DUVAR|BÖLME DUVAR|GİYDİRME CEPHE|KAPI|PENCERE|KOLON|MERDİVEN|MAHAL ADI|TEFRİŞ|VİTRİFİYE|MUTFAK|YAZI|ÖLÇÜ|AKS|TARAMA|SERAMİK|SEMBOL|ANTET|GÖRÜNÜŞ|ELEKTRİK|ÇATI|ARAZİ"),
    _of("vietnamese", "vi", "TUONG|TUONG NGAN|VACH KINH|CUA DI|CUA SO|COT|CAU THANG|TEN PHONG|NOI THAT|THIET BI VE SINH|BEP|CHU|KICH THUOC|TRUC|HATCH|LAT GACH|KY HIEU|KHUNG TEN|MAT DUNG|DIEN|MAI|DAT"),
    _of("numbers", "en", "1|1|12|2|3|4|5|6|7|7|7|8|9|10|11|11|8|13|1|14|1|1"),
    _of("materials", "ko", "THK150|THK100|T24|40x40|30x30|500x500|150|TXT|2x4|3x6|3x6|TXT|D|C|HT|HT|TXT|F|THK150|E|THK150|S"),
    _of("zero", "en", "0|0|0|0|0|0|0|TEXT|0|0|0|TEXT|DIM|AXIS|HATCH|HATCH|TEXT|0|0|0|0|0"),
)  # fmt: skip

BY_KEY = {convention.key: convention for convention in CONVENTIONS}

#: Encodings before R2007, by language: Python codec.
CODECS = {"ko": "cp949", "ja": "cp932", "zh": "gbk", "tr": "cp1254", "vi": "cp1252"}

_USES = [
    "living_room",
    "bedroom",
    "kids_room",
    "kitchen",
    "dining_room",
    "study",
    "bathroom",
    "wc",
    "hall",
    "corridor",
    "utility",
    "storage",
    "wardrobe",
    "closet",
    "garage",
    "stairs",
    "office",
    "open_office",
    "meeting",
    "lobby",
    "copy",
    "server",
    "kitchenette",
    "shaft",
    "balcony",
]

_NAMES = {
    "en": "Living Room|Bedroom|Kid's Room|Kitchen|Dining Room|Study|Bathroom|WC|Hall|Corridor|Utility|Storage|Wardrobe|Closet|Garage|Stairs|Office|Open Office|Meeting Room|Lobby|Copy|Server|Kitchenette|Shaft|Balcony",
    "ko": "거실|침실|작은방|주방|식당|서재|욕실|화장실|현관|복도|다용도실|창고|드레스룸|붙박이장|차고|계단실|사무실|사무실|회의실|로비|창고|기계실|탕비실|PS|발코니",
    "ja": "リビング|寝室|子供室|キッチン|ダイニング|書斎|浴室|便所|ホール|廊下|ユーティリティ|納戸|ウォークインクローゼット|押入|車庫|階段|事務室|事務室|会議室|ロビー|倉庫|サーバー室|給湯室|PS|バルコニー",
    "zh": "客厅|卧室|儿童房|厨房|餐厅|书房|卫生间|卫生间|玄关|走廊|洗衣房|储藏室|衣帽间|衣柜|车库|楼梯间|办公室|开敞办公|会议室|门厅|文印室|机房|茶水间|管井|阳台",
    "de": "Wohnzimmer|Schlafzimmer|Kinderzimmer|Küche|Esszimmer|Arbeitszimmer|Bad|WC|Diele|Flur|Hauswirtschaftsraum|Abstellraum|Ankleide|Schrank|Garage|Treppe|Büro|Großraumbüro|Besprechung|Empfang|Kopierraum|Serverraum|Teeküche|Schacht|Balkon",
    "fr": "Séjour|Chambre|Chambre enfant|Cuisine|Salle à manger|Bureau|Salle de bains|WC|Entrée|Dégagement|Buanderie|Cellier|Dressing|Placard|Garage|Escalier|Bureau|Bureau paysager|Salle de réunion|Accueil|Local copie|Local serveur|Tisanerie|Gaine|Balcon",
    "es": "Salón|Dormitorio|Dormitorio 2|Cocina|Comedor|Estudio|Baño|Aseo|Vestíbulo|Pasillo|Lavadero|Trastero|Vestidor|Armario|Garaje|Escalera|Oficina|Oficina abierta|Sala de reuniones|Recepción|Copias|Servidores|Office|Patinillo|Balcón",
    "it": "Soggiorno|Camera|Camera ragazzi|Cucina|Sala da pranzo|Studio|Bagno|WC|Ingresso|Corridoio|Lavanderia|Ripostiglio|Guardaroba|Armadio|Garage|Scala|Ufficio|Open space|Sala riunioni|Atrio|Copie|Server|Cucinino|Cavedio|Balcone",
    "pt": "Sala de estar|Quarto|Quarto 2|Cozinha|Sala de jantar|Escritório|Banheiro|Lavabo|Hall|Corredor|Área de serviço|Despensa|Closet|Armário|Garagem|Escada|Escritório|Escritório aberto|Sala de reunião|Recepção|Cópias|Servidor|Copa|Shaft|Varanda",
    "tr": "Salon|Yatak Odası|Çocuk Odası|Mutfak|Yemek Odası|Çalışma Odası|Banyo|WC|Antre|Koridor|Çamaşır Odası|Depo|Giyinme Odası|Dolap|Garaj|Merdiven|Ofis|Açık Ofis|Toplantı Odası|Lobi|Fotokopi|Sunucu Odası|Ofis Mutfağı|Şaft|Balkon",
    "vi": "P. KHACH|P. NGU|P. NGU 2|BEP|P. AN|P. LAM VIEC|P. TAM|WC|SANH|HANH LANG|P. GIAT|KHO|P. THAY DO|TU AO|GARA|CAU THANG|VAN PHONG|VAN PHONG MO|P. HOP|SANH CHINH|P. COPY|P. MAY CHU|BEP NHO|HOP GEN|BAN CONG",
}  # fmt: skip
ROOMS = {language: dict(zip(_USES, names.split("|"), strict=True)) for language, names in _NAMES.items()}

#: Titles of drawings: two storeys, then elevation, section, detail, electrical plan, roof plan, door schedule.
TITLES = {
    "en": ("GROUND FLOOR PLAN", "FIRST FLOOR PLAN", "FRONT ELEVATION", "SECTION A-A", "DETAIL 1", "ELECTRICAL PLAN", "ROOF PLAN", "DOOR SCHEDULE"),
    "ko": ("1층 평면도", "2층 평면도", "정면도 (입면도)", "단면도", "상세도", "전기 평면도", "지붕 평면도", "창호 일람표"),
    "ja": ("1階平面図", "2階平面図", "南立面図", "断面図", "詳細図", "電気設備図", "屋根伏図", "建具表"),
    "zh": ("一层平面图", "二层平面图", "南立面图", "1-1剖面图", "节点详图", "电气平面图", "屋顶平面图", "门窗表"),
    "de": ("Grundriss Erdgeschoss", "Grundriss Obergeschoss", "Ansicht Süd", "Schnitt A-A", "Detail 1", "Elektroplan Erdgeschoss", "Dachaufsicht", "Türliste Tabelle"),
    "fr": ("PLAN RDC", "PLAN ETAGE 1", "FACADE SUD", "COUPE A-A", "DETAIL 1", "PLAN ELECTRICITE", "PLAN TOITURE", "TABLEAU DES PORTES"),
    "es": ("PLANTA BAJA", "PLANTA PRIMERA", "ALZADO SUR", "SECCIÓN A-A", "DETALLE 1", "PLANTA ELECTRICIDAD", "PLANTA CUBIERTA", "CUADRO DE PUERTAS"),
    "it": ("PIANTA PIANO TERRA", "PIANTA PIANO PRIMO", "PROSPETTO SUD", "SEZIONE A-A", "DETTAGLIO 1", "IMPIANTO ELETTRICO", "PIANTA COPERTURA", "ABACO PORTE"),
    "pt": ("PLANTA BAIXA TÉRREO", "PLANTA 1º PAVIMENTO", "FACHADA FRONTAL", "CORTE A-A", "DETALHE 1", "PLANTA ELÉTRICA", "PLANTA DE COBERTURA", "QUADRO DE PORTAS"),
    "tr": ("ZEMİN KAT PLANI", "1. KAT PLANI", "ÖN GÖRÜNÜŞ", "A-A KESİTİ", "DETAY 1", "ELEKTRİK PLANI", "ÇATI PLANI", "KAPI ÇİZELGESİ"),
    "vi": ("MAT BANG TANG 1", "MAT BANG TANG 2", "MAT DUNG CHINH", "MAT CAT A-A", "CHI TIET 1", "MAT BANG CAP DIEN", "MAT BANG MAI", "BANG THONG KE CUA"),
}  # fmt: skip
