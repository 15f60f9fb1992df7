// What the reader looks at, kept in the address after `#`, so that a link leads to the same view.

const DEFAULTS = { name: "", at: "", colour: "group", area: "root", q: "", group: "", sort: "", all: "" };
const listeners = [];
let view = read();

function read() {
  const found = { ...DEFAULTS };
  for (const [key, text] of new URLSearchParams(location.hash.slice(1))) if (Object.hasOwn(DEFAULTS, key)) found[key] = text;
  if (!Object.hasOwn(MODES, found.colour) || (found.colour === "change" && !DATA.changes)) found.colour = DEFAULTS.colour;
  if (!Object.hasOwn(AREAS, found.area)) found.area = DEFAULTS.area;
  if (found.group !== "" && found.group !== String(FROZEN) && !(DATA.groups || [])[Number(found.group)]) found.group = "";
  if (!MODULES.has(found.at)) found.at = "";
  if (!positionOf.has(found.name)) found.name = "";
  return found;
}

// Change the view; `changed` tells the listeners which keys differ.
function go(change, keep = false) {
  const before = view;
  view = { ...view, ...change };
  const changed = Object.keys(view).filter((key) => view[key] !== before[key]);
  if (!changed.length) return;
  const said = new URLSearchParams(Object.entries(view).filter(([key, text]) => text !== DEFAULTS[key]));
  const address = `#${said}`;
  if (keep) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  listeners.forEach((listener) => listener(new Set(changed)));
}

function whenViewChanges(listener) {
  listeners.push(listener);
}

window.addEventListener("popstate", () => {
  const before = view;
  view = read();
  const changed = new Set(Object.keys(view).filter((key) => view[key] !== before[key]));
  if (changed.size) listeners.forEach((listener) => listener(changed));
});
