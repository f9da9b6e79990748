"""Words that customers use for the same thing, in English and German: ``bill`` and ``invoice``;
and those that say nothing of what somebody asks.

A line is one thing. A word stands for all that begins with it, folded as
:func:`helpdesk.similarity.folded` does; one with ``~`` before it also for words that have it
within, such as German compounds (``~rechnung``: ``Jahresrechnung``). The table is of what shops and
makers of software are asked about; it is no dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass

_LINES = """
password passcode ~passwor ~kennwor
login log logon sign signin access authenticat anmeld einlogg ~zugang zugriff
2fa mfa authenticator two-factor factor otp zwei-faktor zweifaktor ~faktor
invoice bill receipt ~rechnung ~beleg quittung
~address residence anschrift ~adress moved umgezogen umzug
pay paid payment ~zahlung bezahl zahle gezahlt
charge charged debit debited deducted ~abbuch abgebuch einzug eingezogen ~lastschrift belastet
twice double doubled duplicate doppelt zweimal zweifach
refund reimburse reimbursement money ~erstattung erstatte rueckzahl geld zurueckgebucht gutgeschrieben
credit-card creditcard visa mastercard ~kreditkart
amount sum betrag summe
price cost costs ~preis kosten kostet
fee ~gebuehr
tax vat ~steuer
quote quotation estimate offer ~angebot kostenvoranschlag
discount rebate cheaper ~rabatt nachlass guenstiger billiger verguenstig prozent
voucher coupon promo promotion discount code giftcard ~gutschein ~rabattcode geschenkkarte
bulk wholesale quantity pieces mengen stueck abnahme grosshandel
order purchase purchased bought ordered ~bestell ~auftrag gekauft ~kauf
basket cart checkout ~warenkorb kasse
parcel package shipment delivery deliver delivered shipping ship shipped courier carrier ~paket ~sendung ~liefer ~versand verschick geliefert zugestellt zusteller zustellung paketdienst
tracking trace ~sendungsverfolg sendungsnummer
late delay delayed overdue ~verspaet verzoeger spaet ueberfaellig
missing lost vanished disappeared fehlt fehlen verloren verschwunden ~abhanden
never still arrived arrive arriving received angekommen erhalten eingetroffen
return returned returning sendback ~ruecksend ~rueckgab retoure zurueckschick zurueckgeb zuruecksend
label ~etikett retourenschein
exchange swap replace replacement umtausch ~tausch ersatz ersetz
cancel cancellation terminate end ~kuendig stornier storno widerruf beend
subscription plan membership contract abo abos ~abonnement ~vertrag mitgliedschaft renew renewal verlaenger
unsubscribe newsletter mailing advert advertising promotional ~werbung ~werbe abmeld abbestell verteiler ~newsletter
broken damaged cracked defect defective smashed shattered faulty kaputt zerbroch defekt beschaedig ~bruch gesprungen ~schaden
screen display ~bildschirm ~display monitor
wrong incorrect mistaken falsch verwechsel
colour color ~farb
blue green red black white yellow blau gruen rot schwarz weiss gelb
size bigger larger smaller small large fit fits ~groess zu-klein zu-gross passt
jacket coat parka ~jacke ~mantel
shoe boot sneaker trainers ~schuh ~stiefel
trousers pants jeans ~hose
shirt blouse tshirt jumper sweater ~hemd bluse ~pullover
clothes garment ~kleid
chair seat armchair ~stuhl sessel
table desk ~tisch
sofa couch
bed mattress ~bett ~matratze
glass glasses ~glas ~glaes
coffee espresso ~kaffee
washing-machine washer ~waschmaschine
fridge refrigerator freezer ~kuehlschrank
vacuum hoover ~staubsaug
lamp light bulb ~lampe ~leucht
phone smartphone mobile cellphone handy ~telefon iphone android
tablet ipad
laptop notebook computer pc ~rechner
printer print ~druck
wifi wlan wireless network ~netzwerk router
cable plug charger ~kabel stecker ~ladegeraet
battery accu ~akku ~batterie
headphone headset earphone ~kopfhoerer
camera ~kamera
heat heating hot warm ~heiz
cold cool ~kalt kuehl
warranty guarantee ~garantie gewaehrleistung
repair fix mend ~reparatur reparier
spare part parts ~ersatzteil zubehoer
filter
manual instruction guide ~anleitung ~handbuch
crash crashes closes freeze freezes hangs quits abstuerz ~absturz stuerzt haengt
error fail fails failed failure fehler ~fehlermeldung scheitert fehlgeschlagen
slow laggy langsam
update upgrade ~aktualisier ~update
install installation setup ~installier einricht
app application program software ~programm anwendung
account profile ~konto ~profil
delete erase remove wipe gdpr loesch dsgvo entfern
data personal stored ~daten gespeichert speicher
export download csv contacts herunterlad ~export kontakte
import upload hochlad ~import
api endpoint integration schnittstelle
limit limits 429 requests throttl rate anfragen
webhook callback
user users colleague employee member teammate ~benutzer ~nutzer ~mitarbeit kolleg
invite add einlad hinzufueg anleg
permission role rights ~recht ~rolle berechtig
settings preferences options ~einstellung
language english german ~sprache englisch deutsch uebersetz
spam junk
mail email e-mail ~mail
link url
expired expire abgelaufen ungueltig
blocked locked gesperrt sperre
verify identity identitaet ~verifizier
open opening hours weekend saturday sunday oeffnungszeit geoeffnet offen wochenende samstag sonntag
store shop branch laden filiale geschaeft
pickup collect abhol
appointment schedule ~termin
stock available availability lieferbar verfuegbar vorrat
change edit amend correct aender korrigier
confirm confirmation bestaetig
question ask frage
complaint complain beschwer reklam
"""


_COMMON_WORDS = """
a aber about after again all already als also am an and another any are aren arent as asap at
auch auf aus aw be been before bei beim bekomme bekommen best bin bist bitte but by can cant
cheers could d da damen dank danke dann darf das dass dear dein dem den der des dich did didn
die diese diesen dieser dieses dir do doch does doesn don done dont dort down du duerfen durch
ein eine einem einen einer eines er es euch euer eure for frau freundliche freundlichem
freundlichen from fuer fwd fyi geehrte gegen gehen geht get gets getting gibt got gruesse
gruessen gruss grusse guten habe haben had haette hallo has hat hatte hatten have having he
hello her here herr herren hi hier hiermit him his how i ich id if ihnen ihr ihre ihrem ihren
ihrer im in into is isn isnt ist it its ja jetzt just kann kein keine keinen kind koennen
koennte konnte lg liebe lieben lieber ll m man may me mehr mein meine meinem meinen meiner mfg
mich might mine mir mit moechte moechten more most mr mrs ms muessen muss must my nach nein
nicht no noch nor not now nun nur oder of off ohne on only or other our ours out over own please
re regards s same schon sehr sein shall she should sich sie since sincerely sind so soll sollen
sollte some still such support t tag team than thank thanks that the their them then there these
they this those to too ueber um und under uns unser unsere unter up us ve very vg viele vom von
vor waere wann war waren warum was wasn we welche welchen welcher welches wenn wer werden were
weshalb wg what when where which who why wie wieder will wir wird with without wo wollen won
wont worden would wurde wurden yes yet you your yours zu zum zur
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""Words that every text has, folded."""


@dataclass(frozen=True)
class Line:
    """Words for one thing."""

    stems: tuple[str, ...]
    """What a word of it begins with."""
    parts: tuple[str, ...]
    """What may stand anywhere in a word of it."""


def _read(line: str) -> Line:
    words = line.replace("-", "").split()
    parts = tuple(word[1:] for word in words if word.startswith("~"))
    return Line(tuple(word.lstrip("~") for word in words), parts)


RELATED = tuple(map(_read, _LINES.strip().splitlines()))
