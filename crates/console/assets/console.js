// What makes the pages quicker to use where there is JavaScript. Nothing depends on it: every page
// works without, and nothing here stores anything.

document.documentElement.classList.add("scripted");

for (const control of document.querySelectorAll("select[data-submit]")) submitOnChange(control);
for (const select of document.querySelectorAll("select[data-combobox]")) makeSearchable(select);
for (const button of document.querySelectorAll("button[data-copy]")) makeCopy(button);
for (const menu of document.querySelectorAll("details.account, details.pop")) closeOnLeave(menu);
for (const query of document.querySelectorAll("[aria-keyshortcuts='/']")) focusOnSlash(query);
for (const bar of document.querySelectorAll("[data-stream]")) showArrivals(bar);

/** A list that is chosen from is a question asked; a custom time range needs its times first. */
function submitOnChange(select) {
  select.addEventListener("change", () => {
    if (select.value === "custom") document.getElementById("filter-from")?.focus();
    else select.form.requestSubmit();
  });
}

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

/** Rows that wait to be shown before the list has to be loaded again, and rows that it shows. */
const WAITING_MAX = 250;
const SHOWN_MAX = 300;

/** How long after a refusal, which ends a stream for good, the page is loaded again. */
const REFUSED_MS = 10_000;

/**
 * Puts events into the table as they arrive, and counts them in its total. While the reader looks
 * at rows (has scrolled to them, points at one, has one in focus or text selected), new ones wait
 * and a button says how many.
 */
function showArrivals(bar) {
  const list = document.querySelector("#events tbody");
  // A list that is empty has no table yet: the first event brings the page that has one.
  const waiting = [];
  const button = document.createElement("button");
  button.type = "button";

  const isBusy = () =>
    list.getBoundingClientRect().top < 0 ||
    list.matches(":hover, :focus-within") ||
    (!getSelection().isCollapsed && list.contains(getSelection().anchorNode));
  const say = () => {
    const count = String(waiting.length);
    button.textContent = (waiting.length === 1 ? bar.dataset.one : bar.dataset.many).replace("{}", count);
    if (waiting.length === 0) button.remove();
    else if (!button.isConnected) bar.append(button);
  };
  const show = () => {
    if (waiting.length >= WAITING_MAX) return location.reload();
    addToTotal(waiting.length);
    for (const row of waiting.splice(0)) {
      row.classList.add("arrived");
      list.prepend(row);
    }
    while (list.rows.length > SHOWN_MAX) list.lastElementChild.remove();
    say();
  };
  const showUnlessBusy = () => waiting.length === 0 || isBusy() || show();

  const source = new EventSource(bar.dataset.stream);
  const live = document.getElementById("live");
  source.addEventListener("open", () => setLost(false));
  source.addEventListener("error", () => {
    setLost(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), REFUSED_MS);
  });
  source.addEventListener("message", (event) => {
    if (!list) return location.reload();
    const row = rowOf(event.data);
    const sequence = `[data-seq="${row.dataset.seq}"]`;
    if (list.querySelector(sequence) || waiting.some((other) => other.matches(sequence))) return;
    waiting.push(row);
    if (waiting.length >= WAITING_MAX) source.close();
    say();
    showUnlessBusy();
  });
  const setLost = (isLost) => {
    live.classList.toggle("lost", isLost);
    if (isLost) live.title = bar.dataset.lost;
    else live.removeAttribute("title");
  };

  button.addEventListener("click", () => {
    show();
    bar.scrollIntoView({ block: "nearest" });
  });
  if (!list) return;
  list.addEventListener("mouseleave", () => setTimeout(showUnlessBusy));
  document.addEventListener("scroll", showUnlessBusy, { passive: true });
  document.addEventListener("selectionchange", showUnlessBusy);
}

/** The row that a stream has sent; our own server has escaped what is in it. */
function rowOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("tr");
}

/** Adds to the number of events that the page says there are. */
function addToTotal(count) {
  const total = document.getElementById("total");
  const number = Number(total.dataset.total) + count;
  total.dataset.total = String(number);
  total.querySelector("strong").textContent = number.toLocaleString(document.documentElement.lang);
}

/** Closes an open menu with Escape or a click elsewhere. */
function closeOnLeave(menu) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

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
