"""One self-contained HTML file to look at a result, judge its pairs by clicks, and export the judgements."""

from dedup.review.report.writing import write_report

__all__ = ["write_report"]
