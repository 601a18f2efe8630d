# ruff: noqa: E501  # lists of names

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.drafting import naming
from pipelines.drafting.naming import Category
from pipelines.plan import FurnitureKind, OpeningKind

LAYERS = {
    Category.WALL: """
        A-WALL A-WALL-FULL A-WALL-EXTR A-WALL-INTR A-WALL-MAIN A-WALL-N a-wall A_WALL AWALL WALLS Wall wall-ext WALL_EXT
        EXT-WALL extWall EXIST-WALL EXISTING_WALLS WALL-NEW WALL-100 WALL200 FIREWALL A-WALL-FIRE
        S-WALL plan$0$A-WALL xref|A-WALL 1F-WALL PARTITION A-PRTN I-WALL DRYWALL MASONRY WAL A-WAL 01_WALL
        벽 벽체 외벽 내벽 A-벽체 벽체선 1층벽체 조적벽 경량벽 콘크리트벽 옹벽 칸막이 WAL-벽 내력벽
        壁 外壁 内壁 間仕切 間仕切壁 躯体
        墙 墙体 墙线 外墙 内墙 隔墙 剪力墙 承重墙 牆 牆體 外牆 內牆 隔間牆 A-墙体
        Wand Wände WAENDE WÄNDE Waende Aussenwand Außenwand AUSSENWAENDE Innenwände Trennwand Mauerwerk Wand_tragend
        MUR MURS Mur_porteur Cloison CLOISONS murs-extérieurs Maçonnerie
        MURO MUROS Muros_Exteriores Pared PAREDES Tabique tabiquería Tabiqueria
        MURATURA Murature pareti PARETE Tramezzi MURI muri_esterni
        PAREDE Paredes Alvenaria ALVENARIA
        DUVAR duvarlar Duvar_dış TUONG Tường tuong-xay
        A-21----E- A-22---E- A-220---E------
    """,
    Category.GLASS_WALL: """
        A-GLAZ-CURT CURTAIN-WALL Curtain_Wall curtainwall A-WALL-GLAZ STOREFRONT GLASS-PARTITION 커튼월 カーテンウォール
        幕墙 玻璃幕墙 帷幕牆 Mur-rideau MURO_CORTINA Vorhangfassade Cancel Cancelería Crystal
    """,
    Category.LOW_WALL: """
        PARAPET RAILING A-HRAL HANDRAIL HALF-WALL LOW-WALL A-WALL-PRHT Toilet-Partition 난간 파라펫 手摺 栏杆 欄杆 Geländer
        GELAENDER Brüstung Garde-corps BARANDILLA Ringhiera Guarda-corpo KORKULUK
    """,
    Category.DOOR: """
        A-DOOR A-DOOR-FULL DOOR DOORS DOOR_900 A-GARAGE-DOOR DOR A-DOR door-frame 문 도어 방화문 현관문 扉 ドア 引戸 门 门线 門 門扇
        Tür Türen TUEREN Tueren TUR Innentür PORTE Portes PUERTA Puertas PORTA porte_interne Portas KAPI Kapı kapılar
        CUA-DI A-32---E-
    """,
    Category.WINDOW: """
        A-GLAZ A-WIND WINDOW WINDOWS WIN WIND A-WIN window_1 WID WDW 창 창문 샤시 유리창 窓 サッシ 窗 窗户 窗線 FENSTER Fenster_EG
        FENÊTRE Fenetres Vitrage VENTANA Ventanas FINESTRA finestre JANELA Janelas PENCERE pencereler CUA-SO cửa-sổ
    """,
    Category.OPENING: """
        A-OPENING OPENINGS DOOR-WINDOW A-DOOR-WIND 창호 창호선 개구부 建具 開口部 门窗 門窗 门洞 洞口 Öffnungen Oeffnung Menuiserie
        CARPINTERÍA Carpinteria Vanos Infissi SERRAMENTI Esquadrias Caixilharia DOĞRAMA Dograma A-31---E-
    """,
    Category.COLUMN: """
        S-COLS A-COLS COL COLS COLUMN Columns S-COL 기둥 A-기둥 철골기둥 柱 柱子 框架柱 混凝土柱 結構柱 Stütze STUETZEN Stützen
        POTEAU Poteaux COLUMNA Columnas PILARES PILASTRI Pilastro Colunas KOLON kolonlar SÜTUN Pillar A-28---E-
    """,
    Category.STAIR: """
        A-FLOR-STRS STAIR STAIRS A-STAIR staircase Stair_1 STEPS 계단 계단실 階段 楼梯 樓梯 台阶 Treppe TREPPEN Treppenlauf
        ESCALIER Escaliers ESCALERA Escaleras SCALA scale ESCADA Escadas MERDİVEN Merdiven CAU-THANG Cầu-thang A-24---E-
    """,
    Category.ROOM: """
        ROOM ROOMS ROOM-NAME A-ROOM-NAMES RM A-AREA 실명 면적 室名 部屋名 房间 房间名称 房間 RAUM Räume Raumname Raumstempel PIECES
        Locali MAHAL Phòng
    """,
    Category.FLOOR: "A-FLOR FLOOR Flooring FLOOR-TILE 바닥 마감 床 地面 铺装 Bodenbelag CARRELAGE PAVIMENTO Pavimenti PISO WALLPAPER",
    Category.FURNITURE: """
        I-FURN A-FURN FURNITURE FURN FUR A-FLOR-CASE CASEWORK furniture-loose 가구 붙박이장 家具 造作家具 Möbel MOEBEL Möblierung
        MOBILIER Meubles MOBILIARIO Muebles ARREDO Arredi Mobília MOBILYA tefriş NOI-THAT Nội-thất
    """,
    Category.SANITARY: """
        A-FLOR-FIXT SANITARY P-TOILET WC A-SANR-TOILET A-FIXTURE LVTRY 위생 위생기구 衛生器具 洁具 潔具 卫生洁具 SANITÄR SANITAER
        Sanitaires SANITARIOS Sanitari LOUÇAS VITRIFIYE
    """,
    Category.KITCHEN: "KITCHEN 주방 주방가구 싱크대 キッチン 厨具 橱柜 廚具 KÜCHE Kueche CUISINE COCINA Cucina Cozinha MUTFAK",
    Category.APPLIANCE: "APPLIANCES A-FLOR-APPL 가전 家電 家电 ELECTRODOMÉSTICOS elettrodomestici Haushaltsgeräte",
    Category.PLANT: "L-PLNT PLANTS TREES 조경 수목 植栽 绿化 植物 BÄUME Begrünung ARBRES Vegetación ALBERI ÁRVORES Ağaçlar",
    Category.VEHICLE: "CARS VEHICLES 차량 자동차 車両 车辆 汽车 Fahrzeuge VOITURES Coches VEÍCULOS Araçlar",
    Category.EQUIPMENT: "A-EQPM EQUIPMENT ELEVATOR Q-EQUIP EVTR 장비 엘리베이터 電梯 电梯 Aufzug ASCENSEUR Ascensor ASANSÖR",
    Category.ELECTRICAL: "E-POWR ELECTRICAL 전기 콘센트 電気 电气 插座 Elektro ÉLECTRICITÉ Eléctrico ELETTRICO Elétrica E-COMM",
    Category.PLUMBING: "P-PIPE PLUMBING P-DOMW-PIPE 배관 급수 給排水 给排水 PLOMBERIE Fontanería",
    Category.HVAC: "M-HVAC M-DUCT HVAC 덕트 공조 空調 暖通 Heizung LÜFTUNG Chauffage CLIMATIZACIÓN",
    Category.LIGHTING: "E-LITE LIGHTING 조명 照明 灯具 燈具 Beleuchtung ÉCLAIRAGE Iluminación aydınlatma",
    Category.CEILING: "A-CLNG A-CEILING 천장 天井 吊顶 天花 Unterdecke PLAFOND Controsoffitto FORRO TAVAN",
    Category.ROOF: "A-ROOF ROOF 지붕 屋根 屋顶 屋頂 DACH Toiture CUBIERTA Tetto TELHADO ÇATI",
    Category.STRUCTURE: """
        S-STEM-WALL S-FNDN FOUNDATION-WALL S-FTNG-FOOTING S-FOOTER S-BEAM S-SLAB A-HEADER 기초 보라인 基礎 梁 基础 FUNDAMENT
        POUTRES Vigas CIMENTACIÓN Travi fundação KİRİŞ
    """,
    Category.DIMENSION: """
        A-ANNO-DIMS DIM DIMS DIMENSION A-DIMS-1 PUB_DIM 치수 치수선 A-치수 寸法 寸法線 尺寸 尺寸标注 標註 BEMASSUNG Bemaßung Maßkette
        COTATION cotes COTAS Acotaciones QUOTE Quotature cotagem ÖLÇÜ ölçülendirme KICH-THUOC A-DOOR-DIMS
    """,
    Category.AXIS: """
        S-GRID GRID AXIS A-GRID CENTERLINE CEN DOTE column-grid 중심선 그리드 通り芯 壁芯 中心線 轴线 轴网 軸線 ACHSEN Achse Raster
        AXES EJES Assi EIXOS AKS TRUC
    """,
    Category.TEXT: "TEXT A-ANNO-TEXT A-NOTE TEX TXT ANNTEXT PUB_TEXT AXIS_TEXT 문자 글자 文字 文本 BESCHRIFTUNG TEXTE Textos TESTI YAZI",
    Category.ANNOTATION: """
        A-ANNO-SYMB SYMBOL SYM A-DOOR-IDEN DOOR-TAG DOORTAG window-schedule NORTH-ARROW A-ANNO-LEADER A-ANNO
        기호 심볼 창호기호 범례 記号 方位 图例 指北针 门窗表 SYMBOLE Nordpfeil LÉGENDE Simboli SEMBOL
    """,
    Category.HATCH: """
        WALL-HATCH A-WALL-PATT HATCH HAT 해치 벽체해치 ハッチング 填充 墙体填充 SCHRAFFUR Wand_Schraffur HACHURES SOMBREADO Retino
        TARAMA insulation 단열재 A-22---H-
    """,
    Category.SITE: "C-TOPO L-SITE PROPERTY-LINE C-PKNG PARKING 대지경계선 도로 敷地境界線 用地红线 GRUNDSTÜCK TERRENO Arazi",
    Category.TITLE_BLOCK: "A-ANNO-TTLB TITLE-BLOCK TITLEBLOCK BORDER 도곽 도각 図枠 图框 圖框 PLANKOPF CARTOUCHE Cajetín CARTIGLIO antet",
    Category.CONSTRUCTION: "DEFPOINTS Defpoints VIEWPORT A-ANNO-NPLT HIDDEN HID TEMP Projection 보조선 은선 補助線 辅助线 HILFSLINIEN",
    Category.ELEVATION: "A-ELEV ELEVATION FACADE 입면 立面 ANSICHT ALZADO Prospetto CEPHE",
    Category.SECTION: "SECTION A-SECT 단면 断面 剖面 SCHNITT COUPE Sezione KESİT",
    Category.DEMOLITION: "WALL-DEMO A-WALL-DEMO DEMO 철거 철거벽 解体 拆除 ABBRUCH Démolition DEMOLICIÓN A-DEMOLITION",
    Category.UNKNOWN: "0 1 Layer1 COLOR COLOUR-3 MURAL 40x60 A B1 IMPORTANT PORTAL ABC 100mm BLUE 평면도 文書",
}

