"""What companies' mail servers put under every mail: notices of confidentiality, by language.

A notice says several of these in one paragraph: it speaks of *this mail* (``mail``), says that it is
*confidential* (``secret``), for *whom it is meant* (``meant``), that it may have come *by mistake*
(``mistake``), and what is then *to be done* or forbidden (``duty``). Pieces are divided by ``|``.
Rows that are not ``seen`` are known from memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticePieces:
    """The pieces of one language's notices, and whole lines (``lines``) that stand beside them."""

    mail: str
    secret: str
    meant: str
    mistake: str
    duty: str
    lines: str = ""
    """Titles, and pleas to save paper: each is the beginning of a line."""
    seen: bool = False


NOTICES: dict[str, NoticePieces] = {
    "en": NoticePieces(
        "this email|this e-mail|this message|this mail|this communication|this transmission|information contained"
        "|its attachments|any attachment|any files transmitted|contents of this|the information in this",
        "confidential|privileged|proprietary",
        "intended only for|intended solely|intended recipient|for the use of|to whom it is addressed|to whom they are addressed"
        "|solely for|addressee|is intended for|named recipient",
        "in error|by mistake|not the intended|are not the named|erroneously",
        "notify the sender|delete|destroy|disseminat|unauthori|prohibited|distribut|disclos|contact the sender|inform the sender"
        "|please notify|may be unlawful|copying",
        "confidentiality notice|disclaimer|legal notice|confidential:|please consider the environment|think before you print"
        "|before printing this|save paper|this email has been checked|this email has been scanned|virus-free"
        "|this message has been scanned|scanned by|caution: this email originated",
        seen=True),
    "de": NoticePieces(
        "diese e-mail|diese email|diese nachricht|dieser e-mail|dieser nachricht|diese mail|dieser mail|anhänge",
        "vertraulich|rechtlich geschützt|geheim", "bestimmt|adressat|empfänger|ausschließlich für|ausschliesslich für",
        "irrtümlich|nicht der richtige|versehentlich|nicht der beabsichtigte|nicht der vorgesehene|irrtum|nicht für sie bestimmt",
        "informieren sie|vernichten|löschen|nicht gestattet|unbefugt|unerlaubt|untersagt|verboten|benachrichtigen",
        "vertraulichkeitshinweis|haftungsausschluss|rechtlicher hinweis|bitte denken sie an die umwelt|denken sie an die umwelt"
        "|bitte prüfen sie, ob diese mail|virenfrei|diese e-mail wurde von|bitte drucken sie diese", seen=True),
    "fr": NoticePieces("ce message|cet e-mail|ce courriel|ce mail|cet email|pièces jointes|cette communication",
                 "confidentiel|privilégié|secret", "destinataire|à l'attention exclusive|à l'intention|usage exclusif|destiné",
                 "par erreur|n'êtes pas le destinataire|n’êtes pas le destinataire", "avertir|informer|détruire|supprimer|interdit|divulgation|prévenir|non autorisé|effacer",
                 "avis de confidentialité|clause de confidentialité|pensez à l'environnement|pensez à l’environnement|avant d'imprimer|n'imprimez", seen=True),
    "es": NoticePieces("este mensaje|este correo|esta comunicación|este e-mail|este email|sus anexos|archivos adjuntos|ficheros adjuntos",
                 "confidencial|privilegiad|reservad", "destinatario|dirigido|exclusivamente|uso exclusivo", "por error|no es usted el|no es el destinatario",
                 "notifi|comuni|elimin|borr|destru|prohib|divulga|no autorizad",
                 "aviso legal|aviso de confidencialidad|cláusula de confidencialidad|antes de imprimir|piense en el medio ambiente", seen=True),
    "ca": NoticePieces("aquest missatge|aquest correu|aquesta comunicació", "confidencial|privilegiad", "destinatari|adreçat|exclusiv", "per error|no sou el destinatari",
                 "elimin|esborr|destru|prohib|notifi|comuni", "avís legal|avís de confidencialitat|abans d'imprimir"),
    "gl": NoticePieces("esta mensaxe|este correo", "confidencial|privilexiad", "destinatari|dirixid|exclusiv", "por erro|non é o destinatario", "elimin|borr|destru|prohib|notifi|comuni",
                 "aviso legal|aviso de confidencialidade|antes de imprimir"),
    "pt": NoticePieces("esta mensagem|este e-mail|este email|seus anexos|esta comunicação|esta transmissão", "confidencia|privilegiad|sigilos|reservad",
                 "destinatário|destina-se|dirigid|exclusiv|destinad", "por engano|por erro|não for o destinatário|não é o destinatário|indevidamente",
                 "apag|elimin|destru|proibid|inform|notifi|avis|divulga|não autorizad", "aviso legal|aviso de confidencialidade|antes de imprimir|pense no meio ambiente|pense no ambiente", seen=True),
    "it": NoticePieces("questo messaggio|questa e-mail|questa email|presente messaggio|presente e-mail|presente comunicazione|presente email|eventuali allegati|allegati",
                 "riservat|confidenzial|privilegiat", "destinatari|indirizzat|esclusiv", "per errore|non foste|non siete|non sia il destinatario|erroneamente",
                 "cancell|distrugg|elimin|vietat|proibit|avvis|inform|comunic|divulga|non autorizzat|darne",
                 "avviso di riservatezza|avvertenza|prima di stampare|rispetta l'ambiente|pensa all'ambiente|nota di riservatezza", seen=True),
    "nl": NoticePieces("dit bericht|deze e-mail|deze email|dit e-mailbericht|deze mail|de inhoud van|bijlagen", "vertrouwelijk|geheim", "bestemd|geadresseerde|uitsluitend|ontvanger",
                 "abusievelijk|per ongeluk|ten onrechte|niet de bedoelde|niet voor u bestemd|per abuis|niet de geadresseerde", "verwijder|vernietig|niet toegestaan|verboden|afzender|op de hoogte|openbaar",
                 "vertrouwelijkheid|disclaimer|denk aan het milieu|denk aan het milieu voordat", seen=True),
    "sv": NoticePieces("detta meddelande|detta e-postmeddelande|detta mejl|denna e-post|detta mail|detta e-mail|bilagor", "konfidentiell|sekretess|förtrolig", "avsedd|avsett|adressat|mottagare|endast för",
                 "av misstag|felaktigt|inte är den avsedda|inte är rätt mottagare", "radera|förstör|förbjud|meddela|underrätta|otillåt|kontakta avsändaren|inte tillåt",
                 "sekretessmeddelande|tänk på miljön", seen=True),
    "nb": NoticePieces("denne e-posten|denne meldingen|denne epost|denne mailen", "konfidensiell|taushets|fortrolig", "beregnet|bestemt|mottaker|adressat", "ved en feil|feilaktig|ikke er rette|ikke er den",
                 "slett|varsle|underrett|forbudt|ikke tillatt|kontakt", "konfidensialitet|tenk på miljøet|tenk miljø"),
    "da": NoticePieces("denne e-mail|denne meddelelse|denne mail|denne besked", "fortrolig|hemmelig", "beregnet|bestemt|tiltænkt|modtager|adressat", "ved en fejl|fejlagtigt|ikke er den|ikke er rette",
                 "slet|underret|forbudt|ikke tilladt|kontakt|informer|destruer", "fortrolighed|tænk på miljøet"),
    "is": NoticePieces("þessi tölvupóstur|þetta skeyti|tölvupóstur þessi|þessum tölvupósti", "trúnað", "ætlað|viðtakand", "fyrir mistök|af misgáningi", "eyð|láta vita|tilkynn|óheimil", "fyrirvari|trúnaðar"),
    "fi": NoticePieces("tämä viesti|tämä sähköposti|tämä sähköpostiviesti|tämän viestin|liitteet", "luottamuksel|salassa", "tarkoitettu|vastaanottaja", "erehdyksessä|vahingossa|et ole oikea|ette ole",
                 "poist|tuho|ilmoit|kiellet|luvaton|hävit", "luottamuksellisuus|ajattele ympäristöä"),
    "et": NoticePieces("see e-kiri|käesolev e-kiri|see kiri|käesolev kiri|käesolev sõnum|see sõnum", "konfidentsiaal|salaja", "mõeldud|adressaa|saaja", "ekslikult|kogemata|ei ole adressaat", "kustut|hävit|keelat|teavit|teata",
                 "konfidentsiaalsus|mõtle keskkonnale"),
    "lv": NoticePieces("šis e-pasts|šī vēstule|šis ziņojums|šī e-pasta|šajā e-pastā", "konfidenciāl", "paredzēt|adresāt|saņēmēj", "kļūdas|kļūdaini|nejauši", "dzēs|izdzēs|iznīcin|informē|aizlieg|paziņo",
                 "konfidencialitāte|padomājiet par vidi|padomā par dabu"),
    "lt": NoticePieces("šis laiškas|šis el. laiškas|šis elektroninis|ši žinutė|šis pranešimas|šiame laiške", "konfidencial|slapt", "skirt|gavėj|adresat", "per klaidą|klaidingai|klaidos", "ištrin|sunaikin|draudž|informuo|praneš",
                 "konfidencialumo|tausokite gamtą|pagalvokite apie"),
    "pl": NoticePieces("ta wiadomość|niniejsza wiadomość|treść tej wiadomości|niniejszy e-mail|ten e-mail|wiadomość ta|treść niniejszej|załącznik",
                 "poufn|zastrzeżon|tajemnic", "przeznaczon|adresat|odbiorc|wyłącznie", "omyłk|pomyłk|nie są państwo|nie jest pan|przez pomyłkę|błędnie|nie jesteś",
                 "usun|zniszcz|zabronion|powiadom|poinform|zakazan|niedozwol|rozpowszechni|kopiowan|skasowan",
                 "klauzula poufności|informacja o poufności|pomyśl o środowisku|zanim wydrukujesz|chroń środowisko", seen=True),
    "cs": NoticePieces("tato zpráva|tento e-mail|tento email|obsah této zprávy|této zprávy|přílohy", "důvěrn", "určen|adresát|příjemc|výhradně", "omylem|nejste zamýšlen|nejste adresát|nejste určen|nedopatřením",
                 "smaž|vymaž|zničte|zakázán|informujte|uvědom|odstra|neoprávněn", "důvěrnost|myslete na životní|než vytisknete"),
    "sk": NoticePieces("táto správa|tento e-mail|tento email|obsah tejto správy|prílohy", "dôvern", "určen|adresát|príjemc|výhradne", "omylom|nie ste zamýšľan|nie ste adresát", "vymaž|zmaž|zničte|zakázan|informujte|upovedom|odstrá|neoprávnen",
                 "dôvernosť|myslite na životné|šetrite"),
    "sl": NoticePieces("to sporočilo|to elektronsko|ta e-pošta|tega sporočila|priloge", "zaupn", "namenjen|naslovnik|prejemnik", "pomoto|pomotoma|niste naslovnik", "izbriš|uničit|prepoved|obvest|nepooblaščen", "zaupnost|mislite na okolje|pomislite na okolje"),
    "hr": NoticePieces("ova poruka|ova e-poruka|ovaj e-mail|ovaj email|sadržaj ove|prilozi|ova elektronička", "povjerljiv|tajn", "namijenjen|primatelj|isključivo", "greškom|pogreškom|niste primatelj|zabunom", "izbriš|obriš|uništ|zabranjen|obavijest|neovlašten", "povjerljivost|mislite na okoliš"),
    "sr-Latn": NoticePieces("ova poruka|ovaj e-mail|ovaj imejl|sadržaj ove|prilozi|ova elektronska", "poverljiv|tajn", "namenjen|primal|isključivo", "greškom|zabunom|niste primalac", "izbriš|obriš|uništ|zabranjen|obavest|neovlašćen", "poverljivost|mislite na prirodu"),
    "sr-Cyrl": NoticePieces("ова порука|овај имејл|овај мејл|садржај ове|прилози|ова електронска", "поверљив|тајн", "намењен|примал|искључиво", "грешком|забуном|нисте прималац", "избриш|обриш|уништ|забрањен|обавест|неовлашћен", "поверљивост"),
    "hu": NoticePieces("ez az üzenet|ez az e-mail|jelen üzenet|jelen e-mail|ezen üzenet|ezen e-mail|az e-mail|mellékletei", "bizalmas|titkos", "címzett|kizárólag|szól", "tévedés|véletlenül|nem ön a címzett|nem a címzett", "töröl|semmisít|tilos|értesít|tájékoztass", "titoktartási|gondoljon a környezet|kímélje a környezet|mielőtt kinyomtat"),
    "ro": NoticePieces("acest mesaj|acest e-mail|acest email|prezentul mesaj|prezentul e-mail|fișierele atașate|atașament", "confidențial|confidenţial|confidential|privilegiat", "destinat|adresat|exclusiv", "din greșeală|din eroare|nu sunteți destinatar|din greşeală", "șterg|distrug|interzis|notific|anunț|inform|ştergeţi", "notă de confidențialitate|clauză de confidențialitate|gândiți-vă la mediu|protejați mediul"),
    "bg": NoticePieces("това съобщение|този имейл|това писмо|това електронно|настоящото съобщение|настоящият имейл|прикачени", "поверителн|конфиденциал", "предназначен|адресат|получател|единствено", "по погрешка|грешка|не сте", "изтри|унищож|забранен|уведом|информира", "поверителност|помислете за природата|мислете за природата"),
    "uk": NoticePieces("це повідомлення|цей лист|цей електронний|дане повідомлення|вкладення", "конфіденц|таємн", "призначен|адресат|отримувач|виключно", "помилково|помилков|не є адресат", "видал|знищ|заборон|повідомте|несанкц", "конфіденційність|подумайте про довкілля|перш ніж друкувати"),
    "ru": NoticePieces("это сообщение|это письмо|данное сообщение|данное письмо|настоящее сообщение|настоящее письмо|вложения|электронное сообщение|этого сообщения", "конфиденц|тайн", "предназнач|адресат|получател|исключительно", "по ошибке|ошибочно|не являетесь|случайно", "удал|уничтож|запрещ|сообщите|уведом|несанкц", "уведомление о конфиденциальности|подумайте об окружающей|перед тем как распечатать|проверено на вирусы", seen=True),
    "el": NoticePieces("αυτό το μήνυμα|το παρόν μήνυμα|το παρόν email|αυτό το email|το παρόν ηλεκτρονικό|το μήνυμα αυτό|συνημμένα", "εμπιστευτικ|απόρρητ", "προορίζ|παραλήπτ|αποδέκτ|αποκλειστικά", "κατά λάθος|εκ παραδρομής|από λάθος|δεν είστε", "διαγρά|καταστρ|απαγορ|ενημερώ|ειδοποι", "ρήτρα εμπιστευτικότητας|σκεφτείτε το περιβάλλον|πριν εκτυπώσετε"),
    "tr": NoticePieces("bu mesaj|bu e-posta|bu elektronik|bu ileti|işbu e-posta|bu eposta|ekleri|bu e-postanın", "gizli|mahrem", "alıcı|gönderildiği|yalnızca|muhatab|kişi", "yanlışlıkla|alıcısı değilseniz|hata sonucu|muhatabı değilseniz|hataen", "siliniz|silin|yasak|bildir|haber ver|imha|silmeniz|kopyala|bilgilendir", "yasal uyarı|gizlilik uyarısı|gizlilik bildirimi|çevreyi koru|yazdırmadan önce|bu e-postayı yazdır", seen=True),
    "sq": NoticePieces("ky mesazh|ky email|kjo postë|ky e-mail|bashkëlidhur", "konfidencial|sekret", "i destinuar|marrës|adresuar|vetëm për", "gabim|nuk jeni", "fshi|shkatërro|ndalo|njofto", "njoftim konfidencialiteti"),
    "he": NoticePieces("הודעה זו|דואר אלקטרוני זה|מייל זה|דוא\"ל זה|מסר זה|צרופותיה|המידע הכלול", "חסוי|סודי|סודית|חסויה", "מיועד|נמען|הנמענים|בלבד", "בטעות|אינך הנמען|בשוגג", "מחק|השמד|אסור|הודע|להשמיד|למחוק|להודיע", "הודעת סודיות|חשבו על הסביבה|חשוב על הסביבה"),
    "ar": NoticePieces("هذه الرسالة|هذا البريد|هذه رسالة|هذا الإيميل|ومرفقاتها|المرفقات|محتويات هذه", "سري|خاصة|السرية", "المرسل إليه|المستلم|موجهة|مخصص|المقصود|المعني", "بالخطأ|عن طريق الخطأ|لم تكن المستلم|خطأ", "حذف|إتلاف|يمنع|إبلاغ|يحظر|إخطار|محظور|نسخ", "إشعار السرية|إخلاء مسؤولية|فكر في البيئة"),
    "fa": NoticePieces("این پیام|این ایمیل|این نامه|این رایانامه|پیوست", "محرمانه|خصوصی", "گیرنده|مخاطب|صرفا|در نظر گرفته", "اشتباه|به اشتباه|گیرنده نیستید", "حذف|ممنوع|اطلاع|پاک|از بین", "سلب مسئولیت|محرمانگی"),
    "hi": NoticePieces("यह संदेश|यह ईमेल|यह ई-मेल|इस ईमेल|इस संदेश|यह मेल", "गोपनीय|निजी", "प्राप्तकर्ता|के लिए है|अभिप्रेत", "गलती से|भूल से|त्रुटिवश", "हटा|नष्ट|सूचित|निषिद्ध|वर्जित|मिटा", "गोपनीयता सूचना|अस्वीकरण|पर्यावरण"),
    "th": NoticePieces("อีเมลนี้|อีเมลฉบับนี้|ข้อความนี้|จดหมายนี้|อีเมล์ฉบับนี้|เอกสารแนบ", "ความลับ|เป็นความลับ|ลับ", "ผู้รับ|สำหรับ|เฉพาะ", "ผิดพลาด|โดยความผิด|ไม่ใช่ผู้รับ|เข้าใจผิด", "ลบ|ทำลาย|ห้าม|แจ้ง", "ข้อความปฏิเสธ|โปรดคำนึงถึงสิ่งแวดล้อม"),
    "vi": NoticePieces("email này|thư này|thư điện tử này|tin nhắn này|thông điệp này|e-mail này|tập tin đính kèm", "bảo mật|bí mật|mật", "người nhận|dành cho|dành riêng|được gửi đến", "nhầm|do nhầm lẫn|không phải là người nhận|nhầm lẫn", "xóa|xoá|hủy|nghiêm cấm|thông báo|không được phép|cấm", "thông báo bảo mật|tuyên bố miễn trừ|hãy nghĩ đến môi trường"),
    "id": NoticePieces("email ini|pesan ini|surat elektronik ini|e-mail ini|surel ini|lampiran", "rahasia|privat", "ditujukan|penerima|dimaksudkan|hanya untuk", "keliru|kesalahan|bukan penerima|secara tidak sengaja", "hapus|musnah|dilarang|beri tahu|memberitahu|beritahu|hubungi pengirim|menghapus", "pemberitahuan kerahasiaan|pertimbangkan lingkungan|peringatan kerahasiaan"),
    "ms": NoticePieces("e-mel ini|emel ini|mesej ini|lampiran", "sulit|rahsia|persendirian", "penerima|ditujukan|dimaksudkan|hanya untuk", "tersilap|kesilapan|bukan penerima|secara silap", "padam|hapus|musnah|dilarang|maklum|larang", "notis kerahsiaan|penafian|fikirkan alam sekitar"),
    "tl": NoticePieces("ang email na ito|ang mensaheng ito|email na ito", "kumpidensyal|lihim", "para lamang|tatanggap|nakalaan", "pagkakamali|nagkamali|hindi ikaw", "burahin|tanggalin|bawal|ipagbigay|ipinagbabawal", "abiso ng"),
    "zh-CN": NoticePieces("本邮件|此邮件|本电子邮件|该邮件|此电子邮件|附件|本信息", "保密|机密|保密信息|秘密", "收件人|接收人|指定|仅供|仅限|仅发送", "错误|误收|误发|非指定|并非|不是", "删除|禁止|销毁|通知|告知|不得", "保密声明|免责声明|保密提示|请考虑环境|打印前请考虑环境|打印本邮件前", seen=True),
    "zh-TW": NoticePieces("本郵件|此郵件|本電子郵件|此電子郵件|本信件|此信件|附件|本訊息", "保密|機密|秘密", "收件人|收件者|指定|僅供|僅限", "錯誤|誤收|誤發|非指定|並非|不是", "刪除|禁止|銷毀|通知|告知|不得", "保密聲明|免責聲明|保密警語|列印前請考慮環境|列印本郵件前|請考慮環境"),
    "ja": NoticePieces("このメール|本メール|この電子メール|本電子メール|当メール|このメッセージ|添付ファイル", "機密|秘密|秘匿|守秘", "宛先|受信者|受取人|名宛人|のみ|宛てられた", "誤って|間違って|誤送信|手違い|誤信", "削除|破棄|禁じ|禁止|ご連絡|通知|廃棄|お知らせ", "機密保持|免責事項|このメールを印刷する前|秘密保持"),
    "ko": NoticePieces("이 메일|본 메일|이 이메일|본 이메일|이 전자우편|본 전자우편|이 메시지|본 메시지|첨부", "기밀|비밀|보안", "수신인|수신자|지정된|수취인|만을 위", "잘못|착오|실수로|아닌 경우|오류", "삭제|금지|폐기|통지|알려|금합|파기", "기밀 유지|면책|이 메일을 인쇄하기 전|보안 경고"),
}  # fmt: skip
