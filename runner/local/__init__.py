"""The embedded parts: objects in a folder, jobs and events in memory.

The command line runs on them, and the tests of everything above the protocols.
"""
