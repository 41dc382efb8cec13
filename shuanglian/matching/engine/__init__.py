"""The matching engine: pure Python, NumPy and numba; no database, no clock, no settings.

``index.Index`` holds the offers of the counties and answers needs; ``allocate`` plans all needs together.
"""
