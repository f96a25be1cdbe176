/** From this width on an event stands beside its list; on narrower screens it is a page. */
const BESIDE = matchMedia("(min-width: 1000px)");

/**
 * Opens the events of a table beside it. The address is that of the event, so it can be sent to
 * others and loaded again; Back, Escape and a button lead back to the list alone.
 */
function showBeside(list) {
  if (!list) return reloadOnReturn();
  const panel = document.createElement("aside");
  Object.assign(panel, { id: "panel", tabIndex: -1, hidden: true });
  document.body.append(panel);
  const title = document.title;
  let opener = null;
  let asked = 0;

  const mark = (address) => {
    const id = new URL(address).pathname.slice("/logs/".length);
    const link = list.querySelector(`td.event > a[href="${CSS.escape(id)}"]`);
    list.querySelector("tr[aria-current]")?.removeAttribute("aria-current");
    link?.closest("tr").setAttribute("aria-current", "true");
    link?.closest("tr").scrollIntoView({ block: "nearest" });
    opener = link ?? opener;
  };
  /** Loads an event and returns its address; nothing if another one was asked for meanwhile. */
  const load = async (link) => {
    const number = ++asked;
    const url = new URL(link);
    url.searchParams.set("panel", "on");
    const answer = await fetch(url).catch(() => null);
    const html = await answer?.text();
    if (number !== asked) return null;
    const address = new URL(answer?.url ?? link);
    address.searchParams.delete("panel");
    // Whoever has to sign in again, or looks for what is gone, sees it as a page.
    if (!answer?.ok || !address.pathname.startsWith("/logs/")) return location.assign(link);
    panel.innerHTML = html;
    panel.hidden = false;
    document.documentElement.classList.add("beside");
    const heading = panel.querySelector("h1");
    document.title = document.title.replace(/^.*(?= · )/, heading.textContent);
    panel.setAttribute("aria-label", heading.textContent);
    for (const button of panel.querySelectorAll("button[data-copy]")) makeCopy(button);
    for (const values of panel.querySelectorAll("[data-copy-values]")) offerCopies(values);
    panel.scrollTop = 0;
    panel.focus();
    mark(address);
    return address.href;
  };
  const open = async (link) => {
    const address = await load(link);
    if (!address) return;
    const state = { event: address };
    // However many events are looked at, one step back leads to the list.
    if (history.state?.event) history.replaceState(state, "", address);
    else history.pushState(state, "", address);
  };
  const close = () => {
    asked += 1;
    if (panel.hidden) return;
    panel.hidden = true;
    panel.replaceChildren();
    document.title = title;
    document.documentElement.classList.remove("beside");
    list.querySelector("tr[aria-current]")?.removeAttribute("aria-current");
    opener?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!isPlain || event.defaultPrevented || !BESIDE.matches) return;
    const link = event.target.closest("#events td.event > a, #panel :is([rel=prev], [rel=next], .views a)");
    if (link) event.preventDefault();
    if (link) open(link.href);
    else if (event.target.closest("#panel [data-close]")) history.back();
  });
  document.addEventListener("keydown", (event) => {
    const isElsewhere = event.target.closest("input, select, textarea, .account, .pop");
    if (event.key === "Escape" && !panel.hidden && !isElsewhere) history.back();
  });
  addEventListener("popstate", (event) => (event.state?.event ? load(event.state.event) : close()));
}

/**
 * A page that was loaded at an address which a list had put there is left with Back for that
 * list's address, but not for its document: the browser takes both for one.
 */
function reloadOnReturn() {
  const here = location.pathname + location.search;
  addEventListener("popstate", () => location.pathname + location.search === here || location.reload());
}
