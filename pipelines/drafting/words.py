"""The words by which offices name layers and blocks, as data.

Three lists per category. ``WORDS`` are whole words (a hyphen joins a phrase: ``curtain-wall`` is found in
``Curtain Wall``, ``CURTAIN_WALL`` and ``curtainwall``) that also count inside compounds such as ``Trennwand``.
``SHORT`` are abbreviations that count only as a whole token. ``WEAK`` are hints that give way to any other word.
Diacritics are written here and optional in drawings (``Tür``, ``TUER``, ``TUR``). The rules that combine them are in
``naming``. Latin lists are English (with AIA/NCS codes), German, French, Spanish, Italian, Portuguese, Turkish and
Vietnamese; then Korean, Japanese, Chinese simplified and traditional.
"""

from __future__ import annotations

from enum import IntEnum

from pipelines.plan import OpeningKind


class Category(IntEnum):
    """What a piece of a drawing stands for."""

    UNKNOWN = 0
    WALL = 1
    GLASS_WALL = 2
    LOW_WALL = 3  #: parapet, railing, toilet partition
    DOOR = 4
    WINDOW = 5
    OPENING = 6  #: a bare opening, or doors and windows on one layer
    COLUMN = 7
    STAIR = 8
    ROOM = 9  #: names and area polygons of rooms
    FLOOR = 10  #: floors, finishes, paving
    FURNITURE = 11
    SANITARY = 12
    KITCHEN = 13
    APPLIANCE = 14
    PLANT = 15
    VEHICLE = 16
    EQUIPMENT = 17
    ELECTRICAL = 18
    PLUMBING = 19
    HVAC = 20
    LIGHTING = 21
    CEILING = 22
    ROOF = 23
    STRUCTURE = 24  #: beams, slabs, foundation, stem wall, footing
    DIMENSION = 25
    AXIS = 26
    TEXT = 27
    ANNOTATION = 28  #: symbols, tags, leaders, north arrow, section marks, schedules
    HATCH = 29  #: patterns, insulation
    SITE = 30
    TITLE_BLOCK = 31
    CONSTRUCTION = 32  #: defpoints, viewports, hidden and helper lines
    ELEVATION = 33
    SECTION = 34
    DEMOLITION = 35
    TILES = 36  #: grids on floors, which no name but their geometry tells


