// How a run went: scores before and after, loss, norms, how far the weights moved.

const QUANTITIES = [
  { key: "update_ratio", title: "Update ratio", note: "norm of a step's change, divided by the norm of the weights", log: true },
  { key: "gradient_norm", title: "Gradient norm", note: "as the step used the gradients", log: true },
  { key: "weight_norm", title: "Weight norm", note: "" },
];

// The run, and beside it another one, if there are two: the second one's curves are dashed, in the first one's colours.
function startRun(host) {
  const { run, otherRun: other } = DATA;
  const runs = other ? [run, other] : [run];
  const plots = make("div", { class: "plots" });
  fill(host,
    runs.map((each) => each.facts.length > 0 && make("p", { class: "chips" }, other && make("strong", {}, each.title), each.facts.map(([what, much]) => chip(`${what} ${much}`)))),
    scoreTable(run, other),
    runs.map((each) => each.thinned && make("p", { class: "faint" }, `${other ? `${each.title}: ` : ""}${plural(each.steps.length, "step")} of ${count(each.thinned)} are drawn: of each part of the run, the least and the greatest loss.`)),
    other && make("p", { class: "faint" }, `Dashed: ${other.title}.`),
    plots);
  const name = (label, each) => (each === other ? `${label}, ${other.title}` : label);
  curves(plots, runs, "Loss", "of the training batches, and its running mean", (each) => each.steps, (each, place) => !each.losses.loss ? [] : [
    { label: name("loss", each), values: each.losses.loss, ...(other && { colour: place, thin: true }) },
    { label: name("mean of the last steps", each), values: smooth(each.losses.loss), ...(other && { colour: place }) }]);
  curves(plots, runs, "Norm of all gradients", "", (each) => each.steps, (each) => (each.losses.grad_norm ? [{ label: name("gradient norm", each), values: each.losses.grad_norm, colour: 0 }] : []));
  const rows = [...new Set(runs.flatMap((each) => Object.keys(each.measured)))].slice(0, 20);
  for (const { key, title, note, log } of QUANTITIES) {
    curves(plots, runs, title, note, (each) => each.measuredAt, (each) => rows.map((row, colour) => ({ label: name(row, each), values: (each.measured[row] || {})[key] || [], colour })), log);
  }
  weightNorms(host, run);
}

// A figure of what runs have in common; their steps need not be the same.
function curves(plots, runs, title, note, stepsOf, seriesOf, log = false) {
  const parts = runs.map((run, place) => ({
    steps: stepsOf(run),
    series: seriesOf(run, place).filter((each) => each.values.some((one) => one !== null)).map((each) => ({ ...each, dashed: place > 0 })),
  })).filter((part) => part.series.length);
  if (!parts.length) return;
  const xs = [...new Set(parts.flatMap((part) => part.steps))].sort((one, other) => one - other);
  const series = parts.flatMap((part) => {
    const at = new Map(part.steps.map((step, place) => [step, place]));
    return part.series.map((each) => ({ ...each, values: xs.map((step) => (at.has(step) ? each.values[at.get(step)] : undefined)) }));
  });
  chart(plots, { title, note, xs, series, log: log && series.some((each) => each.values.some((one) => one > 0)) });
}

const signed = (change) => `${change >= 0 ? "+" : "−"}${Math.abs(change).toFixed(3)}`;

function scoreTable(run, other) {
  const scoresOf = (each) => new Map(Object.entries(each.scores).flatMap(([split, metrics]) => Object.entries(metrics).map(([metric, both]) => [`${metric}, ${split}`, both])));
  const [ours, others] = [scoresOf(run), other ? scoresOf(other) : new Map()];
  const rows = [...new Set([...ours.keys(), ...others.keys()])].map((key) => {
    const [own, theirs] = [ours.get(key), others.get(key)];
    return [key, ...(own ? [own[0].toFixed(3), own[1].toFixed(3), signed(own[1] - own[0])] : ["", "", ""]),
      ...(other ? [theirs ? theirs[1].toFixed(3) : "", own && theirs ? signed(own[1] - theirs[1]) : ""] : [])];
  });
  return rows.length > 0 && table(["score", "before", "after", "change", ...(other ? [`after, ${other.title}`, "difference"] : [])], rows, "Scores");
}

function weightNorms(host, run) {
  const rows = Object.keys(run.measured);
  const norms = rows.map((row) => [row, ends(run.measured[row].weight_norm || [])]).filter(([, both]) => both !== null);
  if (norms.length) {
    host.append(make("h3", {}, "Weight norms, before and after"),
      table(["group or role", "before", "after", "change"], norms.map(([row, [before, after]]) => [row, value(Number(before.toPrecision(4))), value(Number(after.toPrecision(4))),
        before ? `${after >= before ? "+" : "−"}${percentOf(Math.abs(after / before - 1))}` : ""]), "Weight norms"));
  }
}

// The mean of a window that grows with the run, so that noise does not hide the course.
function smooth(values) {
  const window = Math.max(5, Math.round(values.length / 25));
  const known = [];
  return values.map((each) => {
    if (each !== null) known.push(each);
    if (known.length > window) known.shift();
    return known.length ? known.reduce((one, other) => one + other, 0) / known.length : null;
  });
}
