// The parts below the map: findings, groups, rules, memory, and what changes.

function showFindings(host) {
  if (!FINDINGS.length) {
    fill(host, make("p", { class: "well" }, "No findings: nothing is wrong or surprising about this plan."));
    return;
  }
  fill(host, FINDINGS.map((finding) => make("article", { class: `finding ${finding.level}`, id: `finding-${finding.number}` },
    make("h3", {}, make("span", { class: "level" }, finding.level), ` ${finding.code || ""} ${finding.slug || ""}`),
    make("p", {}, finding.message),
    finding.where && make("p", { class: "faint" }, finding.where),
    finding.evidence.length > 0 && make("ul", { class: "evidence" }, finding.evidence.slice(0, 5).map((line) => make("li", {}, line))),
    finding.evidence.length > 5 && make("details", {}, make("summary", {}, `${count(finding.evidence.length - 5)} more lines`),
      make("ul", { class: "evidence" }, finding.evidence.slice(5).map((line) => make("li", {}, line)))),
    finding.help.map((line) => make("p", { class: "help" }, make("strong", {}, "help: "), line)),
    finding.at.length > 0 && make("button", { type: "button", onclick: () => { go({ colour: "finding" }); toMap(); } }, "Show on the map"))));
}

function toMap() {
  byId("map-part").scrollIntoView({ block: "start" });
  mapBox.focus({ preventScroll: true });
}

function showOn(colour, change = {}) {
  return () => { go({ colour, at: "", ...change }); toMap(); };
}

