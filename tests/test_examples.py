"""The examples run: the pipeline, the notebook, the Scrapy project."""

from __future__ import annotations

import functools
import html
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pyarrow.parquet as pq
import pytest

import dedup
from conftest import EXAMPLES

pytestmark = pytest.mark.full


def call(*arguments, folder):
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=folder, capture_output=True, check=False, encoding="utf-8"
    )


def test_the_pipeline(newsroom, newsroom_path, tmp_path):
    ended = call(EXAMPLES / "pipeline.py", newsroom_path, "--out", tmp_path / "out", folder=tmp_path)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines() == [f"{name}: {count}" for name, count in newsroom.counts.items()]
    kept = pq.read_table(tmp_path / "out" / "unique.parquet")["id"].to_pylist()
    assert kept == [article.id for article in newsroom.unique]
    assert len((tmp_path / "out" / "clusters.jsonl").read_text(encoding="utf-8").splitlines()) == 18
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    assert (tmp_path / "out" / "look.jsonl").exists()


def test_the_pipeline_says_what_is_wrong(tmp_path):
    ended = call(EXAMPLES / "pipeline.py", "none.jsonl", "--out", "out", folder=tmp_path)
    assert ended.returncode == 2
    assert re.fullmatch(r"error: .*none\.jsonl.*\n", ended.stderr)


def test_the_pipeline_prefers_an_outlet_within_a_window(newsroom_path, tmp_path):
    options = ("--prefer", "Harbor Daily", "--window", "72h")
    ended = call(EXAMPLES / "pipeline.py", newsroom_path, "--out", tmp_path, *options, folder=tmp_path)
    assert ended.returncode == 0
    assert "harbor-daily-ferry" in pq.read_table(tmp_path / "unique.parquet")["id"].to_pylist()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_notebook(newsroom):
    nbclient = pytest.importorskip("nbclient", reason="nbclient comes with the extra 'dev'")
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(EXAMPLES / "newsroom.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(EXAMPLES)}}).execute()
    shown = [cell.outputs[-1].data for cell in notebook.cells if cell.cell_type == "code"]
    assert f"{len(newsroom.clusters)}" in shown[0]["text/html"]
    assert "nw-ferry" in shown[1]["text/html"]
    assert sum("text/html" in data or "image/svg+xml" in data for data in shown) >= len(shown) - 2


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_):
        pass


@pytest.fixture
def site(newsroom, tmp_path):
    """A site with the ferry's and the dam's clusters and the stories of one outlet; its address and what is there."""
    shown = [article for cluster in newsroom.clusters[:2] for article in cluster.members]
    shown += [article for article in newsroom.unique if article.source == "Tarrow Gazette" and article.text]
    folder = tmp_path / "site"
    folder.mkdir()
    links = "".join(f'<li><a href="/{one.id}.html">{html.escape(one.title or one.id)}</a></li>' for one in shown)
    (folder / "index.html").write_text(f"<html><body><main><ul>{links}</ul></main></body></html>", encoding="utf-8")
    (folder / "robots.txt").write_text("User-agent: *\nAllow: /\n", encoding="utf-8")
    for one in shown:
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n+", one.text))
        page = (
            f'<html><head><meta property="og:site_name" content="{html.escape(one.source)}"></head><body><article>'
            f'<h1>{html.escape(one.title or "")}</h1><time datetime="{one.published or ""}"></time>{paragraphs}'
            "</article></body></html>"
        )
        (folder / f"{one.id}.html").write_text(page, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", shown
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_scrapy_project(site, newsroom, tmp_path):
    address, shown = site
    project = tmp_path / "project"
    shutil.copytree(EXAMPLES / "scrapy_newsroom", project)
    ended = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "outlets", "-a", f"start={address}", "-L", "ERROR"],
        cwd=project,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = [json.loads(line) for line in (project / "clusters.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {tuple(sorted(name.rpartition("/")[2].removesuffix(".html") for name in row["ids"])) for row in rows}
    assert {cluster.ids for cluster in newsroom.clusters[:2]} <= found
    kept = list(dedup.find_duplicates(project / "unique.jsonl").batch.table["id"].to_pylist())
    assert len(kept) == len(shown) - sum(len(row["ids"]) - 1 for row in rows)
