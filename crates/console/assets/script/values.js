/** Offers to copy each value of a list: its id where it stands beside a name. */
function offerCopies(values) {
  if (!navigator.clipboard) return;
  const { copyValues, copied } = values.dataset;
  for (const acts of values.querySelectorAll(".acts")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "copy", title: copyValues });
    acts.append(button);
  }
  values.addEventListener("click", async (event) => {
    const button = event.target.closest(".copy");
    if (!button) return;
    const cell = button.closest("dd");
    await navigator.clipboard.writeText((cell.querySelector(".id") ?? cell.querySelector(".value")).textContent);
    button.title = copied;
    button.classList.add("done");
    setTimeout(() => {
      button.title = copyValues;
      button.classList.remove("done");
    }, 2000);
  });
}
