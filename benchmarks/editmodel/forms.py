"""Forms with blanks: what one outlet publishes day by day, or firm by firm, with other facts each time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from editmodel import words

if TYPE_CHECKING:
    from collections.abc import Callable

    Form = Callable[[random.Random, int], tuple[str, str]]

_FIRMS = [
    "Micralon",
    "Hynixor",
    "Voltara",
    "Brightwell",
    "Corrigan",
    "Delmarva",
    "Esterhal",
    "Fennimore",
    "Galvanor",
    "Hartwick",
    "Ivelco",
    "Jarrold",
    "Kestrel",
    "Lumenta",
    "Marrowby",
    "Nordhaven",
    "Ortelius",
    "Pellworth",
    "Quarrymen",
    "Rosscairn",
    "Silverline",
    "Tarrant",
    "Umberland",
    "Vexholm",
    "Wendover",
    "Yarrowdale",
    "Zennor",
    "Altamere",
    "Blackmoor",
    "Carrick",
]
_KINDS = ("Inc", "Corp", "Ltd", "Group", "Holdings")
_GOODS = ("memory chips", "packaging", "farm machines", "valves", "frozen food", "paints", "ship engines", "lenses")
_CITIES = [
    "Veldmar",
    "Norvick",
    "Tarrow",
    "Ostrell",
    "Brightwater",
    "Altport",
    "Granholt",
    "Ulver",
    "Sonnmark",
    "Ivel",
    "Corrowmere",
    "Lesk",
]
_FORENAMES = [
    "Ada",
    "Bernard",
    "Clara",
    "Dorian",
    "Edith",
    "Felix",
    "Greta",
    "Hugo",
    "Irma",
    "Jasper",
    "Kira",
    "Leonard",
    "Maud",
    "Nils",
    "Olive",
    "Percy",
]
_SURNAMES = [
    "Marsh",
    "Kerr",
    "Trent",
    "Lind",
    "Nand",
    "Castell",
    "Asker",
    "Brook",
    "Coyle",
    "Drummond",
    "Eastlake",
    "Farrow",
    "Gower",
    "Haddon",
    "Irving",
    "Joyce",
    "Keane",
    "Lamb",
    "Morley",
    "Nash",
    "Oakes",
    "Pruitt",
    "Quill",
    "Rowe",
    "Selby",
    "Thorne",
    "Upton",
    "Vance",
    "Wragg",
    "Yates",
]
_TEAMS = [
    "Norvick",
    "Tarrow",
    "Veldmar",
    "Ostrell",
    "Altport",
    "Granholt",
    "Ulver",
    "Brightwater",
    "Ivel",
    "Lesk",
    "Sonnmark",
    "Corrowmere",
]
_SKIES = ("sunny spells", "light rain", "heavy showers", "fog banks", "thick cloud", "a dry morning", "hail", "sleet")


def _money(rng: random.Random, low: float, high: float) -> str:
    return f"{rng.uniform(low, high):.1f}"


def _move(rng: random.Random) -> str:
    verb = rng.choice(("rose", "fell", "gained", "lost", "added", "shed"))
    return f"{verb} {rng.uniform(0.1, 6):.1f} percent"


def _date(number: int) -> str:
    return f"{words.MONTHS[number // 28 % 12]} {number % 28 + 1}"


def markets(rng: random.Random, number: int) -> tuple[str, str]:
    """The close of a stock exchange: prose and a table."""
    day = words.DAYS[number % 5]
    table = "\n".join(
        f"{firm} {_money(rng, 4, 90)} {rng.choice('+-')}{rng.uniform(0, 5):.2f}" for firm in sorted(_FIRMS[:10])
    )
    up, down = rng.sample(_FIRMS[:10], 2)
    text = (
        f"The Veldmar 30 index {_move(rng)} to close at {rng.uniform(2000, 2600):,.2f} points on {day}. Turnover was "
        f"{_money(rng, 200, 900)} million crowns.\n\n{up} led the gainers and {_move(rng)}; {down} was at the bottom "
        f"of the table and {_move(rng)}. The crown {_move(rng)} against the dollar, and the ten-year bond yielded "
        f"{rng.uniform(2, 5):.2f} percent.\n\nClosing prices in crowns, with the change on the day:\n\n{table}\n\n"
        "Prices are delayed by fifteen minutes and are given without guarantee."
    )
    return f"Stocks close: {day}, {_date(number)}", text


def weather(rng: random.Random, number: int) -> tuple[str, str]:
    """The forecast for tomorrow."""
    day = words.DAYS[number % 7]
    first, second, third = rng.sample(_SKIES, 3)
    low = rng.randint(-4, 14)
    wind = rng.choice(("north", "south", "east", "west", "north-west", "south-west"))
    text = (
        f"{day} will begin with {first} along the coast and {second} inland. Highs will reach {low + 7} degrees in "
        f"Altport and {low + 5} in Norvick; at night temperatures will fall to {low} degrees. Winds from the {wind} at "
        f"{rng.randint(5, 60)} kilometres an hour, with gusts of up to {rng.randint(60, 110)} on the headlands.\n\n"
        f"High water at Port Alden is at {rng.randint(1, 12)}:{rng.randint(10, 59)} and {rng.randint(13, 23)}:"
        f"{rng.randint(10, 59)}. The sun rises at 6:{rng.randint(10, 59)} and sets at 5:{rng.randint(10, 59)}. The "
        f"pollen count is {rng.choice(('low', 'moderate', 'high'))}.\n\nOutlook: {third} for the rest of the week. "
        "Call the coastguard before you take a small boat out."
    )
    return f"Coast weather for {day}, {_date(number)}", text


def lottery(rng: random.Random, number: int) -> tuple[str, str]:
    """Winning numbers."""
    drawn = ", ".join(map(str, sorted(rng.sample(range(1, 50), 6))))
    day = ("Wednesday", "Saturday")[number % 2]
    text = (
        f"The winning numbers in {day}'s draw of the Kestrian Lotto were {drawn}. The bonus number was "
        f"{rng.randint(1, 49)}.\n\n{rng.choice(('No ticket', 'One ticket', 'Two tickets'))} matched all six numbers. "
        f"{rng.randint(3, 90)} players had five and each win {rng.randint(900, 30000):,} crowns. The jackpot in the "
        f"next draw will be about {_money(rng, 1, 20)} million crowns.\n\nTickets are sold until 6 p.m. on the day of "
        "the draw. Winners of more than 5,000 crowns should call the lottery office. All numbers are given without "
        "guarantee. Play with care: help with gambling problems is free."
    )
    return f"Lotto: the winning numbers for {day}, {_date(number)}", text


def standings(rng: random.Random, number: int) -> tuple[str, str]:
    """The table of a league after a round."""
    teams = rng.sample(_TEAMS, len(_TEAMS))
    points = sorted((rng.randint(4, 60) for _ in teams), reverse=True)
    table = "\n".join(
        f"{place} {team} {number % 30 + 5} {rng.randint(0, 20)} {rng.randint(0, 9)} {rng.randint(0, 20)} {total}"
        for place, (team, total) in enumerate(zip(teams, points, strict=True), 1)
    )
    text = (
        f"Standings in the Kestrian League after round {number + 1}: place, team, games, won, drawn, lost, points\n\n"
        f"{table}\n\nThe first goes up, the last two go down. Next round on {_date(number * 7)}."
    )
    return f"Kestrian League standings after round {number + 1}", text


def earnings(rng: random.Random, number: int) -> tuple[str, str]:
    """A brief on the results of a firm."""
    firm = _FIRMS[number % len(_FIRMS)]
    beaten, moved = rng.choice(("above", "below")), rng.choice(("risen", "fallen"))
    quarter = ("first", "second", "third", "fourth")[number // len(_FIRMS) % 4]
    text = (
        f"{_date(number)} - {firm} {rng.choice(_KINDS)} reported {quarter}-quarter revenue of {_money(rng, 90, 900)} "
        f"million crowns, {rng.choice(('up', 'down'))} {rng.randint(2, 30)} percent from a year earlier and {beaten} "
        f"the average forecast of {rng.randint(90, 900)} million. Net profit was {_money(rng, 5, 90)} million crowns, "
        f"or {rng.uniform(0.1, 5):.2f} crowns a share, against {_money(rng, 5, 90)} million, or "
        f"{rng.uniform(0.1, 5):.2f} crowns a share.\n\nThe maker of {rng.choice(_GOODS)} said it expected revenue of "
        f"between {rng.randint(90, 400)} and {rng.randint(400, 900)} million crowns in the next quarter. It "
        f"proposed an annual dividend of {rng.uniform(0.1, 3):.2f} crowns a share.\n\n{firm} shares have {moved} "
        f"{rng.randint(1, 40)} percent this year. The company will hold a conference call at 4 p.m. Veldmar time. "
        "This brief was produced from data."
    )
    brief = f"BRIEF-{firm} Q{number // len(_FIRMS) % 4 + 1} revenue"
    return f"{brief} {rng.choice(('up', 'down'))} {rng.randint(2, 30)} pct", text


def dividend(rng: random.Random, number: int) -> tuple[str, str]:
    """A dividend notice: some twenty tokens."""
    firm = f"{_FIRMS[number % len(_FIRMS)]} {_KINDS[number // len(_FIRMS) % len(_KINDS)]}"
    cents = rng.randint(3, 60)
    text = (
        f"Qtly div {cents} cts vs {cents - rng.choice((0, 0, 1, 2))} cts prior\nPay {_date(number + 30)}\n"
        f"Record {_date(number + 12)}"
    )
    return f"{firm.upper()} <{firm[:3].upper()}> SETS QUARTERLY DIVIDEND", text


def obituary(rng: random.Random, number: int) -> tuple[str, str]:
    """A funeral home's notice."""
    first, last = rng.choice(_FORENAMES), _SURNAMES[number % len(_SURNAMES)]
    age, day = rng.randint(61, 99), words.DAYS[number % 7]
    child, other = rng.sample(_FORENAMES, 2)
    town, born = rng.sample(_CITIES, 2)
    text = (
        f"{first} {last}, {age}, of {town}, passed away peacefully on {day}, {_date(number)}, surrounded by family. "
        f"Born in {born} on {_date(rng.randrange(330))}, {2024 - age}, the child of the late {rng.choice(_FORENAMES)} "
        f"and {rng.choice(_FORENAMES)} {last}.\n\nSurvivors include two children, {child} and {other}, "
        f"{rng.randint(2, 12)} grandchildren, and many nieces and nephews.\n\nVisitation will be held from "
        f"{rng.randint(1, 4)} to {rng.randint(5, 8)} p.m. at {rng.choice(_SURNAMES)} Funeral Home in {town}. A service "
        f"will follow at {rng.randint(9, 11)} a.m. on {words.DAYS[(number + 3) % 7]} at St. {rng.choice(_FORENAMES)} "
        "Church, with burial in the parish cemetery. In lieu of flowers, the family asks for donations to the hospice."
    )
    return f"{first} {last}, {age}, of {town}", text


