"""The words with which mail clients, in all their languages, introduce a quoted mail."""

from __future__ import annotations

import re

# "… wrote:" — the verb that ends (or, in German and Dutch, divides) the line above a quote
WROTE = re.compile(
    r"""(?:\b(?:
      wrote | writes | written\ by | schrieb | geschrieben | a\ écrit | ecrit | écrit | a\ ecrit
    | escribi[óo] | escreveu | ha\ scritto | scrisse | scrive | ha\ escrit | escribiu
    | schreef | het\ volgende\ geschreven | skrev | skrifaði | ritaði | kirjoitti | kirjutas
    | napisał(?:\(a\)|a|/a)? | pisze | napsal(?:\(a\)|a)? | napísal(?:\(a\)|a)? | píše | piše
    | je\ napisa[ol](?:/la|\(a\))? | napisao | írta | írt | a\ scris | rašė | rakstīja | shkroi
    | написал(?:\(а\)|а|и)? | пишет | пише | написав | писал(?:\(а\)|а)? | написа
    | έγραψε | yazdı | yazmış | şunu\ yazdı | viết | đã\ viết | menulis | sumulat | kirjoittaa
    )|写道|寫道|撰写|のメール|は書きました|さんは|書き込み|님이\ 작성|작성|작성했습니다
    |כתב(?:ה)?|كتب|نوشت|เขียนว่า
    )\s*""",
    re.IGNORECASE | re.VERBOSE,
)

# The first word of such a line
OPENING = re.compile(
    r"""^[\s>*_"“‘'\[(]*(?:
      on | at | le | am | el | il | em | op | den | dnia | w\ dniu | dne | dňa | em
      | no\ dia | a\ la
    | ter[çc]a | il\ giorno | il\ dì | ngày | vào | pada | tanggal | в | у | на | de | la
    | dana | dana:
    | (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,
    | (?:mo|di|mi|do|fr|sa|so)\.,? | (?:man|tir|ons|tor|fre|lør|søn|mån|tis|lör|sön)\.?(?:\w+)?
    | (?:lun|mar|mi[ée]|jeu|ven|sam|dim|jue|vie|s[áa]b|dom|gio|mer|seg|ter|qua|qui|sex)\.?,?
    | (?:пн|вт|ср|чт|пт|сб|вс|нд)\.?,
    | \d{1,4}[./年\s-]
    )""",
    re.IGNORECASE | re.VERBOSE,
)

_FROM = (
    "from|von|de|da|van|från|fra|od|от|від|lähettäjä|kimden|gönderen|из|remitente|mittente"
    "|afzender"
    "|feladó|expéditeur|expediteur|de la|saatja|nuo|no|pošiljatelj|pošiljalac|από|dari"
    "|pengirim|מאת"
    "|من|发件人|寄件人|寄件者|差出人|送信者|보낸 ?사람|보낸사람|från|lähettänyt|avsender"
    "|afsender|発信者|보낸이|จาก"
)
_DATE = (
    "date|sent|gesendet|datum|envoyé|envoye|date d'envoi|fecha|enviado(?: el| em)?|data|inviato"
    "|verzonden|verzonden op|skickat|sendt|sändt|päiväys|lähetetty|wysłano|odesláno|odoslané"
    "|dátum"
    "|elküldve|küldve|дата|отправлено|надіслано|gönderildi|tarih|gönderme tarihi|message du"
    "|poslano"
    "|ημερομηνία|στάλθηκε|trimis|data trimiterii|saadetud|išsiųsta|dikirim|tanggal|נשלח|תאריך"
    "|تاريخ"
    "|تم الإرسال|发送时间|发送日期|日期|寄件日期|傳送時間|送信日時|日時|送信日|보낸 ?날짜"
    "|날짜|보낸 ?시간|dato|päivä"
    "|data wysłania|data invio|gesendet am|ngày gửi|đã gửi|sendt den"
)
_OTHERS = (
    "to|an|à|a|para|aan|till|til|do|komu|kohde|vastaanottaja|kime|кому|alıcı|címzett|către"
    "|prima|για"
    "|προς|kam|kepada|אל|إلى|收件人|宛先|받는 ?사람|mottagare|modtager|mottaker|pour"
    "|destinatario|destinataire"
    "|subject|betreff|objet|asunto|oggetto|assunto|onderwerp|ämne|ämnet|emne|aihe|temat"
    "|předmět|predmet"
    "|tárgy|тема|konu|subiect|θέμα|teema|tema|perihal|subjek|נושא|الموضوع|主题|主旨|件名|題名"
    "|제목|chủ đề"
    "|cc|kopie|kopia|copie|copia|copie à|copia a|cc:|копия|копія|kópia|másolatot kap|抄送"
    "|副本|참조|ccn|dw"
    "|reply-to|antwort an|répondre à|rispondi a|risposta|responder a|rispondi-a|svar til|kopi"
    "|emnet"
    "|importance|priorität|organization|newsgroups"
)
LABEL = re.compile(
    rf"^[\s>*_]*(?:(?P<sender>{_FROM})|(?P<date>{_DATE})|(?P<other>{_OTHERS}))[\s*_]*[:：][*_]*"
    r"(?:[\s*_\xa0]|$|(?=[^/\s]))",
    re.IGNORECASE,
)

