/**
 * Whether a key is for the page: nothing is typed with it, and nothing else belongs to it. Letters
 * and signs are not where the reader turned them off.
 */
function isForPage(event) {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (key.length === 1 && document.documentElement.dataset.shortcuts === "off") return false;
  return !ctrlKey && !metaKey && !altKey && !target.closest("input, select, textarea, dialog, [contenteditable]");
}

/** Puts the cursor into the query with `/`, wherever nothing else is being typed. */
function focusOnSlash(query) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !isForPage(event)) return;
    event.preventDefault();
    query.focus();
    query.select();
  });
}

/**
 * Moves over the rows of a table with `j` and `k`, and with the arrows once one is reached: the
 * link to its event has the focus, so that Enter opens it and it is read out.
 */
function moveOverRows(table) {
  const steps = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || !isForPage(event)) return;
    const rows = [...table.tBodies[0].rows];
    const at = rows.indexOf(document.activeElement.closest("tr"));
    if (at < 0 && event.key.startsWith("Arrow")) return;
    const row = rows[at < 0 ? 0 : at + step];
    if (!row) return;
    event.preventDefault();
    row.querySelector(".event > a").focus();
    row.scrollIntoView({ block: "nearest" });
  });
}

/** Follows the ways to other pages of a list with `n` and `p`. */
function turnPages(pager) {
  const ways = { n: "a[rel=next]", p: "a[rel=prev]" };
  document.addEventListener("keydown", (event) => {
    if (ways[event.key] && isForPage(event)) pager.querySelector(ways[event.key])?.click();
  });
}

/** Shows all keys with `?`, or with the button that stands for it. */
function showKeys(dialog) {
  const button = document.getElementById("show-keys");
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && isForPage(event)) dialog.showModal();
  });
  // A click beside it is one on its backdrop, which belongs to it.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}
