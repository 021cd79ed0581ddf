"""Asks and tells: a project goes in, a result, a report and files come out."""

__version__ = "0.1.0"
