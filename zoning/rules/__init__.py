"""TOML files, read with importlib.resources."""
