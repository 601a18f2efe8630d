"""Plane geometry in columns: flatten curves, pair lines into strips, join strips into regions, runs and gaps."""
