"""Relative times: one table of words for fifteen languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dedup.articles.ages import age, tidy

MINUTE, HOUR, DAY = (timedelta(seconds=n) for n in (60, 3600, 86400))
MINUTES_37 = (37 * MINUTE, MINUTE)
AN_HOUR, TWO_HOURS = (HOUR, HOUR / 2), (2 * HOUR, HOUR / 2)
TODAY, A_DAY, TWO_DAYS = ((days * DAY, DAY / 2) for days in (0.5, 1, 2))
THREE_WEEKS, A_MONTH, A_YEAR = (21 * DAY, 3.5 * DAY), (30 * DAY, 15 * DAY), (365 * DAY, 182.5 * DAY)


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        (
            (30 * MINUTE / 60, MINUTE),
            "30 seconds ago|30s|vor 30 Sekunden|hace 30 segundos|30 секунд назад|30秒前",
        ),
        (MINUTES_37, "37 minutes ago|37 MINS AGO|37m|37 min. ago|about 37 minutes ago|37minutes ago"),
        (MINUTES_37, "vor 37 Minuten|hace 37 minutos|il y a 37 minutes|há 37 minutos|37 minutos atrás"),
        (MINUTES_37, "37 minuti fa|37 minuten geleden|37 минут назад|منذ ٣٧ دقيقة|37 मिनट पहले|৩৭ মিনিট আগে"),
        (MINUTES_37, "37分钟前|37 分鐘前|37分前|37분 전|37 dakika önce"),
        (TWO_HOURS, "2h ago|2h|2 hrs ago|2 hours ago|vor 2 Stunden|vor 2 Std.|hace 2 horas|il y a 2 heures"),
        (TWO_HOURS, "há 2 horas|2 ore fa|2 uur geleden|2 часа назад|قبل ساعتين|2 घंटे पहले|২ ঘণ্টা আগে"),
        (TWO_HOURS, "2小时前|2個小時前|2時間前|2시간 전|2시간전|2 saat önce"),
        (
            AN_HOUR,
            "an hour ago|1h|vor einer Stunde|hace una hora|il y a une heure|há uma hora|un\u2019ora fa",
        ),
        (AN_HOUR, "een uur geleden|час назад|منذ ساعة|एक घंटा पहले|এক ঘণ্টা আগে|一小时前|1時間前|bir saat önce"),
        (
            A_DAY,
            "a day ago|1 day ago|vor einem Tag|hace un día|il y a un jour|um dia atrás|un giorno fa|1日前",
        ),
        (A_DAY, "yesterday|Yesterday at 9:15 PM|gestern|ayer|hier|ontem|ieri|gisteren|вчера|أمس|कल|গতকাল"),
        (A_DAY, "昨天|昨日|어제|dün"),
        (TWO_DAYS, "2 days ago|2d|vor 2 Tagen|2 дня назад|منذ يومين|2 दिन पहले|2일 전|2天前|vorgestern|前天"),
        (THREE_WEEKS, "3 weeks ago|3w|vor 3 Wochen|il y a 3 semaines|3 недели назад|3 周前|3주 전|3週間前"),
        (
            A_MONTH,
            "a month ago|1mo|vor einem Monat|un mese fa|il y a un mois|1か月前|1个月前|1개월 전|1 ay önce",
        ),
        (A_YEAR, "a year ago|1y|il y a un an|hace un año|1 год назад|1年前|bir yıl önce"),  # noqa: RUF001
        ((7 * DAY, 7 * DAY), "last week"),
        (
            (0 * DAY, MINUTE),
            "just now|moments ago|a few seconds ago|soeben|à l\u2019instant|только что|刚刚|방금",
        ),
        (TODAY, "today|Today, 09:15|heute|hoy|Aujourd'hui|hoje|oggi|сегодня|اليوم|今天|今日|오늘|bugün"),
        (None, "in 2 hours|2 bananas ago|ago|hours|an hour|2 2 hours ago|12345 hours ago|2025-03-04||last"),
        (None, "5月|3日|2年"),  # May, the third, year two
    ],
)
def test_ages(expected, texts):
    for text in texts.split("|"):
        assert age(tidy(text)) == expected, text
