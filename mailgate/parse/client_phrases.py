"""The line that phones and mail programs put under a mail: "Sent from my iPhone", by language.

``{device}`` stands for what the owner's device is called, ``{known}`` for a device or a program that
the reader knows by name, ``{os}`` for iOS, Android and their like. Variants are divided by ``|``.
A line is compared without its links, brackets, blanks, direction marks and trailing dots, so none of
these stand here. None: no such client in this language. Rows that are not ``seen`` are known from
memory: no mail that the reader was tried on shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClientLines:
    """One language's lines. ``outlook`` is Outlook's on phones, ``windows`` is Windows Mail's.

    ``sent`` is what Samsung, Huawei, Xiaomi, BlackBerry, Yahoo, Proton, GMX and other programs
    write, with their own name in it.
    """

    apple: str
    outlook: str | None
    windows: str | None
    sent: str
    seen: bool = False


CLIENT_LINES: dict[str, ClientLines] = {
    "en": ClientLines(
        "Sent from my {device}",
        "Get Outlook for {os}|Get {device} for {os}|Sent from Outlook for {os}|Download Outlook for {os}",
        "Sent from Mail for Windows|Sent from Mail for Windows 10|Sent from Outlook"
        "|Sent from Windows Mail",
        "Sent from {known}|Sent via {known}|Sent via the {known}|Sent with {known}|Sent using {known}"
        "|Sent from the {known}|Posted from {known}|Sent on my {device}|Sent via my {device}"
        "|Sent from a {known}|Sent with my {device}|Get the {known} app|Sent from {known} email for mobile"
        "|Sent with {known} secure email|Sent from {known} mail for {os}"
        "|Yahoo Mail: Search, Organize, Conquer|Yahoo Mail: Search, Organise, Conquer"
        "|Sent from my {device}, please excuse {device}|Sent from my {device}. Please excuse {device}"
        "|Sent from my {device}; please excuse {device}|Sent from my {device}. Excuse {device}"
        "|Sent from my {device} - please excuse {device}|Sent from my {device}, so please excuse {device}"
        "|Sent from my {device}, excuse {device}|Sent from my {device} please forgive {device}"
        "|Sent from my {device}. Pardon {device}|Sent from my {device}, an {device} smartphone"
        "|Sent via the {known}, an {device} smartphone|Sent via the {known}, an {device} phone"
        "|Sent from {known}, an {device} smartphone|Sent from my {known}, {known} smartphone"
        "|Sent with {known}; enjoy secure & ad-free emails:|Sent using",
        seen=True,
    ),
    "de": ClientLines(
        "Von meinem {device} gesendet|Gesendet von meinem {device}",
        "Outlook für {os} beziehen|Holen Sie sich Outlook für {os}|Outlook für {os} herunterladen"
        "|Laden Sie Outlook für {os} herunter|Hol dir Outlook für {os}|Outlook für {os}"
        "|Outlook für {os} abrufen|Gesendet von Outlook für {os}|Holen Sie sich {known} für {os}",
        "Gesendet von Mail für Windows|Gesendet von Mail für Windows 10|Gesendet von Outlook"
        "|Gesendet mit Outlook|Gesendet von Windows Mail",
        "Von meinem {device} gesendet|Von meiner {device} gesendet|Gesendet von {known}|Von {known} gesendet"
        "|Gesendet mit {known}|Gesendet mit der {known}|Mit {known} gesendet|Mit der {known} gesendet"
        "|Diese Nachricht wurde von meinem {device} gesendet|Diese Nachricht wurde von meinem {device} mit {known} gesendet"
        "|Diese E-Mail wurde von meinem {device} gesendet|Diese Nachricht wurde mit {known} gesendet"
        "|Von der {known} gesendet|Gesendet von der {known}|Gesendet über {known}|Gesendet von meiner {device}"
        "|Von unterwegs gesendet|Gesendet von unterwegs|Mit meinem {device} gesendet|Von meinem {device} verschickt"
        "|Gesendet von {known} auf {os}|Gesendet von {known} auf meinem {device}"
        "|Meinem {device} gesendet|Von {known} auf {os} gesendet|Diese Nachricht wurde von {known} gesendet",
        seen=True,
    ),
    "fr": ClientLines(
        "Envoyé de mon {device}|Envoyé depuis mon {device}|Envoyé à partir de mon {device}"
        "|Envoyé de mon {device}. Veuillez excuser ma {device}",
        "Obtenez Outlook pour {os}|Obtenir Outlook pour {os}|Télécharger Outlook pour {os}"
        "|Téléchargez Outlook pour {os}|Envoyé à partir de Outlook pour {os}"
        "|Envoyé à partir d'Outlook pour {os}|Obtenir {known} pour {os}|Télécharger {known} pour {os}",
        "Envoyé à partir de Courrier pour Windows|Envoyé à partir de Courrier pour Windows 10"
        "|Envoyé depuis Courrier pour Windows|Envoyé à partir de Outlook|Provenance : Courrier pour Windows"
        "|Provenance : Courrier pour Windows 10",
        "Envoyé depuis {known}|Envoyé de {known}|Envoyé avec {known}|Envoyé avec la messagerie sécurisée {known}"
        "|Envoyé à partir de {known}|Envoyé depuis l'application {known}|Envoyé via {known}"
        "|Envoyé à partir d'un {known}|Envoyé à partir de l'application {known}|Envoyé d'un {known}"
        "|Envoyé depuis un {known}|Envoyé depuis ma {device}|Envoyé depuis l’application {known}"
        "|Envoyé par {known}|Envoyé à partir d’un {known}",
        seen=True,
    ),
    "es": ClientLines(
        "Enviado desde mi {device}|Enviado de mi {device}",
        "Obtener Outlook para {os}|Obtenga Outlook para {os}|Descargar Outlook para {os}"
        "|Descarga Outlook para {os}|Obtén Outlook para {os}|Enviado desde Outlook para {os}"
        "|Obtener {known} para {os}",
        "Enviado desde Correo para Windows|Enviado desde Correo para Windows 10|Enviado desde Outlook",
        "Enviado desde {known}|Enviado con {known}|Enviado a través de {known}|Enviado vía {known}"
        "|Enviado desde mi {device}|Enviado desde la aplicación {known}|Enviado con el correo seguro de {known}"
        "|Enviado desde un {known}|Enviado desde la app {known}|Enviado mediante {known}|Enviado via {known}"
        "|Enviado con el email cifrado de {known}",
        seen=True,
    ),
    "ca": ClientLines("Enviat des del meu {device}|Enviat des de l'{known}|Enviat des del {known}",
                      "Obtén l'Outlook per a {os}|Baixa l'Outlook per a {os}|Obtenir l'Outlook per a {os}"
                      "|Obteniu l'Outlook per a {os}|Obteniu l'Outlook per a l'{os}|Obtén l'Outlook per a l'{os}",
                      "Enviat des del Correu per al Windows|Enviat des de Correu per a Windows"
                      "|Enviat des del Correu per al Windows 10",
                      "Enviat des de {known}|Enviat amb {known}|Enviat des del meu {device}|Enviat des d'{known}"),
    "gl": ClientLines("Enviado desde o meu {device}", "Obter Outlook para {os}|Obtén Outlook para {os}",
                      "Enviado desde Correo para Windows", "Enviado desde {known}|Enviado con {known}"),
    "pt": ClientLines(
        "Enviado do meu {device}|Enviado a partir do meu {device}",
        "Obter o Outlook para {os}|Obter Outlook para {os}|Obtenha o Outlook para {os}|Baixar o Outlook para {os}"
        "|Baixe o Outlook para {os}|Transferir o Outlook para {os}|Obtenha Outlook para {os}"
        "|Obter o {known} para {os}|Enviado do Outlook para {os}|Adquira o Outlook para {os}",
        "Enviado do Email para Windows|Enviado do Correio para Windows|Enviado do Email para Windows 10"
        "|Enviado do Correio para Windows 10|Enviado a partir do Correio para Windows 10"
        "|Enviado a partir do Correio para Windows|Enviado do Outlook",
        "Enviado de {known}|Enviado do {known}|Enviado com {known}|Enviado via {known}|Enviado pelo {known}"
        "|Enviado a partir do {known}|Enviado por {known}|Enviado com o {known}|Enviado da minha {device}"
        "|Enviado com o e-mail seguro da {known}|Enviado através do {known}|Enviado desde o meu {device}"
        "|Enviado a partir de {known}|Enviado pelo meu {device}|Enviado da {known}",
        seen=True,
    ),
    "it": ClientLines(
        "Inviato da {known}|Inviato dal mio {device}",
        "Ottieni Outlook per {os}|Scarica Outlook per {os}|Ottenere Outlook per {os}|Ottieni {known} per {os}"
        "|Inviato da Outlook per {os}|Scarica {known} per {os}",
        "Inviato da Posta per Windows|Inviato da Posta per Windows 10|Inviato da Outlook",
        "Inviato da {known}|Inviato dal mio {device}|Inviato con {known}|Inviato dalla mia {device}"
        "|Inviato tramite {known}|Inviato da {known} mobile|Inviato con l'email sicura di {known}"
        "|Inviato dall'app {known}|Inviato da {known} per {os}|Inviato dal telefono|Inviato da smartphone {known}"
        "|Inviato dal mio dispositivo {device}|Inviato da {known} su {os}",
        seen=True,
    ),
    "nl": ClientLines(
        "Verstuurd vanaf mijn {device}|Verzonden vanaf mijn {device}|Verzonden met mijn {device}",
        "Outlook voor {os} downloaden|Download Outlook voor {os}|Outlook voor {os} ophalen|Haal Outlook voor {os} op"
        "|Outlook voor {os}|Verzonden vanuit Outlook voor {os}|Outlook voor {os} krijgen|Krijg Outlook voor {os}",
        "Verzonden vanuit Mail voor Windows|Verzonden vanuit Mail voor Windows 10|Verzonden vanuit Outlook",
        "Verzonden vanaf {known}|Verzonden met {known}|Verzonden via {known}|Verstuurd vanaf {known}|Verstuurd met {known}"
        "|Verzonden vanuit {known}|Verstuurd via {known}|Verzonden van mijn {device}|Verzonden met de {known}"
        "|Verzonden vanaf een {known}|Verzonden vanaf mijn {device}|Verstuurd met mijn {device}"
        "|Verzonden met beveiligde e-mail van {known}",
        seen=True,
    ),
    "sv": ClientLines(
        "Skickat från min {device}|Skickat från mitt {device}",
        "Hämta Outlook för {os}|Skaffa Outlook för {os}|Ladda ned Outlook för {os}|Ladda ner Outlook för {os}"
        "|Få Outlook för {os}|Skickat från Outlook för {os}|Outlook för {os}",
        "Skickades från E-post för Windows|Skickat från E-post för Windows|Skickat från E-post för Windows 10"
        "|Skickades från E-post för Windows 10|Skickat från Outlook",
        "Skickat från {known}|Skickat med {known}|Skickat via {known}|Skickat från min {device}|Sänt från min {device}"
        "|Sänt från {known}|Skickad från {known}|Skickad från min {device}|Skickat från en {known}"
        "|Skickades från {known}|Skickat med säker e-post från {known}",
        seen=True,
    ),
    "nb": ClientLines("Sendt fra min {device}",
                      "Skaff deg Outlook for {os}|Hent Outlook for {os}|Last ned Outlook for {os}|Få Outlook for {os}"
                      "|Skaff Outlook for {os}",
                      "Sendt fra E-post for Windows|Sendt fra E-post for Windows 10|Sendt fra Outlook",
                      "Sendt fra {known}|Sendt med {known}|Sendt via {known}|Sendt fra mitt {device}|Sendt fra min {device}"),
    "da": ClientLines("Sendt fra min {device}",
                      "Hent Outlook til {os}|Få Outlook til {os}|Download Outlook til {os}|Hent Outlook for {os}",
                      "Sendt fra Mail til Windows|Sendt fra Mail til Windows 10|Sendt fra Outlook",
                      "Sendt fra {known}|Sendt med {known}|Sendt via {known}|Sendt fra mit {device}|Sendt fra min {device}",
                      seen=True),
    "is": ClientLines("Sent úr {device} mínum|Sent úr {known}|Sent frá {known}|Sent úr mínum {device}|Sent af {known}",
                      "Sækja Outlook fyrir {os}|Fá Outlook fyrir {os}|Náðu í Outlook fyrir {os}", None,
                      "Sent með {known}|Sent úr {known}"),
    "fi": ClientLines("Lähetetty {known}|Lähetetty {known}:sta|Lähetetty {known}ista|Lähetetty {known}sta",
                      "Hanki Outlook {os}|Lataa Outlook {os}|Hanki Outlook {os}ille|Lataa Outlook {os}ille"
                      "|Hanki {os} Outlook|Hanki Outlook for {os}|Hanki Outlook {os}-laitteelle|Hanki Outlook {os}:lle",
                      "Lähetetty Windowsin Sähköpostista|Lähetetty Windows 10:n Sähköpostista"
                      "|Lähetetty Windowsin sähköpostista|Lähetetty Outlookista",
                      "Lähetetty {known}|Lähetetty {known} puhelimesta|Lähetetty {known} laitteesta|Lähetetty puhelimesta"
                      "|Lähetetty puhelimestani|Lähetetty {known} -puhelimesta|Lähetetty {known}-puhelimesta", seen=True),
    "et": ClientLines("Saadetud minu {device}|Saadetud {known}|Saadetud {known}ist|Saadetud minu {device}ist",
                      "Hankige Outlook for {os}|Hankige Outlook {os}|Laadige alla Outlook for {os}|Hangi Outlook for {os}"
                      "|Hankige {os}i Outlook|Hankige Outlook {os}ile|Laadi alla Outlook {os}",
                      "Saadetud rakendusest Mail for Windows|Saadetud Windowsi rakendusest Meil"
                      "|Saadetud rakendusest Meil Windowsi jaoks|Saadetud rakendusest Windows Mail",
                      "Saadetud {known}|Saadetud rakendusest {known}|Saadetud {known} abil|Saadetud nutitelefonist {known}"
                      "|Saadetud {known} nutitelefonist|Saadetud telefonist {known}"),
    "lv": ClientLines("Sūtīts no mana {device}|Nosūtīts no mana {device}|Nosūtīts no {known}|Sūtīts no {known}",
                      "Iegūt Outlook darbam ar {os}|Iegūstiet Outlook darbam ar {os}|Iegūt Outlook {os}"
                      "|Lejupielādēt Outlook darbam ar {os}|Iegūstiet Outlook {os}|Izmantojiet Outlook darbam ar {os}",
                      "Nosūtīts no programmas Pasts darbam ar Windows|Nosūtīts no Pasts operētājsistēmai Windows"
                      "|Nosūtīts no Windows programmas Pasts", "Nosūtīts no {known}|Sūtīts no {known}|Nosūtīts ar {known}"),
    "lt": ClientLines("Išsiųsta iš mano {device}|Siųsta iš mano {device}|Išsiųsta iš {known}",
                      "Gauti „Outlook“, skirtą {os}|Gaukite „Outlook“, skirtą „{os}“|Gaukite „Outlook“, skirtą {os}"
                      "|Gauti „Outlook“, skirtą „{os}“|Gauti Outlook skirtą {os}|Atsisiųskite „Outlook“, skirtą {os}",
                      "Išsiųsta iš „Windows“ skirtos programos „Paštas“|Išsiųsta iš Windows pašto",
                      "Išsiųsta iš {known}|Siųsta iš {known}|Išsiųsta naudojant {known}|Išsiųsta su {known}"),
    "pl": ClientLines(
        "Wysłane z {known}|Wysłane z mojego {device}|Wysłano z {known}|Wysłano z mojego {device}|Wysłane z mojej {device}",
        "Pobierz program Outlook dla systemu {os}|Pobierz Outlook dla {os}|Pobierz aplikację Outlook dla systemu {os}"
        "|Uzyskaj program Outlook dla systemu {os}|Pobierz Outlooka dla systemu {os}|Uzyskaj Outlook dla {os}"
        "|Pobierz aplikację Outlook dla {os}|Pobierz program Outlook dla {os}|Outlook dla systemu {os}"
        "|Pobierz Outlooka na {os}|Pobierz Outlook dla systemu {os}",
        "Wysłane z aplikacji Poczta dla systemu Windows|Wysłano z aplikacji Poczta dla systemu Windows 10"
        "|Wysłane z aplikacji Poczta dla systemu Windows 10|Wysłane z Poczty systemu Windows|Wysłane z Outlooka"
        "|Wysłane z programu Outlook|Wysłano z aplikacji Poczta dla systemu Windows",
        "Wysłane z {known}|Wysłane przez {known}|Wysłano z {known}|Wysłane za pomocą {known}|Wysłane z aplikacji {known}"
        "|Wysłane z telefonu {known}|Wysłane ze smartfonu {known}|Wysłane ze smartfona {known}|Wysłane z telefonu"
        "|Wysłane z telefonu komórkowego|Wysłane z urządzenia {known}|Wysłane bezpiecznie przez {known}"
        "|Wysłane z urządzenia mobilnego|Wysłano z telefonu {known}|Wysłano z aplikacji {known}",
        seen=True,
    ),
    "cs": ClientLines("Odesláno z {known}|Odesláno z mého {device}|Odesláno z mojeho {device}|Odesláno z {known}u",
                      "Získejte Outlook pro {os}|Získat Outlook pro {os}|Stáhnout Outlook pro {os}"
                      "|Získejte aplikaci Outlook pro {os}|Stáhněte si Outlook pro {os}|Outlook pro {os}",
                      "Odesláno z aplikace Pošta pro Windows|Odesláno z Pošty pro Windows"
                      "|Odesláno z Pošty pro Windows 10|Odesláno z aplikace Pošta pro Windows 10|Odesláno z Outlooku"
                      "|Odesláno z Pošty ve Windows",
                      "Odesláno z {known}|Odesláno pomocí {known}|Odesláno přes {known}|Odesláno z telefonu {known}"
                      "|Odesláno z aplikace {known}|Odesláno z mobilu|Odesláno ze zařízení {known}|Odesláno z telefonu"
                      "|Odesláno ze zařízení {known} v síti {device}|Odesláno z mobilního telefonu {known}|Odeslano z {known}",
                      seen=True),
    "sk": ClientLines("Odoslané z {known}|Odoslané z môjho {device}|Odoslané z {known}u",
                      "Získajte Outlook pre {os}|Získať Outlook pre {os}|Stiahnite si Outlook pre {os}|Outlook pre {os}"
                      "|Získajte program Outlook pre {os}|Získajte aplikáciu Outlook pre {os}",
                      "Odoslané z aplikácie Pošta pre Windows|Odoslané z Pošty pre Windows"
                      "|Odoslané z Pošty pre Windows 10|Odoslané z aplikácie Pošta pre Windows 10",
                      "Odoslané z {known}|Odoslané pomocou {known}|Odoslané cez {known}|Odoslané zo zariadenia {known}"
                      "|Odoslané z telefónu {known}|Odoslané z aplikácie {known}|Odoslané z mobilu"),
    "sl": ClientLines("Poslano z mojega {device}|Poslano iz mojega {device}|Poslano iz {known}|Poslano z {known}",
                      "Pridobite Outlook za {os}|Prenesite Outlook za {os}|Prenesi Outlook za {os}|Pridobi Outlook za {os}",
                      "Poslano iz programa Pošta za Windows|Poslano iz Pošte za Windows|Poslano iz Pošta za Windows 10"
                      "|Poslano iz Pošta za Windows",
                      "Poslano iz {known}|Poslano z {known}|Poslano s {known}|Poslano prek {known}|Poslano iz telefona {known}"),
    "hr": ClientLines("Poslano s mog {device}|Poslano s {known}|Poslano s mojeg {device}|Poslano sa mog {device}",
                      "Preuzmite Outlook za {os}|Nabavite Outlook za {os}|Dohvatite Outlook za {os}|Preuzmi Outlook za {os}",
                      "Poslano iz Pošte za Windows|Poslano iz aplikacije Pošta za Windows|Poslano iz Pošte za Windows 10"
                      "|Poslano iz aplikacije Pošta za Windows 10",
                      "Poslano s {known}|Poslano sa {known}|Poslano iz {known}|Poslano putem {known}|Poslano iz aplikacije {known}"
                      "|Poslano s uređaja {known}"),
    "sr-Latn": ClientLines("Poslato sa mog {device}|Poslato sa {known}|Poslato sa mojeg {device}|Poslato s mog {device}",
                           "Preuzmite Outlook za {os}|Nabavite Outlook za {os}|Preuzmi Outlook za {os}",
                           "Poslato iz aplikacije Pošta za Windows|Poslato iz Pošte za Windows",
                           "Poslato sa {known}|Poslato iz {known}|Poslato preko {known}|Poslato pomoću {known}"),
    "sr-Cyrl": ClientLines("Послато са мог {device}|Послато са {known}|Послато са мојег {device}",
                           "Преузмите Outlook за {os}|Набавите Outlook за {os}", "Послато из апликације Пошта за Windows",
                           "Послато са {known}|Послато из {known}|Послато преко {known}"),
    "hu": ClientLines("Az {device} küldve|Elküldve az {known}|A {known} küldve|Elküldve: {known}|{known} küldve"
                      "|Elküldve az én {device}|Elküldve {known} készülékemről",
                      "Az Outlook beszerzése {os}|Outlook beszerzése {os}|Az Outlook letöltése {os}|Töltse le az Outlookot {os}"
                      "|Az Outlook for {os} beszerzése|Outlook for {os} beszerzése|{os}-es Outlook beszerzése"
                      "|Szerezze be az {os}-es Outlookot|A {os}-es Outlook beszerzése|Az Outlook {os} verziójának beszerzése"
                      "|Az Outlook beszerzése {os} rendszerhez|Szerezze be az Outlook {os} alkalmazást",
                      "Küldve a Windows Posta alkalmazásából|Elküldve a Windows Posta alkalmazásából"
                      "|Küldve a Windows 10 Posta alkalmazásából|Küldve a Windows Posta alkalmazásból",
                      "Küldve {known}|Elküldve {known}|Elküldve a következőből: {known}|{known} készülékemről küldve"
                      "|Elküldve a {known}|Küldve a {known}|Küldve az {known}|{known} okostelefonról küldve|Telefonról küldve"
                      "|Küldve {known} alkalmazásból|{known} készülékről küldve", seen=True),
    "ro": ClientLines("Trimis de pe {known}-ul meu|Trimis de pe {known}|Trimis de pe {device} meu|Trimis de pe iPhone"
                      "|Trimis de pe telefonul meu {known}",
                      "Obțineți Outlook pentru {os}|Obţineţi Outlook pentru {os}|Descărcați Outlook pentru {os}"
                      "|Obține Outlook pentru {os}|Descarcă Outlook pentru {os}|Preluați Outlook pentru {os}",
                      "Trimis din Mail pentru Windows|Trimis din Poștă pentru Windows|Trimis din E-mail pentru Windows"
                      "|Trimis din Mail pentru Windows 10|Trimis din Corespondență pentru Windows",
                      "Trimis de pe {known}|Trimis din {known}|Trimis cu {known}|Trimis prin {known}|Trimis de la {known}"
                      "|Trimis din aplicația {known}|Trimis de pe telefonul meu"),
    "bg": ClientLines("Изпратено от моя {device}|Изпратено от {known}|Изпратено от моят {device}",
                      "Вземете Outlook за {os}|Получете Outlook за {os}|Изтеглете Outlook за {os}|Вземи Outlook за {os}"
                      "|Получаване на Outlook за {os}|Изтегли Outlook за {os}",
                      "Изпратено от Поща за Windows|Изпратено от Mail за Windows|Изпратено от Поща за Windows 10",
                      "Изпратено от {known}|Изпратено с {known}|Изпратено чрез {known}|Изпратено от моя телефон {known}"),
    "uk": ClientLines("Надіслано з {known}|Надіслано з мого {device}|Відправлено з {known}|Відправлено з мого {device}"
                      "|Надіслано з моєї {device}",
                      "Отримайте Outlook для {os}|Отримати Outlook для {os}|Завантажити Outlook для {os}|Outlook для {os}"
                      "|Завантажте Outlook для {os}|Інсталюйте Outlook для {os}",
                      "Надіслано з Пошти для Windows|Відправлено з Пошти для Windows|Надіслано з Пошти для Windows 10"
                      "|Надіслано з програми Пошта для Windows",
                      "Надіслано з {known}|Відправлено з {known}|Надіслано через {known}|Відправлено через {known}"
                      "|Надіслано за допомогою {known}|Надіслано зі смартфона {known}|Надіслано з телефону {known}"
                      "|Надіслано зі смартфону {known}|Надіслано з пристрою {known}"),
    "ru": ClientLines(
        "Отправлено с {known}|Отправлено с моего {device}|Отправлено с моей {device}|Отправлено с устройства {known}",
        "Получить Outlook для {os}|Скачать Outlook для {os}|Загрузить Outlook для {os}|Скачайте Outlook для {os}"
        "|Получите Outlook для {os}|Outlook для {os}|Отправлено из Outlook для {os}|Установить Outlook для {os}",
        "Отправлено из Почты для Windows|Отправлено из Почты для Windows 10|Отправлено из приложения Почта для Windows"
        "|Отправлено из Outlook|Отправлено из Windows Mail",
        "Отправлено из {known}|Отправлено с {known}|Отправлено через {known}|Отправлено с помощью {known}"
        "|Отправлено из мобильной {known}|Отправлено со смартфона {known}|Отправлено с мобильного устройства"
        "|Отправлено с мобильного телефона|Отправлено из приложения {known}|Отправлено с телефона {known}"
        "|Отправлено со смартфона|Отправлено из мобильного приложения {known}|Отправлено из {known} для {os}"
        "|Отправлено с моего мобильного устройства|Отправлено с устройства {device}",
        seen=True,
    ),
    "el": ClientLines("Στάλθηκε από το {device} μου|Εστάλη από το {known}|Στάλθηκε από {known}|Απεστάλη από το {known}"
                      "|Στάλθηκε από το {known}",
                      "Αποκτήστε το Outlook για {os}|Λήψη του Outlook για {os}|Κατεβάστε το Outlook για {os}"
                      "|Αποκτήστε το Outlook για το {os}|Κάντε λήψη του Outlook για {os}|Λήψη Outlook για {os}"
                      "|Αποκτήστε Outlook για {os}",
                      "Στάλθηκε από την Αλληλογραφία για Windows|Στάλθηκε από το Mail για Windows"
                      "|Στάλθηκε από την Αλληλογραφία για Windows 10|Στάλθηκε από Αλληλογραφία για Windows",
                      "Στάλθηκε από {known}|Στάλθηκε με {known}|Στάλθηκε από το {known}|Στάλθηκε μέσω {known}"
                      "|Εστάλη από {known}|Στάλθηκε με το {known}", seen=True),
    "tr": ClientLines("{known}'umdan gönderildi|{known}'dan gönderildi|{known}’umdan gönderildi|{known}'imden gönderildi"
                      "|{known} cihazımdan gönderildi|{known}umdan gönderildi|{known}’imden gönderildi|{known}'den gönderildi"
                      "|{known}’dan gönderildi|{known}’den gönderildi",
                      "{os} için Outlook'u edinin|{os} için Outlook’u edinin|{os} için Outlook'u indirin"
                      "|{os} için Outlook'u alın|{os} için Outlook indir|{os} uygulamasını edinin|{os} için Outlook'u al"
                      "|{os} için Outlook’u indirin|{os} için Outlook edinin|{os} için Outlook’u alın",
                      "Windows için Posta ile gönderildi|Windows 10 için Posta ile gönderildi"
                      "|Windows için Posta'dan gönderildi|Windows 10 için Posta'dan gönderildi",
                      "{known} ile gönderildi|{known} üzerinden gönderildi|{known} cihazından gönderildi"
                      "|{known} akıllı telefonumdan gönderildi|{known} telefonumdan gönderildi|{known} uygulamasından gönderildi"
                      "|{known} telefonundan gönderildi|{known} tarafından gönderildi|Telefonumdan gönderildi", seen=True),
    "sq": ClientLines("Dërguar nga {known} im|Dërguar nga {device} im|Dërguar nga {known}|Dërguar nga {known}-i im",
                      "Merr Outlook për {os}|Merrni Outlook për {os}|Shkarko Outlook për {os}", None,
                      "Dërguar nga {known}|Dërguar me {known}"),
    "he": ClientLines("נשלח מה-{known} שלי|נשלח מה{known} שלי|נשלח מ-{known}|נשלח מ{known}|נשלח מה-{known}",
                      "קבל את Outlook עבור {os}|הורד את Outlook עבור {os}|קבל Outlook עבור {os}|השג את Outlook עבור {os}"
                      "|קבלו את Outlook עבור {os}|הורידו את Outlook עבור {os}|להורדת Outlook עבור {os}",
                      "נשלח מהדואר עבור Windows|נשלח מדואר עבור Windows|נשלח מ'דואר' עבור Windows|נשלח מדואר עבור Windows 10",
                      "נשלח מ-{known}|נשלח מ{known}|נשלח באמצעות {known}|נשלח דרך {known}|נשלח ממכשיר {known}"
                      "|נשלח ממכשיר ה-{known} שלי|נשלח מהטלפון שלי|נשלח מהנייד שלי|נשלח מיישום {known}"
                      "|נשלח מהסמארטפון {known} שלי|נשלח ב-{known}"),
    "ar": ClientLines("أُرسلت من الـ {known}|أرسلت من الـ {known}|تم الإرسال من الـ {known}|مرسل من الـ {known}"
                      "|أُرسلت من {known}|أرسلت من {known}|مرسل من {known}|تم الإرسال من {known}|أُرسل من {known}"
                      "|أُرسلت من جهاز {known}|أُرسلت من الـ{known}|أرسل من {known}|مُرسل من الـ {known}",
                      "الحصول على Outlook لـ {os}|الحصول على Outlook لنظام {os}|احصل على Outlook لـ {os}"
                      "|احصل على Outlook لنظام التشغيل {os}|احصل على Outlook لنظام {os}|تنزيل Outlook لـ {os}"
                      "|الحصول على Outlook لأجهزة {os}|الحصول على Outlook for {os}|الحصول على Outlook لنظام التشغيل {os}",
                      "مرسل من البريد لـ Windows|تم الإرسال من البريد لـ Windows|تم الإرسال من البريد لنظام Windows"
                      "|مرسل من البريد لنظام التشغيل Windows 10|تم الإرسال من البريد لـ Windows 10|مرسل من البريد لـ Windows 10",
                      "تم الإرسال من {known}|تم الإرسال من هاتفي {known}|تم الإرسال من جهاز {known}|تم الإرسال من هاتف {known}"
                      "|أرسلت من هاتفي {known}|تم الإرسال باستخدام {known}|مرسل من هاتفي {known}|أرسلت بواسطة {known}"
                      "|تم الإرسال من بريد {known}|مرسل من بريد {known}|تم الإرسال عبر {known}"
                      "|تم إرسالها من {known}|تم إرساله من {known}|مرسل من هاتف {known}"),
    "fa": ClientLines("ارسال شده از {known} من|ارسال شده از {known}|ارسال‌شده از {known}|ارسال شده با {known}"
                      "|فرستاده شده از {known}|از {known} من ارسال شد|ارسال‌شده از {known} من",
                      "دریافت Outlook برای {os}|Outlook برای {os} را دریافت کنید|دریافت Outlook for {os}"
                      "|Outlook را برای {os} دریافت کنید", None,
                      "ارسال شده از {known}|ارسال شده با {known}|ارسال شده توسط {known}|ارسال شده از گوشی {known}"),
    "hi": ClientLines("मेरे {known} से भेजा गया|मेरे {known} से भेजा|मेरे {known} से प्रेषित|मेरे {device} से भेजा गया|{known} से भेजा गया",
                      "{os} के लिए Outlook प्राप्त करें|{os} के लिए Outlook डाउनलोड करें|{os} के लिए आउटलुक प्राप्त करें",
                      "Windows के लिए मेल से भेजा गया|Windows 10 के लिए मेल से भेजा गया", "{known} से भेजा गया|{known} के ज़रिए भेजा गया"
                      "|{known} पर याहू मेल से भेजा गया"),
    "th": ClientLines("ส่งจาก {known} ของฉัน|ส่งจาก {device} ของฉัน|ส่งจาก {known}|จาก {known} ของฉัน",
                      "รับ Outlook สำหรับ {os}|ดาวน์โหลด Outlook สำหรับ {os}|ดาวน์โหลด Outlook for {os}|รับ Outlook for {os}",
                      "ส่งจาก จดหมาย สำหรับ Windows|ส่งจากจดหมายสำหรับ Windows 10|ส่งจาก จดหมาย สำหรับ Windows 10|ส่งจาก Mail สำหรับ Windows",
                      "ส่งจาก {known}|ส่งจากโทรศัพท์ {known}|ส่งจากสมาร์ทโฟน {known}|ส่งด้วย {known}|ส่งผ่าน {known}"
                      "|ส่งจากสมาร์ทโฟน {known} ของฉัน"),
    "vi": ClientLines("Đã gửi từ {known} của tôi|Gửi từ {known} của tôi|Được gửi từ {known} của tôi|Gửi từ {device} của tôi"
                      "|Đã gửi từ {known}|Gửi từ {known}",
                      "Tải Outlook cho {os}|Nhận Outlook cho {os}|Tải xuống Outlook cho {os}|Tải về Outlook cho {os}"
                      "|Tải Outlook dành cho {os}|Nhận Outlook dành cho {os}|Lấy Outlook cho {os}|Tải Outlook for {os}",
                      "Được gửi từ Thư dành cho Windows|Đã gửi từ Thư cho Windows 10|Gửi từ Mail cho Windows"
                      "|Được gửi từ Thư cho Windows|Gửi từ Thư cho Windows|Gửi từ Mail cho Windows 10",
                      "Gửi từ {known}|Được gửi từ {known}|Được gửi bằng {known}|Gửi bằng {known}|Gửi từ điện thoại {known}"
                      "|Được gửi từ {known} trên {os}|Gửi từ điện thoại thông minh {known} của tôi|Gửi từ điện thoại {known} của tôi",
                      seen=True),
    "id": ClientLines("Dikirim dari {device} saya|Dikirim dari {known}|Terkirim dari {device} saya|Dikirim dari {known}ku",
                      "Dapatkan Outlook untuk {os}|Unduh Outlook untuk {os}|Dapatkan Outlook for {os}",
                      "Dikirim dari Mail untuk Windows|Dikirim dari Mail untuk Windows 10|Dikirim dari Email untuk Windows"
                      "|Dikirim dari Surat untuk Windows", "Dikirim dari {known}|Dikirim dengan {known}|Dikirim menggunakan {known}"
                      "|Dikirim melalui {known}|Dikirim dari ponsel {known}|Dikirim dari ponsel cerdas {known} saya"
                      "|Dikirim dari {known} di {os}|Dikirim dari ponsel cerdas {known}|Dikirim lewat {known}"),
    "ms": ClientLines("Dihantar dari {device} saya|Dihantar daripada {device} saya|Dihantar dari {known}|Dihantar daripada {known}",
                      "Dapatkan Outlook untuk {os}|Muat turun Outlook untuk {os}|Muat turun Outlook for {os}",
                      "Dihantar dari Mel untuk Windows|Dihantar daripada Mel untuk Windows 10|Dihantar daripada Mel untuk Windows",
                      "Dihantar dari {known}|Dihantar daripada {known}|Dihantar dengan {known}|Dihantar melalui {known}"
                      "|Dihantar dari telefon pintar {known} saya|Dihantar daripada telefon {known}"),
    "tl": ClientLines("Ipinadala mula sa aking {device}|Ipinadala mula sa {known}|Naipadala mula sa aking {device}",
                      "Kunin ang Outlook para sa {os}|I-download ang Outlook para sa {os}", None,
                      "Ipinadala mula sa {known}|Ipinadala gamit ang {known}"),
    "zh-CN": ClientLines("从我的 {known} 发送|发自我的 {known}|从我的{device}发送|发自我的{device}|来自我的 {known}",
                         "获取 Outlook for {os}|获取适用于 {os} 的 Outlook|下载适用于 {os} 的 Outlook|下载 Outlook for {os}|获取 {os} 版 Outlook"
                         "|获取{os}版 Outlook|获取适用于{os}的Outlook",
                         "从 Windows 版邮件发送|从 Windows 10 版邮件发送|发送自 Windows 版邮件|发送自 Windows 10 版邮件|从 Windows 版 邮件发送|从 Windows 版邮件应用发送",
                         "发自 {known}|来自 {known}|发送自 {known}|从 {known} 发送|通过 {known} 发送|使用 {known} 发送|发自我的{known}|从我的{known}发送"
                         "|来自我的{known}|发自我的{known}手机|从我的{known}手机发送|发自{known}手机|从{known}手机发送|发送自我的 {known}|发自 {known} 邮箱|发自{known}邮箱大师"
                         "|来自{known}手机|由我的{known}发送|发自{known}客户端", seen=True),
    "zh-TW": ClientLines("從我的 {known} 傳送|從我的 {known} 發送|傳送自我的 {known}|寄自我的 {known}|發自我的 {known}|從我的{device}傳送|從我的{device}發送|從我的 {known} 寄出",
                         "取得 Outlook for {os}|取得適用於 {os} 的 Outlook|下載 Outlook for {os}|下載適用於 {os} 的 Outlook|取得 {os} 版 Outlook|取得{os}版 Outlook",
                         "從 Windows 版郵件傳送|從 Windows 的郵件傳送|從 Windows 10 的郵件傳送|寄自 Windows 版郵件|從 Windows 10 版郵件傳送|傳送自 Windows 的郵件|傳送自 Windows 10 版 郵件"
                         "|傳送自 Windows 10 版郵件|傳送自 Windows 版郵件",
                         "從 {known} 傳送|從 {known} 發送|傳送自 {known}|寄自 {known}|發自 {known}|透過 {known} 傳送|使用 {known} 傳送|從我的 {known} 手機傳送|從我的 {known} 智慧型手機傳送"
                         "|從我的{known}智慧型手機傳送|從我的{known}手機傳送|從我的{known}手機發送|發自我的{known}手機|從 {known} 寄出"),
    "ja": ClientLines("{known}から送信|私の{known}から送信|{known} から送信されました|{known}から送信しました|マイ{known}から送信",
                      "Outlook for {os} を入手|{os} 版 Outlook を入手|Outlook for {os} を入手する|{os} 用 Outlook を入手|Outlook for {os} をダウンロード"
                      "|{os} 版 Outlook をダウンロード|{os}用 Outlook の入手|{os} 向け Outlook を入手|Outlook for {os} の入手|Outlook for {os} から送信",
                      "Windows 版のメールから送信|Windows 10 版のメールから送信|Windows 版メールから送信|Windows 10 版メールから送信|Windows のメールから送信",
                      "{known}から送信|{known}から送信されました|{known}で送信|{known}を使用して送信|{known} スマートフォンから送信|スマートフォンから送信|携帯電話から送信"
                      "|スマートフォンから送信しました|{known}スマートフォンから送信|{known}より送信|{known} で送信しました|{known}端末から送信|{known}メールから送信", seen=True),
    "ko": ClientLines("나의 {known}에서 보냄|내 {known}에서 보냄|내 {device}에서 보냄|나의 {device}에서 보냄|{known}에서 보냄|{known}에서 보냄.",
                      "{os}용 Outlook 다운로드|{os}용 Outlook 받기|{os}용 Outlook 가져오기|Outlook for {os} 다운로드|{os}용 Outlook을 다운로드|Outlook for {os} 받기|{os}용 Outlook 얻기",
                      "Windows용 메일에서 보냄|Windows 10용 메일에서 보냄|Windows 메일에서 보냄|Windows용 메일에서 보낸 메시지",
                      "{known}에서 보냄|{known}에서 발송|{known}에서 보낸 메일|{known}에서 전송|{known} 스마트폰에서 보냄|{known} 휴대전화에서 보냄|{known}에서 보냈습니다"
                      "|{known}에서 보낸 메시지|{known} 모바일에서 보냄|{known}로 보냄|{known}에서 전송됨|내 {known} 스마트폰에서 보냄|나의 {known} 스마트폰에서 보냄"
                      "|내 {known} 휴대전화에서 보냄", seen=True),
}  # fmt: skip
