#!/usr/bin/env python3
"""Change the stages one small place at a time, and see whether the tests that belong to the place notice.

    python tools/mutate.py [--sample 400] [--seed 1] [--only cluster] [--jobs 2] [--json FILE] [--again FILE]

Mutants are those of cosmic-ray (`pip install cosmic-ray` first), without those that any test would kill: an operator
becomes its neighbour, a number one more or less, a condition its contrary, a loop is left out. A seeded sample of them
is tried, each in a copy of the tree and in a process of its own, the kernels uncompiled. The score is the share that
is noticed. What survives is printed; `--again` tries the survivors of an earlier file once more, for new tests. What
nobody could notice, and why, stands in tools/mutants.toml; the score is told without and with these. All tests must
pass before: one that fails notices everything (two files are tried unchanged).
"""

from __future__ import annotations

import argparse
import ast
import collections
import itertools
import json
import math
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
STAGES = ROOT / "dedup" / "stages"
OPERATORS = [
    f"core/{name}"
    for name in (
        *("ReplaceBinaryOperator_" + pair for pair in ("Add_Sub", "Sub_Add", "Mul_Add", "Div_Mul", "FloorDiv_Mul")),
        *("ReplaceBinaryOperator_" + pair for pair in ("Mod_FloorDiv", "Pow_Mul", "RShift_LShift", "LShift_RShift")),
        *("ReplaceBinaryOperator_" + pair for pair in ("BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr")),
        *("ReplaceComparisonOperator_" + pair for pair in ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE")),
        *("ReplaceComparisonOperator_" + pair for pair in ("GtE_Gt", "Is_IsNot", "IsNot_Is")),
        *("ReplaceUnaryOperator_" + pair for pair in ("Delete_USub", "Delete_Not", "Delete_Invert")),
        *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
        *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "NumberReplacer", "ZeroIterationForLoop"),
    )
]
TESTS = {  # those that know the place best come first
    "_kernels/adjacency": "adjacency settling",
    "_kernels/align": "align",
    "_kernels/anchors": "align confirm flooding",
    "_kernels/arriving": "adjacency",
    "_kernels/buckets": "lsh flooding",
    "_kernels/compiling": "command",
    "_kernels/counting": "confirm lsh cluster",
    "_kernels/dated": "dated",
    "_kernels/evidence": "evidence confirm flooding",
    "_kernels/graph": "cluster bonds settling",
    "_kernels/json": "jsonl",
    "_kernels/labels": "evidence",
    "_kernels/marks": "marks",
    "_kernels/minhash": "minhash",
    "_kernels/packing": "packing",
    "_kernels/postings": "postings",
    "_kernels/reading": "plain tokens",
    "_kernels/settling": "settling",
    "_kernels/survey": "units",
    "_kernels/telling": "settling",
    "_kernels/titles": "titles",
    "_kernels/tokens": "tokens",
    "_kernels/units": "units flooding",
    "_kernels/weighing": "dated settling",
    "canonical/": "answers origin results newsroom",
    "cluster": "cluster bonds links newsroom",
    "confirm/": "rules confirm scores evidence compare newsroom",
    "furniture": "furniture units confirm newsroom",
    "lsh": "lsh dated window newsroom",
    "minhash": "minhash newsroom",
    "planning": "lsh command",
    "shingles": "tokens marks minhash flooding confirm",
}
TRIED_FIRST = ("dedup/stages/_kernels/labels.py", "dedup/stages/minhash.py")
EVERYWHERE = "values"  # but in the kernels, which have none
KNOWN = tomllib.loads((ROOT / "tools" / "mutants.toml").read_text(encoding="utf-8"))["equal"]
SECONDS = 100  # of the processor that a mutant may have; the slowest tests of a file take a quarter of that
MEMORY = 6 << 30  # bytes a mutant may have: one in a loop that fills a list would take all
SAME = ("file", "operator", "was", "is")  # by which a mutant is known again when the file has changed elsewhere
KILLED, SURVIVED, EXPLAINED, ENDLESS = "killed", "survived", "explained", "endless"
Mutant = dict[str, Any]


