"""The command line: `dkg`. A command is a few lines of wiring; what it does lives below."""

from diaspora_kg.cli import ask, make
from diaspora_kg.cli.group import main

for command in (*make.COMMANDS, *ask.COMMANDS):
    main.add_command(command)

__all__ = ["main"]
