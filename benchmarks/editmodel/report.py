"""Tables, reasons and floors."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import dedup

if TYPE_CHECKING:
    import pathlib

    from editmodel.profile import Found

Measured = dict[str, dict[str, dict[str, float]]]

RECALL_AIM = 0.97
BUCKET_AIM = 0.90
MERGE_AIM = 0.02
_MARGIN = 0.01
_COMMENT = (
    "Floors of the quick profiles (python benchmarks/edits.py --quick; origins: python benchmarks/origins.py --quick): "
    "recall by edit and by tokens of the copy, share of articles merged with another story by kind of negative. Set "
    "with --write-floors to what was measured, 0.01 lower (merges: higher). Raise them when the library gets better; "
    "lower one only with a reason beside it."
)


def show(found: dict[str, Found], misses: int) -> None:
    """Print all tables; where there are several collections, recall side by side at the end."""
    for name, one in found.items():
        print(f"== {name}\n")
        print(f"{'edit':22} {'recall, 40 tokens and more':38} {'under 40':>14}  clustered")
        for edit, rate in one.edits.items():
            mark = " *" if one.expected[edit] != "report" and rate.long.value < RECALL_AIM else ""
            under = rate.buckets["under 40"]
            joined = f"{rate.clustered.hits} of {rate.clustered.total}" if one.expected[edit] != "cluster" else ""
            print(f"{edit:22} {rate.long!s:38} {under.hits:5} of {under.total:5}  {joined}{mark}")
            if misses:
                _reasons(one, rate.missed, rate.result, misses)
        print(f"\n{'tokens of the copy':22} recall, all edits but 22 to 24")
        for bucket, pooled in one.buckets().items():
            print(f"{bucket:22} {pooled}{' *' if pooled.value < BUCKET_AIM else ''}")
        print(f"\n{'negative':22} merged with another story")
        for kind, merged in one.negatives.items():
            print(f"{kind:22} {merged.rate}{' *' if merged.rate.interval[1] > MERGE_AIM else ''}")
            if misses:
                _reasons(one, merged.pairs, merged.result, misses)
        print()
    if len(found) > 1:
        _side_by_side(found)


def _side_by_side(found: dict[str, Found]) -> None:
    languages = {name: one for name, one in found.items() if "typography" in one.edits}
    edits = list(dict.fromkeys(edit for one in languages.values() for edit in one.edits))
    print(f"{'recall by language':22}" + "".join(f"{name:>13}" for name in languages))
    for edit in edits:
        values = (one.edits[edit].long.value if edit in one.edits else math.nan for one in languages.values())
        print(f"{edit:22}" + "".join(f"{'' if math.isnan(value) else f'{value:.3f}':>13}" for value in values))
    print(f"{'all':22}" + "".join(f"{overall(one):13.3f}" for one in languages.values()))


def overall(found: Found) -> float:
    """Return recall over all edits with an aim."""
    rates = [rate.long for edit, rate in found.edits.items() if found.expected[edit] != "report"]
    return sum(rate.hits for rate in rates) / max(1, sum(rate.total for rate in rates))


def _reasons(found: Found, pairs: list[tuple[str, str]], result: dedup.Result | None, most: int) -> None:
    """Say what the library says of some failures, spread over all of them."""
    if result is None:
        return
    for a, b in pairs[:: max(1, len(pairs) // most)][:most]:
        said = dedup.compare(found.articles[a], found.articles[b], furniture=result.furniture)
        print(f"      {a} / {b}: {said.relation} {said.strength:.2f}; {'; '.join(said.reasons)}")


def values(found: dict[str, Found]) -> Measured:
    """Return all measurements as the floor file has them."""
    return {
        name: {
            "recall": {edit: rate.long.value for edit, rate in one.edits.items()},
            "lengths": {bucket: rate.value for bucket, rate in one.buckets().items()},
            "merged": {kind: merged.rate.value for kind, merged in one.negatives.items()},
        }
        for name, one in found.items()
    }


def write_floors(measured: Measured, path: pathlib.Path) -> None:
    """Write what was measured with a margin; what else is in the file stays."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    floors: dict[str, object] = {**known, "comment": _COMMENT}
    for name, parts in measured.items():
        floors[name] = {
            part: {
                key: round(min(1.0, value + _MARGIN) if part == "merged" else max(0.0, value - _MARGIN), 3)
                for key, value in measured.items()
                if not math.isnan(value)
            }
            for part, measured in parts.items()
        }
    path.write_text(json.dumps(floors, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def below(found: dict[str, Found], floors: Measured) -> list[str]:
    """Return which measurements are worse than their floors, in words."""
    return worse(values(found), floors)


def worse(all_measured: Measured, floors: Measured) -> list[str]:
    """Compare measurements with floors; of false merges the floor is a ceiling."""
    lines = []
    for name, parts in all_measured.items():
        for part, measured in parts.items():
            for key, value in measured.items():
                floor = floors.get(name, {}).get(part, {}).get(key)
                if floor is None or math.isnan(value):
                    continue
                if value > floor if part == "merged" else value < floor:
                    lines.append(f"{name}, {part}, {key}: {value:.3f}, the floor is {floor:.3f}")
    return lines
