"""A drawing's tables on the sheet: each is gathered for all placements and transformed at once."""