def sanctions(rng: random.Random, number: int) -> tuple[str, str]:
    """A further package of sanctions on one country after another, with the background of the last one."""
    target = _CITIES[number // 16 % len(_CITIES)]
    step = number % 16 + 2
    ordinal = f"{step}{'nd' if step == 2 else 'rd' if step == 3 else 'th'}"
    text = (
        f"The Council of the Coast States adopted a {ordinal} package of sanctions on {target} on "
        f"{words.DAYS[number % 5]}, listing {rng.randint(8, 90)} more people and {rng.randint(5, 60)} entities and "
        f"banning the export of {rng.choice(_GOODS)} and {rng.choice(_GOODS)} worth some {rng.randint(40, 900)} "
        f'million crowns a year.\n\n"This {ordinal} package will make it harder to go round the earlier ones," said '
        f"{rng.choice(_FORENAMES)} {rng.choice(_SURNAMES)}, who speaks for the Council.\n\nThe measures also hit "
        f"{rng.randint(3, 70)} ships said to carry oil under false flags, and take {rng.randint(2, 12)} more banks out "
        f"of the payment system. In all {rng.randint(600, 2600)} people and entities are now listed. Their accounts "
        f"are frozen and they may not enter the Coast States. The list comes into force on {_date(number * 9)} and "
        "will be reviewed in six months."
    )
    return f"Council adopts {ordinal} package of sanctions on {target}", text


FORMS: dict[str, Form] = {
    "markets table": markets,
    "weather": weather,
    "lottery": lottery,
    "standings": standings,
    "earnings brief": earnings,
    "dividend notice": dividend,
    "obituary form": obituary,
    "sanctions package": sanctions,
}


class Drawn(random.Random):
    """Chance whose draws are known by their place: those in `others` come out anew, all else stays as it was."""

    def __init__(self, seed: str, others: frozenset[int] = frozenset()) -> None:
        """Begin a run of draws that depends on `seed` alone, but for the places in `others`."""
        super().__init__(seed)
        self._name, self._others, self.count = seed, others, 0

    def _next(self) -> random.Random:
        self.count += 1
        return random.Random(f"{self._name} {self.count}{' other' if self.count - 1 in self._others else ''}")

    def uniform(self, a: float, b: float) -> float:
        """Draw as `random.Random` does."""
        return self._next().uniform(a, b)

    def randint(self, a: int, b: int) -> int:
        """Draw as `random.Random` does."""
        return self._next().randint(a, b)

    def choice(self, seq: Any) -> Any:  # noqa: ANN401 - as random.Random has it
        """Draw as `random.Random` does."""
        return self._next().choice(seq)

    def sample(self, population: Any, k: int) -> Any:  # type: ignore[override]  # noqa: ANN401
        """Draw as `random.Random` does."""
        return self._next().sample(population, k)


def next_issue(form: Form, seed: str, number: int, changes: int) -> tuple[str, str]:
    """Fill in the form of the day or the firm after `number`, with that many other facts; the rest is repeated."""
    draws = Drawn(seed)
    form(draws, number)
    others = random.Random(seed).sample(range(draws.count), min(changes, draws.count))
    return form(Drawn(seed, frozenset(others)), number + 1)
