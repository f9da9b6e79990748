"""The lines that part a new mail from the old one below: "-----Original Message-----".

Rows that are not ``seen`` are known from memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delimiters:
    """The words of one language, each list divided by ``|``.

    ``original`` and ``forwarded`` stand between dashes; ``begin`` is Apple Mail's line, which has a
    colon and no dashes. None: no such client in this language.
    """

    original: str
    forwarded: str
    begin: str | None
    seen: bool = False


DELIMITERS: dict[str, Delimiters] = {
    "en": Delimiters(
        "Original Message|Original Mail|Original E-Mail|Original Email|Original Appointment"
        "|Reply Message|In Reply To|Quoted Message|Original Text|Replied Message",
        "Forwarded Message|Forwarded by|Forwarded Mail|Begin Forwarded|Forwarded Email",
        "Begin forwarded message",
        seen=True,
    ),
    "de": Delimiters(
        "Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|Original Nachricht"
        "|Ursprünglicher Termin|Originalmail|Ursprüngliche Mail",
        "Weitergeleitete Nachricht|Weitergeleitete|Weitergeleitet von|Weitergeleitete E-Mail",
        "Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail",
        seen=True,
    ),
    "fr": Delimiters(
        "Message d'origine|Message d’origine|Message original|Courriel original|Message initial"
        "|Mail original|E-mail d'origine",
        "Message transféré|Message transmis|Message transféré par|Transféré par|Courriel transféré",
        "Début du message transféré|Début du message réexpédié",
        seen=True,
    ),
    "es": Delimiters(
        "Mensaje original|Correo original",
        "Mensaje reenviado|Mensaje enviado|Reenviado por|Correo reenviado",
        "Inicio del mensaje reenviado|Comienza el mensaje reenviado",
        seen=True,
    ),
    "ca": Delimiters("Missatge original", "Missatge reenviat", "Inici del missatge reenviat"),
    "gl": Delimiters("Mensaxe orixinal", "Mensaxe reenviada", None),
    "pt": Delimiters(
        "Mensagem original|E-mail original",
        "Mensagem encaminhada|Mensagem reencaminhada|Encaminhado por|Mensagem reenviada",
        "Início da mensagem encaminhada|Início da mensagem reencaminhada"
        "|Começo da mensagem encaminhada",
        seen=True,
    ),
    "it": Delimiters(
        "Messaggio originale|Messaggio originario|Mail originale|Email originale",
        "Messaggio inoltrato|Inoltrato da|Messaggio Inoltrato|Messaggio inviato",
        "Inizio messaggio inoltrato|Inizia il messaggio inoltrato",
        seen=True,
    ),
    "nl": Delimiters(
        "Oorspronkelijk bericht|Oorspronkelijke bericht|Origineel bericht|Originele bericht",
        "Doorgestuurd bericht|Doorgestuurd door|Doorgezonden bericht|Doorgestuurde bericht",
        "Begin doorgestuurd bericht",
        seen=True,
    ),
    "sv": Delimiters(
        "Ursprungligt meddelande|Originalmeddelande|Ursprungsmeddelande|Originalmail",
        "Vidarebefordrat meddelande|Vidarebefordrat|Vidarebefordrat brev|Vidaresänt meddelande",
        "Vidarebefordrat brev|Börja vidarebefordrat meddelande",
        seen=True,
    ),
    "nb": Delimiters("Opprinnelig melding|Originalmelding|Opprinnelig e-post",
                     "Videresendt melding|Videresendt|Videresendt e-post",
                     "Start på videresendt melding|Videresendt melding"),
    "da": Delimiters("Oprindelig meddelelse|Oprindelig besked|Original meddelelse"
                     "|Oprindelig mail|Original besked",
                     "Videresendt meddelelse|Videresendt besked|Videresendt|Videresendt mail",
                     "Start på videresendt besked|Videresendt besked", seen=True),
    "is": Delimiters("Upprunaleg skilaboð|Upphafleg skilaboð|Upprunalegur póstur",
                     "Framsend skilaboð|Áframsend skilaboð|Framsent", None),
    "fi": Delimiters("Alkuperäinen viesti", "Välitetty viesti|Edelleenlähetetty viesti",
                     "Edelleenlähetetty viesti alkaa|Välitetty viesti alkaa", seen=True),
    "et": Delimiters("Algne sõnum|Algne kiri|Originaalsõnum|Algsõnum",
                     "Edastatud sõnum|Edastatud kiri|Edasisaadetud kiri|Edastatud teade", None),
    "lv": Delimiters("Sākotnējais ziņojums|Oriģinālais ziņojums|Sākotnējā ziņa",
                     "Pārsūtīts ziņojums|Pārsūtītais ziņojums|Pārsūtīta ziņa|Pārsūtītā ziņa", None),
    "lt": Delimiters("Pradinis laiškas|Originalus pranešimas|Originalus laiškas|Pradinis pranešimas"
                     "|Pirminis laiškas",
                     "Persiųstas laiškas|Persiųsta žinutė|Persiųstas pranešimas|Persiunčiamas laiškas",
                     None),
    "pl": Delimiters("Wiadomość oryginalna|Oryginalna wiadomość|Pierwotna wiadomość|Treść oryginalna"
                     "|Wiadomość pierwotna",
                     "Wiadomość przekazana|Przekazana wiadomość|Treść przekazanej wiadomości"
                     "|Przekazane przez|Forwardowana wiadomość",
                     "Początek przekazywanej wiadomości|Początek przekazanej wiadomości", seen=True),
    "cs": Delimiters("Původní zpráva|Původní e-mail|Původní email|Originální zpráva",
                     "Přeposlaná zpráva|Přeposlaný e-mail|Předaná zpráva|Přeposlaná zprava",
                     "Začátek přeposlané zprávy", seen=True),
    "sk": Delimiters("Pôvodná správa|Pôvodný e-mail|Originálna správa",
                     "Preposlaná správa|Postúpená správa|Preposlaný e-mail",
                     "Začiatok preposlanej správy"),
    "sl": Delimiters("Izvirno sporočilo|Prvotno sporočilo", "Posredovano sporočilo", None),
    "hr": Delimiters("Izvorna poruka|Originalna poruka|Izvornik poruke",
                     "Proslijeđena poruka|Prosljeđena poruka",
                     "Početak proslijeđene poruke"),
    "sr-Latn": Delimiters("Originalna poruka|Prvobitna poruka|Izvorna poruka",
                          "Prosleđena poruka|Prosledjena poruka", None),
    "sr-Cyrl": Delimiters("Оригинална порука|Првобитна порука|Изворна порука",
                          "Прослеђена порука", None),
    "hu": Delimiters("Eredeti üzenet|Eredeti levél|Eredeti e-mail",
                     "Továbbított üzenet|Továbbított levél|Továbbított e-mail",
                     "A továbbított levél kezdete|Továbbított üzenet kezdete", seen=True),
    "ro": Delimiters("Mesaj original|Mesajul original|Mesaj inițial|Mesajul inițial",
                     "Mesaj redirecționat|Mesaj redirecţionat|Mesaj trimis mai departe|Mesaj transmis",
                     "Începutul mesajului redirecționat|Început mesaj redirecționat"),
    "bg": Delimiters("Оригинално съобщение|Първоначално съобщение|Оригинално писмо",
                     "Препратено съобщение|Препратено писмо|Препратено от", None),
    "uk": Delimiters("Вихідне повідомлення|Початкове повідомлення|Оригінальне повідомлення"
                     "|Первинне повідомлення",
                     "Переслане повідомлення|Перенаправлене повідомлення|Пересланий лист",
                     "Початок пересланого повідомлення|Початок повідомлення, що пересилається"),
    "ru": Delimiters("Исходное сообщение|Оригинальное сообщение|Исходное письмо|Первоначальное сообщение",
                     "Пересылаемое сообщение|Пересланное сообщение|Перенаправленное сообщение"
                     "|Пересылаемое письмо|Конец пересылаемого сообщения",
                     "Начало переадресованного сообщения|Начало пересылаемого сообщения", seen=True),
    "el": Delimiters("Αρχικό μήνυμα|Πρωτότυπο μήνυμα", "Προωθημένο μήνυμα|Μήνυμα που προωθήθηκε",
                     "Έναρξη προωθημένου μηνύματος|Αρχή προωθημένου μηνύματος", seen=True),
    "tr": Delimiters("Orijinal Mesaj|Özgün İleti|Orjinal Mesaj|Orijinal İleti|Asıl İleti"
                     "|Özgün ileti|Orijinal ileti|Asıl ileti|Orijinal Posta",
                     "Yönlendirilmiş ileti|İletilen Mesaj|Yönlendirilen mesaj|İletilmiş mesaj"
                     "|Yönlendirilen ileti|İletilen mesaj|İletilen ileti",
                     "İletilen ileti başlangıcı|İletilmiş mesajın başlangıcı", seen=True),
    "sq": Delimiters("Mesazhi origjinal|Mesazh origjinal", "Mesazh i përcjellë|Mesazhi i përcjellë",
                     None),
    "he": Delimiters("הודעה מקורית|ההודעה המקורית", "הודעה שהועברה|הודעה מועברת|הודעה מקורית שהועברה",
                     "תחילת ההודעה שהועברה|התחלת הודעה מועברת"),
    "ar": Delimiters("الرسالة الأصلية|رسالة أصلية|الرسالة الاصلية", "رسالة معاد توجيهها|الرسالة المعاد توجيهها"
                     "|رسالة مُعاد توجيهها|رسالة محولة|رسالة مُعاد توجيهها",
                     "بداية الرسالة المعاد توجيهها|بدء الرسالة المعاد توجيهها"),
    "fa": Delimiters("پیام اصلی|پیغام اصلی|ایمیل اصلی", "پیام ارسال‌شده|پیام هدایت‌شده|پیام هدایت شده"
                     "|پیام بازارسال شده|پیام ارسال شده", None),
    "hi": Delimiters("मूल संदेश|मूल सन्देश", "अग्रेषित संदेश|फ़ॉरवर्ड किया गया संदेश|आगे भेजा गया संदेश", None),
    "th": Delimiters("ข้อความต้นฉบับ|ข้อความเดิม|อีเมลต้นฉบับ", "ข้อความที่ส่งต่อ|ข้อความส่งต่อ|ข้อความที่ถูกส่งต่อ",
                     "เริ่มข้อความที่ส่งต่อ|เริ่มต้นข้อความที่ส่งต่อ"),
    "vi": Delimiters("Thư gốc|Tin nhắn gốc|Thư ban đầu", "Thư đã chuyển tiếp|Thư chuyển tiếp"
                     "|Tin nhắn đã chuyển tiếp|Tin nhắn chuyển tiếp|Forwarded message",
                     "Bắt đầu thư được chuyển tiếp|Bắt đầu chuyển tiếp thư"),
    "id": Delimiters("Pesan asli|Pesan Asli|Email asli", "Pesan yang diteruskan|Pesan terusan"
                     "|Pesan diteruskan|Pesan teruskan",
                     "Mulai pesan yang diteruskan|Awal pesan yang diteruskan"),
    "ms": Delimiters("Mesej asal|Mesej Asal|E-mel asal", "Mesej yang dimajukan|Mesej dimajukan"
                     "|Mesej yang dikirim semula|Mesej dipanjangkan", None),
    "tl": Delimiters("Orihinal na mensahe", "Ipinasang mensahe|Naipasang mensahe", None),
    "zh-CN": Delimiters("原始邮件|邮件原件|原邮件|原始消息|回复的原邮件|原始信息",
                        "转发邮件|转发的邮件|转发邮件信息|已转发邮件|转发的消息|转发消息",
                        "开始转发的邮件|下面是被转发的邮件|以下是转发的邮件", seen=True),
    "zh-TW": Delimiters("原始郵件|原始訊息|原始信件|原郵件", "轉寄郵件|轉寄的郵件|轉寄訊息|已轉寄郵件|轉寄的訊息|轉寄信件",
                        "開始轉寄郵件|以下是被轉寄的郵件|開始轉寄的郵件"),
    "ja": Delimiters("元のメッセージ|元のメール|オリジナルメッセージ|元メッセージ|原文",
                     "転送メッセージ|転送されたメッセージ|転送メール|転送されたメール",
                     "転送されたメッセージ|転送メッセージの開始|転送開始", seen=True),
    "ko": Delimiters("원본 메시지|원본 메세지|원본메시지|원본 메일|원본메일|원본 이메일",
                     "전달된 메시지|전달된 메일|전달 메시지|전달된 이메일|전달된메시지",
                     "전달된 메시지 시작|전달된 메시지|전달된 이메일"),
}  # fmt: skip