WORDS: dict[Category, str] = {
    Category.WALL: """
        wall partition firewall shear-wall party-wall drywall brickwork blockwork masonry
        wand wände waende mauer mauerwerk trennwand aussenwand innenwand
        mur murs cloison cloisons paroi maçonnerie
        muro muros pared paredes tabique tabiques tabiquería mampostería cerramiento cerramientos
        muratura murature muri parete pareti tramezzo tramezzi tramezzatura divisorio tamponamento
        parede alvenaria divisória duvar duvarlar bölme-duvar perde-duvar tường tuong vách vách-ngăn tuong-xay
        벽 벽체 외벽 내벽 칸막이 칸막이벽 조적 조적벽 경량벽 옹벽 내력벽 비내력벽 방화벽 건식벽 콘크리트벽 계단실벽
        壁 外壁 内壁 間仕切 間仕切り 耐力壁 躯体 躯体壁 界壁
        墙 墙体 外墙 内墙 隔墙 剪力墙 墙线 墙柱 砖墙 隔断 牆 牆體 外牆 內牆 隔牆 剪力牆 牆線 磚牆 隔間 隔間牆 承重墙
        承重牆
    """,
    Category.GLASS_WALL: """
        curtain-wall curtwall curtainwalling glass-wall glazed-partition glass-partition storefront wall-glaz
        wall-glass
        glaz-curt glaz-wall glasswand glastrennwand vorhangfassade pfosten-riegel glasfassade
        mur-rideau façade-rideau cloison-vitrée muro-cortina cancel cancelería cristal cristales crystal crystals
        facciata-continua parete-vetrata vetrata vetrate pele-de-vidro fachada-cortina parede-cortina
        giydirme-cephe cam-bölme cam-duvar vách-kính
        커튼월 커튼 유리벽 유리칸막이 カーテンウォール ガラス壁 ガラス間仕切 幕墙 玻璃幕墙 玻璃隔断 玻璃墙
        幕牆 玻璃幕牆 帷幕牆 帷幕 玻璃隔間
    """,
    Category.LOW_WALL: """
        parapet railing railings handrail guardrail balustrade banister low-wall half-wall knee-wall pony-wall
        wall-low
        wall-half toilet-partition wall-prht dwarf-wall
        brüstung geländer handlauf attika garde-corps acrotère rambarde muret antepecho barandilla barandal pretil
        parapetto ringhiera balaustra guarda-corpo guarda-corpos platibanda parapeito mureta
        korkuluk parapet-duvar lan-can
        난간 파라펫 핸드레일 手摺 手すり 腰壁 パラペット 栏杆 扶手 女儿墙 矮墙 欄杆 女兒牆 矮牆
    """,
    Category.DOOR: """
        door doors doorleaf single-flush double-flush door-frame garage-door overhead-door bifold pocket-door
        overhead-rolling overhead-sectional rolling-door
        french-door swing-door doorset dooropening tür türen drehtür schiebetür haustür innentür zimmertür garagentor
        porte portes porte-fenêtre porte-coulissante puerta puertas portón puertaventana
        porta porte portoncino porta-finestra portas portão kapı kapılar kapi cửa-đi cua-di cửa-cuốn
        문 문짝 문틀 도어 방문 현관문 방화문 여닫이문 미닫이문 미서기문 자동문 출입문 외여닫이 쌍여닫이 셔터 단독문
        양개문 편개문
        扉 ドア 戸 引戸 引き戸 引違い戸 片開き 両開き 開き戸 折戸 玄関ドア 片引き 親子扉 シャッター 自動ドア 玄関戸
        门 门扇 门框 门线 平开门 单开门 双开门 单扇门 双扇门 推拉门 防火门 卷帘门 折叠门 子母门 入户门 单扇平开门
        双扇平开门
        門 門扇 門框 平開門 單開門 雙開門 推拉門 防火門 鐵捲門 捲門 折疊門 拉門
    """,
    Category.WINDOW: """
        window windows casement double-hung single-hung awning-window skylight transom glazing sidelight bay-window
        fixed-glass sash louvre-window fenster fensterbank verglasung oberlicht dachfenster
        fenêtre fenêtres vitrage châssis lucarne vitre ventana ventanas ventanal vidrio vidrios ventanería
        finestra finestre vetro vetri lucernario janela janelas vidro vidros
        pencere pencereler cửa-sổ cua-so
        창 창문 창틀 샤시 샷시 새시 고정창 미서기창 여닫이창 유리 유리창 고창 발코니창 이중창 미닫이창
        窓 サッシ サッシュ 腰窓 掃出し窓 引違い窓 引違窓 ガラス 天窓 嵌殺し
        窗 窗户 窗子 窗线 推拉窗 平开窗 飘窗 凸窗 固定窗 高窗 百叶窗 窗台 窗戶 窗線 推拉窗戶 飄窗 氣窗 百葉窗 窗台線
        天窗
    """,
    Category.OPENING: """
        opening openings cased-opening wall-opening doorway archway door-window doors-windows joinery fenestration
        öffnung öffnungen durchbruch aussparung ouverture ouvertures baie baies menuiserie menuiseries réservation
        vano vanos hueco huecos carpintería carpinterías carpinteria abertura aberturas
        infisso infissi serramento serramenti apertura aperture esquadria esquadrias caixilho caixilharia vão vãos
        doğrama doğramalar boşluk lỗ-mở lo-mo cửa
        창호 문창호 개구부 오프닝 창호선 문과창 문창문 建具 開口 開口部 建具枠
        门窗 门洞 洞口 窗洞 门窗洞 門窗 門洞 門窗線 門窗洞
    """,
    Category.COLUMN: """
        column columns pillar pilaster
        stütze stützen säule säulen pfeiler pilier poteau poteaux colonne colonnes
        columna columnas pilar pilares castillo castillos pilastro pilastri colonna coluna colunas
        kolon kolonlar sütun sütunlar cột
        기둥 철골기둥 샛기둥 柱 間柱 通し柱 独立柱 管柱 柱型 鉄骨柱 柱子 柱线 框架柱 构造柱 混凝土柱 钢柱 結構柱
        鋼柱 柱線
    """,
    Category.STAIR: """
        stair stairs staircase stairway stairwell steps escalator risers treads flor-strs
        treppe treppen stiege treppenlauf rolltreppe escalier escaliers marches
        escalera escaleras escalones peldaños peldaño gradas scale scala scale-interne gradini gradino
        escada escadas degrau degraus merdiven merdivenler basamak basamaklar cầu-thang cau-thang cauthang bậc-thang
        계단 계단실 디딤판 층계 에스컬레이터 階段 段鼻 踏面 エスカレーター 楼梯 台阶 踏步 扶梯 自动扶梯 樓梯 台階
        樓梯線 梯段
    """,
    Category.ROOM: """
        room rooms roomname room-name room-no room-names room-number space-name area-iden room-area spaces zones
        gross-area
        raum räume raumname raumstempel raumnummer zimmer flächen wohnfläche nutzfläche raumpolygon
        pièce pièces nom-pièce locaux nom-local surfaces espaces
        habitaciones recinto recintos superficies nombre-locales nombres ambientes ambiente
        locali nome-locale nomi-locali superficie destinazione-uso
        área áreas cômodos nomes-ambientes mahal mahaller oda odalar mahal-adı oda-adı alan-adı
        phòng tên-phòng ten-phong diện-tích dien-tich
        실명 방이름 실이름 실번호 실면적 면적 면적선 공간 창고 室名 部屋 部屋名 室 面積 房间 房间名 房间名称 空间
        面积 房名
        房間 房間名稱 空間 面積線 室名稱
    """,
    Category.FLOOR: """
        floor floors flooring slab-edge finishes paving pavement tiles tiling parquet carpet wallpaper skirting ramp
        ramps
        boden bodenbelag fussboden estrich fliesen belag parkett rampe
        carrelage revêtement revêtements dallage plancher parquet-sol
        pavimento pavimentos solado piso pisos suelo suelos azulejo azulejos baldosas zócalo
        pavimenti pavimentazione rivestimento rivestimenti piastrelle
        revestimento revestimentos rodapé azulejamento ladrilho
        kaplama seramik parke zemin döşeme-kaplama sàn lát-gạch lat-gach
        바닥 바닥선 마감 마감선 타일 벽지 걸레받이 장판 발코니 경사로 床 床仕上 仕上 仕上げ 仕上線 タイル 巾木
        スロープ バルコニー
        地面 地板 铺装 铺地 地砖 楼面 踢脚 阳台 坡道 装饰面 完成面 墙纸 鋪面 地坪 磁磚 陽台 完成線 壁紙
    """,
    Category.FURNITURE: """
        furniture furnishing furnishings furn casework millwork cabinet cabinets wardrobe closet-rod shelf shelves
        shelving
        bookcase desk table chair chairs armchair sofa couch bed beds nightstand dresser bench stool workstation
        ottoman
        settee loveseat recliner piano fireplace tv-stand bunk-bed cupboard sideboard
        möbel möblierung einrichtung schrank schränke tisch tische stuhl stühle bett betten sessel regal regale
        kommode
        mobilier meuble meubles ameublement chaise chaises lit lits bureau canapé placard placards armoire fauteuil
        étagère
        mobiliario muebles mueble mesa mesas silla sillas cama camas sillón escritorio armario estantería clóset buró
        arredo arredi arredamento mobili mobile tavolo tavoli sedia sedie letto letti divano armadio poltrona
        scrivania
        mobília móveis móvel cadeira cadeiras armário armários guarda-roupa poltrona-fixa cadeira-giratória
        mobilya mobilyalar tefriş tefrişat masa sandalye yatak koltuk dolap gardırop
        nội-thất noi-that noithat đồ-đạc do-dac bàn ghế giường tủ bàn-ghế
        가구 붙박이 붙박이장 책상 의자 침대 소파 쇼파 식탁 옷장 장롱 책장 신발장 테이블 수납장 화장대 서랍장 파우더장
        家具 机 椅子 ベッド ソファ ソファー テーブル 棚 収納 造作 造作家具 本棚 クローゼット 下駄箱 食卓 寝台 イス
        沙发 床铺 双人床 单人床 餐桌 桌子 桌椅 椅 衣柜 书桌 茶几 柜子 柜 橱柜家具 书柜 活动家具 固定家具 床头柜 鞋柜
        沙發 床鋪 雙人床 單人床 衣櫃 書桌 櫃子 櫃 活動傢俱 傢俱 傢具 鞋櫃
    """,
    Category.SANITARY: """
        sanitary toilet toilets bathtub bath-tub shower showers urinal bidet washbasin basin lavatory vanity
        bathroom-fixtures flor-fixt plumbing-fixtures jacuzzi whirlpool ovalbath
        sanitär sanitärobjekte waschbecken waschtisch badewanne dusche klosett
        sanitaire sanitaires lavabo baignoire douche vasque receveur
        sanitario sanitarios aparatos-sanitarios inodoro retrete bañera ducha regadera tina mueble-baño muebles-baño
        sanitari lavandino vasca doccia igienici louças louça-sanitária vaso-sanitário sanitário sanitários banheira
        chuveiro
        vitrifiye klozet küvet duş duşakabin thiết-bị-vệ-sinh tbvs thiet-bi-ve-sinh vệ-sinh ve-sinh bồn-tắm xí
        위생 위생기구 위생도기 양변기 변기 세면기 세면대 욕조 소변기 샤워 샤워부스 비데
        衛生 衛生器具 便器 洗面 洗面台 洗面器 浴槽 小便器 大便器 シャワー ユニットバス 手洗
        洁具 卫生 卫生洁具 卫浴 马桶 坐便器 蹲便器 浴缸 洗手盆 洗脸盆 淋浴 小便斗 小便池 坐便
        潔具 衛浴 馬桶 洗臉盆 衛生設備 衛生潔具 面盆
    """,
    Category.KITCHEN: """
        kitchen kitchens countertop countertops worktop kitchen-sink sink sinks cooktop kitchenette counter counters
        küche küchen spüle herd kochfeld arbeitsplatte cuisine évier plan-de-travail
        cocina cocinas fregadero encimera cucina cucine lavello piano-cottura cozinha pia-cozinha bancada
        mutfak tezgah evye bếp tủ-bếp bep-nau
        주방 주방가구 싱크 싱크대 씽크대 씽크 조리대 가스렌지 キッチン 流し 流し台 台所 厨房 コンロ シンク
        厨具 橱柜 灶台 灶具 洗菜盆 水槽 廚具 廚房 流理台 櫥櫃
    """,
    Category.APPLIANCE: """
        appliance appliances refrigerator fridge dishwasher oven microwave washing-machine dryer washer freezer stove
        range-hood waschmaschine kühlschrank trockner geschirrspüler backofen haushaltsgeräte
        électroménager frigo réfrigérateur lave-linge lave-vaisselle four-micro-ondes
        electrodomésticos refrigerador lavadora lavavajillas nevera estufa
        elettrodomestici frigorifero lavatrice lavastoviglie eletrodomésticos geladeira máquina-de-lavar fogão
        beyaz-eşya buzdolabı çamaşır-makinesi tủ-lạnh máy-giặt
        가전 냉장고 세탁기 건조기 식기세척기 김치냉장고 家電 冷蔵庫 洗濯機 食洗機 家电 冰箱 洗衣机 電器 家電設備
        洗衣機
    """,
    Category.PLANT: """
        plant plants planting plantings tree trees shrub shrubs vegetation greenery landscape landscaping l-plnt
        pflanze pflanzen baum bäume begrünung bepflanzung végétation végétaux arbre arbres plantation plantations
        vegetación árbol árboles arbolado planta-verde jardinera alberi albero vegetazione
        vegetação árvore árvores paisagismo ağaç ağaçlar bitki bitkiler peyzaj cây-xanh cay-xanh cây
        조경 수목 나무 식재 화단 植栽 樹木 植物 绿化 树 树木 绿植 盆栽 綠化 植栽線 樹
    """,
    Category.VEHICLE: """
        vehicle vehicles car cars truck automobile motorcycle fahrzeug fahrzeuge pkw kfz voiture voitures véhicule
        véhicules
        coche coches vehículo vehículos automóvil autos autoveicolo macchina carro carros veículo veículos
        araç araçlar araba ô-tô xe-hơi 차량 자동차 승용차 車 車両 自動車 车 车辆 汽车 小汽车 車輛 汽車
    """,
    Category.EQUIPMENT: """
        equipment machine machinery elevator elevators lift lifts evtr conveyor aufzug aufzüge ascenseur ascenseurs
        équipement équipements ascensor ascensores equipos equipo equipamiento ascensore ascensori attrezzature
        elevador elevadores equipamento equipamentos asansör ekipman thang-máy thang-may
        장비 엘리베이터 승강기 설비 設備 機器 昇降機 エレベーター エレベータ 设备 电梯 電梯 設備線
    """,
    Category.ELECTRICAL: """
        electrical electric electricity power outlet outlets socket sockets switch switches receptacle wiring conduit
        cable-tray telecom elektro elektrik steckdose steckdosen schalter starkstrom schwachstrom
        électricité électrique prise prises courant-fort courant-faible eléctrico eléctrica electricidad
        instalación-eléctrica
        enchufe enchufes contactos apagadores elettrico elettrica elettrici presa prese interruttori
        elétrica elétrico tomada tomadas interruptores priz điện dien-nhe ổ-cắm
        전기 콘센트 스위치 전력 통신 배선 분전반 電気 コンセント スイッチ 配線 弱電 电气 强电 弱电 插座 开关 配电
        電氣 插座線 開關
    """,
    Category.PLUMBING: """
        plumbing piping pipe pipes drain drains drainage sewer sanitary-sewer domestic-water sprinkler sprinklers
        fire-protection waterpipe abwasser entwässerung rohr rohre wasserleitung plomberie évacuation tuyaux
        fontanería saneamiento hidráulica hidrosanitaria tubería tuberías idraulico idraulica scarichi fognatura
        tubazioni
        hidráulico esgoto água-fria água-quente tubulação tesisat sıhhi-tesisat pis-su temiz-su cấp-thoát-nước
        thoát-nước
        배관 급수 배수 급배수 소방 오수 우수 스프링클러 配管 給排水 給水 排水 給湯 消火 给排水 给水 污水 消防 雨水管
        管道
    """,
    Category.HVAC: """
        hvac duct ducts ductwork diffuser diffusers mechanical heating ventilation air-conditioning radiator radiators
        aircon heizung heizkörper lüftung klima klimaanlage chauffage climatisation cvc climatización
        aire-acondicionado
        calefacción clima riscaldamento condizionamento climatizzazione ar-condicionado climatização havalandırma
        ısıtma
        điều-hòa thông-gió 덕트 공조 냉난방 난방 환기 에어컨 실외기 空調 換気 ダクト エアコン 空调 暖通 通风 风管
        暖气 冷氣 通風
    """,
    Category.LIGHTING: """
        lighting lights luminaire luminaires lamp lamps light downlight beleuchtung leuchte leuchten lampen
        éclairage luminaire-plafond iluminación luminarias luminaria lámpara illuminazione lampade iluminação
        luminárias
        aydınlatma armatür đèn chiếu-sáng 조명 조명기구 전등 등기구 照明 照明器具 ライト 灯具 灯 灯光 燈具 燈
    """,
    Category.CEILING: """
        ceiling ceilings reflected-ceiling suspended-ceiling soffit bulkhead clng unterdecke abhangdecke deckenspiegel
        plafond plafonds faux-plafond cielo-raso falso-techo plafón plafones cielorraso soffitto controsoffitto
        controsoffitti teto-falso forro gesso-forro tavan asma-tavan trần tran-nha
        천장 천정 천장선 커튼박스 天井 天井伏 吊顶 天花 天花板 顶棚 吊頂 天花線 平頂
    """,
    Category.ROOF: """
        roof roofs roofing gutter gutters eave eaves ridge fascia dach dächer dachrinne traufe toiture toit toitures
        cubierta cubiertas techumbre azotea tejado tetto tetti copertura coperture gronda telhado telhados cobertura
        beiral
        çatı çatılar saçak mái mai-nha 지붕 옥상 처마 屋根 軒 庇 屋上 屋面 屋顶 屋檐 屋頂 雨篷 屋簷
    """,
    Category.STRUCTURE: """
        foundation foundations footing footings footer footers stem-wall foundation-wall fndn-wall grade-beam
        beam beams joist joists rafter rafters truss trusses girder girders lintel lintels rebar reinforcement
        slab header headers bracing
        fundament fundamente balken unterzug unterzüge sturz träger tragwerk bewehrung sparren bodenplatte
        fondation fondations poutre poutres semelle semelles linteau charpente dalle longrine
        cimentación cimientos zapata zapatas viga vigas losa losas dala trabe trabes
        fondazione fondazioni trave travi solaio solai architrave
        fundação fundações laje lajes baldrame sapata sapatas
        kiriş kirişler temel temeller döşeme döşemeler lento móng dầm dam-be-tong
        기초 슬라브 슬래브 철근 보라인 부재 철골 인방 基礎 梁 小梁 大梁 スラブ 鉄骨 布基礎 配筋 鉄筋 基础 楼板 圈梁
        过梁 钢筋 樓板 鋼筋 地樑 樑
    """,
    Category.DIMENSION: """
        dimension dimensions dimensioning dims measurements measure
        bemassung bemaßung vermassung maße masse maßlinie maßlinien masslinie maßkette cotation cotations cote cotes
        cota cotas acotado acotación acotaciones acotamiento quote quota quotatura quotature
        cotagem ölçü ölçüler ölçülendirme olculer kích-thước kich-thuoc kichthuoc
        치수 치수선 칫수 치수보조선 寸法 寸法線 尺寸 尺寸线 尺寸标注 标注 標註 尺寸線 標注 尺寸標註
    """,
    Category.AXIS: """
        axis axes gridline gridlines grid grids centerline centreline center-line centre-line column-grid
        structural-grid
        grid-bubble s-grid dote achse achsen achsraster achslinie raster mittellinie axe axes-structure trame
        eje ejes asse assi griglia eixo eixos aks akslar trục truc-dinh-vi tim-trục tim-truc
        중심선 그리드 기준선 통심 통심선 열번호 벽체중심선 기둥열 기둥중심선
        通り芯 通り心 壁芯 壁心 芯線 中心線 基準線 通芯 柱芯 轴线 轴网 轴号 轴 中心线 柱网 轴标 軸線 軸網 軸號 軸
    """,
    Category.TEXT: """
        text texts lettering notes note texte textes texto textos testo testi scritte scritta beschriftung schrift
        yazı yazılar metin metinler yazi chữ ghi-chú ghi-chu rótulos rotulación txts écriture
        문자 글자 글씨 텍스트 주기 일반문자 文字 注記 テキスト 文字列 文本 说明 注释 文字说明 說明 註解
    """,
    Category.ANNOTATION: """
        symbol symbols symb leader leaders legend legends north-arrow northarrow north-point section-mark
        section-marks
        revision revcloud revision-cloud keynote keynotes callout callouts schedule schedules door-schedule
        window-schedule door-tag window-tag room-tag tag tags iden ident identification door-number door-no door-num
        window-number window-no door-id window-id doortext break-line breakline matchline level-mark elevation-mark
        scale-bar scalebar section-line title-tag
        symbole symbol-nord legende nordpfeil höhenkote höhenkoten türstempel fensterstempel hinweis hinweise stempel
        symboles légende flèche-nord nord repère repères nomenclature
        símbolo símbolos simbología leyenda norte niveles llamada
        simbolo simboli legenda freccia-nord simbologia abaco tabella-infissi
        legendas indicação nomenclatura-portas sembol semboller lejant kuzey kuzey-oku kot kotlar
        ký-hiệu ky-hieu kyhieu cao-độ
        기호 심볼 심벌 범례 방위 방위표 지시선 인출선 창호기호 창호표 문기호 창기호 일람표 레벨 단면기호
        실내재료마감표 주석
        記号 凡例 方位 引出線 建具記号 建具表 符号 レベル 図面記号 引出
        符号标注 图例 指北针 引线 门窗表 门窗编号 门编号 窗编号 编号 索引 标高 剖切符号 門窗表 圖例 指北針 引線
        門窗編號 符號 編號 標高
    """,
    Category.HATCH: """
        hatch hatches hatching patt pattern patterns poche pochee fills filling wall-fill insulation insul texture
        solid-fill
        schraffur schraffuren füllung füllungen dämmung wärmedämmung isolierung
        hachure hachures remplissage isolation isolant sombreado sombreados achurado achurados rayado relleno trama
        aislamiento retino retini campitura campiture tratteggio isolamento isolante hachura hachuras preenchimento
        tarama taramalar yalıtım dolgu tô-vật-liệu vật-liệu
        해치 해칭 패턴 무늬 단열 단열재 채움 ハッチ ハッチング 断熱 断熱材 塗り 塗りつぶし 填充 图案填充 保温
        墙体填充 剖面线填充
        填充線 剖面填充 保溫 斜線
    """,
    Category.SITE: """
        site topography topo contour contours property property-line boundary sidewalk road roads driveway parking
        curb
        kerb fence fencing lawn retaining-wall site-wall terrain setback lot-line pool c-topo
        gelände grundstück grundstücksgrenze strasse höhenlinien zaun stellplatz lageplan aussenanlagen
        terrain-naturel limite-parcelle parcelle voirie clôture courbes-niveau
        terreno parcela lindero linderos calle banqueta curvas-de-nivel estacionamiento colindancia
        lotto confine confini strada recinzione lote limite-lote rua calçada estacionamento cerca
        arazi parsel yol vaziyet ranh-giới sân-vườn đường-giao-thông
        대지 대지경계선 대지경계 도로 도로경계선 주차 주차선 등고선 지형 인접대지 담장 경계선
        敷地 敷地境界 敷地境界線 道路 境界 境界線 外構 駐車 等高線 塀 总图 用地 用地红线 红线 车位 停车位 围墙 地形
        总平面
        總圖 基地 建築線 車位 停車位 圍牆 道路境界線 地界線
    """,
    Category.TITLE_BLOCK: """
        title-block titleblock titleblk ttlb border borders sheet-border frame-sheet drawing-frame drawing-border
        anno-ttlb
        plankopf planrahmen blattrahmen schriftfeld zeichnungsrahmen cartouche cadre cajetín membrete marco
        pie-de-plano
        formato rótulo cartiglio squadratura testalino carimbo selo margem folha antet pafta khung-tên khung-ten
        khungten
        khung-bản-vẽ 도각 도곽 표제 표제란 도면틀 테두리 도면제목 図枠 図面枠 表題 表題欄 タイトル 图框 标题栏 图签
        会签栏
        圖框 標題欄 圖籤 圖簽
    """,
    Category.CONSTRUCTION: """
        defpoints viewport viewports vport vports nplt noplot no-plot nonplot non-plot dont-plot hidden hidden-lines
        construction-lines construction-line construction helper guidelines temp temporary wipeout projection
        overhead-line hilfslinie hilfslinien hilfskonstruktion verdeckt konstruktion lignes-cachées caché cachées
        auxiliar auxiliares ayuda proyección proyecciones ocultas líneas-auxiliares no-imprimir
        costruzione ausiliarie ausiliario proiezione proiezioni nascosto nascoste projeção projeções ocultos
        não-plotar
        yardımcı yardımcı-çizgi gizli nét-khuất net-khuat đường-phụ
        보조선 은선 숨은선 가상선 출력안함 뷰포트 補助線 隠れ線 隠線 想像線 ビューポート 作図線
        辅助线 虚线 不打印 视口 隐藏线 輔助線 虛線 不列印 隱藏線 視埠
    """,
    Category.ELEVATION: """
        elevation elevations facade facades ansicht ansichten élévation élévations alzado alzados fachada fachadas
        prospetto prospetti elevação elevações vista-frontal görünüş görünüşler cephe mặt-đứng mat-dung matdung
        입면 입면도 입면선 立面 立面図 姿図 立面图 立面线 立面圖
    """,
    Category.SECTION: """
        section sections cross-section schnitt schnitte schnittlinie coupe coupes corte cortes sección secciones
        sezione sezioni seção seções secção kesit kesitler mặt-cắt mat-cat matcat
        단면 단면도 단면선 断面 断面図 断面線 切断線 剖面 剖面图 剖切线 剖面圖 剖面線
    """,
    Category.DEMOLITION: """
        demolition demolish demolished demo demo-wall removed to-be-removed abbruch abriss rückbau démolition
        démolir à-démolir
        demolición demoler derribo demolizione demolizioni demolire demolição demolir yıkım yıkılacak phá-dỡ pha-do
        철거 철거벽 철거선 解体 撤去 拆除 拆除墙 拆墙 拆除牆 拆牆
    """,
}

