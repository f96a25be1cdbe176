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
