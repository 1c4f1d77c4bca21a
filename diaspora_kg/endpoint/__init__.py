"""The graph over HTTP: a pool of killable processes that answer, and the web application before it."""
