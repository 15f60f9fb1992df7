// The map: a treemap on a canvas, with zoom, colours, search, and a keyboard.

const canvas = byId("canvas");
const mapBox = byId("map");
const tip = byId("tip");
const brush = canvas.getContext("2d");
const FONT = "12px system-ui, sans-serif";

let tiles = [];
let tileOf = new Map(); // by node
let focused = null; // the node that the keyboard is on
let found = matching(view.q);

const zoomed = () => MODULES.get(view.at) || ROOT;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function resize() {
  const width = mapBox.clientWidth;
  const height = width < 560 ? Math.round(width * 1.15) : Math.min(620, Math.max(360, Math.round(width * 0.6)));
  const density = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.height = `${height}px`;
  brush.setTransform(density, 0, 0, density, 0, 0);
  tiles = layOut(zoomed(), view.area, width, height);
  tileOf = new Map(tiles.filter((tile) => tile.kind !== "rest").map((tile) => [tile.node, tile]));
  draw();
}

function draw() {
  const theme = { back: css("--map"), frame: css("--frame"), ink: css("--ink"), faint: css("--faint") };
  const { classes, of } = classesOf(view.colour);
  brush.globalAlpha = 1;
  brush.fillStyle = theme.back;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.font = FONT;
  brush.textBaseline = "middle";
  for (const tile of tiles) {
    if (tile.kind === "module") drawModule(tile, theme);
    else if (tile.kind === "leaf") drawLeaf(tile, classes[of[tile.node.at]].colour, theme);
    else drawStripes(tile, classes, of, theme);
  }
  brush.globalAlpha = 1;
  const chosen = view.name && tileNear(leafOf[positionOf.get(view.name)]);
  if (chosen) outline(chosen, theme.ink, 3, []);
  const at = focused && document.activeElement === mapBox && tileNear(focused);
  if (at) outline(at, theme.ink, 2, [5, 3]);
  if (!tiles.length && COUNT) {
    brush.fillStyle = theme.faint;
    brush.fillText("nothing here has an area: choose another", 16, 24);
  }
}

// The tile of a node, or of the nearest module around it that is drawn.
function tileNear(node) {
  for (let each = node; each; each = each.parent) if (tileOf.has(each)) return tileOf.get(each);
  return null;
}

function drawModule({ node, x, y, width, height, head }, theme) {
  brush.globalAlpha = 1;
  brush.fillStyle = theme.frame;
  brush.fillRect(x + 0.5, y + 0.5, width - 1, height - 1);
  if (head === HEAD) {
    brush.fillStyle = theme.faint;
    write(node.label, x + 5, y + 9, width - 10);
  }
}

function drawLeaf({ node, x, y, width, height }, colour, theme) {
  brush.globalAlpha = found && !found[node.at] ? 0.13 : 1;
  brush.fillStyle = colour;
  const gap = Math.min(width, height) > 6 ? 1 : 0.25;
  brush.fillRect(x + gap / 2, y + gap / 2, Math.max(width - gap, 0.5), Math.max(height - gap, 0.5));
  if (width > 34 && height > 15) {
    brush.fillStyle = found && !found[node.at] ? theme.ink : inkOn(colour);
    write(node.label, x + 5, y + Math.min(height / 2, 11), width - 9);
  }
}

