"""The demonstration county: Dingxiang, built from code, the same on every machine, dated from the day of loading.

Organisations named in the newspaper article bear their names; every other enterprise, person, number and code is made
up, and each page says so. The directory is loaded in bulk; the exchange is *played*: the real actions, by people who
hold the real roles, with the house's clock standing at moments of the past six months.

``people organizations branches units needs offers bookings`` say what there is and touch no database; ``need_steps
need_stories offer_stories histories`` play it; ``build`` does it all in one transaction.
"""