_DELIMITED = (
    r"original message|original e?-?mail|original appointment|reply message|forwarded message"
    r"|forwarded by|ursprüngliche nachricht|originalnachricht|original-?nachricht|weitergeleitete"
    r"|message d['’]origine|message original|courriel original|message initial|message transféré"
    r"|mensaje original|mensaje reenviado|mensagem original|mensagem encaminhada"
    r"|messaggio originale"
    r"|messaggio inoltrato|oorspronkelijk bericht|oorspronkelijke bericht|doorgestuurd bericht"
    r"|oprindelig (?:meddelelse|besked)|opprinnelig melding|videresendt|ursprungligt meddelande"
    r"|originalmeddelande|originalmelding|vidarebefordrat|alkuperäinen viesti"
    r"|wiadomość oryginalna"
    r"|oryginalna wiadomość|wiadomość przekazana|původní (?:zpráva|e-mail)|pôvodná správa"
    r"|eredeti üzenet|mesaj original|mesajul original|исходное сообщение|оригинальное сообщение"
    r"|пересылаемое сообщение|пересланное сообщение|вихідне повідомлення|orijinal mesaj"
    r"|özgün ileti"
    r"|αρχικό μήνυμα|izvorna poruka|originalna poruka|izvirno sporočilo|pesan asli|thư gốc"
    r"|原始邮件|原始郵件|邮件原件|转发邮件|元のメッセージ|転送メッセージ|원본 ?메[시세]지"
    r"|원본 메일|הודעה מקורית"
    r"|الرسالة الأصلية|in reply to|begin forwarded|quoted message|original text"
)
DELIMITER = re.compile(
    rf"^[\s>]*(?:[-_=*~—–]{{2,}}[\s>]*\W{{0,3}}(?:{_DELIMITED})[^\n]{{0,60}}"
    rf"|\W{{0,3}}(?:begin forwarded message|anfang der weitergeleiteten|début du message)\W.*"
    rf"|[-_=*~—– ]{{0,60}}(?:{_DELIMITED})\s*[-_=*~—–]{{2,}}\s*)$",
    re.IGNORECASE,
)

