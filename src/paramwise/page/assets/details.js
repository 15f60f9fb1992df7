// The explanation of what was chosen: a parameter's settings and who decided them, or what a module holds.

function explain(at) {
  const [kind, place, outcome] = [kindOf(at), placeOf(at), outcomeOf(at)];
  const aliases = (DATA.aliases || {})[at] || [];
  const frozen = outcome.group === FROZEN;
  const state = stateOf(at);
  return [
    make("h3", { class: "name" }, NAMES[at]),
    make("p", { class: "chips" }, [kind.role, `[${kind.shape.join(", ")}]`, kind.dtype].map(chip)),
    facts([
      ["values", count(kind.values)],
      kind.module && ["owned by", kind.module],
      place.layer !== null && ["layer", `${place.layer}${place.tower ? ` of ${place.tower}` : ""}`],
      ["role told by", witness(at)],
      aliases.length > 0 && ["tied, also", aliases.join(", ")],
      kind.marked && ["marked", "the model asks for no weight decay on it"],
      ["group", frozen ? "none: frozen" : groupName(outcome.group)],
      !frozen && ["optimizer", `${optimizerOf(at)}${outcome.settings.optimizer ? "" : " (assumed)"}`],
      !frozen && ["state", state === null ? "not known for this optimizer" : bytes(state)],
    ]),
    changeOf[at] >= 0 && changeBox(CHANGES[changeOf[at]]),
    make("h4", {}, frozen ? "Why it is frozen" : "What it gets, and why"),
    decisionTable(outcome),
    missedRules(outcome),
    FINDINGS.filter((finding) => holds(finding.at, at)).map((finding) => make("p", { class: `finding ${finding.level}` },
      make("a", { href: `#finding-${finding.number}`, onclick: jump }, `${finding.code} ${finding.slug}`), ": ", finding.message)),
  ];
}

const chip = (text) => make("span", { class: "chip" }, text);

function facts(pairs) {
  return make("dl", {}, pairs.filter(Boolean).map(([term, text]) => [make("dt", {}, term), make("dd", {}, text)]));
}

function holds(runs, at) {
  for (let run = 0; run < runs.length; run += 2) if (at >= runs[run] && at < runs[run] + runs[run + 1]) return true;
  return false;
}

// Who told the role: a forward pass, the class and its code, or the name alone.
function witness(at) {
  const kind = kindOf(at);
  const seen = ((DATA.seen || {})[at] || []).map((number) => DATA.witnesses[number]).join("; ");
  if (kind.witness.startsWith("disputed: ")) return `its code; the pass saw ${seen || kind.witness.slice("disputed: ".length)}`;
  if (seen) return seen;
  if (kind.witness === "name") return "its name alone";
  if (kind.witness) return `a ${kind.witness}`;
  return kind.module ? "its class and its code" : "its name and shape: the file has no classes";
}

function decisionTable(outcome) {
  const rows = Object.entries(outcome.candidates).flatMap(([setting, candidates]) => {
    const inForce = setting in outcome.settings || setting === "lr_scale";
    return [...candidates].reverse().map(([by, each], rank) => make("tr", { class: rank ? "lost" : "" },
      make("th", { scope: "row" }, rank ? "" : setting),
      make("td", {}, value(each)),
      make("td", {}, by, rank ? make("span", { class: "faint" }, ", overruled") : "",
        !rank && !inForce ? make("span", { class: "faint" }, ", not in force: frozen") : "")));
  });
  const { lr } = outcome.settings;
  if (lr !== undefined && outcome.candidates.lr_scale) {
    rows.push(make("tr", {}, make("th", { scope: "row" }, "lr in force"), make("td", {}, value(lr)), make("td", {}, "lr x lr_scale")));
  }
  if (!rows.length) return make("p", { class: "faint" }, "Nothing sets anything: the optimizer's own defaults hold.");
  return make("table", { class: "plain" },
    make("thead", {}, make("tr", {}, ["setting", "value", "decided by"].map((text) => make("th", { scope: "col" }, text)))),
    make("tbody", {}, rows));
}

function missedRules(outcome) {
  const missed = DATA.rules.map((_, rule) => rule).filter((rule) => !outcome.matched.includes(rule));
  if (!missed.length) return null;
  const shown = missed.slice(0, 6).map(ruleName).join("; ");
  return make("p", { class: "faint" }, `Rules that do not select it: ${shown}${missed.length > 6 ? ` and ${missed.length - 6} more` : ""}.`);
}

function changeBox(change) {
  return make("p", { class: "changed" }, make("strong", {}, "Changes: "), changeTitle(change),
    change.why.length > 0 && make("span", { class: "faint" }, ` (${change.why.join("; ")})`));
}

// What a module holds: its sizes, and its parameters by role and by group.
function summarise(node) {
  const roles = new Map();
  const groups = new Map();
  for (let place = node.start; place < node.end; place += 1) {
    const at = ORDER[place];
    for (const [counts, key] of [[roles, kindOf(at).role], [groups, groupOf(at)]]) {
      const entry = counts.get(key) || { parameters: 0, values: 0 };
      entry.parameters += 1;
      entry.values += kindOf(at).values;
      counts.set(key, entry);
    }
  }
  const whole = sizeOf(node, "values");
  const state = sizeOf(node, "state");
  return [
    make("h3", { class: "name" }, node.path || "The whole model"),
    facts([
      ["parameters", count(node.end - node.start)],
      ["values", count(whole)],
      ["state", bytes(state)],
    ]),
    shares("Roles", roles, whole, (key) => key),
    shares("Groups", groups, whole, groupName),
    make("p", { class: "faint" }, "Choose a tile, or a row of the table, to see why a parameter gets what it gets."),
  ];
}

function shares(title, counts, whole, text) {
  const rows = [...counts].sort((one, other) => other[1].values - one[1].values);
  return [
    make("h4", {}, title),
    make("table", { class: "plain" },
      make("thead", { class: "unseen" }, make("tr", {}, ["name", "parameters", "share of values"].map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, rows.slice(0, 12).map(([key, entry]) => make("tr", {},
        make("th", { scope: "row" }, text(key)),
        make("td", { class: "number" }, count(entry.parameters)),
        make("td", {}, bar(whole ? entry.values / whole : 0)))))),
    rows.length > 12 && make("p", { class: "faint" }, `and ${rows.length - 12} more`),
  ];
}

// A share as a bar, with the number in words.
function bar(share, colour = null) {
  return make("span", { class: "share" },
    make("span", { class: "track", "aria-hidden": "true" }, make("span", { class: "bar", style: { width: `${share * 100}%`, ...(colour ? { background: colour } : {}) } })),
    make("span", { class: "amount" }, percent(share)));
}

function showDetails() {
  fill(byId("details"), view.name ? explain(positionOf.get(view.name)) : summarise(zoomed()));
}

// A link inside the page must not replace the view in the address.
function jump(event) {
  event.preventDefault();
  const target = byId(event.currentTarget.getAttribute("href").slice(1));
  target.scrollIntoView({ block: "start" });
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

function startDetails() {
  showDetails();
  whenViewChanges((changed) => {
    if (changed.has("name") || changed.has("at")) showDetails();
  });
}
