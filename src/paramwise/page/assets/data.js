// The data of the page, read once: names put together again, columns, and what every other file asks of a parameter.

const DATA = JSON.parse(byId("data").textContent);
const NAMES = namesOf(DATA.shared || [], DATA.names || []);
const COUNT = NAMES.length;
const FROZEN = -1;

function namesOf(shared, rest) {
  const names = new Array(rest.length);
  let before = "";
  for (let at = 0; at < rest.length; at += 1) before = names[at] = before.slice(0, shared[at]) + rest[at];
  return names;
}

const kindOf = (at) => DATA.kinds[DATA.kind[at]];
const placeOf = (at) => DATA.places[DATA.place[at]];
const outcomeOf = (at) => DATA.outcomes[DATA.outcome[at]];
const groupOf = (at) => outcomeOf(at).group;
const stateOf = (at) => DATA.state[DATA.sized[at]];
const groupName = (number) => (number === FROZEN ? "frozen" : DATA.groups[number].name);
const ruleName = (by) => (by === "model" ? "the model" : `${by + 1} ${DATA.rules[by].name}`);
const optimizerOf = (at) => (groupOf(at) === FROZEN ? null : outcomeOf(at).settings.optimizer || DATA.assumed);

const positionOf = new Map();
NAMES.forEach((name, at) => positionOf.set(name, at));
for (const [at, aliases] of Object.entries(DATA.aliases || {})) {
  for (const alias of aliases) if (!positionOf.has(alias)) positionOf.set(alias, Number(at));
}

// Runs of positions, as first and length in turn.
function eachIn(runs, visit) {
  for (let at = 0; at < runs.length; at += 2) {
    for (let position = runs[at]; position < runs[at] + runs[at + 1]; position += 1) visit(position);
  }
}

const LEVELS = ["error", "warning", "note"];
const FINDINGS = (DATA.findings || []).map((finding, number) => ({ ...finding, number }));
const CHANGES = (DATA.changes || []).map((change, number) => ({ ...change, number }));

// By parameter: the number of its worst finding, and of its change; -1 where there is none.
const findingOf = new Int32Array(COUNT).fill(-1);
for (const finding of [...FINDINGS].reverse()) eachIn(finding.at, (at) => { findingOf[at] = finding.number; });
const changeOf = new Int32Array(COUNT).fill(-1);
for (const change of [...CHANGES].reverse()) eachIn(change.at || [], (at) => { changeOf[at] = change.number; });

// Whether a parameter answers a search: each word is in its name, or its role begins with it.
// The answer to the last search is kept: the map, the table and the count all ask.
let lowered = null;
let last = { query: "", hits: null };
function matching(query) {
  if (query !== last.query) last = { query, hits: search(query.toLowerCase().split(/\s+/).filter(Boolean)) };
  return last.hits;
}

function search(words) {
  if (!words.length) return null;
  lowered = lowered || NAMES.map((name) => name.toLowerCase());
  const roles = words.map((word) => DATA.kinds.map((kind) => kind.role.startsWith(word)));
  const hits = new Uint8Array(COUNT);
  for (let at = 0; at < COUNT; at += 1) {
    hits[at] = words.every((word, number) => lowered[at].includes(word) || roles[number][DATA.kind[at]]) ? 1 : 0;
  }
  return hits;
}
