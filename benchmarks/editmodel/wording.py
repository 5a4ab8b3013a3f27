"""Edits 19 to 24: house style, day words, light and heavy rewriting, later versions, two wires in one."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from editmodel import words
from editmodel.story import sentences

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from editmodel.layout import Desk
    from editmodel.story import Story

_STYLE_SHARE = (0.01, 0.04)
_LIGHT_SHARE = (0.02, 0.06)
_HEAVY_SHARE = (0.25, 0.6)
_DAY = "|".join(words.DAYS)
_MONTH = "|".join(words.MONTHS)


def house_style(story: Story, desk: Desk) -> Story | None:
    """19: spellings, per cent, units, numbers, honorifics, states, months; 1 to 4 % of the tokens."""
    rules = _style_rules(story, desk.rng)
    return _within(story, rules, desk.rng, _STYLE_SHARE)


def _style_rules(story: Story, rng: random.Random) -> list[tuple[str, Callable[[re.Match[str]], str]]]:
    """Return patterns and what they become, in a direction for each that this desk keeps to."""
    rules: list[tuple[str, Callable[[re.Match[str]], str]]] = []

    def exchange(old: str, new: str) -> None:
        rules.append((rf"\b{re.escape(old)}", lambda found: new.capitalize() if found[0][0].isupper() else new))

    for british, american in (*words.ISE, *words.SPELLINGS):
        exchange(british, american)
        exchange(american, british)
    sign = rng.choice(("%", " percent", " per cent", " pct"))
    rules.append((r"(?<=\d)(?: ?%| per ?cent\b| pct\b)", lambda _: sign))
    if rng.random() < 0.5:
        digits = {word: str(place + 2) for place, word in enumerate(words.NUMBERS)}
        rules.append((rf"\b(?:{'|'.join(digits)})\b(?!-)", lambda found: digits[found[0]]))
    else:
        rules.append((r"(?<![\d.,:$£€-])\b[2-9]\b(?![.,:%-]?\d|%)", lambda found: words.NUMBERS[int(found[0]) - 2]))
    for long, short in words.UNITS:
        rules.append((rf"(?<=\d ){long}\b", lambda _, short=short: short))
        if len(short) > 1:
            rules.append((rf"(?<=\d ){short}\b", lambda _, long=long: long))
    for long, short in words.STATES.items():
        rules.append((rf"(?<=, ){long}\b", lambda _, short=short: short))
    rules += [
        (r"(?<=\d) million\b", lambda _: rng.choice((" mln", "m", " Million"))),
        (r"(?<=\d),(?=\d{3}\b)", lambda _: rng.choice(("", " "))),
        (rf"\b(?P<m>{_MONTH}) (?P<d>\d{{1,2}})\b", lambda found: f"{found['d']} {found['m']}"),
        (rf"\b(?:{'|'.join(words.MONTHS)})(?= \d)", lambda found: words.SHORT_MONTHS[found[0]]),
        (r"\b(\d{1,2})[:.](\d\d) ?([ap])\.?m\b\.?", lambda found: f"{found[1]}.{found[2]}{found[3]}m"),
        (r"\bU\.S\.", lambda _: "US"),
        (r"\bUS\b", lambda _: "U.S."),
        (r"\bVice President\b", lambda _: "vice-president"),
        (r"\bcrowns\b", lambda _: "kr"),
        (r"\$(\d[\d.,]*)(?! (?:mil|bil))", lambda found: f"{found[1]} dollars"),
    ]
    for name in _surnames(story):
        rules.append((rf"(?<![\w.] ){name}(?= said| says| told| added)", lambda found: f"Mr {found[0]}"))
        rules.append((rf"\b(?:Mr|Mrs|Ms)\.? {name}\b", lambda _, name=name: name))
    return rules


def _surnames(story: Story) -> list[str]:
    """Return last names: the second of two capitalised words, used alone elsewhere."""
    text = story.text
    pairs = dict.fromkeys(re.findall(r"\b[A-Z][a-z]+ ([A-Z][a-z]{2,})\b", text))
    return [name for name in pairs if len(re.findall(rf"\b{name}\b", text)) > 1][:8]


def _within(
    story: Story,
    rules: list[tuple[str, Callable[[re.Match[str]], str]]],
    rng: random.Random,
    share: tuple[float, float],
) -> Story | None:
    """Apply rules at all their places, in random order, until enough tokens are changed."""
    budget = max(1, round(rng.uniform(*share) * len(story.text.split())))
    paragraphs = list(story.paragraphs)
    rng.shuffle(rules)
    for pattern, become in rules:
        for place, paragraph in enumerate(paragraphs):
            if budget <= 0:
                return replace(story, paragraphs=tuple(paragraphs))
            paragraphs[place], count = re.subn(pattern, become, paragraph, count=budget)
            budget -= count
    changed = tuple(paragraphs)
    return replace(story, paragraphs=changed) if changed != story.paragraphs else None


def day_words(story: Story, desk: Desk) -> Story | None:
    """20: Tuesday becomes today, yesterday or a date, and the other way round, wherever it stands."""
    rng = desk.rng
    day = rng.randint(1, 28)
    kind = rng.choice(("today", "yesterday", "dated", "plain"))

    def become(found: re.Match[str]) -> str:
        name = found["day"]
        forms = {"today": "today", "yesterday": "yesterday", "dated": f"on {name}, March {day},", "plain": name}
        return forms[kind]

    text = [re.sub(rf"\b(?:on )?(?P<day>{_DAY})\b(?!,? (?:{_MONTH}))", become, one) for one in story.paragraphs]
    if tuple(text) == story.paragraphs:
        name = rng.choice(words.DAYS)
        text = [re.sub(r"\b(?:today|yesterday)\b", f"on {name}", one) for one in story.paragraphs]
    return replace(story, paragraphs=tuple(text)) if tuple(text) != story.paragraphs else None


def light_edit(story: Story, desk: Desk) -> Story:
    """21: synonyms, small words dropped or added, a clause dropped; 2 to 6 % of the tokens."""
    rng = desk.rng
    total = len(story.text.split())
    left = max(1, round(rng.uniform(*_LIGHT_SHARE) * total))
    paragraphs = [paragraph.split(" ") for paragraph in story.paragraphs]
    if total > 150 and rng.random() < 0.5:
        left -= _drop_clause(paragraphs, rng, left)
    places = [(one, place) for one, text in enumerate(paragraphs) for place in range(len(text))]
    rng.shuffle(places)
    for one, place in places:
        if left <= 0:
            break
        word = paragraphs[one][place]
        bare = word.strip(".,;:\"'“”").lower()
        if bare in words.SYNONYMS and rng.random() < 0.8:
            new = rng.choice(words.SYNONYMS[bare])
            new = new[:1].upper() + new[1:] if word[:1].isupper() else new
            paragraphs[one][place] = re.sub(re.escape(bare), new, word, count=1, flags=re.IGNORECASE)
        elif bare in words.DROPPABLE and bare == word and rng.random() < 0.4:
            paragraphs[one][place] = ""
        elif word.islower() and rng.random() < 0.03:
            paragraphs[one][place] = f"{rng.choice(words.INSERTED)} {word}"
        else:
            continue
        left -= 1
    joined = tuple(re.sub(r"\s+", " ", " ".join(text)).strip() for text in paragraphs)
    return replace(story, paragraphs=joined)


def _drop_clause(paragraphs: list[list[str]], rng: random.Random, most: int) -> int:
    """Take out a clause between commas of at most `most` words; return how many went."""
    for one in rng.sample(range(len(paragraphs)), len(paragraphs)):
        commas = [place for place, word in enumerate(paragraphs[one]) if word.endswith(",")]
        for first, second in itertools.pairwise(commas):
            if 2 <= second - first <= most:
                del paragraphs[one][first + 1 : second + 1]
                return second - first
    return 0


def heavy_rewrite(story: Story, desk: Desk) -> Story:
    """22: 25 to 60 % of the sentences paraphrased: clauses turned round, most words that have one by a synonym."""
    rng = desk.rng
    share = rng.uniform(*_HEAVY_SHARE)
    return replace(
        story,
        paragraphs=tuple(
            " ".join(paraphrase(one, rng) if rng.random() < share else one for one in sentences(paragraph))
            for paragraph in story.paragraphs
        ),
    )


def paraphrase(sentence: str, rng: random.Random) -> str:
    """Turn the clauses of a sentence round and change every third of its words."""
    stop = sentence[-1] if sentence[-1] in ".!?" else ""
    clauses = re.split(r",\s+|\s+(?=(?:after|because|while|when|as|but|and|which|who|that)\b)", sentence.rstrip(".!?"))
    rng.shuffle(clauses)
    changed = []
    for word in " ".join(clauses).split():
        bare = word.strip(".,;:\"'").lower()
        if bare in words.SYNONYMS:
            changed.append(rng.choice(words.SYNONYMS[bare]))
        elif bare in words.DROPPABLE and rng.random() < 0.7:
            continue
        else:
            changed += [word, rng.choice(words.INSERTED)] if rng.random() < 0.06 else [word]
    text = " ".join(changed)
    return text[:1].upper() + text[1:] + stop


def later_version(story: Story, desk: Desk) -> Story | None:
    """23: a third of the figures changed, at least two; one or two paragraphs more; UPDATE in the headline."""
    rng = desk.rng
    figures = re.compile(rf"(?<![\d.,:])\d{{1,5}}(?![\d:]|[.,]\d)|\b(?:{'|'.join(words.NUMBERS)})\b")
    places = [
        (one, found.start(), found.end())
        for one, paragraph in enumerate(story.paragraphs)
        for found in figures.finditer(paragraph)
    ]
    if len(places) < 2:
        return None
    paragraphs = list(story.paragraphs)
    for one, start, stop in sorted(rng.sample(places, max(2, len(places) // 3)), reverse=True):
        paragraphs[one] = paragraphs[one][:start] + _other(paragraphs[one][start:stop], rng) + paragraphs[one][stop:]
    for added in desk.pool.own_words(story, rng.choice((30, 60)), rng)[:2]:
        paragraphs.insert(rng.randint(1, min(3, len(paragraphs))), added)
    shape = rng.choice(("UPDATE 1-{}", "UPDATE 2-{}", "CORRECTED-{}", "UPDATE: {}", "2nd LD: {}"))
    return replace(story, title=shape.format(story.title), paragraphs=tuple(paragraphs))


def _other(figure: str, rng: random.Random) -> str:
    """Return another figure of the same kind, somewhat higher, as tolls are."""
    if figure in words.NUMBERS:
        return rng.choice([word for word in words.NUMBERS if word != figure])
    value = int(figure)
    return str(value + max(1, round(value * rng.uniform(0.05, 0.6)))) if not 1900 < value < 2100 else str(value - 1)


def two_wires(story: Story, desk: Desk) -> Story:
    """24: the first half to three quarters of the story, and the same event from another agency's report."""
    rng = desk.rng
    kept = max(1, round(len(story.paragraphs) * rng.uniform(0.5, 0.75)))
    own = desk.pool.own_words(story, len(story.text.split()) // 3, rng)
    first, second = story.paragraphs[:kept], own
    if rng.random() < 0.5:
        return replace(story, paragraphs=first + second)
    woven = [first[0]]
    rest, others = list(first[1:]), list(second)
    while rest or others:
        taken = rest if rest and (not others or rng.random() < 0.6) else others
        woven.append(taken.pop(0))
    return replace(story, paragraphs=tuple(woven))