function table(heads, rows, caption) {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Table: ${caption}` }, make("table", { class: "wide" },
    make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
    make("tbody", {}, rows.map((cells) => make("tr", {}, cells.map((cell, at) => (at === 0 ? make("th", { scope: "row" }, cell) : make("td", {}, cell))))))));
}

const GROUPS_SHOWN = 40;

function showGroups(host) {
  const whole = sizeOf(ROOT, "values");
  const { classes } = classesOf("group");
  const colour = (key) => classes.find((each) => each.key === key).colour;
  const settings = [...new Set(DATA.groups.flatMap((group) => Object.keys(group.settings)))];
  const same = settings.filter((key) => new Set(DATA.groups.map((group) => JSON.stringify(group.settings[key]))).size === 1);
  const differing = DATA.groups.length > 1 ? settings.filter((key) => !same.includes(key)) : settings;
  const rows = DATA.groups.slice(0, GROUPS_SHOWN).map((group, at) => [
    [make("span", { class: "swatch", style: { background: colour(at) } }), group.name],
    ...differing.map((key) => (key in group.settings ? value(group.settings[key]) : make("span", { class: "faint" }, "unset"))),
    count(group.parameters), brief(group.values), bar(whole ? group.values / whole : 0, colour(at)),
    make("button", { type: "button", "aria-label": `List the parameters of ${group.name}`, onclick: () => listGroup(at) }, "list"),
  ]);
  if (DATA.frozen) {
    const frozen = classes.find((each) => each.key === FROZEN);
    rows.push([[make("span", { class: "swatch", style: { background: QUIET } }), "frozen, in no group"], ...differing.map(() => ""),
      count(DATA.frozen), brief(frozen.values), bar(whole ? frozen.values / whole : 0, QUIET),
      make("button", { type: "button", "aria-label": "List the frozen parameters", onclick: () => listGroup(FROZEN) }, "list")]);
  }
  fill(host,
    same.length > 0 && DATA.groups.length > 1 && make("p", { class: "faint" }, `The same for all: ${same.map((key) => `${key} ${value(DATA.groups[0].settings[key])}`).join(", ")}.`),
    table(["group", ...differing, "parameters", "values", "share of values", "list"], rows, "Parameter groups"),
    DATA.groups.length > GROUPS_SHOWN && make("p", { class: "faint" }, `and ${count(DATA.groups.length - GROUPS_SHOWN)} more groups: filter the table below by group`));
}

function listGroup(at) {
  go({ group: String(at) });
  byId("group").value = String(at);
  byId("table-part").scrollIntoView({ block: "start" });
  byId("group").focus({ preventScroll: true });
}

function showRules(host) {
  const base = settingsText(DATA.base);
  const rows = DATA.rules.map((rule, at) => {
    const decides = Object.entries(rule.decides).map(([key, number]) => `${key} of ${count(number)}`);
    return [[`${at + 1} ${rule.name}`, rule.where && make("div", { class: "faint" }, rule.where)], make("code", {}, rule.selects), settingsText(rule.settings), count(rule.selected),
      decides.join(", ") || make("span", { class: "faint" }, "nothing: later rules overrule it, or it selects nothing")];
  });
  fill(host,
    make("p", { class: "faint" }, "Setting by setting, the later rule wins. ", `Base settings: ${base}.`),
    rows.length ? table(["rule", "selects", "sets", "selected", "decides"], rows, "Rules") : make("p", {}, "There are no rules: the base settings hold for every parameter."));
}

function showMemory(host) {
  const parts = new Map(); // by optimizer
  let [values, gradients, unknown] = [0, 0, 0];
  for (let at = 0; at < COUNT; at += 1) {
    const held = kindOf(at).bytes;
    if (held === null) unknown += 1;
    values += held || 0;
    const optimizer = optimizerOf(at);
    if (optimizer === null) continue;
    gradients += held || 0;
    const entry = parts.get(optimizer) || { parameters: 0, bytes: 0, known: true };
    const state = stateOf(at);
    entry.parameters += 1;
    entry.bytes += state || 0;
    entry.known = entry.known && state !== null;
    parts.set(optimizer, entry);
  }
  const state = [...parts.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  const rows = [["parameters", values, CATEGORIES[0]], ["gradients", gradients, CATEGORIES[1]], ["optimizer state", state, CATEGORIES[2]]];
  const whole = rows.reduce((sum, row) => sum + row[1], 0);
  fill(host,
    make("div", { class: "stack", role: "img", "aria-label": rows.map(([label, size]) => `${label} ${bytes(size)}`).join(", ") },
      rows.map(([, size, colour]) => make("span", { style: { width: `${whole ? (size / whole) * 100 : 0}%`, background: colour } }))),
    table(["held", "bytes", "share"], [
      ...rows.map(([label, size, colour]) => [[make("span", { class: "swatch", style: { background: colour } }), label], bytes(size), bar(whole ? size / whole : 0, colour)]),
      [make("strong", {}, "together"), make("strong", {}, bytes(whole)), ""]], "Memory"),
    parts.size > 0 && make("ul", {}, [...parts].map(([name, entry]) => make("li", {},
      `${name}${name === DATA.assumed ? ", assumed where the plan names no optimizer" : ""}: ${plural(entry.parameters, "parameter")}, `,
      entry.known ? `${bytes(entry.bytes)} of state` : "state not known"))),
    unknown > 0 && make("p", { class: "faint" }, `Not counted: ${plural(unknown, "parameter")} of a dtype whose size is not known.`),
    make("p", { class: "faint" }, "Activations, buffers and the optimizer's temporary copies come on top; sharding divides it."));
}

const NAMES_SHOWN = 12;

const CHANGES_SHOWN = 6;

function showChanges(host) {
  if (!CHANGES.length) {
    fill(host, make("p", { class: "well" }, `Nothing changes from ${DATA.against}.`));
    return;
  }
  const changed = CHANGES.reduce((sum, change) => sum + change.parameters, 0);
  fill(host,
    make("p", {}, `From ${DATA.against} to this plan: ${plural(CHANGES.length, "change")}, of ${plural(changed, "parameter")}. `,
      make("button", { type: "button", onclick: showOn("change") }, "Show on the map")),
    CHANGES.slice(0, CHANGES_SHOWN).map(changeArticle),
    CHANGES.length > CHANGES_SHOWN && make("details", {}, make("summary", {}, `${count(CHANGES.length - CHANGES_SHOWN)} more changes, of fewer values`),
      CHANGES.slice(CHANGES_SHOWN).map(changeArticle)));
}

function changeArticle(change) {
  const whole = sizeOf(ROOT, "values");
  return make("article", { class: "change" },
    make("h3", {}, changeTitle(change)),
    make("p", {}, `${change.role}: ${plural(change.parameters, "parameter")}, ${brief(change.values)} values `,
      change.sort !== "gone" && bar(whole ? change.values / whole : 0)),
    change.why.map((why) => make("p", { class: "faint" }, why)),
    change.decay && make("p", { class: "faint" }, `weight decay takes ${small(change.decay[1])} of each value a step, before ${small(change.decay[0])}`),
    make("details", {}, make("summary", {}, "Its parameters"), make("ul", { class: "evidence" }, changedNames(change))));
}

const small = (share) => (share ? `${Number((100 * share).toPrecision(3))} %` : "nothing");

function changedNames(change) {
  if (change.gone) return change.gone.slice(0, NAMES_SHOWN).map((name) => make("li", {}, name));
  const rows = new Map();
  eachIn(change.at, (at) => {
    const key = NAMES[at].replace(NUMBERED, "$1{}");
    rows.set(key, [...(rows.get(key) || []), at].slice(-5000));
  });
  return [...rows.values()].slice(0, 200).map((row) => make("li", {}, row.length === 1
    ? make("button", { type: "button", class: "link", onclick: () => { go({ name: NAMES[row[0]] }); toMap(); } }, NAMES[row[0]])
    : `${rowName(row)} × ${count(row.length)}`));
}