def plain(code: str) -> str:
    """Return what a module does: its syntax tree without what is only read by people and type checkers."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if hasattr(node, name):
                setattr(node, name, None)
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []  # numba's options: the kernels run uncompiled
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.test = ast.Constant(value=False)
    return ast.dump(tree)


def places_of(path: Path) -> list[tuple[Path, str, int]]:
    """Return every place of a file where an operator can be applied: the file, the operator, which of its places."""
    from cosmic_ray import ast as trees  # noqa: PLC0415 - lanes do without it
    from cosmic_ray import plugins  # noqa: PLC0415

    counts: collections.Counter[str] = collections.Counter()
    operators = {name: plugins.get_operator(name)() for name in OPERATORS}

    class Counting(trees.Visitor):  # type: ignore[misc]
        def visit(self, node: Any) -> Any:  # noqa: ANN401 - a node of parso
            for name, operator in operators.items():
                counts[name] += sum(1 for _ in operator.mutation_positions(node))
            return node

    Counting().walk(trees.get_ast(path.read_text(encoding="utf-8")))
    return [(path, name, place) for name in OPERATORS for place in range(counts[name])]


def mutant_at(path: Path, name: str, place: int) -> Mutant | None:
    """Return a mutant, or None where the change is one of types or is no Python."""
    from cosmic_ray import mutating, plugins  # noqa: PLC0415 - lanes do without it

    code = path.read_text(encoding="utf-8")
    other = mutating.mutate_code(code, plugins.get_operator(name)(), place)
    try:
        same = plain(code) == plain(other)
    except SyntaxError:  # the asterisk before keyword arguments is no product
        return None
    if same:
        return None
    lines = list(zip(code.split("\n"), other.split("\n"), strict=False))
    line = next(number for number, (one, two) in enumerate(lines) if one != two)
    was, now = (text.strip() for text in lines[line])
    file, operator = str(path.relative_to(ROOT)), name.removeprefix("core/")
    return {"file": file, "line": line + 1, "operator": operator, "place": place, "was": was, "is": now, "code": other}


def tests_of(file: str) -> list[str]:
    """Return the test files that belong to a file of the stages."""
    name = file.removeprefix("dedup/stages/").removesuffix(".py")
    known = TESTS[max((each for each in TESTS if name.startswith(each)), key=len)]
    return [f"tests/test_{each}.py" for each in known.split() + ([] if "/_kernels/" in file else [EVERYWHERE])]


def is_explained(mutant: Mutant) -> bool:
    """Return whether tools/mutants.toml says why nobody could notice a mutant."""
    change = re.sub(r"\s+", " ", f"{mutant['was']} -> {mutant['is']}")
    return any(re.search(each["file"], mutant["file"]) and re.search(each["change"], change) for each in KNOWN)


def attempt(tree: Path, file: str, code: str) -> int | None:
    """Run the tests of a file in a process of its own, with other code in it; return how they ended, None if never."""
    path = tree / file
    right = path.read_text(encoding="utf-8")
    path.write_text(code, encoding="utf-8")
    if not (child := os.fork()):
        os.setsid()
        sink = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(sink, stream)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        import numba  # noqa: PLC0415 - is there already: `lane` has loaded it
        import pytest  # noqa: PLC0415 - the same

        is_kernel = "/_kernels/" in file and not file.endswith("compiling.py")
        os.environ |= {"CI": "1", "THOROUGH": "1", "NUMBA_DISABLE_JIT": "1" if is_kernel else "0"}
        numba.config.reload_config()
        chosen = "kernels" if is_kernel else "not by_hand and not spark"
        beside = ["-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "-m", chosen]
        code = os.EX_SOFTWARE
        try:
            code = int(pytest.main(["-x", "-q", *beside, *tests_of(file)]))
        finally:
            os._exit(code)
    end = time.monotonic() + 10 * SECONDS  # of the clock: only what sleeps without end comes here
    try:
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.killpg(child, signal.SIGKILL)
            time.sleep(0.02)
    finally:
        path.write_text(right, encoding="utf-8")
        for stale in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):  # the same size, in the same second
            stale.unlink()
    return os.WEXITSTATUS(ended[1]) if os.WIFEXITED(ended[1]) else None


def lane(tree: str, tasks: Any, results: Any) -> None:  # noqa: ANN401 - queues
    """Try mutants one after another in one copy of the tree; what is slow to import is imported once."""
    import numba  # noqa: F401, PLC0415
    import pyarrow.compute  # noqa: F401, PLC0415
    import pytest  # noqa: PLC0415
    import rich.console  # noqa: F401, PLC0415

    os.chdir(tree)
    sys.path.insert(0, tree)
    while (mutant := tasks.get()) is not None:
        code = attempt(Path(tree), mutant["file"], mutant["code"])
        outcome = SURVIVED if code in {0, pytest.ExitCode.NO_TESTS_COLLECTED} else ENDLESS if code is None else KILLED
        if outcome == SURVIVED and "is" in mutant and is_explained(mutant):
            outcome = EXPLAINED
        results.put({**{key: mutant[key] for key in mutant if key != "code"}, "outcome": outcome})


def tried(mutants: list[Mutant], jobs: int) -> Iterator[Mutant]:
    """Try mutants on some lanes, and yield them with their outcomes."""
    spawn = multiprocessing.get_context("spawn")
    tasks, results = spawn.Queue(), spawn.Queue()
    for mutant in [*mutants, *[None] * jobs]:
        tasks.put(mutant)
    with tempfile.TemporaryDirectory() as folder:
        listing = ["git", "ls-files", "-co", "--exclude-standard"]
        files = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
        caches = (str(path.relative_to(ROOT)) for path in (ROOT / "dedup").rglob("*.nb[ic]"))  # of compiled kernels
        names = [*filter(None, files.splitlines()), *caches]
        lanes = []
        for number in range(jobs):
            tree = Path(folder, str(number))
            for name in names:
                if (ROOT / name).is_file():
                    (tree / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(ROOT / name, tree / name)  # numba goes by the time of a file
            lanes.append(spawn.Process(target=lane, args=(str(tree), tasks, results)))
            lanes[-1].start()
        try:
            for _ in mutants:
                yield results.get()
        finally:
            for each in lanes:
                each.terminate()


def interval(part: int, whole: int) -> tuple[float, float]:
    """Return Wilson's interval of 95 % for a share."""
    z = 1.96
    middle = (part + z * z / 2) / (whole + z * z)
    wide = z * math.sqrt(part * (whole - part) / whole + z * z / 4) / (whole + z * z)
    return middle - wide, middle + wide


