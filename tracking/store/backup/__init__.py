"""Copies of a whole database: taken while people work, sealed, read back and compared.

`faults` says what can go wrong, `envelope` is the encrypted file, `archive` what lies in it,
`fingerprint` what two databases are compared by, `sqlite` and `postgres` how each kind is
copied and put back, `files` the names and the folder. What is done in which order, and that it
is logged, is `tracking.services.backups` and `tracking.services.restoring`.
"""
