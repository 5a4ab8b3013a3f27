"""What Scrapy is told."""

BOT_NAME = "newsroom"
SPIDER_MODULES = ["newsroom.spiders"]
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 4
ITEM_PIPELINES = {"newsroom.pipelines.CopiesPipeline": 300}
CLUSTERS = "clusters.jsonl"
UNIQUE = "unique.jsonl"
TELNETCONSOLE_ENABLED = False
