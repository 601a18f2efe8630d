"""The settings of a runner, and the only place where the environment is read.

Whoever needs all of them calls ``Settings.read()``; a command that needs the database alone calls ``read(Database)``,
and then nothing else has to be set.
"""
