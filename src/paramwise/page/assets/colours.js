// What the colours mean: for each thing to colour by, the class of every parameter, and a colour for every class.

// Safe for the usual kinds of colour blindness: after Paul Tol's schemes "bright" and "muted".
const CATEGORIES = [
  "#4477aa", "#ddaa33", "#44aa99", "#cc6677", "#88ccee", "#aa4499", "#999933", "#5e4fa2", "#117733", "#b8586b",
];
const STEPS = ["#cfe3ee", "#a3cbe0", "#73b0cf", "#4a93bb", "#2d749f", "#1d5680", "#123a5c"];
const NONE = "#e6c97a"; // the value 0: a rule took the setting away
const QUIET = "#aab1b8"; // frozen, unset, not concerned
const BY_LEVEL = { error: "#cc3d1f", warning: "#e09f1f", note: "#3f7fb5" };

const MODES = {
  group: { label: "group", of: (at) => groupOf(at), text: (key) => groupName(key), quiet: (key) => key === FROZEN },
  weight_decay: { label: "weight decay", ...bySetting("weight_decay"), ordered: true },
  lr: { label: "learning rate", ...bySetting("lr"), ordered: true },
  role: { label: "role", of: (at) => kindOf(at).role, text: (key) => key },
  optimizer: {
    label: "optimizer",
    of: (at) => optimizerOf(at) || "frozen: none",
    text: (key) => key,
    quiet: (key) => key === "frozen: none",
  },
  frozen: {
    label: "frozen or trained",
    of: (at) => (groupOf(at) === FROZEN ? "frozen" : "trained"),
    text: (key) => key,
    quiet: (key) => key === "frozen",
  },
  rule: {
    label: "deciding rules",
    of: (at) => [...new Set(Object.values(outcomeOf(at).by))].map(ruleName).join(", ") || "base settings alone",
    text: (key) => key,
  },
  finding: {
    label: "finding",
    of: (at) => findingOf[at],
    text: (key) => (key < 0 ? "no finding" : `${FINDINGS[key].code} ${FINDINGS[key].slug}`),
    quiet: (key) => key < 0,
    fixed: (key) => BY_LEVEL[FINDINGS[key].level],
  },
  change: {
    label: "change",
    of: (at) => changeOf[at],
    text: (key) => (key < 0 ? "unchanged" : changeTitle(CHANGES[key])),
    quiet: (key) => key < 0,
  },
};

// A setting's value; text for frozen parameters and for those without the setting.
function bySetting(setting) {
  return {
    of: (at) => {
      const { group, settings } = outcomeOf(at);
      if (group === FROZEN) return "frozen";
      if (setting in settings) return settings[setting];
      return setting === "lr" && "lr_scale" in settings ? `base rate x ${value(settings.lr_scale)}` : "unset";
    },
    text: (key) => value(key),
    quiet: (key) => key === "frozen" || key === "unset",
  };
}

function changeTitle(change) {
  const { before, after } = change;
  if (change.sort !== "settings") return change.sort === "new" || change.sort === "gone" ? change.sort : change.why[0];
  if (after.freeze) return "frozen now";
  if (before.freeze) return "trained now";
  return Object.keys({ ...before, ...after })
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${key} ${value(before[key])} → ${value(after[key])}`).join(", ");
}

// The classes of a mode: of each parameter its number, and by number the text, the colour and how many there are.
const classesOf = (() => {
  const known = {};
  return (mode) => {
    if (!known[mode]) known[mode] = classify(MODES[mode]);
    return known[mode];
  };
})();

function classify(mode) {
  const found = new Map(); // by key
  const byPair = []; // most modes look only at kind and outcome
  const entries = new Array(COUNT);
  const perParameter = mode === MODES.finding || mode === MODES.change;
  for (let at = 0; at < COUNT; at += 1) {
    const pair = perParameter ? mode.of(at) + 1 : DATA.kind[at] * DATA.outcomes.length + DATA.outcome[at];
    let entry = byPair[pair];
    if (entry === undefined) {
      const key = mode.of(at);
      entry = found.get(key) || { key, parameters: 0, values: 0 };
      found.set(key, entry);
      byPair[pair] = entry;
    }
    entry.parameters += 1;
    entry.values += kindOf(at).values;
    entries[at] = entry;
  }
  const classes = [...found.values()].sort((one, other) => compare(one.key, other.key));
  const numbers = classes.filter((each) => typeof each.key === "number" && each.key > 0);
  // names get their colours by size, so that the largest has the calmest; groups by number, as the table lists them
  const ranked = classes.some((each) => typeof each.key === "number") ? classes : [...classes].sort((one, other) => other.values - one.values);
  let category = 0;
  for (const each of ranked) {
    each.text = mode.text(each.key);
    if (mode.quiet && mode.quiet(each.key)) each.colour = QUIET;
    else if (mode.fixed) each.colour = mode.fixed(each.key);
    else if (mode.ordered && each.key === 0) each.colour = NONE;
    else if (mode.ordered && numbers.includes(each)) each.colour = stepped(numbers.indexOf(each), numbers.length);
    else each.colour = CATEGORIES[category++ % CATEGORIES.length];
  }
  ranked.forEach((each, place) => { each.place = place; });
  const of = new Int32Array(COUNT);
  for (let at = 0; at < COUNT; at += 1) of[at] = entries[at].place;
  return { classes: ranked, of };
}

function compare(one, other) {
  const numeric = [one, other].map((key) => typeof key === "number");
  if (numeric[0] && numeric[1]) return one - other;
  if (numeric[0] || numeric[1]) return numeric[0] ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}

function stepped(place, total) {
  if (total === 1) return STEPS[4];
  const exact = 0.5 + (place / (total - 1)) * (STEPS.length - 1.5);
  return blend(STEPS[Math.floor(exact)], STEPS[Math.ceil(exact)], exact % 1);
}

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

function blend(one, other, share) {
  const [from, to] = [channels(one), channels(other)];
  return "#" + from.map((part, at) => Math.round(part + (to[at] - part) * share).toString(16).padStart(2, "0")).join("");
}

// Black or white, whichever is easier to read on the colour (WCAG's contrast).
const inkOn = (() => {
  const known = new Map();
  return (colour) => {
    if (!known.has(colour)) {
      const light = channels(colour).map((part) => part / 255)
        .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
      known.set(colour, (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#14181c" : "#ffffff");
    }
    return known.get(colour);
  };
})();
