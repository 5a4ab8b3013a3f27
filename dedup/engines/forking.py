"""The process from which Spark forks Python workers, with everything loaded: `spark.python.daemon.module`.

Otherwise each worker imports the stages and loads their kernels for itself, and looks for garbage among all of that
after every task. It stands outside `dedup.engines.spark` to be loaded before PySpark is.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

_STORY = "The ferry to the northern islands stays in port until the storm has passed, the harbour master said today."


def main() -> None:
    """Load the kernels, and fork workers as Spark asks for them."""
    # First comes an archive of PySpark, of which each module would be compiled: pip has installed the same as files.
    sys.path[:] = [path for path in sys.path if not _installed(Path(path))]
    from pyspark import daemon  # noqa: PLC0415

    from dedup.engines import spark  # noqa: F401, PLC0415
    from dedup.engines.batch import find_duplicates  # noqa: PLC0415

    copies = [{"id": name, "title": name, "text": f"{_STORY} {name}"} for name in ("ferry", "harbour")]
    _ = find_duplicates(copies).clusters
    gc.collect()
    gc.freeze()  # workers never look at what is loaded by now
    daemon.manager()


def _installed(archive: Path) -> bool:
    """Return whether this is the archive within a PySpark that can be imported."""
    return archive.parts[-4:] == ("pyspark", "python", "lib", "pyspark.zip") and str(archive.parents[3]) in sys.path


if __name__ == "__main__":
    main()
