// Curves, drawn by uPlot: with a key of our own that shows the values under the pointer, and the numbers as a table.

const charts = [];
const DASHES = [[], [6, 4], [2, 3], [9, 3, 2, 3]];

// A figure with curves over `xs`. A series is { label, values }, and may have { colour, dashed, thin }: the number of its
// colour, and how it is drawn. null leaves a gap; undefined does not: the series says nothing there.
function chart(host, { title, note, xs, xLabel = "step", series, log = false, unit = value }) {
  const colourOf = (each, at) => CATEGORIES[(each.colour ?? at) % 10];
  const dashOf = (each, at) => (each.dashed ? DASHES[1] : DASHES[Math.floor((each.colour ?? at) / 10) % 4]);
  const key = make("ul", { class: "key" });
  const box = make("div", { class: "plot", role: "img", "aria-label": `${title}: ${series.map((each) => spoken(each, unit)).join("; ")}` });
  host.append(make("figure", {}, make("figcaption", {}, title, note && make("span", { class: "faint" }, ` ${note}`)), box, key, numbers(title, xs, xLabel, series, unit)));
  const axis = { stroke: () => css("--faint"), grid: { stroke: () => css("--grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const readings = series.map((each, at) => {
    const reading = make("span", { class: "faint" });
    const line = make("span", { class: "line", style: { "border-top-color": colourOf(each, at), "border-top-style": dashOf(each, at).length ? "dashed" : "solid", "border-top-width": each.thin ? "1px" : "2px" } });
    key.append(make("li", {}, line, each.label, " ", reading));
    return reading;
  });
  const plot = new uPlot({
    width: Math.max(box.clientWidth, 240),
    height: 220,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [{ ...axis, size: 30 }, { ...axis, size: 76, values: (_, splits) => splits.map((each) => (each === null ? "" : unit(each))) }],
    series: [{}, ...series.map((each, at) => ({ label: each.label, stroke: colourOf(each, at), alpha: each.thin ? 0.45 : 1, width: each.thin ? 1 : 1.6, spanGaps: false, dash: dashOf(each, at), points: { show: each.values.filter((one) => one !== undefined).length === 1 } }))],
    hooks: {
      setCursor: [(self) => {
        const at = self.cursor.idx;
        readings.forEach((reading, number) => {
          const under = at === null || at === undefined ? null : series[number].values[at];
          reading.textContent = under === null || under === undefined ? "" : unit(under);
        });
      }],
    },
  }, [xs, ...series.map((each) => (log ? each.values.map((one) => (one === undefined || one > 0 ? one : null)) : each.values))], box);
  charts.push(plot);
  new ResizeObserver(() => {
    if (box.clientWidth > 0 && Math.abs(plot.width - box.clientWidth) > 1) plot.setSize({ width: box.clientWidth, height: 220 });
  }).observe(box);
  return plot;
}

function ends(values) {
  const known = values.filter((each) => each !== null && each !== undefined);
  return known.length ? [known[0], known[known.length - 1]] : null;
}

function spoken({ label, values }, unit) {
  const both = ends(values);
  return both === null ? `${label} has no values` : `${label} from ${unit(both[0])} to ${unit(both[1])}`;
}

const READ = 12; // rows of numbers

function numbers(title, xs, xLabel, series, unit) {
  const places = [...new Set(Array.from({ length: Math.min(READ, xs.length) }, (_, at) => Math.round((at * (xs.length - 1)) / Math.max(1, Math.min(READ, xs.length) - 1))))];
  const rows = places.map((place) => [count(xs[place]), ...series.map((each) => (each.values[place] ?? null) === null ? "" : unit(each.values[place]))]);
  return make("details", {}, make("summary", {}, "Numbers"), table([xLabel, ...series.map((each) => each.label)], rows, `${title} in numbers`));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  charts.forEach((plot) => plot.redraw(false));
  if (COUNT) draw();
});
