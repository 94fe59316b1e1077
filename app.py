"""The entrance: `streamlit run app.py`. What is on the pages begins in tracking/ui/main.py.

The entry script must not lie beside pages/: Streamlit would then serve every page file at its
own address until somebody's navigation has run. The call below must stay written out, since
Streamlit finds it by reading this file.
"""

from pathlib import Path

import streamlit as st

from tracking.ui.faults import report_uncaught
from tracking.ui.library_log import structure_library_logs
from tracking.web.server import asgi_options

structure_library_logs()

app = st.App(
    Path(__file__).resolve().parent / "tracking" / "ui" / "main.py",
    on_script_error=report_uncaught,
    **asgi_options(st.get_option("server.baseUrlPath")),
)

if __name__ == "__main__":
    app.run()