def try_unchanged(jobs: int) -> None:
    """End where tests fail though nothing is changed."""
    unchanged = [{"file": file, "code": (ROOT / file).read_text(encoding="utf-8")} for file in TRIED_FIRST]
    if any(outcome["outcome"] != SURVIVED for outcome in tried(unchanged, jobs)):
        sys.exit("tests fail though nothing is changed")


def main() -> None:
    """Draw, try and count."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no lane goes on alone
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="of the files whose name has this")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, help="where to write all outcomes")
    parser.add_argument("--again", type=Path, help="only what survived there")
    asked = parser.parse_args()

    paths = [path for path in sorted(STAGES.rglob("*.py")) if path.stat().st_size and asked.only in str(path)]
    places = [place for path in paths for place in places_of(path)]
    random.Random(asked.seed).shuffle(places)
    if asked.again:
        before = json.loads(asked.again.read_text(encoding="utf-8"))
        left = {tuple(each[name] for name in SAME) for each in before if each["outcome"] == SURVIVED}
        kinds = {(ROOT / file, f"core/{operator}") for file, operator, *_ in left}
        places = [place for place in places if place[:2] in kinds]
    found = filter(None, (mutant_at(*place) for place in places))
    if asked.again:
        found = (mutant for mutant in found if tuple(mutant[name] for name in SAME) in left)
    drawn = list(itertools.islice(found, asked.sample))
    print(f"{len(drawn)} of about {len(places)} mutants", flush=True)
    try_unchanged(asked.jobs)
    outcomes: list[Mutant] = []
    try:
        for outcome in tried(drawn, asked.jobs):
            outcomes.append(outcome)
            if outcome["outcome"] == SURVIVED:
                print(f"{outcome['file']}:{outcome['line']}: {outcome['was']}  ->  {outcome['is']}", flush=True)
            if asked.json:
                asked.json.write_text(json.dumps(outcomes, indent=1), encoding="utf-8")
    except KeyboardInterrupt:
        print(f"stopped after {len(outcomes)}")
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for outcome in outcomes:
        counts[outcome["file"]][outcome["outcome"]] += 1
    for file in sorted(counts):
        kinds = (KILLED, ENDLESS, EXPLAINED, SURVIVED)
        print(f"{file:45}" + "".join(f"{name} {counts[file][name]:4}  " for name in kinds))
    every = collections.Counter(outcome["outcome"] for outcome in outcomes)
    noticed = every[KILLED] + every[ENDLESS]
    for name, size in (("all", len(outcomes)), ("those that could be noticed", len(outcomes) - every[EXPLAINED])):
        low, high = interval(noticed, size)
        print(f"score {noticed / size:.3f}: {noticed} of {size}, {name} ({low:.3f} to {high:.3f}, 95 %)")


if __name__ == "__main__":
    main()
