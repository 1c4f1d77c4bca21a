"""The editor at ``/sparql`` for browsers, and what it loads: terms to complete, saved queries as text.

The page has a Content-Security-Policy of its own: scripts from here only, none inline and no ``eval``;
styles from here, but for ``style`` attributes, and one ``<style>`` of the bundled table, known by its hash.
"""
