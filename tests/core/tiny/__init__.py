"""A project of one page, so that the console can be tried whole, with real processes, in a second or two."""
