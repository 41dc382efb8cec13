"""Who exists: divisions, organisations, party branches, partner units and their mandates, people only in posts.

It does not know what anybody needs or offers; upper apps show that on its pages by panels.
"""