// What is too small to be opened: a stripe for each class inside, as wide as its share.
function drawStripes(tile, classes, of, theme) {
  const shares = new Float64Array(classes.length);
  const sums = sumsOf(view.area);
  let hit = !found;
  for (const node of tile.rest || [tile.node]) {
    for (let place = node.start; place < node.end; place += 1) {
      shares[of[ORDER[place]]] += sums[place + 1] - sums[place];
      hit = hit || found[ORDER[place]] === 1;
    }
  }
  const whole = shares.reduce((sum, share) => sum + share, 0);
  brush.globalAlpha = hit ? 1 : 0.13;
  const tall = tile.height > tile.width;
  let along = 0;
  for (const number of [...shares.keys()].filter((each) => shares[each] > 0)) {
    const share = shares[number] / whole;
    brush.fillStyle = classes[number].colour;
    const { x, y, width, height } = inset(tile, 0.5);
    if (tall) brush.fillRect(x, y + along * height, width, share * height);
    else brush.fillRect(x + along * width, y, share * width, height);
    along += share;
  }
  if (tile.width > 26 && tile.height > 16 && tile.rest?.[0] !== tile.node) {
    const text = fitting(!tile.rest ? tile.node.label : `+ ${count(tile.rest.length)}`, tile.width - 10);
    if (text && tile.height > 28) { // else its ground would hide the stripes
      brush.fillStyle = theme.frame;
      brush.fillRect(tile.x + 2, tile.y + 2, brush.measureText(text).width + 6, 14);
      brush.fillStyle = theme.ink;
      brush.fillText(text, tile.x + 5, tile.y + 9);
    }
  }
}

const inset = ({ x, y, width, height }, by) => ({ x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by });

function outline(tile, colour, thick, dash) {
  const { x, y, width, height } = inset(tile, thick / 2);
  brush.setLineDash([]);
  brush.lineWidth = thick + 2;
  brush.strokeStyle = css("--map");
  brush.strokeRect(x, y, width, height);
  brush.setLineDash(dash);
  brush.lineWidth = thick;
  brush.strokeStyle = colour;
  brush.strokeRect(x, y, width, height);
  brush.setLineDash([]);
}

function write(text, x, y, room) {
  brush.fillText(fitting(text, room), x, y);
}

// As much of a text as there is room for; empty if that says nothing.
function fitting(text, room) {
  let shown = safe(text.length > 200 ? text.slice(0, 200) : text);
  if (brush.measureText(shown).width > room) {
    let [low, high] = [0, shown.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (brush.measureText(shown.slice(0, middle) + "…").width <= room) low = middle;
      else high = middle - 1;
    }
    if (low < 2) return "";
    shown = shown.slice(0, low) + "…";
  }
  return shown;
}

// ------------------------------------------------------------------------------------------------------------ pointer

function tileAt(event) {
  const box = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  for (let at = tiles.length - 1; at >= 0; at -= 1) {
    const tile = tiles[at];
    if (x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height) return tile;
  }
  return null;
}

canvas.addEventListener("click", (event) => {
  const tile = tileAt(event);
  if (tile === null) return;
  focused = tile.node;
  if (tile.kind === "leaf") choose(tile.node);
  else if (tile.node !== zoomed()) zoom(tile.node);
});

