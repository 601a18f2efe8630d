"""Layer names and room words as drawings have them, by language, with the code page of their country."""

from __future__ import annotations

#: Language -> (encoding, words).
WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Korean": (
        "cp949",
        ("벽체", "벽", "외벽", "내벽", "문", "창호", "창문", "거실", "주방", "침실1", "욕실", "현관", "발코니", "계단",
         "기둥", "가구", "치수", "중심선", "A-벽체", "안방", "드레스룸", "다용도실", "화장실", "엘리베이터", "조경"),
    ),
    "Japanese": (
        "cp932",
        ("壁", "外壁", "柱", "建具", "窓", "扉", "階段", "寸法", "通芯", "家具", "部屋名", "平面図", "居間", "台所",
         "玄関", "和室", "洋室", "廊下", "浴室", "便所", "バルコニー", "リビング", "キッチン", "トイレ", "文字"),
    ),
    "Chinese, simplified": (
        "gbk",
        ("墙体", "墙", "柱子", "门窗", "楼梯", "轴线", "标注", "家具", "卫生间", "客厅", "卧室", "厨房", "阳台", "建筑",
         "平面图", "文字", "尺寸", "餐厅", "书房", "走廊", "填充", "图框", "电梯", "洁具", "主卧", "次卧", "玄关"),
    ),
    "Chinese, traditional": (
        "cp950",
        ("牆體", "牆", "柱", "門窗", "樓梯", "軸線", "標註", "傢俱", "衛生間", "客廳", "臥室", "廚房", "陽台", "建築",
         "平面圖", "文字", "尺寸", "餐廳", "書房", "走廊", "浴室", "主臥室", "電梯", "圖框", "玄關", "機房"),
    ),
    "Russian": (
        "cp1251",
        ("Стены", "Стена", "Перегородки", "Двери", "Окна", "Лестница", "Колонны", "Размеры", "Оси", "Мебель", "Текст",
         "Кухня", "Спальня", "Гостиная", "Ванная", "Коридор", "Балкон", "Санузел", "Прихожая", "План этажа"),
    ),
    "German": (
        "cp1252",
        ("Wände", "Außenwand", "Türen", "Fenster", "Stützen", "Maßketten", "Möbel", "Küche", "Flur", "Büro", "Gäste",
         "Schlafzimmer", "Öffnungen", "Schraffur", "Raumflächen", "Bäder", "Brüstung", "Treppe EG/OG 15,20 m²"),
    ),
    "French": (
        "cp1252",
        ("Murs porteurs", "Fenêtres", "Chambre à coucher", "Séjour", "Entrée", "Façade", "Dégagement", "Salle d'eau",
         "Escalier", "Hauteur sous plafond 2,50 m²", "Côtes", "Étage", "Légende", "Cuisine équipée"),
    ),
    "Spanish": (
        "cp1252",
        ("Baño", "Habitación", "Salón", "Tabiquería", "Carpintería", "Año", "Acotación", "Jardín", "Sección"),
    ),
    "Portuguese": (
        "cp1252",
        ("Portão", "Escadas", "Divisória", "Cômodo", "Área de serviço", "Sótão", "Mobiliário", "Fundação", "Vão"),
    ),
    "Turkish": (
        "cp1254",
        ("Duvarlar", "Dış duvar", "Kapılar", "Pencere", "Ölçü", "Yatak odası", "Giriş", "Döşeme", "Mobilya ışık",
         "Çatı katı", "Yazı", "Şömine", "İç kapı", "Mutfağa geçiş", "Aydınlık", "Kağıt", "Taşıyıcı"),
    ),
}  # fmt: skip
