"""How a release is made and read: catalogue, counts, tables, and what is stored of them.

Callers go through `tracking.outcomes.releases`; only the shapes are imported from here by the
rooms above.
"""
