/** How often a page asks how far its exports are. */
const PROGRESS_MS = 500;

/** A server that knows nothing of an export after asking so often has refused it. */
const UNKNOWN_MAX = 20;

/** Shows how far an export is that a link begins. The file itself is the browser's to download. */
function showProgress(link) {
  const address = link.href;
  link.addEventListener("click", () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    link.href = `${address}&export=${id}`;
    for (let menu = link.closest("details"); menu; menu = menu.parentElement.closest("details")) menu.open = false;
    followExport(`/logs/export/${id}`, link.dataset.export);
  });
}

function followExport(address, format) {
  const exports = document.getElementById("exports");
  const card = exports.querySelector("template").content.firstElementChild.cloneNode(true);
  const [text, bar, button] = ["p", "progress", "button"].map((name) => card.querySelector(name));
  const title = `${card.querySelector("h2").textContent}: ${format}`;
  card.querySelector("h2").textContent = title;
  bar.setAttribute("aria-label", title);
  text.textContent = exports.dataset.looking;
  exports.append(card);
  button.focus();
  let hasEnded = false;
  button.addEventListener("click", () => {
    if (!hasEnded) return fetch(`${address}/cancel`, { method: "POST" });
    card.remove();
    document.querySelector("#keep > summary").focus();
  });

  const end = (state, said) => {
    hasEnded = true;
    card.dataset.state = state;
    text.textContent = said;
    button.textContent = button.dataset.close;
    // Only the end is said aloud: numbers that change twice a second are for the eyes.
    exports.querySelector("[role=status]").textContent = `${format}: ${said}`;
  };
  let unknown = 0;
  const look = async () => {
    const answer = await fetch(address).catch(() => null);
    const isAnswer = answer?.headers.get("content-type") === "application/json";
    const progress = isAnswer ? await answer.json() : { state: "unknown" };
    if (progress.state === "unknown") {
      unknown += 1;
      if (unknown >= UNKNOWN_MAX) return end("lost", exports.dataset.lost);
      return setTimeout(look, PROGRESS_MS);
    }
    if (progress.total !== null) {
      bar.max = Math.max(progress.total, 1);
      bar.value = progress.rows;
    }
    if (progress.state !== "running") return end(progress.state, progress.text);
    text.textContent = progress.text;
    setTimeout(look, PROGRESS_MS);
  };
  look();
}
