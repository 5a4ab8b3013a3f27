"""What users get wrong: mypy must say so on every line that is marked, and on no other."""

from __future__ import annotations

import dedup

dedup.Settings(0.5)  # wrong: only names
dedup.Settings(treshold=0.5)  # wrong: a misspelt name
dedup.Settings(threshold="0.5")  # wrong: text for a number
dedup.find_duplicate([])  # wrong: no such function
result = dedup.find_duplicates([])
result.threshold = 0.5  # wrong: no such attribute
result.settings = dedup.Settings()  # wrong: results are frozen
result.write("out.csv", "cluster")  # wrong: no such table
result.write("out.csv", "clusters", True)  # wrong: only names after the table
print(result.clusters[0].origin.name)  # wrong: there may be no origin
result.clusters.append(1)  # wrong: tuples do not grow
dedup.find_duplicates([], progress=lambda _: None)  # wrong: it is called with three values
dedup.Index("news.db", durability="disk")  # wrong: no such durability
