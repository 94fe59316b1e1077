"""What leaves a screen of the insats zone as a file: its mark, and cells that stay text."""

from __future__ import annotations

INTERNAL = "INTERNT – ej röjandekontrollerad"
"""Stands on everything that is downloaded or printed there."""


def plain_cell(cell: str) -> str:
    """The cell as text: nothing that a spreadsheet would take for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
