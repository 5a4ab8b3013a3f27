"""The process from which Spark forks Python workers, with everything loaded: `spark.python.daemon.module`.

Otherwise each worker imports the stages and loads their kernels for itself, and looks for garbage among all of that
after every task.
"""

from __future__ import annotations

import gc

from pyspark import daemon

from dedup.engines.batch import find_duplicates

_STORY = "The ferry to the northern islands stays in port until the storm has passed, the harbour master said today."


def main() -> None:
    """Load the kernels, and fork workers as Spark asks for them."""
    copies = [{"id": name, "title": name, "text": f"{_STORY} {name}"} for name in ("ferry", "harbour")]
    _ = find_duplicates(copies).clusters
    gc.collect()
    gc.freeze()  # workers never look at what is loaded by now
    daemon.manager()


if __name__ == "__main__":
    main()
