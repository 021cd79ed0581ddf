"""Terrain measured on heights: slope, lines of sight, flow."""
