"""Names and addresses of outlets, one at a time: which of them mean the same outlet."""

from __future__ import annotations

import re
from functools import lru_cache

# Below a country many names are given one level down: example.co.uk, example.com.au.
_SECOND = frozenset("ac asso co com edu gen go gob gov gouv id in info ltd me mil ne net nic nom or org plc".split())  # noqa: SIM905
# On these every customer is an outlet of its own.
_SHARED = frozenset(
    (
        "blogspot.com",
        "wordpress.com",
        "tumblr.com",
        "substack.com",
        "medium.com",
        "github.io",
        "ghost.io",
        "wixsite.com",
        "weebly.com",
        "livejournal.com",
        "typepad.com",
        "herokuapp.com",
        "netlify.app",
        "pages.dev",
    )
)
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[^\W\d_]{2,24}(?::\d+)?(?:/\S*)?", re.IGNORECASE)
_ENDS = re.compile(r"[/?#]")
_WORD = re.compile(r"\w+")
_FRONT = re.compile(r"^(?:www\d?|m|mobile|amp|edition)\.")


@lru_cache(maxsize=1 << 14)
def host_of(address: str) -> str:
    """Return the host of an address, or of what is a host already, in small letters; "" if there is none."""
    host = address.strip()[:300].casefold().rpartition("://")[2]
    return _ENDS.split(host, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].strip(".")


@lru_cache(maxsize=1 << 14)
def is_address(name: str) -> bool:
    """Whether an outlet is given by its host or address rather than by its name."""
    return bool(_HOST.fullmatch(name.strip()[:300]))


@lru_cache(maxsize=1 << 14)
def domain_of(address: str) -> str:
    """Return the domain that the outlet of an address has registered, "bbc.co.uk" for "https://www.bbc.co.uk/news".

    Told by the looks: two labels, three where the second is one of those that countries give out ("co", "com").
    A customer of a platform for blogs is an outlet of its own.
    """
    host = host_of(address)
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND:
        return ".".join(labels[-3:])
    short = ".".join(labels[-2:])
    return ".".join(labels[-3:]) if short in _SHARED else short


def page_of(address: str) -> str:
    """Return what names a page: host and path, of the copy for phones that of the page; the query where no path is."""
    rest = address.strip().rpartition("://")[2].partition("#")[0]
    path, _, query = rest.partition("?")
    parts = [part for part in path.split("/")[1:] if part and part != "amp"]
    return f"{_FRONT.sub('', host_of(address))}/{'/'.join(parts) or query}"


@lru_cache(maxsize=1 << 14)
def squash(name: str) -> str:
    """Return the letters and digits of a name in small, without article: "The Port-Alden Post" is "portaldenpost"."""
    words = _WORD.findall(name[:200].casefold())
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


@lru_cache(maxsize=1 << 14)
def initials(name: str) -> str:
    """Return the initials of a name of two words and more, as agencies use them: "MPA"; else ""."""
    words = [word for word in _WORD.findall(name[:200]) if word not in {"The", "the", "of", "and"}]
    return "".join(word[0] for word in words).upper() if len(words) > 1 else ""


def belongs(name: str, address: str) -> bool:
    """Whether an address looks like that of the outlet of this name, as bbc.co.uk for "BBC News"."""
    return _belongs(name, host_of(address))  # addresses are many, hosts few


@lru_cache(maxsize=1 << 14)
def _belongs(name: str, host: str) -> bool:
    label = domain_of(host).partition(".")[0].replace("-", "")
    short, first = squash(name), initials(name).casefold()
    if not label or not short:
        return False
    begun = next((word for word in _WORD.findall(name.casefold()) if word != "the"), "")
    alike = (len(label) > 3 and label in short) or (len(short) > 3 and short in label)
    return alike or label in {short, first, begun} or (len(first) > 2 and label.startswith(first))
