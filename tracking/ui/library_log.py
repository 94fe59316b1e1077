"""Streamlit's own log lines in the form of the server's log, see `tracking.store.library_log`."""

from __future__ import annotations

from streamlit import logger as streamlit_logger

from tracking.store.library_log import structure


def structure_library_logs() -> None:
    """Take the place of Streamlit's own form, on every logger that it makes from now on."""
    streamlit_logger.setup_formatter = structure
    streamlit_logger.update_formatter()
