// The table of parameters: sorted, filtered, a page at a time; parameters of repeated blocks folded into a row.

const PAGE = 100; // rows, and those behind a folded one

const NUMBERED = /(^|\.)\d+(?=\.|$)/g;

// A row: the positions of parameters that differ only in the numbers of their blocks, with the same kind and outcome.
let foldedRows = null;
function rowsFolded() {
  if (foldedRows) return foldedRows;
  const found = new Map();
  for (let at = 0; at < COUNT; at += 1) {
    const key = `${DATA.kind[at]} ${DATA.outcome[at]} ${NAMES[at].replace(NUMBERED, "$1{}")}`;
    const row = found.get(key);
    if (row) row.push(at);
    else found.set(key, [at]);
  }
  foldedRows = [...found.values()];
  return foldedRows;
}

const rowName = (() => {
  const known = new WeakMap(); // a row may stand for 100,000 names
  return (positions) => {
    if (!known.has(positions)) known.set(positions, foldedName(positions));
    return known.get(positions);
  };
})();

// `h.{0..11}.up`; numbers that do not follow each other are listed, and of many the first.
function foldedName(positions) {
  if (positions.length === 1) return NAMES[positions[0]];
  const numbers = [];
  for (const at of positions) (NAMES[at].match(NUMBERED) || []).forEach((each, place) => {
    numbers[place] = numbers[place] || new Set();
    numbers[place].add(Number(each.replace(".", "")));
  });
  let place = -1;
  return NAMES[positions[0]].replace(NUMBERED, (_, dot) => {
    place += 1;
    const sorted = [...numbers[place]].sort((one, other) => one - other);
    if (sorted.length === 1) return dot + sorted[0];
    if (sorted[sorted.length - 1] - sorted[0] === sorted.length - 1) return `${dot}{${sorted[0]}..${sorted[sorted.length - 1]}}`;
    return `${dot}{${sorted.slice(0, 4).join(",")}${sorted.length > 4 ? `, and ${sorted.length - 4} more` : ""}}`;
  });
}

const COLUMNS = [
  { key: "name", label: "name", of: (at) => at },
  { key: "shape", label: "shape", of: (at) => `[${kindOf(at).shape.join(", ")}]` },
  { key: "role", label: "role", of: (at) => kindOf(at).role },
  { key: "values", label: "values", of: (at) => kindOf(at).values, numeric: true },
  { key: "group", label: "group", of: (at) => groupName(groupOf(at)) },
  { key: "decay", label: "weight decay", of: (at) => MODES.weight_decay.text(MODES.weight_decay.of(at)), sorted: (at) => MODES.weight_decay.of(at), numeric: true },
  { key: "lr", label: "learning rate", of: (at) => MODES.lr.text(MODES.lr.of(at)), sorted: (at) => MODES.lr.of(at), numeric: true },
];

let page = 0;
const opened = new Set(); // first positions of folded rows that are shown whole

function rowsShown() {
  const hits = matching(view.q);
  const group = view.group === "" ? null : Number(view.group);
  const passes = (at) => (!hits || hits[at]) && (group === null || groupOf(at) === group);
  let rows;
  if (view.all) {
    rows = [];
    for (let at = 0; at < COUNT; at += 1) if (passes(at)) rows.push([at]);
  } else {
    rows = rowsFolded().map((row) => {
      const kept = hits || group !== null ? row.filter(passes) : row;
      return kept.length === row.length ? row : kept; // its name is known
    }).filter((row) => row.length);
  }
  const [key, way] = view.sort.split(" ");
  const column = COLUMNS.find((each) => each.key === key);
  if (column) {
    const sorted = column.sorted || column.of;
    const sign = way === "down" ? -1 : 1;
    if (key === "name") rows.sort((one, other) => sign * compare(NAMES[one[0]], NAMES[other[0]]));
    else rows.sort((one, other) => sign * compare(sorted(one[0]), sorted(other[0])) || one[0] - other[0]);
  }
  return rows;
}

