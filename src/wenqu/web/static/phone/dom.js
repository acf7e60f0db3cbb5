// Elements of the page, made without a template language. Text is always text: nothing here writes HTML.

const SVG = "http://www.w3.org/2000/svg";

function put(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") node[name] = value;
  else node.setAttribute(name, value === true ? "" : value);
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false && child !== "") node.append(child);
  }
}

/** `el("button", {class: "wide", onclick: act}, "text", [more])`: an element with its attributes, listeners (on…) and children. */
export function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) put(node, name, value);
  append(node, children);
  return node;
}

/** The same for drawings. */
export function svg(tag, props, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(props || {})) node.setAttribute(name, value);
  append(node, children);
  return node;
}

/** Puts these in place of all that a node holds. */
export function fill(node, ...children) {
  node.textContent = "";
  append(node, children);
  return node;
}
