// The page's address to the clipboard. Where the browser keeps pages from it (no secure
// connection), the address is shown marked, to be copied by hand.

export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".stegvis-copy");
  const [button, said, field] = ["button", "[role=status]", "input"]
    .map((which) => box.querySelector(which));
  button.textContent = data.label;
  field.setAttribute("aria-label", data.label);
  said.textContent = "";
  button.onclick = async () => {
    const address = window.location.href;
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = data.done;
      field.hidden = true;
    } catch {
      field.hidden = false;
      field.value = address;
      field.focus();
      field.select();
      said.textContent = data.byHand;
    }
  };
}
