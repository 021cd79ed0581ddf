"""Shipped real data with their provenance, and the maker of the demonstration workspace."""
