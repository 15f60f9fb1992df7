// How a run went: scores before and after, loss, norms, how far the weights moved.

const QUANTITIES = [
  { key: "update_ratio", title: "Update ratio", note: "norm of a step's change, divided by the norm of the weights", log: true },
  { key: "gradient_norm", title: "Gradient norm", note: "as the step used the gradients", log: true },
  { key: "weight_norm", title: "Weight norm", note: "" },
];

function startRun(host) {
  const { run } = DATA;
  const scores = Object.entries(run.scores).flatMap(([split, metrics]) => Object.entries(metrics).map(([metric, [before, after]]) => [`${metric}, ${split}`, before.toFixed(3), after.toFixed(3), `${after >= before ? "+" : "−"}${Math.abs(after - before).toFixed(3)}`]));
  const plots = make("div", { class: "plots" });
  fill(host,
    run.facts.length > 0 && make("p", { class: "chips" }, run.facts.map(([what, much]) => chip(`${what} ${much}`))),
    scores.length > 0 && table(["score", "before", "after", "change"], scores, "Scores"),
    run.thinned && make("p", { class: "faint" }, `${plural(run.steps.length, "step")} of ${count(run.thinned)} are drawn: of each part of the run, the least and the greatest loss.`),
    plots);
  if (run.steps.length) {
    const { loss, grad_norm: norm } = run.losses;
    chart(plots, { title: "Loss", note: "of the training batches; the second curve is its running mean", xs: run.steps, series: [{ label: "loss", values: loss }, { label: "mean of the last steps", values: smooth(loss) }] });
    if (norm && norm.some((each) => each !== null)) chart(plots, { title: "Norm of all gradients", xs: run.steps, series: [{ label: "gradient norm", values: norm }] });
  }
  const rows = Object.keys(run.measured);
  for (const { key, title, note, log } of QUANTITIES) {
    const series = rows.map((row) => ({ label: row, values: run.measured[row][key] })).filter((each) => each.values && each.values.some((one) => one !== null));
    if (series.length) chart(plots, { title, note, xs: run.measuredAt, series: series.slice(0, 20), log: log && series.some((each) => each.values.some((one) => one > 0)) });
  }
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
