// The tree of modules that the names describe, and sums over its branches.

// A node is a module with children, or a leaf with the position of a parameter. Its parameters stand in a row in ORDER,
// from `start` to `end`. A module with nothing but one module inside is drawn as one node: `label` has both names.
const DEEPEST = 60; // dots of a name; the rest of a longer name stays together
function treeOf(names) {
  const root = { path: "", label: "", parent: null, children: [], inside: new Map(), at: -1 };
  names.forEach((name, at) => {
    let parts = name.split(".");
    if (parts.length > DEEPEST) parts = [...parts.slice(0, DEEPEST), parts.slice(DEEPEST).join(".")];
    let node = root;
    for (let depth = 0; depth < parts.length - 1; depth += 1) {
      let next = node.inside.get(parts[depth]);
      if (next === undefined) {
        const path = node === root ? parts[depth] : `${node.path}.${parts[depth]}`;
        next = { path, label: parts[depth], parent: node, children: [], inside: new Map(), at: -1 };
        node.inside.set(parts[depth], next);
        node.children.push(next);
      }
      node = next;
    }
    node.children.push({ path: name, label: parts[parts.length - 1], parent: node, children: null, at });
  });
  return root;
}

const ROOT = treeOf(NAMES);
const ORDER = new Int32Array(COUNT);
const MODULES = new Map(); // by path

function number(node, start) {
  node.start = start;
  if (node.children === null) {
    ORDER[start] = node.at;
    node.end = start + 1;
    return node.end;
  }
  while (node.children.length === 1 && node.children[0].children !== null && node.parent !== null) {
    const [only] = node.children;
    MODULES.set(node.path, node);
    node.label = `${node.label}.${only.label}`;
    node.path = only.path;
    node.children = only.children;
    node.children.forEach((child) => { child.parent = node; });
  }
  MODULES.set(node.path, node);
  let end = start;
  for (const child of node.children) end = number(child, end);
  node.end = end;
  return end;
}
number(ROOT, 0);

const leafOf = new Array(COUNT);
(function gather(node) {
  if (node.children === null) leafOf[node.at] = node;
  else node.children.forEach(gather);
})(ROOT);

const AREAS = {
  values: { label: "values", of: (at) => kindOf(at).values },
  state: { label: "bytes of optimizer state", of: (at) => stateOf(at) || 0 },
  parameters: { label: "parameters, all alike", of: () => 1 },
};

// Sums of an area over ORDER: that of a node is sums[end] - sums[start].
const sumsOf = (() => {
  const known = {};
  return (area) => {
    if (!known[area]) {
      const sums = new Float64Array(COUNT + 1);
      for (let place = 0; place < COUNT; place += 1) sums[place + 1] = sums[place] + AREAS[area].of(ORDER[place]);
      known[area] = sums;
    }
    return known[area];
  };
})();

const sizeOf = (node, area) => sumsOf(area)[node.end] - sumsOf(area)[node.start];

function pathTo(node) {
  const path = [];
  for (let each = node; each !== null; each = each.parent) path.unshift(each);
  return path;
}
