/** How long typing has to rest before the server is asked what may follow. */
const REST_MS = 60;

/**
 * Offers what may be written at the cursor of a query (ARIA combobox with list autocomplete,
 * https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The server knows fields and values; the list
 * opens by typing or with the arrow down, and nothing is chosen unless the reader chooses it.
 */
function completeWhatIsTyped(query) {
  let list = document.createElement("ul");
  /** The text that the list was made for. */
  let text = null;
  let asked = null;
  let rest = 0;
  let active = null;
  query.parentElement.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-controls", "completions"], ["aria-autocomplete", "list"]]) {
    query.setAttribute(name, value);
  }

  const setActive = (option) => {
    active?.setAttribute("aria-selected", "false");
    active = option;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) query.setAttribute("aria-activedescendant", active.id);
    else query.removeAttribute("aria-activedescendant");
  };
  const written = (what) => [...list.children].find((option) => option.dataset.written === what) ?? null;
  const show = (suggestions) => {
    Object.assign(suggestions, { id: "completions", role: "listbox", hidden: suggestions.children.length === 0 });
    suggestions.setAttribute("aria-label", query.dataset.complete);
    list.replaceWith(suggestions);
    list = suggestions;
    setActive(null);
    query.setAttribute("aria-expanded", String(!list.hidden));
  };
  const close = () => {
    asked?.abort();
    asked = null;
    clearTimeout(rest);
    show(document.createElement("ul"));
  };
  const ask = async () => {
    clearTimeout(rest);
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const { value } = query;
    const parameters = new URLSearchParams(new FormData(query.form));
    parameters.set("at", String(query.selectionStart));
    try {
      const answer = await fetch(`/logs/complete?${parameters}`, { signal });
      const template = document.createElement("template");
      template.innerHTML = await answer.text();
      const suggestions = template.content.querySelector("ul[data-from]");
      if (!signal.aborted && suggestions && document.activeElement === query) {
        const before = active?.dataset.written;
        show(suggestions);
        setActive(written(before));
        text = value;
      }
    } catch {
      // The reader typed on, or the server is away: the query works without.
    }
    if (!signal.aborted) asked = null;
  };
  const askSoon = () => {
    clearTimeout(rest);
    rest = setTimeout(ask, REST_MS);
  };
  const accept = async (chosen) => {
    // The reader may have typed on since the list was made: then its places are not the text's.
    const isLate = text !== query.value;
    if (isLate) await ask();
    const option = isLate ? (written(chosen.dataset.written) ?? list.firstElementChild) : chosen;
    if (!option || text !== query.value) return;
    query.setRangeText(option.dataset.written, Number(list.dataset.from), Number(list.dataset.to), "end");
    query.focus();
    close();
    ask();
  };
  /** The entry after the active one, or before it, round and round. */
  const next = (step) => {
    const options = [...list.children];
    const from = active ? options.indexOf(active) : step > 0 ? -1 : 0;
    return options.at((from + step) % options.length);
  };

  query.addEventListener("input", askSoon);
  query.addEventListener("blur", close);
  query.form.addEventListener("submit", close);
  query.parentElement.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    // The press must not take the focus away.
    event.preventDefault();
    accept(option);
  });
  query.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    const isTyped = list.dataset.from !== list.dataset.to;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "ArrowDown") isOpen ? setActive(next(1)) : ask();
    else if (event.key === "ArrowUp" && isOpen) setActive(next(-1));
    // Without a list, Escape empties the box: not because the list was a moment late.
    else if (event.key === "Escape" && (isOpen || asked)) close();
    else if (event.key === "Enter" && active) accept(active);
    else if (event.key === "Tab" && !event.shiftKey && isOpen && (active || isTyped)) accept(active ?? list.firstElementChild);
    else {
      // Moved to another place of the text, which expects something else.
      if (isOpen && ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) askSoon();
      return;
    }
    event.preventDefault();
  });
  close();
}
