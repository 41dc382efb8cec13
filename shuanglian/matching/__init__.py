"""Which offer fits which need: suggestions with reasons, and the plan for all open needs together.

Owns the engine (pure: texts and numbers in, suggestions and plans out) and the history of suggestions. It never promises
anything: a suggestion becomes a commitment only through the actions of the exchange, by a person.
"""
