"""Runs a pipeline where it can do no harm: in a process of its own, under limits, on a desk of its own.

``process`` is the parent's side, ``inside`` the child's, ``answers`` what they say to each other.
"""
