/** A list that is chosen from is a question asked; a custom time range needs its times first. */
function submitOnChange(select) {
  select.addEventListener("change", () => {
    if (select.value === "custom") document.getElementById("filter-from")?.focus();
    else select.form.requestSubmit();
  });
}
