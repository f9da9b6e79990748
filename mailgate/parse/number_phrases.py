"""How people name a number that matters to a shop: an order's, an invoice's, a parcel's.

Each row holds the beginnings of one language's words, divided by ``|``: the endings follow. A line
under a name that holds one with its number is no part of the signature. Rows are from memory.
"""

from __future__ import annotations

NUMBERED: dict[str, str] = {
    "en": "order|invoice|booking|ticket|customer|account|rma|reference|receipt|tracking"
    "|shipment|parcel|serial|article|routing|sort code|model|door code|gate code",
    "de": "bestell|auftrag|rechnung|kundennummer|kundennr|kunden-nr|vorgang|sendung"
    "|buchung|beleg|paket|tracking|seriennummer|artikel|garantie|modell|türcode",
    "fr": "commande|facture|réservation|numéro de client|suivi|dossier|colis"
    "|numéro de série|référence|digicode|modèle",
    "es": "pedido|factura|reserva|número de cliente|seguimiento|envío|paquete"
    "|número de serie|referencia|cuenta|modelo",
    "ca": "comanda|factura|reserva|número de client|enviament|seguiment|número de sèrie",
    "gl": "pedido|encargo|factura|reserva|envío|seguimento|número de serie",
    "pt": "pedido|encomenda|fatura|factura|reserva|número de cliente|rastreio|rastreamento"
    "|envio|número de série|referência",
    "it": "ordine|fattura|prenotazione|codice cliente|spedizione|tracking|pacco"
    "|numero di serie|riferimento|modello|citofono",
    "nl": "bestel|order|factuur|klantnummer|boeking|reservering|zending|pakket|track"
    "|serienummer|artikel|rekeningnummer|deurcode",
    "sv": "beställning|order|faktura|kundnummer|bokning|kolli|försändelse|spårning"
    "|serienummer|artikel|kontonummer",
    "nb": "bestilling|ordre|faktura|kundenummer|sending|sporing|pakke|serienummer|artikkel"
    "|kontonummer",
    "da": "bestilling|ordre|faktura|kundenummer|forsendelse|sporing|pakke|serienummer"
    "|varenummer|kontonummer",
    "is": "pöntun|pantan|reikning|viðskiptanúmer|sending|raðnúmer",
    "fi": "tilaus|tilauksen|lasku|laskun|asiakasnumero|varaus|lähetys|lähetyksen|seuranta"
    "|sarjanumero|tilinumero",
    "et": "tellimus|arve|kliendinumber|saadetis|pakk|seerianumber",
    "lv": "pasūtījum|rēķin|klienta numur|sūtījum|sērijas numur",
    "lt": "užsakym|sąskait|kliento numer|siunt|serijos numer",
    "pl": "zamówieni|faktur|numer klienta|rezerwacj|przesyłk|śledzeni|paczk|numer seryjny"
    "|numer konta",
    "cs": "objednáv|faktur|číslo zákazníka|zásilk|balík|sériové číslo|číslo účtu",
    "sk": "objednáv|faktúr|číslo zákazníka|zásielk|balík|sériové číslo|číslo účtu",
    "sl": "naročil|račun|številka stranke|pošiljk|serijska številka",
    "hr": "narudžb|račun|broj kupca|pošiljk|serijski broj",
    "sr-Latn": "porudžbin|narudžb|račun|faktur|pošiljk|serijski broj",
    "sr-Cyrl": "поруџбин|наруџб|рачун|фактур|пошиљк|серијски број",
    "hu": "rendelés|megrendelés|számla|ügyfélszám|foglalás|csomag|nyomkövet|sorozatszám",
    "ro": "comand|comenz|factur|rezervar|număr client|colet|awb|număr de serie",
    "bg": "поръчк|фактур|клиентски номер|пратк|товарителниц|сериен номер",
    "uk": "замовлен|рахун|накладн|номер клієнта|посилк|ттн|трек|серійний номер",
    "ru": "заказ|счёт|счет|накладн|номер клиента|брон|посылк|трек|отправлени|серийный номер",
    "el": "παραγγελί|τιμολόγι|αριθμός πελάτη|κράτηση|αποστολή|δέμα|σειριακ",
    "tr": "sipariş|fatura|müşteri no|müşteri numara|rezervasyon|kargo|takip|seri no|hesap no",
    "sq": "porosi|fatur|dërges|numri serial",
    "he": "הזמנה|חשבונית|מספר לקוח|משלוח|מעקב|מספר סידורי",
    "ar": "طلب|الطلب|فاتورة|الفاتورة|رقم العميل|شحنة|الشحنة|تتبع|الرقم التسلسلي",
    "fa": "سفارش|فاکتور|شماره مشتری|مرسوله|پیگیری|شماره سریال",
    "hi": "ऑर्डर|आदेश|चालान|बीजक|ट्रैकिंग|पार्सल",
    "th": "คำสั่งซื้อ|ใบสั่งซื้อ|ใบแจ้งหนี้|หมายเลขลูกค้า|พัสดุ|หมายเลขติดตาม",
    "vi": "đơn hàng|hóa đơn|mã khách hàng|vận đơn|bưu kiện|số sê-ri",
    "id": "pesanan|faktur|nomor pelanggan|nomor resi|no. resi|pengiriman|nomor seri",
    "ms": "pesanan|invois|nombor pelanggan|penghantaran|bungkusan|nombor siri",
    "tl": "order|resibo|numero ng kustomer|tracking|padala",
    "zh-CN": "订单|发票|客户编号|单号|快递|运单|物流|序列号",
    "zh-TW": "訂單|發票|客戶編號|單號|快遞|物流|包裹|序號",
    "ja": "注文|ご注文|請求書|お客様番号|予約|追跡番号|伝票|製造番号|問い合わせ番号",
    "ko": "주문|송장|고객 번호|예약|운송장|택배|일련번호",
}  # fmt: skip
