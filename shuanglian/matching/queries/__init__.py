"""What can be asked of matching: suggestions for a need, needs for an offer, and what is worth a look for a unit."""
