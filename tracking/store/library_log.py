"""Other people's log lines in the server log's form, without what they were about.

Libraries write through Python's logging. Their messages are filled in with whatever was at
hand and their tracebacks quote it, so a line here says which library, the message before it
was filled in, what kind of error and where in our code, and no more.
"""

from __future__ import annotations

import logging

from tracking.domain.server_events import ServerEvent
from tracking.store.server_log import places, tell

LONGEST = 200
OF_THE_SERVER = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "asyncio", "websockets")


class StructuredHandler(logging.Handler):
    """Writes a record from warnings up as a line of the server log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; nothing that it was filled in with."""
        severe = record.levelno >= logging.ERROR
        error = record.exc_info[1] if record.exc_info else None
        tell(
            ServerEvent.LIBRARY_ERROR if severe else ServerEvent.LIBRARY_WARNING,
            logger=record.name,
            # A message without arguments may have been filled in before it came here.
            message=str(record.msg)[:LONGEST] if record.args else None,
            file=f"{record.module}:{record.lineno}",
            kind=None if error is None else type(error).__name__,
            where=[] if error is None else places(error),
        )


HANDLER = StructuredHandler()


def structure(logger: logging.Logger) -> None:
    """Let a logger write in the server log's form and no other."""
    for other in list(logger.handlers):
        logger.removeHandler(other)
    logger.addHandler(HANDLER)


def structure_the_servers() -> None:
    """The same for what carries the app; its own set-up comes between import and start."""
    for name in OF_THE_SERVER:
        logger = logging.getLogger(name)
        structure(logger)
        logger.propagate = False
    logging.getLogger().addHandler(HANDLER)
    logging.captureWarnings(capture=True)
