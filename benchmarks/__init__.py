"""Measurements of the whole product: how long its pages take over a demonstration of a given size."""
