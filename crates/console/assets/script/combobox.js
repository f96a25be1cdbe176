/**
 * Puts a text field with suggestions in the place of a list (ARIA combobox with list
 * autocomplete, https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The list stays in the form,
 * hidden, and holds what is chosen.
 */
function makeSearchable(select) {
  const box = document.createElement("div");
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const listId = `${select.id}-list`;
  box.className = "combobox";
  Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, id: `${select.id}-search` });
  Object.assign(list, { id: listId, hidden: true, role: "listbox" });
  list.setAttribute("aria-label", select.dataset.combobox);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", listId], ["aria-autocomplete", "list"]]) {
    input.setAttribute(name, value);
  }
  for (const label of select.labels) label.htmlFor = input.id;
  select.hidden = true;
  select.after(box);
  box.append(input, list);

  const chosenTitle = () => (select.value ? select.selectedOptions[0].text : "");
  input.placeholder = select.options[0].text;
  input.value = chosenTitle();
  let active = -1;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const setActive = (index) => {
    const shown = options();
    shown[active]?.classList.remove("active");
    active = Math.max(-1, Math.min(index, shown.length - 1));
    const option = shown[active];
    option?.classList.add("active");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const open = (wanted) => {
    list.replaceChildren(...suggestions(select, wanted));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    active = -1;
    setActive(wanted ? 0 : -1);
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = chosenTitle();
  };
  const choose = (value) => {
    const changed = select.value !== value;
    select.value = value;
    close();
    if (changed) select.dispatchEvent(new Event("change", { bubbles: true }));
  };

  input.addEventListener("focus", () => { input.select(); open(""); });
  input.addEventListener("click", () => list.hidden && open(""));
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("blur", close);
  // A press on the list must not take the focus away before the click arrives.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option.dataset.value);
  });
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === "ArrowDown") isOpen ? setActive(active + 1) : open("");
    else if (event.key === "ArrowUp") setActive(active - 1);
    else if (event.key === "Escape" && isOpen) close();
    else if (event.key === "Enter" && isOpen && options()[active]) choose(options()[active].dataset.value);
    else if (event.key === "Enter" && isOpen && input.value === "") choose("");
    else return;
    event.preventDefault();
  });
}

/** Entries of a list whose title, key or section has all the words of a text, by section. */
function suggestions(select, text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  const entries = [];
  let section = null;
  for (const option of select.options) {
    const group = option.closest("optgroup")?.label ?? "";
    const haystack = folded(`${option.text} ${option.value} ${group}`);
    if (!words.every((word) => haystack.includes(word))) continue;
    if (group && group !== section) entries.push(heading(group));
    section = group;
    entries.push(suggestion(select, option));
  }
  return entries.length ? entries : [heading(select.dataset.none)];
}

/** A text without case and accents, so that `echec` finds `Échec` and `islem` finds `İşlem`. */
function folded(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("ı", "i");
}

function heading(text) {
  const item = document.createElement("li");
  item.role = "presentation";
  item.textContent = text;
  return item;
}

function suggestion(select, option) {
  const item = document.createElement("li");
  item.role = "option";
  item.id = `${select.id}-${option.index}`;
  item.dataset.value = option.value;
  item.setAttribute("aria-selected", String(option.selected));
  item.textContent = option.text;
  if (option.value && option.value !== option.text) {
    const key = document.createElement("small");
    key.textContent = option.value;
    item.append(key);
  }
  return item;
}
