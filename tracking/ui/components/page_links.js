// Links inside the page's own HTML turn the page as the menu does, without loading it anew.
// The address stays in the link, so that it can be copied or opened in another tab.

const PLAIN = "a.stegvis-to";

function plainClick(event) {
  return event.button === 0 && !event.defaultPrevented
    && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

export default function ({ setTriggerValue }) {
  const follow = (event) => {
    const link = event.target instanceof Element ? event.target.closest(PLAIN) : null;
    if (!link || !plainClick(event)) return;
    event.preventDefault();
    // The moment tells two clicks on the same link apart.
    setTriggerValue("followed", `${Date.now()} ${link.getAttribute("href")}`);
  };
  document.addEventListener("click", follow);
  return () => { document.removeEventListener("click", follow); };
}
