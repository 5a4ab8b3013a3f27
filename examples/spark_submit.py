"""Find the copies in a Parquet data set on a Spark cluster: see docs/how-to/spark.md.

    spark-submit --archives env.tar.gz#environment spark_submit.py ARTICLES OUTPUT WORK_DIR

Writes OUTPUT/articles, a row an article, and OUTPUT/clusters, a row a cluster. A job that failed is started again
with the same arguments and goes on from WORK_DIR.
"""

import sys

from pyspark.sql import SparkSession

import dedup


def main() -> None:
    """Read, find, write."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    articles, output, work_dir = sys.argv[1:]
    spark = SparkSession.builder.appName("dedup").getOrCreate()
    df = spark.read.parquet(articles)
    dedup.spark.find_duplicates(df, work_dir=work_dir).write.mode("overwrite").parquet(f"{output}/articles")
    dedup.spark.clusters(df, work_dir=work_dir).write.mode("overwrite").parquet(f"{output}/clusters")


if __name__ == "__main__":
    main()
