"""The sentence that clients put above a quote: "On … X <x@y> wrote:", by language and client.

``{when}`` is a date with a time, ``{day}`` a bare date and ``{time}`` a time; ``{name}`` and
``{address}`` are the writer's. The verb stands in square brackets. ``when`` is an example of how the
language writes a date. None: no such client in this language. Rows that are not ``seen`` are known
from memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attributions:
    """How the clients introduce a quote in one language; variants are divided by ``|``."""

    when: str
    day: str
    gmail: str
    apple: str | None
    thunderbird: str | None
    yahoo: str | None = None
    other: str | None = None
    verbs: str = ""
    """Further verbs, by which the sentence is known as well."""
    seen: bool = False


CITATIONS = {
    "en": "quoting", "de": "zitat von", "es": "citando a|citando", "pt": "citando",
    "it": "citazione da|citando", "nl": "citeren", "sv": "citerar", "da": "citat fra",
    "nb": "sitat av", "pl": "cytowanie", "cs": "citace -|citace", "sk": "citácia -|citácia",
    "ru": "цитирую|цитата от", "uk": "цитую", "hu": "idézet", "fi": "lainaus", "tr": "alıntı",
    "ca": "citant", "ro": "citez din|citat din", "el": "παραθέτοντας από|παραθέτοντας",
}  # fmt: skip
"""What Horde and SAPO write before the name, without a date: "Quoting Ann <ann@example.org>:"."""

TO_ME = {
    "en": "me|us|to me|to us", "de": "mir|uns", "fr": "m'|me|nous", "es": "me|nos",
    "ca": "em|m'|ens", "gl": "me|nos", "pt": "me|nos", "it": "mi|ci", "nl": "mij|me|ons|aan mij|aan ons",
    "sv": "mig|oss|till mig|till oss", "nb": "meg|oss|til meg|til oss", "da": "mig|os|til mig|til os",
    "is": "mér|okkur", "fi": "minulle|meille", "et": "mulle|meile", "lv": "man|mums", "lt": "man|mums",
    "pl": "mi|mnie|nam|do mnie|do nas", "cs": "mi|mně|nám", "sk": "mi|mne|nám", "sl": "mi|nam",
    "hr": "mi|nam", "sr-Latn": "mi|nam", "sr-Cyrl": "ми|нам", "hu": "nekem|nekünk", "ro": "mi-|ne-|mi|ne",
    "bg": "ми|ни", "uk": "мені|нам", "ru": "мне|нам", "el": "μου|μας", "tr": "bana|bize", "sq": "më|na",
}  # fmt: skip
"""What stands beside the verb where a person tells of a letter: "Am 12.10. schrieb mir Ann:"."""

ATTRIBUTIONS: dict[str, Attributions] = {
    "en": Attributions(
        "Mon, Oct 12, 2026 at 10:46 AM", "12/10/2026",
        "On {when} {name} <{address}> [wrote]:|On {when}, {name} <{address}> [wrote]:",
        "On 12 Oct 2026, at 10:46, {name} <{address}> [wrote]:|On Oct 12, 2026, at 10:46 AM, {name} "
        "<{address}> [wrote]:|On 12 Oct 2026, at 10:46, {name} [wrote]:",
        "On {day} 10:46, {name} [wrote]:|On {day} 10:46 AM, {name} [wrote]:",
        "On Monday, October 12, 2026 at 10:46:00 AM GMT+2, {name} <{address}> [wrote]:",
        "---- On Mon, 12 Oct 2026 10:46:00 +0200 {name} <{address}> [wrote] ----"
        "|---- On Mon, 12 Oct 2026 10:46:00 +0200 {address} [wrote] ----"
        "|At 2026-10-12 10:46:00, \"{name}\" <{address}> [wrote]:"
        "|On Monday, October 12th, 2026 at 10:46, {name} <{address}> [wrote]:"
        "|{name} <{address}> [wrote]:|12.10.2026, 10:46, \"{name}\" <{address}>:",
        verbs="writes|written by", seen=True,
    ),
    "de": Attributions(
        "Mo., 12. Okt. 2026 um 10:46 Uhr", "12.10.2026",
        "Am {when} [schrieb] {name} <{address}>:|{name} <{address}> [schrieb] am {when}:",
        "Am {day} um 10:46 [schrieb] {name} <{address}>:|Am 12. Oktober 2026 um 10:46:00 [schrieb] "
        "{name} <{address}>:|Am {day} um 10:46 [schrieb] {name}",
        "Am {day} um 10:46 [schrieb] {name}:|Am 12.10.26 um 10:46 [schrieb] {name}:",
        "Am Montag, 12. Oktober 2026 um 10:46:00 MESZ hat {name} <{address}> Folgendes [geschrieben]:",
        "Am Mo., 12. Okt. 2026 10:46:00 +0200 [schrieb] {name} <{address}>:",
        verbs="geschrieben", seen=True,
    ),
    "fr": Attributions(
        "lun. 12 oct. 2026 à 10:46", "12/10/2026",
        "Le {when}, {name} <{address}> [a écrit] :", "Le 12 oct. 2026 à 10:46, {name} <{address}> "
        "[a écrit] :|Le 12 oct. 2026 à 10:46, {name} [a écrit] :",
        "Le {day} à 10:46, {name} [a écrit] :",
        "Le lundi 12 octobre 2026 à 10:46:00 UTC+2, {name} <{address}> [a écrit] :",
        verbs="ecrit|écrit|a ecrit", seen=True,
    ),
    "es": Attributions(
        "lun, 12 oct 2026 a las 10:46", "12/10/2026",
        "El {when}, {name} (<{address}>) [escribió]:|El {when}, {name} <{address}> [escribió]:",
        "El 12 oct 2026, a las 10:46, {name} <{address}> [escribió]:",
        "El {day} a las 10:46, {name} [escribió]:",
        "El lunes, 12 de octubre de 2026, 10:46:00 CEST, {name} <{address}> [escribió]:",
        verbs="escribio", seen=True,
    ),
    "ca": Attributions("dl., 12 d’oct. 2026 a les 10:46", "12/10/2026",
                       "El {when}, {name} <{address}> [va escriure]:|Missatge de {name} <{address}> del dia {when}:",
                       "El 12 oct 2026, a les 10:46, {name} <{address}> [va escriure]:",
                       "El {day} a les 10:46, {name} [ha escrit]:"),
    "gl": Attributions("O luns, 12 out. 2026 ás 10:46", "12/10/2026",
                       "{when}, {name} (<{address}>) [escribiu]:", None, "O {day} ás 10:46, {name} [escribiu]:"),
    "pt": Attributions(
        "seg., 12 de out. de 2026 às 10:46", "12/10/2026",
        "Em {when}, {name} <{address}> [escreveu]:|{name} <{address}> [escreveu] no dia {when}:"
        "|{name} <{address}> [escreveu] (segunda, 12/10/2026 à(s) 10:46):",
        "Em 12 de out. de 2026, à(s) 10:46, {name} <{address}> [escreveu]:"
        "|No dia 12/10/2026, às 10:46, {name} <{address}> [escreveu]:",
        "Em {day} 10:46, {name} [escreveu]:|Às 10:46 de {day}, {name} [escreveu]:",
        "Em segunda-feira, 12 de outubro de 2026 10:46:00 BRT, {name} <{address}> [escreveu]:",
        seen=True,
    ),
    "it": Attributions(
        "lun 12 ott 2026 alle ore 10:46", "12/10/2026",
        "Il giorno {when} {name} <{address}> [ha scritto]:",
        "Il giorno 12 ott 2026, alle ore 10:46, {name} <{address}> [ha scritto]:",
        "Il {day} 10:46, {name} [ha scritto]:|Il {day} alle 10:46, {name} [ha scritto]:",
        "Il lunedì 12 ottobre 2026 alle ore 10:46:00 CEST, {name} <{address}> [ha scritto]:",
        verbs="scrisse|scrive", seen=True,
    ),
    "nl": Attributions(
        "ma 12 okt 2026 om 10:46", "12-10-2026",
        "Op {when} [schreef] {name} <{address}>:|Op {when} heeft {name} <{address}> het volgende [geschreven]:",
        "Op 12 okt. 2026 om 10:46 heeft {name} <{address}> het volgende [geschreven]:"
        "|Op 12 okt 2026, om 10:46 heeft {name} <{address}> het volgende [geschreven]:",
        "Op {day} om 10:46 [schreef] {name}:",
        "Op maandag 12 oktober 2026 10:46:00 CEST [schreef] {name} <{address}>:", seen=True,
    ),
    "sv": Attributions("mån 12 okt. 2026 kl. 10:46", "2026-10-12",
                       "Den {when} [skrev] {name} <{address}>:|Den {when} {name} <{address}> [skrev]:",
                       "12 okt. 2026 kl. 10:46 [skrev] {name} <{address}>:",
                       "Den {day} kl. 10:46, [skrev] {name}:|Den {day} kl. 10:46 [skrev] {name}:",
                       "Den måndag 12 oktober 2026 10:46:00 CEST [skrev] {name} <{address}>:", seen=True),
    "nb": Attributions("man. 12. okt. 2026 kl. 10:46", "12.10.2026",
                       "{when} [skrev] {name} <{address}>:", "12. okt. 2026 kl. 10:46 [skrev] {name} <{address}>:",
                       "Den {day} 10:46, [skrev] {name}:"),
    "da": Attributions("man. 12. okt. 2026 kl. 10.46", "12.10.2026",
                       "Den {when} [skrev] {name} <{address}>:", "Den 12. okt. 2026 kl. 10.46 [skrev] {name} <{address}>:",
                       "Den {day} kl. 10.46 [skrev] {name}:", seen=True),
    "is": Attributions("mán., 12. okt. 2026 kl. 10:46", "12.10.2026",
                       "{when} [skrifaði] {name} <{address}>:", None, "Þann {day} kl. 10:46, [skrifaði] {name}:",
                       verbs="ritaði"),
    "fi": Attributions("ma 12. lokak. 2026 klo 10.46", "12.10.2026",
                       "{when} {name} <{address}> [kirjoitti]:", "{name} <{address}> [kirjoitti] 12.10.2026 kello 10.46:",
                       "{name} [kirjoitti] {day} klo 10.46:", verbs="kirjoittaa", seen=True),
    "et": Attributions("E, 12. oktoober 2026 kell 10:46", "12.10.2026",
                       "Kontakt {name} (<{address}>) [kirjutas] kuupäeval {when}:|{name} <{address}> [kirjutas] {when}:",
                       None, "{day} 10:46 [kirjutas] {name}:"),
    "lv": Attributions("pirmd., 2026. g. 12. okt., plkst. 10:46", "12.10.2026",
                       "{when} — lietotājs {name} (<{address}>) [rakstīja]:", None, "{day} 10:46, {name} [rakstīja]:"),
    "lt": Attributions("2026-10-12, pr, 10:46", "2026-10-12",
                       "{when} {name} <{address}> [rašė]:", None, "{day} 10:46, {name} [rašė]:", verbs="parašė"),
    "pl": Attributions("pon., 12 paź 2026 o 10:46", "12.10.2026",
                       "{when} {name} <{address}> [napisał(a)]:",
                       "Wiadomość napisana przez {name} <{address}> w dniu 12 paź 2026, o godz. 10:46:"
                       "|{name} <{address}> w dniu 12 paź 2026, o godz. 10:46 [napisał(a)]:",
                       "W dniu {day} o 10:46, {name} [pisze]:|W dniu {day} 10:46, {name} [napisał]:",
                       "W dniu poniedziałek, 12 października 2026 10:46:00 CEST {name} <{address}> [napisał(a)]:",
                       "Dnia 12 października 2026 10:46 {name} <{address}> [napisał(a)]:",
                       verbs="napisał|napisała|napisał/a", seen=True),
    "cs": Attributions("po 12. 10. 2026 v 10:46", "12.10.2026",
                       "{when} odesílatel {name} <{address}> [napsal]:", "12. 10. 2026 v 10:46, {name} <{address}>:",
                       "Dne {day} v 10:46 {name} [napsal(a)]:",
                       verbs="napsala|píše", seen=True),
    "sk": Attributions("po 12. 10. 2026 o 10:46", "12.10.2026",
                       "{when} {name} <{address}> [napísal(a)]:", "Dňa 12. 10. 2026 o 10:46, {name} <{address}> [napísal]:",
                       "Dňa {day} o 10:46 {name} [napísal(a)]:", verbs="napísala|píše"),
    "sl": Attributions("V pon., 12. okt. 2026 ob 10:46", "12.10.2026",
                       "{when} je oseba {name} <{address}> [napisala]:", None,
                       "Dne {day} ob 10:46 je {name} [napisal(a)]:", verbs="napisal|piše|je napisal"),
    "hr": Attributions("pon, 12. lis 2026. u 10:46", "12.10.2026.",
                       "{when} {name} <{address}> [napisao je]:", "Dana 12. lis 2026., u 10:46, {name} <{address}> [napisao] je:",
                       "Dana {day} u 10:46, {name} [piše]:", verbs="napisala je|je napisao/la|napisao/la je|napisao"),
    "sr-Latn": Attributions("pon, 12. okt 2026. u 10:46", "12.10.2026.",
                            "{when} {name} <{address}> [je napisao/la]:", None, "Dana {day} u 10:46, {name} [piše]:",
                            verbs="napisao|napisala|je napisao(la)"),
    "sr-Cyrl": Attributions("пон, 12. окт 2026. у 10:46", "12.10.2026.",
                            "{when} {name} <{address}> [је написао/ла]:", None, "Дана {day} у 10:46, {name} [пише]:",
                            verbs="написао|написала|је написао(ла)"),
    "hu": Attributions("2026. okt. 12., H, 10:46", "2026.10.12.",
                       "{name} <{address}> ezt [írta] (időpont: {when}):",
                       "2026. okt. 12. dátummal, 10:46 időpontban {name} <{address}> [írta]:",
                       "{day} 10:46 keltezéssel, {name} [írta]:", verbs="írt", seen=True),
    "ro": Attributions("lun., 12 oct. 2026 la 10:46", "12.10.2026",
                       "În {when}, {name} <{address}> [a scris]:|Pe {when}, {name} <{address}> [a scris]:",
                       "Pe 12 oct. 2026, la 10:46, {name} <{address}> [a scris]:",
                       "Pe {day} 10:46, {name} [a scris]:|La {day} 10:46, {name} [a scris]:"),
    "bg": Attributions("на пн, 12.10.2026 г. в 10:46 ч.", "12.10.2026 г.",
                       "{when} {name} <{address}> [написа]:|На {when} {name} <{address}> [написа]:", None,
                       "На {day} в 10:46, {name} [написа]:"),
    "uk": Attributions("пн, 12 жовт. 2026 р. о 10:46", "12.10.2026",
                       "{when} {name} <{address}> [пише]:", "12 жовт. 2026 р. о 10:46 {name} <{address}> [написав(ла)]:",
                       "{day} 10:46, {name} [пише]:", verbs="написав|написала|писав"),
    "ru": Attributions("пн, 12 окт. 2026 г. в 10:46", "12.10.2026",
                       "{when}, {name} <{address}>:|понедельник, 12 октября 2026 г. пользователь {name} [написал]:",
                       "12 окт. 2026 г., в 10:46, {name} <{address}> [написал(а)]:",
                       "{day} 10:46, {name} [пишет]:", None,
                       "12.10.2026, 10:46, \"{name}\" <{address}>:"
                       "|Понедельник, 12 октября 2026, 10:46 +03:00 от {name} <{address}>:",
                       verbs="написала|написали|писал|писала|писал(а)", seen=True),
    "el": Attributions("Στις Δευ 12 Οκτ 2026 στις 10:46 π.μ.", "12/10/2026",
                       "{when}, ο χρήστης {name} <{address}> [έγραψε]:",
                       "Στις 12 Οκτ 2026, στις 10:46, ο/η {name} <{address}> [έγραψε]:",
                       "Στις {day} 10:46, ο/η {name} [έγραψε]:", seen=True),
    "tr": Attributions("12 Eki 2026 Pzt, 10:46", "12.10.2026",
                       "{name} <{address}>, {when} tarihinde şunu [yazdı]:",
                       "{name} <{address}> şunları [yazdı] (12 Eki 2026 10:46):|12 Eki 2026 tarihinde 10:46 saatinde, {name} <{address}> şunları [yazdı]:",
                       "{day} 10:46 tarihinde {name} [yazdı]:",
                       "12 Ekim 2026 Pazartesi 10:46:00 GMT+3 tarihinde {name} <{address}> şunu [yazdı]:",
                       verbs="yazmış", seen=True),
    "sq": Attributions("hën, 12 tet 2026 në 10:46", "12.10.2026",
                       "Më {when}, {name} <{address}> [shkroi]:", None, "Më {day} 10:46, {name} [shkroi]:"),
    "he": Attributions("יום ב׳, 12 באוק׳ 2026 ב-10:46", "12/10/2026",
                       "\u200fבתאריך {when} מאת \u2068{name}\u2069 <\u200f{address}\u200f>:|{name} <{address}> [כתב] ב{when}:",
                       "\u200fב-12 באוק׳ 2026, בשעה 10:46, \u200f{name} <{address}> [כתב]/ה:",
                       "בתאריך {day} בשעה 10:46, {name} [כתב]:", verbs="כתבה|כתב/ה"),
    "ar": Attributions("الاثنين، 12 أكتوبر 2026 في 10:46 ص", "12/10/2026",
                       "\u200fفي {when} [كتب] \u2068{name}\u2069 <\u200f{address}\u200f>:|في {when}، [كتب] {name} <{address}>:",
                       "\u200fفي ١٢ أكتوبر ٢٠٢٦، الساعة ١٠:٤٦، [كتب] {name} <{address}>:"
                       "|في 12 أكتوبر 2026، الساعة 10:46، [كتب] {name} <{address}>:",
                       "في {day} 10:46، [كتب] {name}:", verbs="كتبت|كتب/ت"),
    "fa": Attributions("دوشنبه ۱۲ اکتبر ۲۰۲۶ ساعت ۱۰:۴۶", "2026/10/12",
                       "در {when} {name} <{address}> [نوشت]:", "\u200fدر ۱۲ اکتبر ۲۰۲۶، ساعت ۱۰:۴۶، {name} <{address}> [نوشت]:",
                       "در {day} 10:46، {name} [نوشت]:", verbs="نوشته است"),
    "hi": Attributions("सोम, 12 अक्तू॰ 2026 को 10:46 am बजे", "12/10/2026",
                       "{when} को {name} <{address}> ने [लिखा]:", "12 अक्तू॰ 2026 को 10:46 पर, {name} <{address}> ने [लिखा]:",
                       "{day} 10:46, {name} ने [लिखा]:"),
    "th": Attributions("จ. 12 ต.ค. 2026 เวลา 10:46", "12/10/2026",
                       "ในวันที่ {when} {name} <{address}> [เขียนว่า]:|เมื่อ {when} {name} <{address}> [เขียนว่า]:",
                       "ในวันที่ 12 ต.ค. 2569 เวลา 10:46 {name} <{address}> [เขียนว่า]:", "เมื่อ {day} 10:46 {name} [เขียนว่า]:",
                       verbs="เขียน"),
    "vi": Attributions("Th 2, 12 thg 10, 2026 vào lúc 10:46", "12/10/2026",
                       "Vào {when} {name} <{address}> đã [viết]:",
                       "Vào 12 thg 10, 2026, lúc 10:46, {name} <{address}> đã [viết]:",
                       "Vào lúc 10:46 ngày {day}, {name} [viết]:", seen=True),
    "id": Attributions("Sen, 12 Okt 2026 pukul 10.46", "12/10/2026",
                       "Pada tanggal {when} {name} <{address}> [menulis]:",
                       "Pada 12 Okt 2026, pukul 10.46, {name} <{address}> [menulis]:",
                       "Pada {day} 10:46, {name} [menulis]:"),
    "ms": Attributions("Isn, 12 Okt 2026 pada 10:46 PG", "12/10/2026",
                       "Pada {when}, {name} <{address}> [menulis]:", "Pada 12 Okt 2026, jam 10:46, {name} <{address}> [menulis]:",
                       "Pada {day} 10:46, {name} [menulis]:", verbs="telah menulis"),
    "tl": Attributions("Lun, Okt 12, 2026 nang 10:46 AM", "12/10/2026",
                       "Noong {when}, si {name} <{address}> ay [sumulat]:|Noong {when}, [sumulat] si {name} <{address}>:",
                       None, None, verbs="nagsulat|isinulat"),
    "zh-CN": Attributions("2026年10月12日周一 10:46", "2026/10/12",
                          "{name} <{address}> 于{when}[写道]：|{name} <{address}> 于{when} [写道]:",
                          "在 2026年10月12日，10:46，{name} <{address}> [写道]：|在 2026年10月12日，上午10:46，{name} <{address}> [写道]：",
                          "在 {day} 10:46, {name} [写道]:",
                          None, "在 2026-10-12 10:46:00，\"{name}\" <{address}> [写道]：|{name} 于2026年10月12日 周一 10:46[写道]：",
                          verbs="撰写|来信", seen=True),
    "zh-TW": Attributions("2026年10月12日 週一 上午10:46", "2026/10/12",
                          "{name} <{address}> 於 {when} [寫道]：|{name} <{address}> 於 {when}[寫道]:",
                          "{name} <{address}> 於 2026年10月12日 上午10:46 [寫道]：",
                          "於 {day} 10:46, {name} [寫道]:|{name} 於 {day} 10:46 [寫道]:",
                          None, "{name} <{address}> 在 2026年10月12日 週一 上午10:46 [寫道]：", verbs="撰寫|來信"),
    "ja": Attributions("2026年10月12日(月) 10:46", "2026/10/12",
                       "{when} {name} <{address}>:|{when}、{name} <{address}>[のメール]:",
                       "2026/10/12 10:46、{name} <{address}>[のメール]:|2026/10/12 午前10:46、{name}[のメール]:",
                       "{day} 10:46、{name} [さんは]書きました:|{day} 10:46, {name} [wrote]:",
                       "2026年10月12日月曜日 10:46:00 JST、{name} <{address}>が[書きました]:",
                       verbs="は書きました|さんが書きました|書き込み", seen=True),
    "ko": Attributions("2026년 10월 12일 (월) 오전 10:46", "2026-10-12",
                       "{when}, {name} <{address}>님이 [작성]:", "2026. 10. 12. 오전 10:46, {name} <{address}> [작성]:",
                       "{day} 오전 10:46에 {name} 이(가) [쓴 글]:|{day} 10:46, {name} 님이 [작성]:",
                       verbs="님이 작성|작성했습니다|씀|쓴 글", seen=True),
}  # fmt: skip

WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thurs|fri|sat|sun"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|mo|di|mi|do|fr|sa|so"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo|mié|mie|jue|vie|sáb|sab|dom"
    "|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|gio"
    "|segunda|terça|quarta|quinta|sexta|segunda-feira|terça-feira|quarta-feira|quinta-feira"
    "|sexta-feira|seg|ter|qua|qui|sex|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag"
    "|måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag|mån|tis|ons|tor|tors|fre|lör|sön|man|tir|lør"
    "|søn|mandag|tirsdag|lørdag|søndag|maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai"
    "|sunnuntai|poniedziałek|wtorek|środa|czwartek|piątek|sobota|niedziela|pon|śr|czw|pt|niedz"
    "|pondělí|úterý|středa|čtvrtek|pátek|neděle|pondelok|utorok|streda|štvrtok|piatok|nedeľa"
    "|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|пн|вт|ср|чт|пт|сб|вс|нд"
    "|понеділок|вівторок|середа|четвер|п'ятниця|субота|неділя|понеделник|сряда|четвъртък|петък"
    "|събота|pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar|hétfő|kedd|szerda|csütörtök"
    "|péntek|szombat|vasárnap|senin|selasa|rabu|kamis|jumat|sabtu|minggu"
)
"""Days of the week with which a sentence of a client may begin."""
