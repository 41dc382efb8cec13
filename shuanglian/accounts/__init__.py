"""Who signs in, under which roles and scopes. Owns users, role assignments, sign-in and the second factor.

It does not know organisations or units: a scope is a kind and a number that the app above gives meaning to.
"""
