"""Geometry, measured: no law, no ecology, no project in here."""
