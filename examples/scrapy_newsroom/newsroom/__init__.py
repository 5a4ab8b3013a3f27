"""A Scrapy project that collects articles and finds the copies among them."""
