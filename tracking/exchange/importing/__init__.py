"""The way in: reading files as people keep them, and turning their rows into records.

Opening (`opening`, `excel`, `csv_files`, `headings`, `guard`), understanding (`kinds`,
`values`, `recognition`, `mapping`, `records`), doing (`planning`), and the empty files to fill
in (`templates`), which are made from what reads them. What may be added to an insats, and how,
is `tracking.services.imports`.
"""
