// Starts the page: theme, list, and the spec that the address names, whose data is loaded when it is asked for.

const report = JSON.parse(document.getElementById("report-data").textContent);
const loaded = new Map();
const nonce = document.currentScript.nonce;

// Each spec's timeline.js calls this: a page opened from disk may run a script but not fetch a file.
window.LockstepSpec = (slug, text) => {
  const doc = JSON.parse(text);
  doc.bySeq = new Map(doc.entries.map((entry) => [entry.seq, entry]));
  doc.order = new Map();
  loaded.set(slug, doc);
};

function load(slug) {
  if (loaded.has(slug)) return Promise.resolve(loaded.get(slug));
  return new Promise((resolve, reject) => {
    const script = h("script", { src: href(`${slug}/timeline.js`), nonce });
    script.addEventListener("load", () => (loaded.has(slug) ? resolve(loaded.get(slug)) : reject(new Error(slug))));
    script.addEventListener("error", () => reject(new Error(slug)));
    document.head.append(script);
  });
}

async function route() {
  const [slug, part] = decoded(location.hash.slice(1)).split("/");
  const overview = document.getElementById("overview");
  const page = document.getElementById("spec");
  const known = report.specs.find((link) => link.slug === slug);
  overview.hidden = known !== undefined;
  page.hidden = known === undefined;
  page.replaceChildren();
  document.body.classList.toggle("reading", known !== undefined);
  if (!known) return;
  page.append(h("p", { class: "quiet" }, "Loading…"));
  let content;
  let shown = null;
  try {
    shown = specPage(await load(slug), report.specs);
    content = shown.parts;
  } catch (error) {
    if (!(error instanceof Error) || error.message !== slug) throw error;
    content = [h("nav", { class: "crumbs" }, h("a", { href: "#" }, "← All specs")), h("p", { class: "notice" }, `${slug}/timeline.js could not be read. The report needs the folders beside it: copy the whole run directory.`)];
  }
  if (decoded(location.hash.slice(1)).split("/")[0] !== slug) return;
  page.replaceChildren(...content.filter(Boolean));
  window.scrollTo({ top: 0, behavior: "instant" });
  document.getElementById("spec-title")?.focus({ preventScroll: true });
  const finding = /^finding-(\d+)$/.exec(part ?? "");
  if (finding) page.querySelectorAll(".found button.main")[Number(finding[1])]?.click();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function startTheme() {
  const select = document.getElementById("theme");
  let kept = "";
  try {
    kept = localStorage.getItem("lockstep-theme") ?? "";
  } catch {
    // A page from disk may be denied storage: the choice then lasts as long as the page.
  }
  const apply = () => (select.value ? (document.documentElement.dataset.theme = select.value) : delete document.documentElement.dataset.theme);
  select.value = kept;
  apply();
  select.addEventListener("change", () => {
    apply();
    try {
      localStorage.setItem("lockstep-theme", select.value);
    } catch {
      // As above.
    }
  });
}

// The address says which spec is open, so a jump within the page must not change it.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
startTheme();
startOverview();
if (report.latency.length) document.getElementById("run-latency").append(...latencyBlock(report.latency, null));
window.addEventListener("hashchange", route);
route();