SHORT: dict[Category, str] = {
    Category.WALL: "wal wl wll walls-ext prtn partn mur wnd-trag tw iw aw-wand cloi tram alv tuo w-ext w-int",
    Category.GLASS_WALL: "curt cw cwall cwal cwmg gls-wall",
    Category.LOW_WALL: "rail rails hral prht para balust brh hrl",
    Category.DOOR: "dor dr drs dors pta ptas dver sgd ohd cuadi",
    Category.WINDOW: """
        win wind wins wdw wdo wndw wid wdws glaz glz glas glass fen vent jan okna fenst cam sill kính kinh
    """,
    Category.OPENING: "open opng opn ope drwn dw dwin esq",
    Category.COLUMN: "col cols clmn colm colu pil pilas stz kol cot",
    Category.STAIR: "strs stairs-up stps stp sta esc merd thang",
    Category.ROOM: "rm rms roomn rmnm spce",
    Category.FLOOR: "flor flr fin finish finsh flrs tile wdfl sol",
    Category.FURNITURE: """
        fur frn furni furnt fnt furnit fixd-furn mob mobi case casw cabn cbnt chr tbl wrdb locker arr nt
    """,
    Category.SANITARY: "san sani sanit wc lav lvtry latrine toil bath tub tlt bidt urn shwr banyo baño bagno wsh",
    Category.KITCHEN: "kit dblkit cktop kitch kitc ktch cntr kche cuis coz",
    Category.APPLIANCE: "appl appli apl ref refr fridg wm dw-appl",
    Category.PLANT: "plnt plt veg vege tre shrb lnsc lands arb",
    Category.VEHICLE: "veh vhcl auto",
    Category.EQUIPMENT: "eqpm equip eqp eqpt equ ev elv elev-lift elvt mach",
    Category.ELECTRICAL: "elec ele elect powr pwr tele comm data cctv swch el recp",
    Category.PLUMBING: "plum plmb plb drn dran sprk sprn ffp swr hyd hydr nuoc",
    Category.HVAC: "mech mec hvc duc diff klm",
    Category.LIGHTING: "lite lght lgt ltg lum lit lts dwnl",
    Category.CEILING: "clg ceil cel rcp tran",
    Category.ROOF: "rof rf rooff eav",
    Category.STRUCTURE: "fndn ftg fdn foot fnd bm beam-l jois slb lintl rebr hdr",
    Category.DIMENSION: "dim dimn dimm dmn dims-1 acot bem",
    Category.AXIS: "cen cent cntl cntr-line cl ctr axi axs grd grid-l gridlin dote ctrl",
    Category.TEXT: "tex txt not txte tx",
    Category.ANNOTATION: """
        sym symb anno-symb ldr lead legn revs revc tagg mark mrk north nth schd sche sched keyn arrow arw leg id
    """,
    Category.HATCH: "hat htch hch pat ptn poch sld isol insu",
    Category.SITE: "sit prop bndy bound bldry pkng park fenc",
    Category.TITLE_BLOCK: "ttbl ttl titl bord brdr bdr tblk tb kader frm",
    Category.CONSTRUCTION: "hid hidn hddn defp aux vp vprt vpt xl const",
    Category.ELEVATION: "elev ele-facade ansi alz",
    Category.SECTION: "sect secc",
    Category.DEMOLITION: "dem demol",
}

