"""Takes one message, runs one conversion, settles it."""

__version__ = "0.1.0"
