/** Closes an open menu with Escape or a click elsewhere. */
function closeOnLeave(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    // One within another closes alone.
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
