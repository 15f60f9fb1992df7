// The page put together: its head, the parts that have something to show, and the search.

const PARTS = [
  { id: "run", title: "The run", there: DATA.run, start: startRun },
  { id: "changes", title: "What changes", there: DATA.changes, start: showChanges },
  { id: "findings", title: "Findings", there: DATA.findings, start: showFindings },
  { id: "groups", title: "Groups", there: COUNT, start: showGroups },
  { id: "rules", title: "Rules", there: COUNT, start: showRules },
  { id: "memory", title: "Memory", there: COUNT, start: showMemory },
  { id: "schedule", title: "Schedule", there: COUNT && DATA.groups.length, start: startSchedule },
];

function showHead() {
  byId("title").textContent = safe(DATA.title);
  const errors = FINDINGS.filter((finding) => finding.level === "error").length;
  const figures = !DATA.groups ? [] : [
    [count(COUNT), COUNT === 1 ? "parameter" : "parameters"],
    [brief(sizeOf(ROOT, "values")), "values"],
    [count(DATA.groups.length), DATA.groups.length === 1 ? "group" : "groups"],
    DATA.frozen > 0 && [count(DATA.frozen), "frozen"],
    [count(FINDINGS.length), FINDINGS.length === 1 ? "finding" : "findings", errors ? "error" : FINDINGS.length ? "warning" : ""],
    DATA.changes && [count(CHANGES.length), CHANGES.length === 1 ? "change" : "changes"],
  ];
  fill(byId("figures"), figures.filter(Boolean).map(([number_, noun, level]) => make("div", { class: `figure ${level || ""}` }, make("dt", {}, noun), make("dd", {}, number_))));
  byId("made").textContent = `Written by paramwise ${DATA.version}. Nothing is loaded from the network.`;
}

function startSearch() {
  const search = byId("search");
  search.value = view.q;
  let waiting = 0;
  const say = () => {
    const hits = matching(view.q);
    byId("hits").textContent = hits ? plural(hits.reduce((sum, hit) => sum + hit, 0), "match").replace("matchs", "matches") : "";
  };
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => go({ q: search.value.trim() }, true), 80);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    clearTimeout(waiting);
    go({ q: search.value.trim() }, true);
    const hits = matching(view.q);
    const first = hits ? hits.indexOf(1) : -1;
    if (first >= 0) go({ name: NAMES[first] });
  });
  whenViewChanges((changed) => {
    if (changed.has("q")) {
      if (document.activeElement !== search) search.value = view.q;
      say();
    }
  });
  say();
}

function startPart({ id, title, there, start }) {
  const part = byId(`${id}-part`);
  if (!there) {
    part.remove();
    return;
  }
  byId("links").append(make("li", {}, make("a", { href: `#${id}-part`, onclick: jump }, title)));
  start(byId(id));
}

showHead();
if (COUNT) {
  startMap();
  startDetails();
  startSearch();
  byId("links").append(make("li", {}, make("a", { href: "#map-part", onclick: jump }, "Map")));
} else {
  ["map-part", "table-part", "searching"].forEach((id) => byId(id).remove());
  if (DATA.groups) byId("title").after(make("p", { class: "lead" }, "The model has no parameters."));
}
document.documentElement.dataset.ready = "map";
// The rest waits for the first paint, so that a large model is seen at once.
requestAnimationFrame(() => setTimeout(() => {
  PARTS.forEach(startPart);
  if (COUNT) {
    startTable();
    byId("links").append(make("li", {}, make("a", { href: "#table-part", onclick: jump }, "Parameters")));
  }
  document.documentElement.dataset.ready = "all";
}));