# What a helpdesk or a forum puts above the conversation it repeats
ABOVE = re.compile(
    r"""^\W*(?:
      (?:please\ )?(?:type|write|add|enter)?\ ?(?:your\ )?repl(?:y|ies)\ above\ this\ line.*
    | (?:please\ )?(?:reply|respond)\ (?:above|before)\ (?:this|the)\ line.*
    | .{0,30}(?:oberhalb|über)\ dieser\ (?:zeile|linie).*
    | .{0,40}au-dessus\ de\ cette\ ligne.* | .{0,40}(?:encima|arriba)\ de\ esta\ línea.*
    | .{0,40}sopra\ (?:a\ )?questa\ (?:riga|linea).* | .{0,40}acima\ desta\ linha.*
    | .{0,40}boven\ deze\ (?:lijn|regel).*
    | previous\ repl(?:y|ies) | vorherige\ antworten | réponses\ précédentes
    | respuestas\ (?:previas|anteriores)
    | risposte\ precedenti | respostas\ anteriores | eerdere\ (?:reacties|antwoorden)
    | предыдущие\ ответы
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)

MOBILE = re.compile(
    r"""^\W*(?:
      (?:sent|posted)\ (?:from|via|with|using)\ (?:my\ |the\ |a\ )?
      \w[\w.®™+'’-]*(?:\ \w[\w.®™+'’-]*){0,6}
      (?:,\ an\ [\w&]{2,12}(?:\ \w{2,5})?\ (?:smart)?phone
        |[,.;]?\ (?:so\ )?(?:please\ )?(?:excuse|pardon|forgive)\ [\w,\ ]{3,60})?
    | get\ [\w\ ]{2,30}\ for\ (?:ios|iphone|ipad|android|mac|windows|mobile|desktop).*
    | yahoo\ mail:\ search,\ organi[sz]e,\ conquer
    | (?:von|mit)\ (?:meine[mr]\ )?[\w\ .-]{2,30}\ (?:gesendet|verschickt) | gesendet\ (?:von
    |mit)\ .{2,50}
    | diese\ nachricht\ wurde\ von\ mein.* | envoyé\ (?:de|depuis|à\ partir)\ .{2,60}
    | télécharge[rz]\ outlook\ .{2,30}
    | enviado\ (?:desde|do|de|a\ partir|via)\ .{2,50} | obtener\ outlook\ .{2,30}
    | inviato\ (?:da|dal)\ .{2,50}
    | verzonden\ (?:vanaf|met|van|via)\ .{2,50} | verstuurd\ (?:vanaf|met|van)\ .{2,50}
    | (?:sendt|skickat|sänt)\ (?:fra|från|med|via)\ .{2,50} | lähetetty\ .{2,50}
    | wysłan[eoy]\ z\ .{2,50}
    | odesl[áa]no\ z\ .{2,50} | отправлено\ (?:с|из)\ .{2,50} | надіслано\ з\ .{2,50}
    | odoslané\ zo?\ .{2,50} | poslano\ (?:iz|s|sa|z)\ .{2,50} | (?:el)?küldve\ .{2,50}
    | .{2,30}\ küldve | στάλθηκε\ από\ .{2,50} | изпратено\ от\ .{2,50} | saadetud\ .{2,50}
    | .{2,30}d[ae]n\ gönderildi | enviat\ des\ de.{2,50} | trimis\ de\ pe\ .{2,50}
    | נשלח\ מ.{2,50} | تم\ الإرسال\ من\ .{2,50} | .{2,50}\ से\ भेजा\ गया
    | gửi\ từ\ .{2,50} | dikirim\ dari\ .{2,50} | ส่งจาก.{2,50}
    | .{0,20}(?:iPhone|iPad|Android|スマートフォン)\ ?から送信 | 从我的.{2,30}发送 | 發自.{2,30}
    | 发自.{2,30} | [내나](?:의)?\ .{2,20}에서\ 보냄
    )(?:\s*[<(\[]?https?://[^\s>]+[>)\]]?)?\W*$""",
    re.IGNORECASE | re.VERBOSE,
)

CLOSING = re.compile(
    r"""^\W*(?:(?:with\ )?(?:kind|best|warm|many)?(?:est)?\ ?regards | kind(?:ly|est)
    | cheers | sincerely
    | yours\ (?:sincerely|truly|faithfully) | best\ wishes | all\ the\ best | rgds
    | (?:mit\ )?(?:freundliche[nr]?|beste[nr]?|viele[n]?|liebe[n]?|herzliche[nr]?
    |schöne)\ grü(?:ß|ss)en?
    | mfg | cordialement | bien\ à\ vous | saludos(?:\ cordiales)? | un\ saludo | atentamente
    | cordiali\ saluti | distinti\ saluti | atenciosamente | met\ vriendelijke\ groet(?:en)?
    | med\ vänlig(?:a)?\ hälsning(?:ar)? | mvh | z\ powa[żz]aniem | pozdrawiam | с\ уважением
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