WEAK: dict[Category, str] = {
    Category.WALL: """
        perde bölme brick concrete conc cmu stud gypsum rc cut 벽돌 콘크리트 골조 コンクリート 砖 混凝土 磚
    """,
    Category.ROOM: "area areas space zone alan local nombre nome nomes",
    Category.FLOOR: "ground surface surf level balcony deck terrace porch patio balkon terrasse terraza",
    Category.FURNITURE: "storage stor built-in closet",
    Category.SANITARY: "fixture fixtures fixt fix",
    Category.STRUCTURE: """
        structure structural struct strc frame framing framg member members support 구조 构造 结构 結構 構造
    """,
    Category.STAIR: "str ste step up dn",
    Category.ANNOTATION: "anno annot annotation annotations pub misc arrows detail details detl",
    Category.TITLE_BLOCK: "title sheet sht titles",
    Category.PLANT: "green verde jardin garden garten grün",
    Category.EQUIPMENT: "instalaciones impianti instalações installations technik haustechnik",
    Category.OPENING: "jamb header-line head case-1",
    Category.CONSTRUCTION: "above overhead ovhd ovh proj beyond",
    Category.ELECTRICAL: "prz",
}

#: Known words that say nothing about the category; they help to take compounds apart and keep others from matching.
NEUTRAL = """
    color colour colors coloured exist existing existg exst xst new neu nouveau nuevo nuovo novo yeni
    ext exterior external int interior internal inner outer full half main plan plans
    medium thin thick thk fine heavy light-line layer layers line lines lin outline left right top bottom upper
    lower first second
    third floorplan block blocks import important imported export portable portal report support coll collection
    mural standard std default general generic base model phase stage typical type typ bearing loadbearing load fire
    rated
    bath-plan arch architecture architectural design drawing drawings draft project office house building
    aussen innen tragend nichttragend bestand neubau extérieur intérieur existant existants porteur porteurs
    exteriores
    interiores existente existentes esterno esterni interno interni dış iç ngoài trong mới
    기존 신설 신축 외부 내부 도면 평면 평면도 일반 기타 문서 既存 新設 外部 内部 平面 平面図 その他 图层 平面图 新建
    原有 其他
"""

