"""What comes in from files, what goes out to them, and the demo's synthetic people.

The public names of reading a file in stand here; each package's own stand in it.
"""

from tracking.exchange.importing.opening import read_workbook
from tracking.exchange.importing.planning import Plan, apply, dry_run
from tracking.exchange.importing.recognition import propose_mapping

__all__ = ["Plan", "apply", "dry_run", "propose_mapping", "read_workbook"]
