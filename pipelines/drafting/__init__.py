"""Understanding a drawing: what its linework means, whatever file it came from.

``naming`` reads layer and block names, ``meaning`` gives every row of a ``Linework`` a category, ``views`` separates
the drawings on a sheet; the rest turns one plan, in metres, into walls, openings, rooms, stairs, columns, furniture.
"""