#: Words that tell how an opening works, strongest first.
OPENING_WORDS: tuple[tuple[OpeningKind, str], ...] = (
    (
        OpeningKind.OVERHEAD_DOOR,
        """overhead garage garagentor rolltor sektionaltor rolling roller shutter rollup roll-up sectional ohd
        basculante
        kepenk cuốn cửa-cuốn cua-cuon portón 셔터 シャッター 卷帘 卷闸 鐵捲 捲門 卷帘门 jlm""",
    ),
    (
        OpeningKind.FOLDING_DOOR,
        """bifold bi-fold folding accordion fold multifold falttür faltwand pliante pliant accordéon plegable
        soffietto
        libro sanfonada camarão katlanır xếp 접이 접이문 폴딩 폴딩도어 折戸 折れ戸 折叠 折叠门 折疊 折疊門""",
    ),
    (
        OpeningKind.SLIDING_DOOR,
        """sliding slider slide slid sld sldg bypass pocket patio sgd barn-door schiebe schiebetür schiebetüren
        coulissant coulissante
        galandage corredera corredizo corrediza corredero scorrevole scorrevoli correr deslizante sürgülü sürme lùa
        trượt
        미닫이 미서기 미닫이문 미서기문 슬라이딩 슬라이딩도어 포켓 引戸 引き戸 引違い 引違 片引き 引違い戸 スライド
        推拉 推拉门 移门 推拉門 拉門 移門 tlm""",
    ),
    (
        OpeningKind.DOUBLE_DOOR,
        """double dbl pair double-flush doubleleaf two-leaf french doppel doppeltür zweiflüglig zweiflügelig
        deux-vantaux double-battant doble dos-hojas doppia due-ante dupla duas-folhas çift çift-kanat hai-cánh
        양개 양개문 쌍여닫이 쌍여닫이문 両開き 両開 親子 親子扉 双扇 双开 双开门 双扇门 双扇平开门 子母 子母门 雙開
        雙扇 雙開門 sm""",
    ),
    (
        OpeningKind.OPENING,
        """opening cased cased-opening archway doorway durchbruch passage 개구부 오프닝 開口 開口部 门洞 洞口 門洞""",
    ),
)
