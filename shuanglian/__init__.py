"""Shuanglian (双链): two lists, two chains. One modular monolith; the map of its rooms is docs/map.md."""
