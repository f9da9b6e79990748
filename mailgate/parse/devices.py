"""The devices and programs that name themselves under a mail (see :mod:`client_phrases`)."""

from __future__ import annotations

DEVICES = (
    "iPhone|iPad|iPod|Apple|Mac|MacBook|Android|Samsung|Galaxy|Huawei|Honor|Xiaomi|Redmi|Mi|Poco|OPPO|vivo"
    "|OnePlus|Nokia|Sony|Xperia|HTC|LG|Motorola|Moto|Pixel|Nexus|ZTE|Lumia|Windows Phone|Windows|BlackBerry"
    "|Handheld|Palm|Treo|Droid|Verizon|T-Mobile|AT&T|Sprint|Vodafone|Telekom|Orange|SFR|Swisscom|NTT|docomo"
    "|Outlook|Mail|Yahoo|AOL|GMX|WEB.DE|Web.de|freenet|T-Online|1&1|IONOS|Proton|ProtonMail|Tutanota|Tuta"
    "|Gmail|Inbox|Spark|BlueMail|Blue Mail|Airmail|Newton|CloudMagic|Mailbird|eM Client|Thunderbird|Mailspring"
    "|Superhuman|Edison|Polymail|K-9|K9|FairEmail|Aqua Mail|AquaMail|TypeApp|Nine|myMail|Mailbox|Front|Zoho"
    "|Fastmail|FastMail|Posteo|mailbox.org|Libero|Virgilio|Tiscali|Alice|iCloud|Hotmail|Foxmail|NetEase|QQ|163"
    "|126|Naver|Daum|Kakao|Yandex|Mail.ru|Rambler|Seznam|Centrum|Onet|WP|Interia|o2|UOL|BOL|Terra|Laposte"
    "|Free|Bouygues|Unibox|Postbox|Canary|Tablet|Smartphone|Handy|Telefon|Mobiltelefon|Mobile|mobile|phone"
    "|cellphone|téléphone|portable|móvil|teléfono|celular|telemóvel|telefono|cellulare|telefoon|mobiel|mobil"
    "|telefonu|komórki|puhelin|laite|тeлефон|телефон|смартфон|планшет|Яндекс|Почты|Почта|Samsungu|iPhonu|iPadu"
    "|Айфон|айфон|телефона|смартфона|κινητό|תיבת|הנייד|הטלפון|הסמארטפון|الهاتف|هاتفي|আইফোন|โทรศัพท์|手机|手機"
    "|小米|华为|華為|红米|荣耀|三星|网易|網易|苹果|蘋果|携帯|スマートフォン|휴대폰|휴대전화|스마트폰|아이폰|갤럭시|네이버|다음"
    "|iPhonea|iPhonesta|iPhoneom|iPhoneu|iPhona|iPhonema|Ipad|Iphone|Blackberry|Playbook|Kindle|Surface"
)
"""What ``{known}`` may be, or hold: devices, their makers, mail programs and providers."""

SYSTEMS = "iOS|Android|iPhone|iPad|Mac|macOS|Windows|Windows 10|Windows 11|mobile|desktop|iPadOS"
"""What ``{os}`` may be, with a number or an ending of the language after it."""

SAMPLE_DEVICES = {
    "apple": ("iPhone", "iPad"),
    "sent": (
        "Samsung Galaxy",
        "Yahoo Mail",
        "Huawei",
        "Xiaomi",
        "BlackBerry",
        "Proton Mail",
        "GMX",
    ),
}
"""Devices and programs that each ``apple`` and ``sent`` line is met with."""
