/** Offers the browser's own time zone, unless it is offered already. */
function offerOwnZone(button) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const offered = [...button.closest("fieldset").elements].map((other) => other.value);
  if (!zone || offered.includes(zone)) return;
  button.value = button.textContent = zone;
  button.hidden = false;
}
