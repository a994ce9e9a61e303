"""Scrapy settings: every value that is not the framework's default, with that default and the reason."""

import os

BOT_NAME = "group-news-archive"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# -- the project's own settings (-s NAME=VALUE beats the environment)
ARCHIVE_URL = ""  # storage/engine.py reads the environment, and has the default
ARCHIVE_DIR = ""  # likewise
ARCHIVE_NOTIFY = os.environ.get("ARCHIVE_NOTIFY", "")  # Apprise URLs that `crawlall` writes to, parted by blanks
ARCHIVE_CONTACT = os.environ.get("ARCHIVE_CONTACT", "")  # mail address or page a webmaster can turn to
MEDIA_ENABLED = True  # False: no pictures and attachments; they stay pending
MEDIA_MAXSIZE = 64 * 1024 * 1024  # bytes of one of them

LIST_PAGES_MOST = 1000  # of one walk; no list is longer, but calendars and the like have no end

# -- politeness
USER_AGENT = "group-news-archive/0.1" + (f" (+{ARCHIVE_CONTACT})" if ARCHIVE_CONTACT else "")  # default: Scrapy/VERSION
ROBOTSTXT_OBEY = True  # default False
ROBOTSTXT_USER_AGENT = "group-news-archive"  # default: the whole User-Agent
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # default 8; more is never polite
CONCURRENT_REQUESTS = 2  # default 16; what waits behind the one under way is sent even after a stop
DOWNLOAD_DELAY = 3  # default 0; a profile's delay beats it, and a loopback base_url sets 0
AUTOTHROTTLE_ENABLED = True  # default False
AUTOTHROTTLE_START_DELAY = 3  # default 5
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # default 1 GB; no page is that large
DOWNLOAD_TIMEOUT = 60  # default 180
REDIRECT_MAX_TIMES = 5  # default 20
COOKIES_ENABLED = False  # default True; nothing here needs a session

# -- no doors into the process
REMOTE_CONTROL_ENABLED = False  # default True
TELNETCONSOLE_ENABLED = False  # default True

# -- speed and noise
CONCURRENT_ITEMS = 4  # default 100: Scrapy starts so many tasks per response (measured: 1.59 times faster)
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # default: the last first
LOG_LEVEL = "ERROR"  # default DEBUG; a crawl's last line says what happened, and issues say what Scrapy warns of
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # default ERROR; every failure is an issue row

# -- which of our parts stand where (in the place of Scrapy's own, where there is one)
METAREFRESH_ENABLED = False  # default True: follows to any host
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.capture.CaptureMiddleware": 900,  # sees what goes over the wire, robots.txt and retries too
    "crawler.middlewares.whole.WholeMiddleware": 920,  # what did not come whole is not captured either
    "crawler.middlewares.blocked.BlockedMiddleware": 950,  # sees every answer, those to retries and redirects too
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.redirect.OnSiteRedirectMiddleware": 600,
}
ITEM_PIPELINES = {
    "crawler.pipelines.validate.ValidatePipeline": 100,
    "crawler.pipelines.archive.ArchivePipeline": 900,
}
EXTENSIONS = {"crawler.progress.ProgressBar": 400, "crawler.monitors.Monitor": 500}
