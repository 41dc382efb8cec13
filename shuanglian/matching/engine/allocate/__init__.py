"""The exact allocation of offers to needs: the highest total fit under capacities, proven on every run.

``solve`` answers once, ``live`` (and ``several``, where needs take more than one offer) follows a
changing world, ``tiers`` splits the work by area, ``weights`` folds urgency
and due dates into the scores. The method: ``auction`` finds rough prices, ``paths`` makes them exact,
``certificate`` proves it; ``market`` turns demands, ceilings, locks and exclusions into plain seats.
"""
