"""The kernel: users act, rows change, words are kept. It knows nothing of needs, offers or villages.

It owns access, history, states, jobs, the working-day calendar, numbering, dictionaries, files, registers, the
embedded PostgreSQL and the look. It never imports an app that stands on it.
"""
