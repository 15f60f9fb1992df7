// The learning rate and the effective decay of the groups over the steps, for the usual schedules or as a run went.

const SHAPES = {
  linear: { label: "warm-up, then linear to 0", of: (left) => left },
  cosine: { label: "warm-up, then cosine to 0", of: (left) => 0.5 - 0.5 * Math.cos(Math.PI * left) },
  constant: { label: "warm-up, then constant", of: () => 1 },
};
const POINTS = 200;
const LINES = 10;

function startSchedule(host) {
  const ran = DATA.run && DATA.run.losses && (DATA.run.losses.learning_rate || []).some((rate) => rate > 0);
  const shape = make("select", { id: "shape", onchange: show }, ran && option("run", "as the run went", "run"), Object.entries(SHAPES).map(([key, each]) => option(key, each.label, ran ? "run" : "linear")));
  const steps = make("input", { id: "steps", type: "number", min: "2", max: "10000000", value: "1000", onchange: show });
  const warm = make("input", { id: "warm", type: "number", min: "0", max: "100", value: "10", onchange: show });
  const plots = make("div", { class: "plots" });
  const sum = make("p", { class: "faint" });
  fill(host,
    make("div", { class: "choices" }, make("label", {}, "Schedule ", shape), make("label", {}, "Steps ", steps), make("label", {}, "Warm-up, % ", warm)), plots, sum);
  show();

  function show() {
    const rows = curvesOf();
    const own = shape.value !== "run";
    steps.disabled = warm.disabled = !own;
    const total = clamp(steps.value, 2, 1e7);
    const [xs, factors] = own ? planned(SHAPES[shape.value].of, total, clamp(warm.value, 0, 100) / 100) : asRun();
    plots.replaceChildren();
    const shown = thin(rows.rates);
    chart(plots, { title: "Learning rate", note: rows.known ? "" : "in multiples of the base rate, which the plan does not set", xs,
      series: shown.map(([rate, label]) => ({ label, values: factors.map((factor) => factor * rate) })) });
    const decays = thin(rows.decays);
    if (decays.length) {
      chart(plots, { title: "Effective decay", note: "learning rate x weight decay: the share of each value that decoupled decay takes in a step", xs, unit: percentOf,
        series: decays.map(([decay, label]) => ({ label, values: factors.map((factor) => factor * decay) })) });
    }
    const mean = factors.reduce((one, other) => one + other, 0) / factors.length;
    const total_ = own ? total : xs[xs.length - 1] - xs[0] + 1;
    const taken = (decay) => percentOf(1 - Math.exp(-decay * mean * total_));
    sum.textContent = !rows.known || !decays.length ? "" : `Over these ${count(total_)} steps, decay alone takes ${
      decays.map(([decay, label]) => `${taken(decay)} (${label})`).slice(0, 4).join(", ")} of a value that no gradient moves.`;
  }
}

const percentOf = (share) => (share === 0 ? "0" : `${Number((100 * share).toPrecision(3))} %`);
const clamp = (text, low, high) => Math.min(high, Math.max(low, Number(text) || low));

// Distinct rates, and distinct products of rate and decay, each with the groups that have it.
function curvesOf() {
  const known = DATA.groups.some((group) => typeof group.settings.lr === "number");
  const rates = new Map();
  const decays = new Map();
  for (const group of DATA.groups) {
    const { lr, lr_scale: scale, weight_decay: decay } = group.settings;
    const rate = typeof lr === "number" ? lr : known ? null : typeof scale === "number" ? scale : 1;
    if (rate === null) continue;
    rates.set(rate, [...(rates.get(rate) || []), group.name]);
    if (typeof decay === "number" && known) decays.set(rate * decay, [...(decays.get(rate * decay) || []), group.name]);
  }
  const labelled = (found) => [...found].sort((one, other) => other[0] - one[0])
    .map(([key, names]) => [key, names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and ")]);
  return { known, rates: labelled(rates), decays: labelled(decays) };
}

function thin(rows) {
  if (rows.length <= LINES) return rows;
  return Array.from({ length: LINES }, (_, at) => rows[Math.round((at * (rows.length - 1)) / (LINES - 1))]);
}

function planned(shape, total, warm) {
  const begin = warm * total;
  const xs = [...new Set(Array.from({ length: POINTS }, (_, at) => Math.round((at * (total - 1)) / (POINTS - 1))))];
  return [xs, xs.map((step) => (step < begin ? step / begin : shape((total - step) / Math.max(1, total - begin))))];
}

function asRun() {
  const rates = DATA.run.losses.learning_rate;
  const peak = Math.max(...rates.map((rate) => rate || 0));
  return [DATA.run.steps, rates.map((rate) => (rate === null ? 0 : rate / peak))];
}
