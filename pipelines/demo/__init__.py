"""``make demo``: convert a folder of drawings with ``cad-runner``, and make a table and a page of what came of it."""
