"""Who wrote a story: the evidence in its order, and how far it can be trusted.

1. Pointers, followed to their end: whoever copies and says from where. They outrank credits, for they name the
   page and not only the agency; where the page itself credits somebody, the way goes on there.
2. Credits, one vote an outlet. The agency that is credited is the origin, as a member if one of the outlets is its
   own; nobody who only carries it is put in its place.
3. An agency's own article among those of others.
4. One outlet alone: its versions are its own.
5. Time: whoever certainly published first, which proves little, for licensees often come before their source.

What only shows the stories of others (MSN, Yahoo) is never an origin unless it is alone. The confidences are
the shares that were right of the decisions of each kind in `benchmarks/origins.py`, rounded down; no published
collection has the truth.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedup.stages.canonical.evidence import Claim, Target, hear
from dedup.stages.canonical.order import joined, order_of
from dedup.stages.canonical.outlets import Outlets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedup.articles.article import Article
    from dedup.articles.times import Interval
    from dedup.stages.canonical.evidence import Evidence
    from dedup.stages.canonical.order import Order

POINTED, POINTED_AGREED = 0.8, 0.95
"""Confidence of a pointer alone, and of one that something else agrees with."""
CREDITED_MEMBER, CREDITED = 0.95, 0.9
"""Confidence of a credit: one of the outlets is the agency's own, or none is."""
WEAK, SEVERAL = 0.6, 0.7
"""Confidence of a credit in a doubtful shape or by few outlets, and of the first of several that are credited
together."""
OWN_SITE, DISPUTED, FIRST, ALONE, CARRIED = 0.8, 0.7, 0.35, 0.5, 0.2
"""Confidence where an agency is among the outlets, undisputed or not; of time alone, of one outlet alone, and of a
carrier alone."""
FEW = 0.25
"""Share of the outlets from which a credit is more than a slip of one of them, where there are many."""
AGREED = 0.6
"""Share of the votes that a decision needs: two of three outlets, if only their marks are doubtful."""
_SIGNED, _UNSIGNED = 0.9, 0.5  # votes of agencies for themselves
_SURE = 0.65  # weight of a vote from which its shape is not doubtful


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a story: a member of the cluster, or somebody outside it.

    Attributes:
        name: The outlet or agency.
        article: Its first article in the cluster, or None if it has none.
        reason: The evidence, in a sentence.
        confidence: In [0, 1]: the share of such decisions that was right where the truth is known.
    """

    name: str
    article: Article | None
    reason: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about a cluster.

    Attributes:
        origin: The origin, or None.
        reason: Why, or why there is none.
        origins: Everybody who is named as the origin by an article, the origin first.
    """

    origin: Origin | None
    reason: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tally:
    """The votes for one target."""

    target: Target
    claims: list[Claim]
    share: float
    together: tuple[str, ...] = ()

    @property
    def voters(self) -> set[int]:
        return {claim.voter for claim in self.claims if claim.voter >= 0}

    @property
    def best(self) -> Claim:
        return max(self.claims, key=lambda claim: (claim.kind != "own", claim.weight))  # the first of equals


def origin_of(members: Sequence[Article]) -> Origin | None:
    """Return who wrote the text of some articles, or of one."""
    outlets = Outlets(members)
    [evidence] = hear([members], [outlets])
    return Case(members, outlets, [member.time for member in members], evidence).decide().origin


