"""The command line: `dkg`. A command is a few lines of wiring; what it does lives below."""

from diaspora_kg.cli.group import main

__all__ = ["main"]
