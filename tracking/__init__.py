"""Stegvis: follow-up of participants and outcomes for samordningsförbund."""

__version__ = "0.1.0"