BLOCKS = {
    Category.DOOR: """
        DOOR-900 DOOR Door_Single D01 D-12 DR_L DR-900 M_Single-Flush Single-Flush:900x2100 单扇平开门 双扇平开门 여닫이문 미닫이문
        M0921 M1021 FM1021 FM甲1021 TLM2124 JLM3030 Tür_88.5 Schiebetür PORTE_90 Puerta-80 KAPI-90 SD-01 FSD1 Bifold-2-Panel
        Overhead-Rolling 片引き戸 两扇推拉门 x$0$DOOR-3068
    """,
    Category.WINDOW: """
        WIN-1500 WINDOW-1200x1200 C1518 C-1215 LC1515 M_Fixed-Glass Casement Double-Hung W01 AW-3 推拉窗 미서기창 引違い窓 Fenster_120
        Ventana-150 GC0906 PW2
    """,
    Category.SANITARY: "WC P-Toilet Toilet-Domestic-3D FIXT-OVALBATH 양변기 세면대 便器 浴槽 坐便器 Waschbecken Badewanne inodoro BATH-TUB",
    Category.KITCHEN: "KITCHEN-SINK FIXT-DBLKIT32 FIXT-CKTOP24E 싱크대 流し台 洗菜盆 SINK-DOUBLE",
    Category.APPLIANCE: "FIXT-DRYERE28 FIXT-WASHER26 Refrigerator 냉장고 冷蔵庫 冰箱",
    Category.FURNITURE: "BED-QUEEN Chair-Task SOFA-3 DESK-1500 침대 책상 ベッド 双人床 沙发 Tisch Bett_180 cama armario WARDROBE",
    Category.VEHICLE: "CAR Car-Sedan 자동차 车 pkw",
    Category.PLANT: "TREE-01 Tree_Oak 나무 树 Baum",
    Category.COLUMN: "COLUMN-400 Column_H 기둥400 柱600",
    Category.ANNOTATION: "NORTH-ARROW DOOR-TAG Section-Mark 방위표 指北针",
    Category.TITLE_BLOCK: "TITLE-BLOCK A1_BORDER 도곽A1 图框A1",
    Category.UNKNOWN: "*U12 *D3 *X1 A$C1234AB SHAPE2DVIEW Block1 GENERIC",
}


