"""The words with which people close a mail, and those with which they open one, by language.

Rows that are not ``seen`` are known from memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Manners:
    """One language's closings, greetings and marks of a postscript; divided by ``|``."""

    closing: str
    greeting: str
    postscript: str | None = "PS|P.S.|P.S|P. S."
    seen: bool = False


MANNERS: dict[str, Manners] = {
    "en": Manners(
        "regards|kind regards|best regards|warm regards|kindest regards|warmest regards|with kind regards"
        "|with best regards|many regards|kindly|kindest|cheers|sincerely|yours sincerely|yours truly"
        "|yours faithfully|sincerely yours|best wishes|all the best|rgds|best|respectfully|thanks and regards",
        "hi|hello|hey|dear|good morning|good afternoon|good evening|greetings|to whom it may concern",
        "PS|P.S.|P.S|P. S.|PPS|P.P.S.|NB|N.B.", seen=True),
    "de": Manners(
        "freundliche grüße|freundlichen grüßen|mit freundlichen grüßen|mit freundlichem gruß|freundliche grüsse"
        "|mit freundlichen grüssen|beste grüße|mit besten grüßen|besten gruß|viele grüße|liebe grüße|herzliche grüße"
        "|schöne grüße|lieben gruß|viele liebe grüße|mfg|lg|vg|hochachtungsvoll|gruß|grüße|beste grüsse|viele grüsse",
        "hallo|guten tag|guten morgen|guten abend|sehr geehrte|sehr geehrter|liebe|lieber|liebes|moin|servus|grüezi",
        "PS|P.S.|P.S|P. S.|NB|N.B.", seen=True),
    "fr": Manners("cordialement|bien cordialement|très cordialement|bien à vous|salutations distinguées|sincères salutations"
                  "|meilleures salutations|cdlt|bien à toi|respectueusement|amicalement|cordiales salutations",
                  "bonjour|bonsoir|madame|monsieur|cher|chère|salut|madame, monsieur", "PS|P.S.|P.-S.|P-S|NB|N.B.", seen=True),
    "es": Manners("saludos|saludos cordiales|un saludo|atentamente|cordialmente|un cordial saludo|le saluda atentamente",
                  "hola|buenos días|buenas tardes|buenas noches|estimado|estimada|estimados|buenas", "PD|P.D.|P. D.|PS|P.S.|N.B.",
                  seen=True),
    "ca": Manners("salutacions|cordialment|atentament|una salutació|salutacions cordials", "hola|bon dia|bona tarda|benvolgut|benvolguda",
                  "PD|P.D.|PS|P.S."),
    "gl": Manners("un saúdo|saúdos|atentamente", "ola|bos días|boas tardes|estimado|estimada", "PD|P.D.|PS"),
    "pt": Manners("atenciosamente|cumprimentos|com os melhores cumprimentos|melhores cumprimentos|abraços|att|cordialmente"
                  "|os meus cumprimentos", "olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caro|cara|ola", seen=True),
    "it": Manners("cordiali saluti|distinti saluti|saluti|un saluto|un cordiale saluto|cordialmente|grazie e saluti|i migliori saluti",
                  "buongiorno|buonasera|salve|ciao|gentile|gentili|egregio|spettabile|buon giorno", seen=True),
    "nl": Manners("met vriendelijke groet|met vriendelijke groeten|vriendelijke groet|vriendelijke groeten|groeten|groet|mvg|hartelijke groet",
                  "hallo|beste|geachte|goedemorgen|goedemiddag|goedenavond|hoi|dag|goedendag", seen=True),
    "sv": Manners("med vänlig hälsning|med vänliga hälsningar|vänliga hälsningar|vänlig hälsning|hälsningar|mvh|bästa hälsningar",
                  "hej|hejsan|god dag|bästa|god morgon|hallå", seen=True),
    "nb": Manners("med vennlig hilsen|vennlig hilsen|mvh|hilsen|beste hilsen", "hei|god dag|kjære|hallo"),
    "da": Manners("med venlig hilsen|venlig hilsen|mvh|hilsen|de bedste hilsner|mange hilsner", "hej|goddag|kære|god morgen|hallo"),
    "is": Manners("kveðja|bestu kveðjur|með kveðju|með vinsemd", "halló|góðan dag|sæl|sæll|hæ|góðan daginn"),
    "fi": Manners("terveisin|ystävällisin terveisin|parhain terveisin|t.|yst. terv.|terveisiä", "hei|moi|hyvää päivää|terve|hyvä"),
    "et": Manners("lugupidamisega|parimate soovidega|tervitades|heade soovidega", "tere|tervist|lugupeetud|tere päevast"),
    "lv": Manners("ar cieņu|cieņā|ar sveicieniem|visu labu", "labdien|sveiki|cienījamie|labrīt|labvakar", "P.S.|PS"),
    "lt": Manners("pagarbiai|su pagarba|linkėjimai|geriausi linkėjimai", "laba diena|sveiki|labas|gerbiamieji|gerb.", "P.S.|PS"),
    "pl": Manners("z poważaniem|pozdrawiam|z wyrazami szacunku|serdecznie pozdrawiam|pozdrowienia|z pozdrowieniami|z powazaniem",
                  "dzień dobry|witam|cześć|szanowni państwo|szanowny panie|szanowna pani|dobry wieczór", seen=True),
    "cs": Manners("s pozdravem|s přátelským pozdravem|s úctou|zdraví|hezký den", "dobrý den|ahoj|vážení|vážený|vážená|zdravím", "PS|P.S."),
    "sk": Manners("s pozdravom|s úctou|s priateľským pozdravom|pekný deň", "dobrý deň|ahoj|vážení|vážený|vážená|zdravím", "PS|P.S."),
    "sl": Manners("lep pozdrav|lepo pozdravljeni|s spoštovanjem|lp", "pozdravljeni|dober dan|spoštovani|živjo", "PS|P.S."),
    "hr": Manners("srdačan pozdrav|lijep pozdrav|s poštovanjem|lp|pozdrav", "poštovani|dobar dan|bok|pozdrav", "PS|P.S."),
    "sr-Latn": Manners("srdačan pozdrav|s poštovanjem|pozdrav|sve najbolje", "poštovani|dobar dan|zdravo|pozdrav", "PS|P.S."),
    "sr-Cyrl": Manners("срдачан поздрав|с поштовањем|поздрав", "поштовани|добар дан|здраво|поздрав", "ПС|П.С."),
    "hu": Manners("üdvözlettel|tisztelettel|köszönettel|üdv|szívélyes üdvözlettel", "tisztelt|kedves|jó napot|szia|sziasztok|üdvözlöm", "Ui.|UI|U.i.|PS"),
    "ro": Manners("cu stimă|cu respect|toate cele bune|o zi bună|salutări", "bună ziua|bună|salut|stimate|stimată|buna ziua", "P.S.|PS"),
    "bg": Manners("с уважение|поздрави|с поздрав|сърдечни поздрави", "здравейте|добър ден|уважаеми|здравей", "П.С.|ПС|P.S."),
    "uk": Manners("з повагою|з найкращими побажаннями|щиро ваш", "добрий день|вітаю|доброго дня|шановні|привіт", "П.С.|P.S.|PS|ЗІ"),
    "ru": Manners("с уважением|с наилучшими пожеланиями|всего доброго|с приветом", "здравствуйте|добрый день|уважаемые|привет|доброе утро|добрый вечер",
                  "P.S.|PS|П.С.|ПС|З.Ы.|ЗЫ", seen=True),
    "el": Manners("με εκτίμηση|φιλικά|με φιλικούς χαιρετισμούς|χαιρετισμούς|ευχαριστώ", "γεια σας|καλημέρα|καλησπέρα|αγαπητέ|αγαπητή|γεια", "Υ.Γ.|ΥΓ"),
    "tr": Manners("saygılarımla|saygılarımızla|iyi çalışmalar|iyi günler dilerim|selamlar|sevgiler|kolay gelsin",
                  "merhaba|merhabalar|sayın|iyi günler|selam|günaydın", "Not|NOT|PS", seen=True),
    "sq": Manners("me respekt|përshëndetje|të fala", "përshëndetje|mirëdita|i nderuar|të nderuar", "P.S.|PS"),
    "he": Manners("בברכה|תודה|בכבוד רב|כל טוב", "שלום|היי|לכבוד|בוקר טוב", "נ.ב.|נ\"ב|נב"),
    "ar": Manners("مع تحياتي|تحياتي|مع أطيب التحيات|وتفضلوا بقبول فائق الاحترام", "مرحبا|السلام عليكم|تحية طيبة|السادة|عزيزي", "ملاحظة|ملحوظة"),
    "fa": Manners("با احترام|با تشکر|ارادتمند", "سلام|با سلام|درود|جناب", "پ.ن.|پ.ن|پی‌نوشت"),
    "hi": Manners("सादर|धन्यवाद|शुभकामनाओं सहित", "नमस्ते|नमस्कार|प्रिय|महोदय", "पुनश्च"),
    "th": Manners("ขอแสดงความนับถือ|ด้วยความเคารพ", "สวัสดี|เรียน|สวัสดีครับ|สวัสดีค่ะ", "ปล.|ป.ล."),
    "vi": Manners("trân trọng|thân ái|kính thư|trân trọng kính chào", "xin chào|chào|kính gửi|chào bạn", "Tái bút|TB|P/S|PS"),
    "id": Manners("salam|hormat saya|salam hormat|terima kasih|salam hangat", "halo|selamat pagi|selamat siang|yth|kepada yth|hai", "NB|PS|P.S."),
    "ms": Manners("yang benar|salam hormat|sekian, terima kasih|terima kasih", "salam|selamat pagi|tuan|puan|hai", "NB|P.S."),
    "tl": Manners("lubos na gumagalang|salamat|gumagalang", "kumusta|magandang araw|mahal na", "P.S.|PS"),
    "zh-CN": Manners("此致|敬礼|此致敬礼|祝好|顺祝商祺|谢谢", "你好|您好|尊敬的", "附|又及|另"),
    "zh-TW": Manners("敬上|此致|此致敬禮|祝好|順頌商祺", "你好|您好|敬啟者|親愛的", "附註|又及|另"),
    "ja": Manners("敬具|よろしくお願いします|よろしくお願いいたします|宜しくお願いいたします|以上", "こんにちは|お世話になっております|拝啓|はじめまして", "追伸|追記"),
    "ko": Manners("감사합니다|드림|올림|안녕히 계세요", "안녕하세요|안녕하십니까", "추신|PS"),
}  # fmt: skip
