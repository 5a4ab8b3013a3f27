"""Every stage in order, in this process, on all cores: read this first.

articles -> furniture -> signatures -> distinct texts -> candidate pairs -> matches -> clusters -> result
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from dedup import formats
from dedup.articles import article
from dedup.articles.outlets import outlet_hashes
from dedup.engines import joining, learning, signing
from dedup.engines.confirming import BatchJudge, confirm_until_stable, nearest_first
from dedup.engines.crew import Crew
from dedup.engines.linking import told
from dedup.engines.proposing import propose
from dedup.engines.reading import Reading
from dedup.errors import ArgumentError
from dedup.results import Links, Result
from dedup.settings import Settings
from dedup.stages import canonical as canonical_stage
from dedup.stages import cluster
from dedup.stages.furniture import Furniture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.articles.article import Batch
    from dedup.articles.zones import Zones
    from dedup.engines.crew import Progress
    from dedup.engines.linking import Given
    from dedup.engines.signing import Against


def find_duplicates(
    articles: object,
    settings: Settings | None = None,
    *,
    canonical: canonical_stage.Rule = canonical_stage.by_origin,
    furniture: Furniture | None = None,
    links: Given = (),
    against: Against | None = None,
    strict: bool = False,
    fields: Mapping[str, str] | None = None,
    zones: Zones | None = None,
    progress: Progress | None = None,
) -> Result:
    """Find the copies of each story and cluster them.

    Args:
        articles: Dicts or `Article`s, an Arrow table, a pandas or polars data frame, or the path or paths
            of JSONL, CSV or Parquet files.
        settings: How near is near enough; the defaults suit news.
        canonical: Rule that picks the canonical member of a cluster: `by_origin`, `earliest`, `longest`,
            ``prefer_sources(...)`` or any sort key over articles; the smallest wins, ties go to the least id.
        furniture: What belongs to the sites and is left out of the comparison; learned from `articles` by
            default.
        links: What is known about pairs of ids: (a, b) or (a, b, True) are put into one cluster whatever their
            texts say, by matches that are `linked`; (a, b, False) never are. Also a file of such labels, as the
            report exports them: see `dedup.Labels.read`.
        against: An earlier result, or the path of what `dedup.write_signatures` made of it. Its clusters, those of
            one article included, stay as they are: a new article joins the one whose centre it matches best, see
            ``result.joined``, and only those that match none are clustered among themselves. Settings and furniture
            are those of the earlier result; links cannot be given.
        strict: Stop at the first bad line of a file instead of reporting and skipping it.
        fields: Where to take fields from, ours -> yours, as in ``{"text": "body"}``; a dotted path reaches into
            dicts. The others are found by themselves: ``result.batch.mappings`` says how.
        zones: In which zone the clocks of outlets are that write times without one: IANA zones by outlet (its
            name, its host, a domain the host is in, or "*"), as in ``{"Al Arabiya": "Asia/Dubai"}``, or one for all.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: `articles` is nothing that articles can be read from, `fields` says what is not there, or
            `links` name what is not there or contradict each other, or `zones` what is no zone; or what is asked
            for is not how the earlier result was made.
        InputError: A file cannot be read.

    >>> result = find_duplicates([
    ...     {"id": "a", "text": "The ferry to Port Alden will run again on Monday, the harbour office said."},
    ...     {"id": "b", "text": "PORT ALDEN: The ferry to Port Alden will run again on Monday, the office said"},
    ...     {"id": "c", "text": "Rain is expected on Tuesday."},
    ... ])
    >>> [cluster.ids for cluster in result.clusters]
    [('a', 'b')]
    """
    Furniture.require(furniture)
    if not callable(canonical):
        raise ArgumentError(f"canonical must be a rule such as dedup.by_origin, got {canonical!r}")
    earlier = None if against is None else signing.signatures_of(against)
    if earlier is not None:
        settings, furniture = joining.agreed(earlier.made, settings, furniture, links)
    settings = Settings.of(settings)
    with Crew(progress) as crew:
        with crew.timed("read"):
            memory = cast("int | None", settings.memory)
            batch = as_batch(articles, strict=strict, fields=fields, memory=memory).in_zones(zones)
            batch = batch if earlier is None else joining.named_apart(batch, earlier)
        with crew.timed("learn"):
            outlets = outlet_hashes(batch.table)
            if furniture is None:
                furniture, furnished = learning.learn(batch, outlets, crew)
                outlets = np.where(furnished, outlets, 0)
        reading = Reading(batch, outlets, furniture)
        linking = told(links, batch)
        join = None if earlier is None else joining.Joining(earlier, reading, settings, crew)
        proposal, candidates = propose(reading, settings, crew, linking, join)
        capped = proposal.rows[np.repeat(candidates.capped, np.diff(proposal.starts))]
        codes = nearest_first(candidates)
        del candidates  # they take thrice what their codes take, and the rest of the run is long
        bonds = linking.bonds(proposal)
        with crew.timed("confirm"):
            found = confirm_until_stable(
                BatchJudge(reading, proposal.firsts, settings, crew),
                codes,
                proposal.lengths,
                proposal.window,
                bonds,
                revisions=settings.revisions,
            )
        with crew.timed("cluster"):
            joined_a, joined_b = found.a[found.joins], found.b[found.joins]
            centres = cluster.around_centres(
                len(proposal.lengths), joined_a, joined_b, proposal.lengths, proposal.undated, bonds
            )
    return Result(
        batch=batch,
        settings=settings,
        furniture=furniture,
        links=Links(
            proposal.rows,
            proposal.starts,
            proposal.lengths,
            found.a,
            found.b,
            found.verdicts,
            found.joins,
            centres,
            proposal.undated,
            bonds,
        ),
        rule=canonical,
        candidates=found.compared + (join.compared if join else 0),
        capped=len(capped if join is None else np.union1d(capped, join.capped)),
        seconds=crew.seconds,
        earlier=earlier,
        joined=join.joined if join else (),
    )


def learn_furniture(
    articles: object,
    *,
    strict: bool = False,
    fields: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Furniture:
    """Learn which lines and sentences belong to the outlets' sites rather than to their articles.

    `find_duplicates` does this with its own input unless it is given what was learned from more.

    Args:
        articles: As for `find_duplicates`.
        strict: Stop at the first bad line of a file instead of skipping it.
        fields: As for `find_duplicates`.
        progress: Called with (stage, done, total) as work goes on.

    Raises:
        ArgumentError: `articles` is nothing that articles can be read from, or `fields` says what is not there.
        InputError: A file cannot be read.
    """
    batch = as_batch(articles, strict=strict, fields=fields)
    with Crew(progress) as crew:
        return learning.learn(batch, outlet_hashes(batch.table), crew)[0]


def as_batch(
    articles: object, *, strict: bool = False, fields: Mapping[str, str] | None = None, memory: int | None = None
) -> Batch:
    """Read articles from wherever they are: paths through `formats`, all else as it is."""
    if isinstance(articles, str | os.PathLike):
        return formats.read(articles, strict=strict, fields=fields, memory=memory)
    if isinstance(articles, list | tuple) and articles and all(isinstance(one, str | Path) for one in articles):
        return formats.read(articles, strict=strict, fields=fields, memory=memory)
    return article.coerce(articles, fields)
