"""The law as dated data, and what it says about a place."""
