// Words and elements: text from strangers made safe to show, numbers as people read them, elements made from text alone.

// As paramwise/words.py escapes: control characters, marks that turn the direction of text, halves of pairs.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]|\p{Surrogate}/gu;

function safe(text) {
  return String(text).replace(UNSAFE, (sign) => {
    const code = sign.codePointAt(0);
    if (sign === "\n") return "\\n";
    if (sign === "\r") return "\\r";
    if (sign === "\t") return "\\t";
    return code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  });
}

// An element: properties that start with "on" listen, "dataset" and "style" are objects, all others are attributes.
// Children are elements, or text, which is never read as HTML.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") Object.entries(value).forEach(([name, text]) => element.style.setProperty(name, text));
    else if (key === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : safe(value));
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : safe(child))));
  return element;
}

const byId = (id) => document.getElementById(id);

function fill(element, ...children) {
  element.replaceChildren(...make("div", {}, ...children).childNodes);
}

const whole = new Intl.NumberFormat("en-US");

function count(number) {
  return whole.format(number);
}

const PLURALS = { matrix: "matrices", bias: "biases" };

function plural(number, noun) {
  return `${count(number)} ${number === 1 ? noun : PLURALS[noun] || noun + "s"}`;
}

function scaled(number, base, units) {
  let unit = 0;
  let left = number;
  while (left >= base && unit < units.length - 1) {
    left /= base;
    unit += 1;
  }
  const digits = unit === 0 || left >= 100 ? 0 : left >= 10 ? 1 : 2;
  return `${left.toFixed(digits)}${units[unit]}`;
}

const brief = (number) => (number < 10000 ? count(number) : scaled(number, 1000, ["", " k", " M", " G", " T", " P"]));
const bytes = (number) => scaled(number, 1024, [" B", " KiB", " MiB", " GiB", " TiB", " PiB"]);

function percent(share) {
  if (share === 0) return "0 %";
  if (share < 0.001) return "< 0.1 %";
  return `${share >= 0.1 ? Math.round(share * 100) : Number((share * 100).toPrecision(2))} %`;
}

// A setting's value in at most six digits, as Python's %.6g writes it.
function value(thing) {
  if (typeof thing === "number" && !Number.isInteger(thing)) {
    const size = Math.abs(thing);
    const short = Number(thing.toPrecision(6));
    return size < 1e-3 || size >= 1e7 ? short.toExponential().replace("e+", "e") : String(short);
  }
  if (Array.isArray(thing)) return `(${thing.map(value).join(", ")})`;
  if (thing === null || thing === undefined) return "unset";
  if (thing === true || thing === false) return thing ? "True" : "False";
  return String(thing);
}

function settingsText(settings) {
  return Object.entries(settings).map(([key, each]) => `${key} ${value(each)}`).join(", ") || "none";
}
