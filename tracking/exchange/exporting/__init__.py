"""The way out: an insats's own rows as Excel, CSV and Parquet, with a codebook.

The columns are those that imports read (`columns`), so that what is taken out can be read in
again; `files` makes the three kinds of file. What may be taken out is `tracking.outcomes.export`.
"""
