/** Puts the cursor into the query with `/`, wherever nothing else is being typed. */
function focusOnSlash(query) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.preventDefault();
    query.focus();
    query.select();
  });
}
