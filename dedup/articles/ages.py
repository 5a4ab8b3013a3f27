"""How long ago a text says that something was: "2h ago", "vor 3 Tagen", "37分钟前".

One table for all languages: en de es fr pt it nl ru ar hi bn zh ja ko tr. A word that means one thing in one
language and another in the next ("an": one, or years) is told apart by its place in the phrase.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

_SECOND, _MINUTE, _HOUR, _DAY = (timedelta(seconds=n) for n in (1, 60, 3600, 86400))

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # marks of writing direction


def tidy(text: str) -> str:
    """Fold case, widths, kinds of space, minus and apostrophe, so that one spelling of a date is left."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    return " ".join(folded.replace("\u2212", "-").replace("\u2019", "'").split())


_UNITS = {
    _SECOND: """second seconds sec secs s sekunde sekunden sek segundo segundos seg seconde secondes secondo
        secondi seconden секунду секунды секунд сек ثانية ثوان ثواني सेकंड सेकेंड সেকেন্ড
        秒 秒钟 秒鐘 초 saniye sn""",
    _MINUTE: """minute minutes min mins m minuten minuto minutos minuti minuut minuten минуту минуты минут мин
        دقيقة دقائق मिनट মিনিট 分 分钟 分鐘 분 dakika dk""",
    _HOUR: """hour hours hr hrs h stunde stunden std hora horas heure heures ora ore uur uren час часа часов ч
        ساعة ساعات घंटा घंटे घण्टे ঘণ্টা ঘন্টা 小时 小時 个小时 個小時 時間 시간 saat sa""",
    _DAY: """day days d tag tage tagen día días dia dias jour jours j giorno giorni dag dagen день дня дней дн
        يوم أيام दिन দিন 天 日 일 gün""",
    7 * _DAY: """week weeks w wk wks woche wochen semana semanas semaine semaines settimana settimane weken
        неделю недели недель أسبوع أسابيع सप्ताह हफ्ते সপ্তাহ 周 週 週間 星期 个星期 個星期 주 주일 hafta""",
    30 * _DAY: """month months mo monat monate monaten mes meses mois mês mese mesi maand maanden месяц месяца
        месяцев мес شهر أشهر شهور महीना महीने মাস 个月 個月 か月 ヶ月 カ月 ヵ月 개월 달 ay""",
    365 * _DAY: """year years yr yrs y jahr jahre jahren año años ano anos an ans anno anni jaar jaren год года
        лет سنة سنوات عام أعوام साल वर्ष বছর 年 년 yıl""",  # noqa: RUF001 - Turkish
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in tidy(words).split()}
# The Arabic dual: two minutes, hours, days, weeks, months, years, each in one word.
_TWO = dict(zip("دقيقتين ساعتين يومين أسبوعين شهرين سنتين".split(), list(_UNITS)[1:], strict=True))  # noqa: SIM905
_ONE = "a|an|one|ein|eine|einem|einer|un|una|uno|une|um|uma|een|één|один|одну|одно|bir|एक|এক"

# Age and reach in days. "Yesterday" is a day ago, not a date, for whose midnight it was is not known.
_PHRASES = {
    (0, 1 / 1440): """now|just now|moments ago|a moment ago|seconds ago|a few seconds ago|gerade eben|soeben|
        ahora mismo|justo ahora|à l'instant|agora|agora mesmo|adesso|zojuist|только что|الآن|अभी|अभी अभी|
        এইমাত্র|刚刚|剛剛|たった今|방금|방금 전|az önce|şimdi""",
    (0.5, 0.5): "today|heute|hoy|aujourd'hui|hoje|oggi|vandaag|сегодня|اليوم|आज|আজ|今天|今日|오늘|bugün",
    (1, 0.5): "yesterday|gestern|ayer|hier|ontem|ieri|gisteren|вчера|أمس|कल|গতকাল|昨天|昨日|어제|dün",
    (
        2,
        0.5,
    ): "vorgestern|anteayer|avant-hier|anteontem|l'altro ieri|eergisteren|позавчера|前天|一昨日|그저께",
    (7, 7): "last week",
}
_PHRASE = {
    tidy(phrase): (age * _DAY, reach * _DAY)
    for (age, reach), phrases in _PHRASES.items()
    for phrase in phrases.split("|")
}
_CLOCK_AFTER = re.compile(r",?(?: at)? \d\d?:\d\d(?: ?[ap]\.?m\.?)?$")

_AGO = re.compile(
    r"(?P<before>(?:vor|hace|il y a|há|ha|منذ|قبل) )?(?:about )?"
    rf"(?:(?P<count>\d{{1,4}}) ?|(?P<one>(?:{_ONE}) |un'|一 ?))?(?P<unit>[^\d ]{{1,20}}?)\.?"
    r"(?P<after> ?(?:ago|fa|atrás|geleden|назад|पहले|আগে|以?前|之前|전|önce))?"
)


def age(text: str) -> tuple[timedelta, timedelta] | None:
    """Read a tidied text as a time before now.

    Returns:
        How long ago, and how far the truth may lie to either side; None where the text says no such thing.
    """
    phrase = _PHRASE.get(_CLOCK_AFTER.sub("", text))
    match = None if phrase else _AGO.fullmatch(text)
    if match is None:
        return phrase
    word, count, marked = match["unit"], int(match["count"] or 1), match["before"] or match["after"]
    # Without "ago" only Latin units count: "5月" is May and "3日" the third.
    if not marked and not (match["count"] and word.isascii()):
        return None
    unit = _UNIT.get(word)
    if unit is None and not match["count"]:
        unit, count = _TWO.get(word), 2
    return (count * unit, max(unit / 2, _MINUTE)) if unit else None
