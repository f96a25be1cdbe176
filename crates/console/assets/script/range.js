/** How far a pointer has to move before it drags, in pixels: less is a click on a bar. */
const DRAG_PIXELS_MIN = 5;

/**
 * Narrows the time to the bars that are dragged over; Escape lets go of them. The rows of the
 * table of numbers say when each bar begins, and the last one also when it ends.
 */
function narrowByDragging(chart) {
  const svg = chart.querySelector(".plot > svg");
  const buckets = chart.querySelectorAll(".numbers tbody tr");
  let begun = null;
  let band = null;

  const bucketAt = (x) => {
    const { left, width } = svg.getBoundingClientRect();
    const index = Math.floor(((x - left) / width) * buckets.length);
    return Math.max(0, Math.min(index, buckets.length - 1));
  };
  const dragged = (x) => [bucketAt(begun), bucketAt(x)].sort((one, other) => one - other);
  const letGo = () => {
    band?.remove();
    begun = band = null;
  };

  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    if (event.button === 0) begun = event.clientX;
  });
  svg.addEventListener("pointermove", (event) => {
    // The button was let go somewhere else.
    if (event.buttons === 0) letGo();
    if (begun === null || (!band && Math.abs(event.clientX - begun) < DRAG_PIXELS_MIN)) return;
    if (!band) {
      const part = (name) => document.createElementNS(svg.namespaceURI, name);
      band = part("svg");
      band.append(part("rect"));
      band.classList.add("band");
      svg.append(band);
      svg.setPointerCapture(event.pointerId);
    }
    const [first, last] = dragged(event.clientX);
    band.setAttribute("x", `${(first / buckets.length) * 100}%`);
    band.setAttribute("width", `${((last + 1 - first) / buckets.length) * 100}%`);
  });
  svg.addEventListener("pointerup", (event) => {
    if (band) {
      const [first, last] = dragged(event.clientX);
      const { from } = buckets[first].dataset;
      const to = buckets[last + 1]?.dataset.from ?? buckets[last].dataset.to;
      location.assign(new URL(`?${new URLSearchParams({ range: "", from, to })}`, document.baseURI));
    } else {
      begun = null;
    }
  });
  // The click that ends a drag is none on a bar.
  svg.addEventListener("click", (event) => {
    if (!band) return;
    event.preventDefault();
    letGo();
  });
  svg.addEventListener("pointercancel", letGo);
  document.addEventListener("keydown", (event) => event.key === "Escape" && letGo());
}
