// The tree of modules that the names describe, and sums over its branches.

// A node is a module with children, or a leaf with the position of a parameter. Its parameters stand in a row in ORDER,
// from `start` to `end`. What would be a module with a single thing inside is one node with that thing: its label has
// both names, as in `word_embeddings.weight`.
const DEEPEST = 60; // dots of a name; the rest of a longer name stays together
const MODULES = new Map(); // by path
const ORDER = new Int32Array(COUNT);
const leafOf = new Array(COUNT);

function nodeOf(path, label, parent, at) {
  return { path, label, parent, at, children: at < 0 ? [] : null, start: 0, end: 0 };
}

function treeOf(names) {
  const root = nodeOf("", "", null, -1);
  MODULES.set("", root);
  let parts = [];
  let next = names.length ? partsOf(names[0]) : [];
  let shared = 0; // leading parts that a name has in common with the name before
  const stack = [root]; // the modules of the name before
  names.forEach((name, at) => {
    parts = next;
    next = at + 1 < names.length ? partsOf(names[at + 1]) : [];
    const before = shared;
    shared = 0;
    while (shared < Math.min(parts.length, next.length) - 1 && parts[shared] === next[shared]) shared += 1;
    const depth = Math.max(before, shared);
    stack.length = Math.min(stack.length, before + 1);
    let length = stack[stack.length - 1].path.length;
    while (stack.length <= depth) {
      const label = parts[stack.length - 1];
      length += label.length + (stack.length > 1 ? 1 : 0);
      stack.push(moduleAt(name.slice(0, length), label, stack[stack.length - 1]));
    }
    const leaf = nodeOf(name, depth ? parts.slice(depth).join(".") : name, stack[depth], at);
    leafOf[at] = leaf;
    stack[depth].children.push(leaf);
  });
  return root;
}

function partsOf(name) {
  const parts = name.split(".");
  return parts.length <= DEEPEST ? parts : [...parts.slice(0, DEEPEST), parts.slice(DEEPEST).join(".")];
}

function moduleAt(path, label, parent) {
  let node = MODULES.get(path);
  if (node === undefined) {
    node = nodeOf(path, label, parent, -1);
    MODULES.set(path, node);
    parent.children.push(node);
  }
  return node;
}

// Number the parameters of a node, and join modules that hold nothing but another module.
function number(node, start) {
  node.start = start;
  if (node.children === null) {
    ORDER[start] = node.at;
    node.end = start + 1;
    return node.end;
  }
  while (node.children.length === 1 && node.children[0].children !== null && node.parent !== null) {
    const [only] = node.children;
    node.label = `${node.label}.${only.label}`;
    node.path = only.path;
    node.children = only.children;
    for (const child of node.children) child.parent = node;
    MODULES.set(only.path, node);
  }
  let end = start;
  for (const child of node.children) end = number(child, end);
  node.end = end;
  return end;
}

const ROOT = treeOf(NAMES);
number(ROOT, 0);

// The square root keeps biases and gains in sight beside matrices that hold a thousand times more values.
const AREAS = {
  root: { label: "square root of values", of: (at) => Math.sqrt(kindOf(at).values) },
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
