"""What may stand in ``dkg.toml``: every key of every table, and what it means."""

from __future__ import annotations

FORMAT = 1
"""The version of ``dkg.toml`` that this program reads."""

SETTINGS = {
    "format": "version of this file, 1",
    "title": "what the graph is called",
    "base": "where its IRIs begin: an absolute http or https address that ends in a slash",
    "languages": "languages of paraphrases and labels; the first is the default",
    "licence": "the licence of the published graph",
    "text": '"open", or "withheld": no text leaves this machine but short quotes',
    "quote-words": "the longest quote, in words, that may leave when texts are withheld",
    "keep": "how many snapshots are kept",
    "store": "the address of a server that holds the graph, or a table [store]; its keys stand below",
    "serve": "table [serve]: what the server may spend; its keys stand below",
    "pages": "table [pages]: what dkg pages writes; its keys stand below",
    "validation": "table [validation]: what checks the articles against the shapes; its keys stand below",
    "ingest": 'tables [ingest."GLOB"] for the files that match, and [ingest] publish; keys stand below',
}
"""Every key of ``dkg.toml`` and what it means."""

STORE = {
    "url": "the address of the server, such as https://graph.example.org",
    "layout": "the make of the server: oxigraph (default), virtuoso, fuseki or graphdb",
    "query": "where it answers queries, if not where that make does",
    "update": "where it takes updates, if not where that make does",
    "graphs": "where it takes whole graphs (Graph Store Protocol), if not where that make does",
    "seconds": "the longest that an answer of it may take (default: 60)",
}
"""Every key of the table ``[store]`` and what it means."""

SERVE = {
    "seconds": "the longest that a query of anybody's may take",
    "saved-seconds": "the longest that a saved query may take",
    "stream-seconds": "the longest that a long answer may take once it has begun",
    "memory-mib": "the address space of one worker process, in MiB",
    "rows": "the most rows (or triples) of one answer",
    "answer-mib": "the longest answer, in MiB",
    "query-kib": "the longest query, in KiB",
    "queue": "how many queries may wait in each lane",
    "workers": "how many queries of anybody's run at once",
    "slow-workers": "how many of them run on when they turn out to be slow",
    "saved-workers": "how many saved queries run at once",
    "streams": "how many long answers are sent at once",
    "trusted-proxies": "addresses or networks whose X-Forwarded-For is believed",
    "public-url": "where the world finds this server, such as https://graph.example.org",
}
"""Every key of the table ``[serve]`` and what it means."""

PAGES = {
    "claims": "claims have pages of their own up to this number of articles; else they stand on others",
    "data": "data files of each node are written up to this number of articles",
    "base-url": "where the world finds the site, such as https://norland.example/pages",
    "languages": 'languages of the pages, such as ["ru", "en"]; each is written to a folder of its own',
    "server": "the address of a live server of the same graph, for what files cannot do",
    "texts": "true: pages show the whole text of articles whose text is open and at hand (default: false)",
}
"""Every key of the table ``[pages]`` and what it means."""

VALIDATION = {
    "engine": '"fast", with pyshacl for what it flags, or "pyshacl" for every article (far slower)',
    "sample": "the part of the articles without a fault that pyshacl checks again, from 0 to 1",
}
"""Every key of the table ``[validation]`` and what it means."""

INGEST = {
    "reader": "the script that reads these files, such as native, brat or cas",
    "labels": "the label map that says what their labels mean: ingest/labels/NAME.toml",
    "publish": "of several annotators of one article, the one who is published; or a list, the first counts",
}
"""Every key of a table ``[ingest."GLOB"]`` and what it means; ``publish`` stands in ``[ingest]`` too."""

LAYOUTS = ("oxigraph", "virtuoso", "fuseki", "graphdb")
"""The makes of servers whose addresses are known."""
