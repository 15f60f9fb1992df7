// Where everything stands on the map: a squarified treemap (Bruls, Huizing and van Wijk 2000) of nested modules.

const HEAD = 17; // pixels for the name of a module
const GAP = 2;
const SMALLEST = 5; // square pixels of a tile; what would be smaller is drawn together
const OPEN = 900; // square pixels from which a module is drawn with what is inside
const DUST = 24; // square pixels; a module whose largest part would be smaller is not opened

// Tiles in the order in which they are drawn. Kinds: "module" (a frame with a head), "leaf", "closed" (a module too small
// to be opened), "rest" (children of a module that are too small to be drawn).
function layOut(node, area, width, height) {
  const sums = sumsOf(area);
  const tiles = [];
  if (node.children === null || sums[node.end] === sums[node.start]) return tiles;
  openModule(node, 0, 0, width, height, sums, tiles);
  return tiles;
}

function openModule(node, x, y, width, height, sums, tiles) {
  const whole = sums[node.end] - sums[node.start];
  const scale = (width * height) / whole;
  const children = node.children.filter((child) => sums[child.end] > sums[child.start]);
  const size = (child) => (sums[child.end] - sums[child.start]) * scale;
  const rounded = (child) => Math.fround(size(child)); // blocks that are alike stay in their order
  children.sort((one, other) => rounded(other) - rounded(one));
  if (size(children[0]) < SMALLEST) {
    tiles.push({ kind: "rest", node, rest: [node], x, y, width, height });
    return;
  }
  let drawn = children.length;
  while (drawn > 1 && size(children[drawn - 1]) < SMALLEST) drawn -= 1;
  const items = children.slice(0, drawn).map((child) => ({ node: child, size: size(child) }));
  const left = children.slice(drawn).reduce((sum, child) => sum + size(child), 0);
  if (left > 0) items.push({ node, size: left, rest: children.slice(drawn) });
  squarify(items, x, y, width, height, (item, ...box) => place(item, ...box, sums, tiles));
}

function place(item, x, y, width, height, sums, tiles) {
  const { node } = item;
  if (item.rest) {
    tiles.push({ kind: "rest", node, rest: item.rest, x, y, width, height });
  } else if (node.children === null) {
    tiles.push({ kind: "leaf", node, x, y, width, height });
  } else if (width * height < OPEN || width < 14 || height < 14 || isDust(node, width * height, sums)) {
    tiles.push({ kind: "closed", node, x, y, width, height });
  } else {
    const head = width > 34 && height > 3 * HEAD ? HEAD : GAP;
    tiles.push({ kind: "module", node, x, y, width, height, head });
    openModule(node, x + GAP, y + head, width - 2 * GAP, height - head - GAP, sums, tiles);
  }
}

function isDust(node, pixels, sums) {
  const whole = sums[node.end] - sums[node.start];
  return node.children.every((child) => ((sums[child.end] - sums[child.start]) / whole) * pixels < DUST);
}

// Rows along the shorter side; a row takes items as long as its worst tile does not get longer.
function squarify(items, x, y, width, height, put) {
  let at = 0;
  while (at < items.length) {
    const side = Math.min(width, height);
    if (side <= 0) return;
    let sum = items[at].size;
    let end = at + 1;
    const first = items[at].size;
    let worst = Math.max(first * side * side / (sum * sum), (sum * sum) / (side * side * first));
    while (end < items.length) {
      const more = sum + items[end].size;
      const last = Math.max(items[end].size, 1e-9);
      const next = Math.max(first * side * side / (more * more), (more * more) / (side * side * last));
      if (next > worst) break;
      worst = next;
      sum = more;
      end += 1;
    }
    const thick = end === items.length ? Math.max(width, height) : Math.min(sum / side, Math.max(width, height));
    let along = 0;
    for (; at < end; at += 1) {
      const length = side * (items[at].size / sum);
      if (width >= height) put(items[at], x, y + along, thick, length);
      else put(items[at], x + along, y, length, thick);
      along += length;
    }
    if (width >= height) [x, width] = [x + thick, width - thick];
    else [y, height] = [y + thick, height - thick];
  }
}