class Case:
    """One cluster, and all that is known about it."""

    def __init__(
        self, members: Sequence[Article], outlets: Outlets, times: Sequence[Interval | None], evidence: Evidence
    ) -> None:
        self.members, self.outlets, self.times = members, outlets, times
        self.pointers, self.signed = evidence.pointers, evidence.signed
        # Whoever signs the dateline is no other agency for ending a story as that one does.
        self.credits = [one for one in evidence.credits if one.kind != "signoff" or one.voter not in evidence.signed]
        self._undecided = ""
        # Agencies among the outlets: by the list, or because they sign their datelines.
        self._agencies = {
            number
            for number, outlet in enumerate(outlets.found)
            if number in self.signed or (outlet.agency is not None and outlet.agency.kind == "agency")
        }

    def decide(self) -> Verdict:
        """Weigh the evidence in its order."""
        origin = self._pointed() or self._credited() or self._own_site() or self._alone() or self._first()
        named = [claim.target.name for claim in (*self.pointers, *self.credits)]
        origins = dict.fromkeys([*([origin.name] if origin else []), *named])
        reason = (
            origin.reason
            if origin
            else self._undecided
            or ("nobody is credited or pointed to, and the dates do not tell who was certainly first")
        )
        return Verdict(origin, reason, tuple(origins))

    def _pointed(self) -> Origin | None:
        ends = [(claim, end) for claim in self.pointers if (end := self._followed(claim)) is not None]
        tally = self._tally([(claim, end.target) for claim, end in ends], "pointed to")
        if tally is None:
            return None
        target, claim = tally.target, tally.best
        wrote = target.agency is not None and target.agency.kind != "press-release"
        if not wrote and self._agencies and target.outlet not in self._agencies:
            return None  # an outlet that was copied, beside an agency that has the same text
        agreed = wrote or any(one.target.key == target.key for one in self.credits)
        against = any(one.target.key != target.key for one in self.credits)
        sure = POINTED_AGREED if agreed and not against else POINTED
        how = f"{self._name(claim.voter)} says where it took the text from: “{claim.shown}”"
        if claim.target.key != target.key:
            how += f"; there {target.name} is credited"
        return self._origin(target, how, sure * tally.share * min(1.0, claim.weight + 0.2), page=claim.page)

    def _followed(self, claim: Claim) -> Claim | None:
        """Follow a pointer to its end: from an outlet by its own pointers, else by its credits; None in a cycle."""
        met = {claim.voter}
        while claim.target.outlet is not None:
            here = claim.target.outlet
            if here in met:
                return None
            met.add(here)
            onward = [one for one in self.pointers if one.voter == here]
            onward = onward or [one for one in self._sure_credits() if one.voter == here and here not in self.signed]
            if not onward:
                return claim
            claim = max(onward, key=lambda one: one.weight)
        if claim.target.agency is None:
            # Outside of the cluster nothing can be read; but what the pointing article itself credits wrote it.
            onward = [one for one in self._sure_credits() if one.row == claim.row and one.target.agency is not None]
            return onward[0] if onward else claim
        return claim

    def _sure_credits(self) -> Iterable[Claim]:
        return (claim for claim in self.credits if claim.weight >= _SURE)

    def _credited(self) -> Origin | None:
        tally = self._tally([(claim, claim.target) for claim in (*self.credits, *self._own_votes())], "credited")
        if tally is None or tally.best.kind == "own":
            return None
        onward = self._followed(tally.best) if tally.target.outlet is not None else tally.best
        target = onward.target if onward is not None else tally.target
        sure = CREDITED if target.outlet is None else CREDITED_MEMBER
        if all(claim.weight < _SURE for claim in tally.claims):
            if self._agencies and target.outlet not in self._agencies:
                return None
            sure = WEAK
        elif len(tally.voters) < FEW * len(self.outlets.found):
            sure = WEAK
        elif tally.together and target.outlet is None:
            sure = SEVERAL
        count, outlets = len(tally.voters), len(self.outlets.found)
        how = (
            f"{target.name} is credited by {count} of {outlets} outlets"
            if outlets > 1
            else f"{target.name} is credited"
        )
        claim = tally.best
        how += f", as in “{claim.shown}”" + (f" of {self._name(claim.voter)}" if outlets > 1 else "")
        if tally.together:
            how += f"; with it {' and '.join(tally.together)}"
        return self._origin(target, how, sure * tally.share)

    def _own_votes(self) -> Iterable[Claim]:
        """An agency that has the text speaks for itself, more so where it signs."""
        for number in sorted(self._agencies):
            outlet = self.outlets.found[number]
            if any(claim.voter == number for claim in self.credits):
                continue
            weight = _SIGNED if number in self.signed else _UNSIGNED
            target = Target(number, outlet.name, outlet.agency)
            yield Claim(-1 - number, outlet.rows[0], target, weight, "own", "")

    def _tally(self, votes: Sequence[tuple[Claim, Target]], how: str) -> _Tally | None:
        """Count votes, one an outlet; None where none or too few agree."""
        if not votes:
            return None
        weights: dict[int | str, dict[int, float]] = defaultdict(dict)
        targets: dict[int | str, Target] = {}
        claims: dict[int | str, list[Claim]] = defaultdict(list)
        most: dict[int, float] = defaultdict(float)
        for claim, target in votes:
            if target.outlet is not None and target.outlet == claim.voter:
                continue
            mine = weights[target.key]
            mine[claim.voter] = max(mine.get(claim.voter, 0.0), claim.weight)
            most[claim.voter] = max(most[claim.voter], claim.weight)
            targets.setdefault(target.key, target)
            claims[target.key].append(claim)
        if not weights:
            return None
        # A member before a name outside, then the first that was named.
        winner = max(weights, key=lambda key: (round(sum(weights[key].values()), 6), targets[key].outlet is not None))
        against = sum(weight for voter, weight in most.items() if voter not in weights[winner])
        support = sum(weights[winner].values())
        share = support / (support + against)
        if share < AGREED:
            listed = ", ".join(target.name for target in targets.values())
            self._undecided = f"several are {how}, and too few outlets agree: {listed}"
            return None
        together = tuple(
            targets[key].name for key, mine in weights.items() if key != winner and mine.keys() & weights[winner].keys()
        )
        return _Tally(targets[winner], claims[winner], share, together)

    def _own_site(self) -> Origin | None:
        if len(self._agencies) != 1 or len(self.outlets.found) == 1:
            return None
        (number,) = self._agencies
        how = "signs its dateline" if number in self.signed else "is the only news agency among the outlets"
        why = f"{self._name(number)} {how}; {self._undecided or 'nobody else is credited'}"
        return self._member(number, why, DISPUTED if self._undecided else OWN_SITE)

    def _alone(self) -> Origin | None:
        found = self.outlets.found
        if len(found) > 1 or not found[0].name or self._undecided:
            return None
        if found[0].is_carrier:
            return self._member(0, f"{found[0].name} only shows stories of others, but nobody else is named", CARRIED)
        return self._member(0, f"all articles are of {found[0].name} and credit nobody else", ALONE)

    def _first(self) -> Origin | None:
        order = self._order()
        if order.first is None or not order.certain:
            return None
        why = f"{self._name(order.first)} certainly published first"
        return self._member(
            order.first, f"{why}; {self._undecided or 'nobody is credited'}", FIRST * (0.8 if self._undecided else 1)
        )

    def _order(self) -> Order:
        """Order the outlets by their first versions, carriers apart."""
        numbers = [number for number, outlet in enumerate(self.outlets.found) if not outlet.is_carrier]
        order = order_of([joined([self.times[row] for row in self.outlets.found[number].rows]) for number in numbers])
        return order._replace(first=None if order.first is None else numbers[order.first])

    def _name(self, number: int) -> str:
        return self.outlets.found[number].name or self.members[self.outlets.found[number].rows[0]].id

    def _origin(self, target: Target, how: str, confidence: float, page: int | None = None) -> Origin:
        if target.outlet is None:
            return Origin(target.name, None, how, round(confidence, 2))
        if page is None or self.outlets.of[page] != target.outlet:
            return self._member(target.outlet, how, confidence)
        return Origin(self._name(target.outlet), self.members[page], how, round(confidence, 2))

    def _member(self, number: int, how: str, confidence: float) -> Origin:
        rows = self.outlets.found[number].rows
        place = order_of([self.times[row] for row in rows]).first
        return Origin(self._name(number), self.members[rows[place or 0]], how, round(confidence, 2))
