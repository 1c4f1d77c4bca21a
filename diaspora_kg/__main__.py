"""`python -m diaspora_kg` is `dkg`."""

from diaspora_kg.cli import main

main()
