"""What people say in place of thanks, how it turned out, and what sounds like a courtesy and asks.

Divided by ``|``; :mod:`helpdesk.courtesy.thanks` puts them together. A language that is not here
has nothing of the sort in these tables: its thanks are known all the same.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Upshot:
    """“The parcel · has just · arrived · safely”: what happened, so that nothing is left to do. All
    but what happened may be left out; what denies it is not here, and so says more."""

    happened: str
    what: str = ""
    between: str = ""
    after: str = ""


@dataclass(frozen=True)
class Saying:
    """One language's."""

    instead: str = ""
    """Said in the place of thanks, by itself: it asks for nothing."""
    upshot: Upshot | None = None
    plea: str = ""
    """A courtesy where it stands by itself; a plea where what is wanted stands before it."""
    not_wanted: str = ""
    """What may stand before a plea and is nothing that is wanted."""
    asks: str = ""
    """With what a question begins where the verb comes first: it may lack its mark."""


SAYINGS: dict[str, Saying] = {
    "en": Saying(
        "much obliged|very much obliged|much appreciated|greatly appreciated|noted with thanks|you have been very helpful|you've been very helpful|you were very helpful|you have been a great help|you've been a great help|keep up the good work|great service|great support|excellent service|top service|well done|you are a star|you're a star|you made my day",
        Upshot("fixed it|solved it|fixed my problem|solved my problem|fixed the problem|solved the problem|works|worked|working|arrived|came|come|solved|resolved|sorted|fixed|settled|done|did the trick|received|refunded|working fine|got here",
                "it|that|this|everything|problem|issue|parcel|refund|all|all of it|the parcel|the package|my parcel|my package|the order|my order|the refund|my refund|the money|the item|the items|the problem|the issue|my problem|my issue|the letter|the code|the link",
                "has|have|is|was|been|has been|have been|now|just|all|already|safely|well|also|finally|indeed",
                "now|again|fine|well|perfectly|today|yesterday|this morning|safely|safe and sound|at last|so quickly|so fast|as well|all|great|like a charm")),
    "de": Saying(
        "sehr nett|sehr freundlich|sehr nett von ihnen|weiter so|machen sie weiter so|macht weiter so|toller service|super service|guter service|klasse service|alles bestens|ich bin sehr zufrieden|bin sehr zufrieden|sehr zufrieden|bin zufrieden|vergelt's gott",
        Upshot("geklappt|funktioniert|angekommen|erledigt|gelöst|behoben|eingetroffen|erhalten|bekommen|eingegangen|geht|läuft|da|funktioniert hat",
                "es|das|alles|hat|ist|habe|geld|paket|das paket|mein paket|die ware|das geld|mein geld|die lieferung|die bestellung|meine bestellung|das problem|mein problem|sache|die sache|der code|der link",
                "hat|ist|habe|ich|es|das|alles|jetzt|nun|heute|gestern|schon|bereits|gut|bestens|wunderbar|super|prima|wohlbehalten|heil|auch|soeben|eben|sich|damit",
                "jetzt|nun|wieder|gut|bestens|wunderbar|super|prima|einwandfrei|heute|gestern|ist|hat"),
        asks="ist das|ist es|ist alles|ist mein|ist meine|ist der|ist die|ist jetzt|hat das|hat es|hat der|hat die|sind die|sind meine|war das|war es|wird das|wird es|haben sie|habt ihr|hast du|können sie|kann ich|kommt das|kommt es|kommt mein|geht das|geht es|geht jetzt|funktioniert das|funktioniert es|läuft das|läuft es"),
    "fr": Saying(
        "c'est très gentil|c'est très gentil à vous|très aimable|très aimable à vous|vous êtes très aimable|vous êtes formidables|continuez comme ça|bon service|excellent service|je suis ravi|je suis ravie|bien reçu|c'est bien reçu|bien noté|c'est noté",
        Upshot("fonctionne|marche|arrivé|arrivée|reçu|reçue|résolu|réglé|réglée|parfait",
                "c'|ça|cela|tout|il|elle|le colis|mon colis|le remboursement|ma commande|la commande|le problème|mon problème|j'ai|je l'ai|nous avons",
                "est|a|a été|est bien|ai|bien|maintenant|été|tout|le colis|mon colis|le remboursement|aujourd'hui",
                "maintenant|bien|parfaitement|très bien|de nouveau|à nouveau|aujourd'hui|ce matin|en bon état")),
    "es": Saying(
        "muy amable|muy amables|es usted muy amable|son muy amables|sois muy amables|excelente servicio|buen servicio|un placer|quedo agradecido|quedo agradecida|todo correcto|todo en orden|todo perfecto",
        Upshot("funciona|llegó|llegado|recibido|resuelto|solucionado|solucionada|arreglado|recibí",
                "todo|ya|el paquete|mi paquete|el pedido|mi pedido|el reembolso|el dinero|el problema|lo|eso|he|hemos",
                "ya|ha|me ha|está|me|lo|ha sido|he|hoy|ayer|todo|bien|el paquete|el pedido|el reembolso",
                "ya|bien|perfectamente|correctamente|hoy|ayer|de nuevo|el paquete|el pedido|el reembolso")),
    "pt": Saying(
        "muito gentil|muito gentis|muito amável|muito atenciosos|ótimo serviço|excelente serviço|excelente atendimento|ótimo atendimento|tudo em ordem",
        Upshot("funciona|funcionou|chegou|recebi|recebido|resolvido|resolveu|deu certo",
                "tudo|já|o pacote|a encomenda|minha encomenda|o pedido|meu pedido|o reembolso|o dinheiro|o problema|isso|eu",
                "já|foi|está|me|hoje|ontem|agora|bem|tudo", "já|bem|agora|perfeitamente|hoje|ontem|direitinho|o pacote|o pedido|o reembolso")),
    "it": Saying(
        "molto gentile|molto gentili|gentilissimo|gentilissima|gentilissimi|siete stati molto gentili|è stato molto gentile|ottimo servizio|ottima assistenza|complimenti|tutto a posto|tutto ok",
        Upshot("funziona|arrivato|arrivata|ricevuto|ricevuta|risolto|sistemato|ricevuto tutto",
                "tutto|ora|il pacco|il mio pacco|l'ordine|il mio ordine|il rimborso|il problema|ho|abbiamo|adesso",
                "è|ho|ha|è stato|già|oggi|ieri|ora|tutto|bene|il pacco|il rimborso", "ora|bene|perfettamente|oggi|ieri|di nuovo|il pacco|il rimborso|tutto")),
    "nl": Saying(
        "heel vriendelijk|heel fijn|erg fijn|top service|goede service|ga zo door|helemaal top|super geregeld|goed geregeld|netjes geregeld",
        Upshot("gelukt|werkt|ontvangen|aangekomen|binnen|opgelost|geregeld|binnengekomen",
                "het|dat|alles|het pakket|mijn pakket|de bestelling|het geld|het probleem|ik heb|is|heb",
                "is|heeft|nu|net|vandaag|gisteren|goed|het|alles|weer|al|inmiddels|het pakket|het geld", "nu|weer|goed|prima|perfect|vandaag|gisteren"),
        asks="is het|is dat|is alles|is mijn|is de|heeft het|heeft u|hebben jullie|hebt u|werkt het|werkt dat|kan ik|komt het|komt mijn"),
    "sv": Saying("snällt|väldigt snällt|mycket vänligt|bra service|toppenservice|bra jobbat|fortsätt så",
                 Upshot("fungerar|löst|kommit|framme|mottaget|fått|ordnat|löste sig", "det|allt|paketet|mitt paket|pengarna|problemet|jag", "har|är|nu|idag|redan|det|paketet|pengarna|också", "nu|bra|fint|igen|idag|paketet|pengarna"),
                 asks="är det|är allt|är paketet|har det|har allt|har paketet|har ni|fungerar det|kan jag|kommer det|kommer paketet"),
    "nb": Saying("veldig snilt|god service|bra jobba|stå på videre",
                 Upshot("fungerer|virker|løst|kommet|mottatt|fått|ordnet", "det|alt|pakken|pengene|problemet|jeg", "har|er|nå|i dag|det|pakken|pengene", "nå|bra|fint|igjen|i dag|pakken|pengene"),
                 asks="er det|er alt|er pakken|har det|har alt|har pakken|har dere|fungerer det|virker det|kan jeg|kommer det|kommer pakken"),
    "da": Saying("meget venligt|god service|rigtig god service|godt arbejde|bliv ved med det",
                 Upshot("virker|løst|kommet|modtaget|fået|ordnet", "det|alt|pakken|pengene|problemet|jeg", "har|er|nu|i dag|det|pakken|pengene", "nu|fint|godt|igen|i dag|pakken|pengene"),
                 asks="er det|er alt|er pakken|har det|har alt|har pakken|har i|virker det|kan jeg|kommer det|kommer pakken"),
    "fi": Saying("todella ystävällistä|hyvää palvelua|erinomaista palvelua|hieno homma",
                 Upshot("toimii|saapui|saapunut|ratkesi|kunnossa|perillä", "se|kaikki|paketti|pakettini|tilaus|ongelma", "on|nyt|tänään|jo", "nyt|hyvin|taas|tänään")),
    "pl": Saying("bardzo miło|bardzo miło z państwa strony|świetna obsługa|super obsługa|pełen profesjonalizm|wszystko w porządku",
                 Upshot("działa|dotarła|dotarł|doszła|doszło|przyszła|rozwiązany|rozwiązana|załatwione|otrzymałem|otrzymałam|dostałem|dostałam", "wszystko|już|paczka|moja paczka|przesyłka|zwrot|problem|pieniądze|to", "już|została|został|jest|dziś|dzisiaj|teraz|mi|się|wszystko|paczkę|zwrot", "już|teraz|dobrze|dziś|dzisiaj|bez problemu|paczkę|zwrot")),
    "cs": Saying("velmi milé|skvělý přístup|skvělá služba|výborná komunikace", Upshot("funguje|dorazil|dorazila|dorazilo|přišel|přišla|vyřešeno|vyřešen", "vše|všechno|už|balík|zásilka|to|problém|peníze", "už|je|dnes|nyní|mi|v pořádku", "už|dobře|dnes|v pořádku")),
    "sk": Saying("veľmi milé|skvelý prístup|výborná komunikácia", Upshot("funguje|dorazil|dorazila|prišiel|prišla|vyriešené", "všetko|už|balík|zásielka|to|problém", "už|je|dnes|mi|v poriadku", "už|dobre|dnes|v poriadku")),
    "hu": Saying("nagyon kedves|nagyon kedvesek|remek kiszolgálás", Upshot("működik|megérkezett|megjött|megoldódott|megkaptam", "minden|már|a csomag|a pénz|a probléma", "már|ma|most", "már|rendben|jól|ma")),
    "ro": Saying("foarte amabil|foarte amabili|servicii excelente|felicitări", Upshot("funcționează|a ajuns|am primit|s-a rezolvat|rezolvat", "totul|acum|coletul|banii|problema", "acum|deja|azi|coletul|banii", "acum|bine|azi|coletul|banii")),
    "ru": Saying("очень любезно|вы очень помогли|вы мне очень помогли|отличный сервис|отличная работа|так держать|всё в порядке|все в порядке|вопрос решён|вопрос решен",
                 Upshot("работает|заработало|пришло|пришла|пришел|пришёл|получил|получила|получили|решено|решена|дошла|дошло|получилось", "всё|все|уже|посылка|деньги|проблема|возврат|заказ|она|он|оно", "уже|сегодня|вчера|теперь|всё|все|посылку|деньги|заказ", "уже|теперь|нормально|хорошо|сегодня|вчера|снова|посылку|деньги|заказ")),
    "uk": Saying("дуже люб'язно|ви дуже допомогли|чудовий сервіс|так тримати|все гаразд", Upshot("працює|прийшло|прийшла|прийшов|отримав|отримала|вирішено", "все|вже|посилка|гроші|проблема|замовлення", "вже|сьогодні|тепер|все|посилку|гроші", "вже|тепер|добре|сьогодні|посилку|гроші")),
    "tr": Saying("kolay gelsin|iyi çalışmalar|elinize sağlık|emeğinize sağlık|ellerinize sağlık|çok naziksiniz|allah razı olsun|var olun",
                 Upshot("çalışıyor|geldi|ulaştı|çözüldü|düzeldi|aldım|tamamdır", "her şey|kargo|paket|siparişim|ürün|sorun|para|iade", "şimdi|bugün|bana|elime|şu an|artık", "şimdi|bugün|sorunsuz")),
    "el": Saying("πολύ ευγενικό|πολύ ευγενικοί|εξαιρετική εξυπηρέτηση|μπράβο σας|συνεχίστε έτσι"),
    "he": Saying("שירות מצוין|שירות מעולה|כל הכבוד|אתם אלופים"),
    "ar": Saying("بارك الله فيكم|بارك الله فيك|يعطيكم العافية|يعطيك العافية|الله يعطيكم العافية|الله يعطيك العافية|جزاكم الله خيرا|خدمة ممتازة|كل التقدير"),
    "fa": Saying("خسته نباشید|لطف کردید|دست شما درد نکنه|دستتون درد نکنه|دست شما درد نکند"),
    "hi": Saying("बहुत अच्छी सेवा|आपकी बड़ी मेहरबानी"),
    "vi": Saying("dịch vụ rất tốt|dịch vụ tuyệt vời|shop nhiệt tình quá", Upshot("nhận được|nhận được rồi|nhận được hàng|được rồi|ổn rồi", "mình|em|tôi|anh|chị|hàng", "đã", "rồi|ạ|nhé")),
    "id": Saying("sukses selalu|pelayanan yang bagus|pelayanannya bagus|mantap|semoga sukses selalu", Upshot("sampai|diterima|berfungsi|selesai|beres", "paketnya|paket saya|barangnya|uangnya|masalahnya|semua", "sudah|telah", "sudah|dengan baik|hari ini")),
    "zh-CN": Saying("辛苦了|您辛苦了|你们辛苦了|麻烦您了|麻烦你了|服务很好|服务真好|已收到|收到了|问题解决了|已解决|好评", plea="麻烦您了|麻烦你了|麻烦您|麻烦你|拜托了", not_wanted="了|谢谢|好的|收到"),
    "zh-TW": Saying("辛苦了|您辛苦了|你們辛苦了|麻煩您了|麻煩你了|服務很好|服務真好|已收到|收到了|問題解決了|已解決|好評", plea="麻煩您了|麻煩你了|麻煩您|麻煩你|拜託了", not_wanted="了|謝謝|好的|收到"),
    "ja": Saying(
        "よろしくお願いします|よろしくお願いいたします|よろしくお願い致します|よろしくお願い申し上げます|宜しくお願いします|宜しくお願いいたします|宜しくお願い致します|宜しくお願い申し上げます|よろしくおねがいします|お世話になりました|大変お世話になりました|お手数をおかけしました|お手数おかけしました|助かりました|大変助かりました|無事届きました|届きました|無事に届きました|無事解決しました|解決しました|返金を確認しました|返金確認しました|お疲れ様でした|お疲れさまでした",
        plea="よろしくお願いします|よろしくお願いいたします|よろしくお願い致します|よろしくお願い申し上げます|宜しくお願いします|宜しくお願いいたします|宜しくお願い致します|宜しくお願い申し上げます|よろしくおねがいします|お願いします|お願いいたします|お願い致します|お願い申し上げます|おねがいします",
        not_wanted="今後とも|今後共|これからも|今後も|どうぞ|どうか|何卒|なにとぞ|では|それでは|また|皆様|皆さん|了解です|了解しました|承知しました|承知いたしました|かしこまりました|また何かありましたら|また何かあれば|またの機会に|またの機会がありましたら"),
    "ko": Saying(
        "수고하세요|수고하셨습니다|수고하십시오|수고 많으셨습니다|수고 많으십니다|고생하셨습니다|고생 많으셨습니다|잘 부탁드립니다|잘 부탁드려요|잘 부탁합니다|잘 받았습니다|잘 해결되었습니다|잘 해결됐습니다|번창하세요",
        plea="잘 부탁드립니다|잘 부탁드려요|잘 부탁합니다|부탁드립니다|부탁드려요|부탁합니다", not_wanted="앞으로도|앞으로|그럼|네|예|계속|모두"),
}  # fmt: skip
