/** Copies the text of the element that `data-copy` names; what it then says is in its data too. */
function makeCopy(button) {
  if (!navigator.clipboard) return;
  const label = button.querySelector("span");
  const invitation = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.textContent = button.dataset.copied;
    } catch {
      getSelection().selectAllChildren(source);
      label.textContent = button.dataset.selected;
    }
    setTimeout(() => (label.textContent = invitation), 2000);
  });
}
