"""From a fresh clone to a running app or a finished test run, with the standard library alone.

``environment`` makes the virtual environment, ``browser`` finds or installs a browser for
the tests, ``commands`` is the command line. Nothing here knows what the app does.
"""