canvas.addEventListener("mousemove", (event) => {
  const tile = tileAt(event);
  tip.hidden = tile === null;
  if (tile === null) return;
  fill(tip, make("strong", {}, tile.node.path || DATA.title), make("br"), tileText(tile));
  const box = mapBox.getBoundingClientRect();
  const left = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 4);
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${event.clientY - box.top + 18}px`;
});

canvas.addEventListener("mouseleave", () => { tip.hidden = true; });

function tileText(tile) {
  if (tile.rest) return `${plural(tile.rest.length, "part")} too small to draw: zoom in, or choose another area`;
  return nodeText(tile.node);
}

function nodeText(node) {
  const { classes, of } = classesOf(view.colour);
  const { label } = MODES[view.colour];
  if (node.children === null) {
    const kind = kindOf(node.at);
    return `${kind.role}, [${kind.shape.join(", ")}], ${plural(kind.values, "value")}; ${label}: ${classes[of[node.at]].text}`;
  }
  return `module, ${plural(node.end - node.start, "parameter")}, ${plural(sizeOf(node, "values"), "value")}`;
}

function choose(node) {
  if (node.children === null) go({ name: node.path });
  else zoom(node);
}

function zoom(node) {
  if (node.children !== null) go({ at: node.path, name: "" });
}

// ----------------------------------------------------------------------------------------------------------- keyboard

mapBox.addEventListener("keydown", (event) => {
  const from = focused && within(focused, zoomed()) ? focused : zoomed();
  const siblings = from.parent && from !== zoomed() ? from.parent.children : [from];
  const place = siblings.indexOf(from);
  const moves = {
    ArrowRight: () => siblings[Math.min(place + 1, siblings.length - 1)],
    ArrowLeft: () => siblings[Math.max(place - 1, 0)],
    Home: () => siblings[0],
    End: () => siblings[siblings.length - 1],
    ArrowDown: () => (from.children === null ? from : from.children[0]),
    ArrowUp: () => (from === zoomed() ? from : from.parent),
  };
  if (event.key in moves) {
    moveTo(moves[event.key]());
  } else if (event.key === "Enter" || event.key === " ") {
    choose(from);
    if (from.children !== null) moveTo(from.children[0]);
  } else if (event.key === "Escape" || event.key === "Backspace") {
    const out = zoomed();
    if (out.parent) zoom(out.parent);
    moveTo(out);
  } else {
    return;
  }
  event.preventDefault();
});

function within(node, module) {
  return node.start >= module.start && node.end <= module.end;
}

function moveTo(node) {
  focused = node;
  byId("told").textContent = safe(`${node.path || DATA.title}: ${nodeText(node)}`);
  draw();
}

mapBox.addEventListener("focus", () => moveTo(focused && within(focused, zoomed()) ? focused : zoomed()));
mapBox.addEventListener("blur", draw);

// -------------------------------------------------------------------------------------------------- around the map

function showCrumbs() {
  const path = pathTo(zoomed());
  fill(byId("crumbs"), path.map((node, at) => make("li", {}, at === path.length - 1
    ? make("span", { "aria-current": "location" }, node.label || "whole model")
    : make("button", { type: "button", onclick: () => zoom(node) }, node.label || "whole model"))));
}

const LEGEND = 14;

function showLegend() {
  const { classes } = classesOf(view.colour);
  const first = classes.length > LEGEND && MODES[view.colour].ordered
    ? classes.filter((_, at) => at % Math.ceil(classes.length / LEGEND) === 0)
    : [...classes].sort((one, other) => other.values - one.values).slice(0, LEGEND);
  const shown = classes.filter((each) => first.includes(each));
  fill(byId("legend"), shown.map((each) => make("li", {},
    make("span", { class: "swatch", style: { background: each.colour } }), each.text,
    make("span", { class: "faint" }, ` ${count(each.parameters)}`))),
  shown.length < classes.length && make("li", { class: "faint" }, `and ${count(classes.length - shown.length)} more`));
}

function option(key, label, chosen) {
  return make("option", { value: key, selected: key === chosen }, label);
}

function showChoices() {
  const useful = Object.keys(MODES).filter((mode) => (mode === "change" ? DATA.changes : true));
  fill(byId("colour"), useful.map((mode) => option(mode, MODES[mode].label, view.colour)));
  fill(byId("area"), Object.keys(AREAS).map((area) => option(area, AREAS[area].label, view.area)));
}

byId("colour").addEventListener("change", (event) => go({ colour: event.target.value }));
byId("area").addEventListener("change", (event) => go({ area: event.target.value }));

function startMap() {
  showChoices();
  showCrumbs();
  showLegend();
  new ResizeObserver(resize).observe(mapBox);
  whenViewChanges((changed) => {
    if (changed.has("q")) found = matching(view.q);
    if (changed.has("at")) showCrumbs();
    if (changed.has("colour")) showLegend();
    if (changed.has("colour") || changed.has("area")) showChoices();
    if (changed.has("at") || changed.has("area")) resize();
    else if (["name", "q", "colour"].some((key) => changed.has(key))) draw();
  });
}
