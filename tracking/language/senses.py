"""Swedish words that are one and many alike, where alone they mean one thing of them.

Over a field somebody chooses one of them; over a column each row tells of one. In the catalogue
they stand with their place as gettext's context. Elsewhere, as in a menu, they are many.
"""

FIELD, COLUMN = "field", "column"

SENSES: dict[str, tuple[str, ...]] = {
    FIELD: ("Deltagare", "Mål", "Samtal", "Släpp", "Steg", "Svar", "Utkast"),
    COLUMN: ("Mål", "Släpp", "Steg", "Utkast"),
}