def rows(table: dict[Category, str]) -> list[tuple[str, Category]]:
    return [(name, category) for category, names in table.items() for name in names.split()]


def test_tables_are_large() -> None:
    assert len(rows(LAYERS)) + len(rows(BLOCKS)) >= 300


@pytest.mark.parametrize(("name", "category"), rows(LAYERS))
def test_layer(name: str, category: Category) -> None:
    assert naming.layer(name).category == category


@pytest.mark.parametrize(("name", "category"), rows(BLOCKS))
def test_block(name: str, category: Category) -> None:
    assert naming.block(name).category == category


@pytest.mark.parametrize(
    ("name", "category", "of"),
    [
        ("WALL-HATCH", Category.HATCH, Category.WALL),
        ("A-COLS-PATT", Category.HATCH, Category.COLUMN),
        ("벽체해치", Category.HATCH, Category.WALL),
        ("A-DOOR-IDEN", Category.ANNOTATION, Category.DOOR),
        ("WALL-DEMO", Category.DEMOLITION, Category.WALL),
        ("A-22---H-", Category.HATCH, Category.WALL),
        ("HATCH", Category.HATCH, Category.UNKNOWN),
    ],
)
def test_what_is_done_to_a_thing_names_the_thing(name: str, category: Category, of: Category) -> None:
    match = naming.layer(name)
    assert (match.category, match.of) == (category, of)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("DOOR-900", OpeningKind.DOOR),
        ("Double-Flush", OpeningKind.DOUBLE_DOOR),
        ("쌍여닫이문", OpeningKind.DOUBLE_DOOR),
        ("双扇平开门", OpeningKind.DOUBLE_DOOR),
        ("Schiebetür 100", OpeningKind.SLIDING_DOOR),
        ("M_Door-Double-Sliding", OpeningKind.SLIDING_DOOR),
        ("미닫이문", OpeningKind.SLIDING_DOOR),
        ("推拉门", OpeningKind.SLIDING_DOOR),
        ("TLM2124", OpeningKind.SLIDING_DOOR),
        ("6068 S.G.D.", OpeningKind.SLIDING_DOOR),
        ("Pocket_Slider-Door", OpeningKind.SLIDING_DOOR),
        ("Bifold-2 Panel", OpeningKind.FOLDING_DOOR),
        ("折戸", OpeningKind.FOLDING_DOOR),
        ("Overhead-Sectional", OpeningKind.OVERHEAD_DOOR),
        ("16070 O.H. DOOR", OpeningKind.OVERHEAD_DOOR),
        ("JLM3030", OpeningKind.OVERHEAD_DOOR),
        ("garage-door", OpeningKind.OVERHEAD_DOOR),
        ("WINDOW-SLIDING", OpeningKind.WINDOW),
        ("推拉窗", OpeningKind.WINDOW),
        ("C1518", OpeningKind.WINDOW),
        ("Opening-Cased", OpeningKind.OPENING),
        ("CHAIR", None),
    ],
)
def test_opening_kind(name: str, kind: OpeningKind | None) -> None:
    assert naming.opening_kind(name) == kind


def test_a_whole_word_is_surer_than_an_abbreviation_and_that_than_a_discipline() -> None:
    assert naming.layer("A-WALL").confidence > naming.layer("WAL").confidence > naming.layer("E-XYZQ").confidence > 0


@given(st.text(max_size=60))
def test_any_name_has_a_meaning_or_none(name: str) -> None:
    for match in (naming.layer(name), naming.block(name)):
        assert 0.0 <= match.confidence <= 1.0
        assert (match.category == Category.UNKNOWN) == (match.word == "")


@given(st.sampled_from([name for name, _ in rows(LAYERS) if name.isascii() and "|" not in name and "---" not in name]))
def test_case_and_separators_do_not_matter(name: str) -> None:
    expected = naming.layer(name).category
    assert naming.layer(name.upper()).category == naming.layer(name.upper().replace("-", "_")).category
    assert naming.layer(f"bound$0${name}").category == expected


def test_furniture_kind() -> None:
    assert naming.furniture_kind(Category.SANITARY) == FurnitureKind.SANITARY
    assert naming.furniture_kind(Category.WALL) is None
