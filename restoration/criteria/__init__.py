"""The criteria of restoration as data, one file each."""
