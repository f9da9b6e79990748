"""How clients label the fields of a mail that they quote: "From: … Sent: … To: … Subject: …".

Outlook, Exchange, Apple Mail, Yahoo, GMX and Mail.ru write such a block, each in the language of
its user. A label that several clients write differently has several words, divided by ``|``.
Rows that are not ``seen`` are known from memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Field = Literal["sender", "sent", "to", "cc", "subject", "other"]


@dataclass(frozen=True)
class Labels:
    """The words of one language, each list divided by ``|``; the first is Outlook's."""

    sender: str
    sent: str
    to: str
    cc: str
    subject: str
    seen: bool = False


LABELS: dict[str, Labels] = {
    "en": Labels("From", "Sent|Date|Sent at|Received", "To", "Cc|Bcc", "Subject", seen=True),
    "de": Labels(
        "Von|Absender",
        "Gesendet|Datum|Gesendet am|Gesendet um|Erhalten",
        "An|Empfänger",
        "Cc|Kopie|Bcc",
        "Betreff|Betr.|Thema",
        seen=True,
    ),
    "fr": Labels(
        "De|Expéditeur|Expediteur",
        "Envoyé|Envoye|Date|Date d'envoi|Date d’envoi|Envoyé le|Message du|Envoyé à",
        "À|A|Pour|Destinataire",
        "Cc|Copie|Copie à|Cci",
        "Objet|Sujet",
        seen=True,
    ),
    "es": Labels(
        "De|Remitente|Desde",
        "Enviado|Enviado el|Fecha|Fecha de envío|Enviado a las",
        "Para|A|Destinatario",
        "CC|Copia|Copia a|CCO",
        "Asunto|Tema",
        seen=True,
    ),
    "ca": Labels("De", "Enviat|Enviat el|Data", "Per a|A|Per", "A/c|Cc", "Assumpte|Tema"),
    "gl": Labels("De", "Enviado|Enviado o|Data", "Para|A", "CC", "Asunto"),
    "pt": Labels(
        "De|Remetente",
        "Enviado|Enviada|Enviado em|Enviada em|Data|Enviado às|Data de envio",
        "Para|A|Destinatário",
        "Cc|Cópia|Cco",
        "Assunto",
        seen=True,
    ),
    "it": Labels(
        "Da|Mittente",
        "Inviato|Data|Inviato il|Data invio|Spedito",
        "A|Destinatario|Per",
        "Cc|Copia|Ccn",
        "Oggetto",
        seen=True,
    ),
    "nl": Labels(
        "Van|Afzender",
        "Verzonden|Datum|Verzonden op|Verstuurd",
        "Aan|Naar",
        "CC|Kopie|BCC",
        "Onderwerp|Betreft",
        seen=True,
    ),
    "sv": Labels(
        "Från|Avsändare",
        "Skickat|Datum|Skickat den|Sänt|Sändt",
        "Till|Mottagare",
        "Kopia|Cc|Kopia till",
        "Ämne|Ärende|Ämnet",
        seen=True,
    ),
    "nb": Labels("Fra|Avsender", "Sendt|Dato|Sendt den", "Til|Mottaker", "Kopi|Cc", "Emne|Emnet"),
    "da": Labels(
        "Fra|Afsender", "Sendt|Dato|Sendt den", "Til|Modtager", "Cc|Kopi", "Emne", seen=True
    ),
    "is": Labels("Frá", "Sent|Dagsetning", "Til", "Afrit|Cc", "Efni"),
    "fi": Labels(
        "Lähettäjä",
        "Lähetetty|Päivämäärä|Päiväys|Päivä",
        "Vastaanottaja|Kohde",
        "Kopio|Cc",
        "Aihe|Otsikko",
        seen=True,
    ),
    "et": Labels("Saatja|Kellelt", "Saadetud|Kuupäev|Saatmisaeg", "Adressaat|Saaja|Kellele",
                 "Koopia|Cc", "Teema"),
    "lv": Labels("No|Sūtītājs", "Nosūtīts|Datums|Sūtīts", "Kam|Saņēmējs|Adresāts",
                 "Kopija|Cc", "Tēma|Temats"),
    "lt": Labels("Nuo|Siuntėjas", "Išsiųsta|Data|Siųsta", "Kam|Gavėjas|Iki", "Kopija|Cc",
                 "Tema"),
    "pl": Labels("Od|Nadawca", "Wysłano|Data|Data wysłania|Wysłane", "Do|Adresat|Odbiorca",
                 "DW|Do wiadomości|Cc|Kopia", "Temat", seen=True),
    "cs": Labels("Od|Odesílatel", "Odesláno|Datum", "Komu|Pro", "Kopie|Cc", "Předmět|Věc",
                 seen=True),
    "sk": Labels("Od|Odosielateľ", "Odoslané|Dátum", "Komu|Pre", "Kópia|Cc", "Predmet|Vec"),
    "sl": Labels("Od|Pošiljatelj", "Poslano|Datum", "Za|Komu|Prejemnik", "Kp|Kopija|V vednost",
                 "Zadeva"),
    "hr": Labels("Od|Šalje|Pošiljatelj", "Poslano|Datum", "Za|Prima|Kome|Primatelj", "Kopija|Cc",
                 "Predmet|Tema"),
    "sr-Latn": Labels("Od|Šalje|Pošiljalac", "Poslato|Datum|Poslato dana", "Za|Kome|Primalac",
                      "Kopija|Cc", "Tema|Naslov|Predmet"),
    "sr-Cyrl": Labels("Од|Шаље|Пошиљалац", "Послато|Датум|Послато дана", "За|Коме|Прималац",
                      "Копија|Cc", "Тема|Наслов|Предмет"),
    "hu": Labels("Feladó|Küldő", "Elküldve|Küldve|Dátum|Küldés dátuma", "Címzett|Címzettek",
                 "Másolatot kap|Másolat|Cc", "Tárgy", seen=True),
    "ro": Labels("De la|De|Expeditor", "Trimis|Data|Data trimiterii|Dată", "Către|Catre|La|Pentru",
                 "Cc|Copie", "Subiect|Subiectul"),
    "bg": Labels("От|Подател", "Изпратено|Дата|Изпратен", "До|Получател|Към", "Копие|Як|Cc",
                 "Относно|Тема"),
    "uk": Labels("Від|Відправник|Від кого", "Надіслано|Дата|Відправлено", "Кому|Отримувач",
                 "Копія|Cc", "Тема"),
    "ru": Labels("От|Отправитель|От кого|Из", "Отправлено|Дата|Отправлено в|Послано",
                 "Кому|Получатель", "Копия|Cc", "Тема", seen=True),
    "el": Labels("Από|Αποστολέας", "Στάλθηκε|Ημερομηνία|Απεστάλη|Εστάλη|Αποστολή", "Προς|Για|Παραλήπτης",
                 "Κοιν.|Κοινοποίηση|Κοιν|Cc", "Θέμα"),
    "tr": Labels("Kimden|Gönderen", "Gönderildi|Tarih|Gönderme Tarihi|Gönderim|Gönderilme|Gönderilmiş|Gönderme", "Kime|Alıcı",
                 "Bilgi|Cc", "Konu", seen=True),
    "sq": Labels("Nga|Dërguesi", "Dërguar|Data|Dërguar më", "Për|Drejtuar", "Kopje|Cc",
                 "Tema|Subjekti"),
    "he": Labels("מאת|מ", "נשלח|תאריך|נשלח ב", "אל|ל", "עותק|העתק|עותק לידיעה|Cc", "נושא"),
    "ar": Labels("من|المرسل", "تم الإرسال|التاريخ|أرسلت|تاريخ الإرسال|تاريخ|الإرسال|أُرسلت",
                 "إلى|الى|المستلم", "نسخة|نسخة إلى|نسخة كربونية|Cc", "الموضوع"),
    "fa": Labels("از|فرستنده", "ارسال شده|تاریخ|ارسال‌شده|ارسال شد", "به|گیرنده",
                 "رونوشت|کپی|Cc", "موضوع"),
    "hi": Labels("प्रेषक|से|इनके द्वारा", "भेजा गया|दिनांक|तारीख|तिथि|भेजे गए", "प्रति|को|प्राप्तकर्ता",
                 "प्रतिलिपि|Cc", "विषय"),
    "th": Labels("จาก|ผู้ส่ง", "ส่งเมื่อ|วันที่|ส่ง|ส่งแล้ว", "ถึง|ผู้รับ", "สำเนา|สำเนาถึง|Cc",
                 "เรื่อง|ชื่อเรื่อง|หัวเรื่อง|หัวข้อ"),
    "vi": Labels("Từ|Người gửi", "Đã gửi|Ngày|Ngày gửi|Gửi|Thời gian", "Đến|Tới|Người nhận|Gửi tới",
                 "Cc|Đồng gửi|Đồng kính gửi", "Chủ đề|Tiêu đề", seen=True),
    "id": Labels("Dari|Pengirim", "Dikirim|Tanggal|Terkirim", "Kepada|Ke|Untuk", "Cc|Tembusan",
                 "Subjek|Perihal|Judul"),
    "ms": Labels("Daripada|Dari|Pengirim", "Dihantar|Tarikh", "Kepada|Ke|Untuk", "Sk|Salinan|Cc",
                 "Subjek|Perihal|Tajuk"),
    "tl": Labels("Mula sa|Mula kay|From", "Ipinadala|Petsa|Sent|Date", "Para sa|Para kay|Kay|To",
                 "Cc|Kopya", "Paksa|Subject"),
    "zh-CN": Labels("发件人|寄件人|发件者", "发送时间|发送日期|日期|时间|已发送|发件时间|发送",
                    "收件人|收信人", "抄送|抄送人", "主题|标题", seen=True),
    "zh-TW": Labels("寄件者|寄件人|發件人", "寄件日期|傳送時間|日期|寄出|已傳送|寄送時間|傳送日期|發送時間",
                    "收件者|收件人", "副本|抄送", "主旨|主題|標題"),
    "ja": Labels("差出人|送信者|発信者|From|送信元", "送信日時|日時|日付|送信日|Date|Sent", "宛先|To",
                 "CC|写し", "件名|題名|Subject", seen=True),
    "ko": Labels("보낸 사람|보낸사람|발신|보낸이|발신자|From", "보낸 날짜|보낸날짜|날짜|보낸 시간|보낸시간|전송|일시|Date|Sent",
                 "받는 사람|받는사람|수신|받는이|수신자|To", "참조|Cc", "제목|Subject", seen=True),
}  # fmt: skip

OTHER_LABELS = (
    "Reply-To|Reply to|Antwort an|Répondre à|Rispondi a|Rispondi-a|Risposta|Responder a|Svar til"
    "|Importance|Priorität|Wichtigkeit|Priority|Organization|Newsgroups|Attachments|Anlagen"
    "|Anhänge|Pièces jointes|Importancia|Importância|Prioridade|Priorità|Ważność|Wysłane przez"
)
"""What else stands in a block, in any language: it goes on, but does not count."""


def _index() -> dict[str, dict[str, Field]]:
    found: dict[str, dict[str, Field]] = {}
    for language, labels in LABELS.items():
        words: tuple[tuple[Field, str], ...] = (
            ("sender", labels.sender),
            ("sent", labels.sent),
            ("to", labels.to),
            ("cc", labels.cc),
            ("subject", labels.subject),
        )
        for field, listed in words:
            for word in listed.split("|"):
                found.setdefault(word.lower(), {}).setdefault(language, field)
    for word in OTHER_LABELS.split("|"):
        found.setdefault(word.lower(), dict.fromkeys(LABELS, "other"))
    return found


FIELDS_OF = _index()
"""A label in lower case, and what it means in each language that has it."""
LONGEST_LABEL = max(map(len, FIELDS_OF))
