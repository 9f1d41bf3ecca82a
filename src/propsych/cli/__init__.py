"""The command line: ``propsych check | analyse | report | demo``."""

from propsych.cli.app import main

__all__ = ["main"]
