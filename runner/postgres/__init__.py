"""Jobs, circuits and migrations in PostgreSQL: the only package that imports psycopg.

Everything lies in the schema ``cad_runner``; every statement stands by name in ``runner/sql``.
"""
