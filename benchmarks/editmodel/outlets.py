"""Invented outlets: what each puts around every story is constant, as it is on a real site."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outlet:
    """One site.

    Attributes:
        name: Its name.
        host: Its host.
        dateline: How a wire dateline is restyled here; fields `city`, `CITY`, `agency`, `day`.
        byline: The line above the story; fields `agency`, `name`.
        credit: The line below; field `agency`.
        tail: What stands below every story, line by line; "*" is a line of headlines of other stories.
        inside: Lines set into stories; "*" stands for the headline of another story.
        rights: The copyright line or disclaimer.
        photo: How photos are credited; fields `name`, `agency`.
        glue: What stands between its paragraphs once somebody has extracted them.
    """

    name: str
    host: str
    dateline: str
    byline: str
    credit: str
    tail: tuple[str, ...]
    inside: tuple[str, ...]
    rights: str
    photo: str
    glue: str = "\n\n"


OUTLETS = (
    Outlet(
        "Morning Ledger",
        "morningledger.example",
        "{CITY} ({agency}) — ",
        "By {agency}",
        "Source: {agency}",
        (
            "Share this story on all your channels",
            "Sign up for the Morning Ledger newsletter and never miss the day's top stories.",
            "Most read",
            "*",
            "Comments are moderated before they appear. Be kind to one another.",
        ),
        ("ADVERTISEMENT - STORY CONTINUES BELOW", "ALSO READ: *", "Scroll down for more"),
        "© Morning Ledger Media. All rights reserved.",
        "Photo: {name} / {agency}",
    ),
    Outlet(
        "Channel Twelve",
        "channeltwelve.example",
        "{CITY} - ",
        "{agency} Staff",
        "Copyright {agency}. All rights reserved. This material may not be published or rewritten.",
        (
            "Download the Channel Twelve app for breaking news, weather and traffic.",
            "Like us on the social network of your choice. Follow us for updates through the day.",
            "*",
            "Have a news tip? Write to tips@channeltwelve.example or call our newsroom at any hour.",
        ),
        ("RELATED: *", "Download our free app here."),
        "This story was not edited by Channel Twelve staff and is published from a syndicated feed.",
        "FILE - {name} ({agency})",
        " ",
    ),
    Outlet(
        "Daily Bharat Mirror",
        "bharatmirror.example",
        "{city}, {day} ({agency}): ",
        "{agency} | Updated at 10.15 am",
        "With inputs from {agency}",
        (
            "Published By: News Desk",
            "Catch all the latest news, business news, breaking news events and live updates on Daily Bharat Mirror.",
            "Trending topics",
            "*",
            "Join our channel to receive news updates on your phone as they happen.",
            "First published: today. Tags: News, India, World, Top stories",
        ),
        ("ALSO READ | *", "Advertisement", "READ MORE: *"),
        "(Except for the headline, this story has not been edited by our staff and is published from a feed.)",
        "Image: {agency}",
    ),
    Outlet(
        "The Quayside Post",
        "quaysidepost.example",
        "{city}: ",
        "{name}, {agency}",
        "({agency})",
        (
            "What do you think? Let us know in the comments section below this article.",
            "More from the Quayside Post",
            "*",
            "The Quayside Post is part of the Harbour Press group. Terms of use. Privacy. Cookies. Contact us.",
        ),
        ("Article continues after advertisement", "Don't miss: *"),
        "Copyright The Quayside Post 2025",
        "({name} / {agency})",
    ),
    Outlet(
        "Inland Tribune",
        "inlandtribune.example",
        "{CITY}, {day} - ",
        "From {agency} reports",
        "Agencies",
        (
            "Subscribe today for full digital access to the Inland Tribune from one crown for the first month.",
            "Support local journalism: your subscription pays for the reporting that you read here every day.",
        ),
        ("Story continues below", "Subscribe to our newsletter to get the news every morning."),
        "Distributed by Inland Content Exchange.",
        "{agency} photo by {name}",
        "\n",
    ),
    Outlet(
        "Vesta News",
        "vestanews.example",
        "{agency} - {city} - ",
        "By our foreign desk",
        "/{agency}/",
        (
            "Follow @vestanews",
            "Read also",
            "*",
            "Vesta News, publisher Vesta Digital Ltd. Registration number 4417. Imprint. Terms. Advertising.",
            (
                "This website uses cookies to analyse traffic and to show you advertising that suits you. By using the "
                "site you agree to our terms. You can change your settings at any time in the footer of the page. We "
                "work with partners who store and read information on your device, such as identifiers, and process "
                "data to measure advertising and content, to learn about audiences and to improve our services."
            ),
        ),
        ("Read also: *", "See the gallery"),
        "Reproduction in whole or in part without written permission of the publisher is prohibited.",
        "© {agency} / {name}",
    ),
    Outlet(
        "Roundabout Online",
        "roundabout.example",
        "{CITY}: ",
        "Roundabout Online",
        "via {agency}",
        (
            "Read more",
            "*",
            "Join the conversation. You are commenting as a guest: sign in or register to take part.",
            (
                "Roundabout Online selects and reviews products on its own. If you buy through our links we may earn a "
                "commission."
            ),
        ),
        ("WATCH: *", "Ad", "Get alerts for this topic: tap the bell."),
        "All contents copyright Roundabout Online and its partners.",
        "Library image, {name}",
        " ",
    ),
    Outlet(
        "Western Standard Echo",
        "westernecho.example",
        "{CITY} ({agency}) _ ",
        "{name}",
        "--{agency}",
        ("Tell us what you think at letters@westernecho.example", "*", "Back to top"),
        ("Continue reading after the picture", "More: *"),
        "© 2025 Western Echo. Not for republication.",
        "Picture: {agency}",
    ),
)
AGENCIES = ("NWA", "MPA", "HPS", "Northern Wire", "Meridian Press", "Halden Press Service")
PEOPLE = ("Ada Marsh", "Jonas Kerr", "Mila Trent", "Oskar Lindqvist", "Priya Nand", "Ruben Castell", "Tove Asker")
CITIES = ("Port Alden", "Norvick", "Veldmar", "Tarrow", "Ostrell", "Brightwater", "Altport")
PLACES = ("Mill Street", "Harbour Road", "the old market", "Kestrel Bridge", "the northern district", "Quay Street")
