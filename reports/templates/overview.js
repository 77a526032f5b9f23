// The list of all specs, narrowed by verdict and words.

function startOverview() {
  const form = document.getElementById("spec-filters");
  const search = document.getElementById("spec-search");
  const rows = [...document.querySelectorAll(".specs tbody tr")].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];

  function narrow() {
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      const fits = wanted.has(row.dataset.verdict) && words.every((word) => text.includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    document.getElementById("spec-count").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
    document.getElementById("no-specs").hidden = shown > 0;
  }

  function reset() {
    search.value = "";
    for (const box of boxes) box.checked = true;
    narrow();
    search.focus();
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", narrow);
  document.getElementById("spec-reset").addEventListener("click", reset);
  for (const part of document.querySelectorAll("[data-grow]")) part.style.flexGrow = part.dataset.grow;
  // A browser may bring back what was typed before a reload.
  narrow();
}
