"""What the browser has asked the server, and whether the page stands as the server has answered.

A page that is idle says nothing by itself: between a click and the first word of its answer it
is idle too, and whoever acts then acts on the page of before, with the address of before. So each
page listens to its own socket from the start: it counts a question as open until the server has
begun a run after it, and the run as open until the server has ended it.

Nor is a page that has answered one that stands still: a part that opens grows for half a second,
and what is clicked meanwhile moves away under the pointer. Movements that have an end are taken
to it, as they are before a picture is taken.
"""

from __future__ import annotations

import itertools

from playwright.sync_api import BrowserContext, Page

LISTEN = """(() => {
  if (window.answering) return;
  // BackMsg.rerun_script, and ForwardMsg.new_session, .script_finished and its one value that
  // says that another run follows.
  const RERUN = 11, BEGUN = 4, ENDED = 6, ANOTHER_FOLLOWS = 2;
  const now = window.answering
    = { asked: 0, open: false, running: false, wait: 0, since: 0, frames: 0 };
  function* fields(bytes) {
    let at = 0;
    const number = () => {
      let value = 0, shift = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * shift; shift *= 128; } while (byte > 127);
      return value;
    };
    while (at < bytes.length) {
      const tag = number(), value = number();
      yield [tag >>> 3, value];
      if ((tag & 7) === 2) at += value;
    }
  }
  window.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      this.addEventListener('close', () => { now.open = now.running = false; });
      this.addEventListener('message', ({ data }) => {
        if (!(data instanceof ArrayBuffer)) return;
        for (const [field, value] of fields(new Uint8Array(data))) {
          if (field === BEGUN) { now.open = false; now.running = true; }
          if (field === ENDED) now.running = value === ANOTHER_FOLLOWS;
        }
      });
    }
    send(data) {
      const bytes = data instanceof Uint8Array ? data : new Uint8Array(0);
      for (const [field] of fields(bytes)) {
        if (field === RERUN) { now.open = true; now.asked += 1; }
      }
      super.send(data);
    }
  };
})()"""

STANDS = """([wait, quiet]) => {
  const now = window.answering;
  const moving = document.getAnimations()
    .filter(one => one.playState === 'running' && one.effect?.getComputedTiming().endTime < 1e6);
  for (const one of moving) one.finish();
  const app = document.querySelector('[data-testid="stApp"]')?.dataset;
  const stands = !now.open && !now.running && !moving.length
    && app?.testScriptState === 'notRunning' && app.testConnectionState === 'CONNECTED'
    && !document.querySelector('[data-stale="true"]');
  if (!stands || now.wait !== wait) {
    Object.assign(now, { wait, since: performance.now(), frames: 0 });
  }
  now.frames += 1;
  return stands && now.frames > 3 && performance.now() - now.since > quiet;
}"""
QUIET = 50
"""Milliseconds, and more than three frames, for what a click sets off in the browser before it
asks, and for what is drawn of the last answer. A browser that is slow is slow with its frames."""

_waits = itertools.count(1)


def listen(to: BrowserContext | Page) -> None:
    """Have every page that is opened from now on listen to its own socket; once is enough."""
    to.add_init_script(LISTEN)


def answered(page: Page, *, timeout: float) -> None:
    """Wait, at most so many milliseconds, until all that was asked is answered and drawn."""
    page.wait_for_function(STANDS, arg=[next(_waits), QUIET], timeout=timeout)


FILLED = """() => {
  const every = (what, is) => [...document.querySelectorAll(what)].every(is);
  return document.fonts.status === 'loaded' && !document.querySelector('[data-testid="stSkeleton"]')
    && every('img', one => one.complete)
    && every('[data-testid="stPlotlyChart"]', one => one.querySelector('.main-svg'))
    && every('[data-testid^="stBidiComponent"]',
      one => (one.shadowRoot || one).childElementCount);
}"""


def filled(page: Page, *, timeout: float) -> None:
    """Wait, at most so many milliseconds, for what the browser loads and draws by itself after
    the server has answered: the code of fields and charts, pictures and typefaces.
    """
    page.wait_for_function(FILLED, timeout=timeout)
