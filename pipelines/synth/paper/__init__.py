"""A sheet on paper: pens, page and scale, and the habits of the programs that write PDFs.

``page`` chooses, ``shapes`` resolves a sheet into paths and words, ``stream`` writes them as operators of a page, and
``file`` puts the page into a PDF. ``pipelines.synth.pdf`` is the way in.
"""