function showTable() {
  const rows = rowsShown();
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  page = Math.min(page, pages - 1);
  const [key, way] = view.sort.split(" ");
  fill(byId("heads"), make("tr", {}, COLUMNS.map((column) => make("th", {
    scope: "col",
    class: column.numeric ? "number" : "",
    "aria-sort": column.key === key ? (way === "down" ? "descending" : "ascending") : null,
  }, make("button", { type: "button", onclick: () => sortBy(column) }, column.label,
    make("span", { "aria-hidden": "true" }, column.key === key ? (way === "down" ? " ▾" : " ▴") : ""))))));
  const body = [];
  for (const row of rows.slice(page * PAGE, (page + 1) * PAGE)) {
    body.push(tableRow(row));
    if (row.length > 1 && opened.has(row[0])) {
      body.push(...row.slice(0, PAGE).map((at) => tableRow([at], true)));
      if (row.length > PAGE) body.push(make("tr", { class: "inner" }, make("td", { class: "faint", colspan: COLUMNS.length }, `and ${count(row.length - PAGE)} more: search for one, or choose “every row”`)));
    }
  }
  fill(byId("rows"), body);
  const parameters = rows.reduce((sum, row) => sum + row.length, 0);
  const folded = parameters > rows.length ? `, folded into ${plural(rows.length, "row")}` : "";
  byId("matched").textContent = parameters === COUNT && !view.q
    ? `${plural(COUNT, "parameter")}${folded}`
    : `${count(parameters)} of ${plural(COUNT, "parameter")}${folded}`;
  byId("pages").hidden = pages === 1;
  byId("page").textContent = `page ${page + 1} of ${count(pages)}`;
  byId("earlier").disabled = page === 0;
  byId("later").disabled = page === pages - 1;
}

function tableRow(row, inner = false) {
  const at = row[0];
  const chosen = row.length === 1 && NAMES[at] === view.name;
  const name = row.length === 1
    ? make("button", { type: "button", class: "link", onclick: () => go({ name: NAMES[at] }) }, NAMES[at])
    : make("button", { type: "button", class: "link", "aria-expanded": String(opened.has(at)), dataset: { at: String(at) }, onclick: () => unfold(at) },
      rowName(row), make("span", { class: "times" }, `× ${count(row.length)}`));
  return make("tr", { class: `${inner ? "inner" : ""} ${chosen ? "chosen" : ""}` }, COLUMNS.map((column) => {
    if (column.key === "name") return make("th", { scope: "row" }, name);
    const text = column.of(at);
    return make("td", { class: column.numeric ? "number" : "" }, typeof text === "number" ? count(text) : text);
  }));
}

function unfold(at) {
  if (opened.has(at)) opened.delete(at);
  else opened.add(at);
  showTable();
  const again = [...byId("rows").querySelectorAll("[aria-expanded]")].find((each) => each.dataset.at === String(at));
  if (again) again.focus();
}

function sortBy(column) {
  const up = `${column.key} up`;
  const down = `${column.key} down`;
  const first = column.numeric ? down : up;
  const second = column.numeric ? up : down;
  page = 0;
  go({ sort: view.sort === first ? second : view.sort === second ? "" : first }, true);
  const place = COLUMNS.indexOf(column);
  byId("heads").querySelectorAll("button")[place].focus();
}

function startTable() {
  fill(byId("group"), option("", "every group", view.group), DATA.groups.map((group, at) => option(String(at), group.name, view.group)),
    DATA.frozen > 0 && option(String(FROZEN), "frozen", view.group));
  byId("group").addEventListener("change", (event) => { page = 0; go({ group: event.target.value }, true); });
  byId("all").checked = view.all !== "";
  byId("all").addEventListener("change", (event) => { page = 0; go({ all: event.target.checked ? "1" : "" }, true); });
  byId("earlier").addEventListener("click", () => { page -= 1; showTable(); });
  byId("later").addEventListener("click", () => { page += 1; showTable(); });
  showTable();
  whenViewChanges((changed) => {
    if (changed.has("q")) page = 0;
    if (["q", "group", "sort", "all", "name"].some((key) => changed.has(key))) showTable();
  });
}
