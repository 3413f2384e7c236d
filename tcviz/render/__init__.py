"""Renderers: one still scene to pixels, through a table from mark to painter."""
