// The record as XML, as JavaRosa writes it: what is not relevant is left out.

import { evaluate } from "./evaluate.js";
import { counts } from "./tree.js";
import { holding, sent } from "./values.js";

// What XML cannot hold at all, were it pasted, is left out.
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/gu;
const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;" };
const escaped = (text, marks) => text.replace(FORBIDDEN, "").replace(marks, (mark) => MARKS[mark]);
const attribute = (name, text) => ` ${name}="${escaped(text, /[&<>\r"\n\t]/g)}"`;

function attributesOf(form, node) {
  const entity = form.entities.get(node.place);
  if (!entity) return "";
  const worked = (tree) => (Array.isArray(tree) ? sent(holding(evaluate(tree, { form, node }), "text")) : tree);
  return Object.entries({ ...entity.attributes, ...node.attributes }).map(([name, tree]) => attribute(name, worked(tree))).join("");
}

function element(form, node, attributes) {
  if (!node.relevant) return "";
  const { name } = node.place;
  let inside = "";
  if (node.children) {
    for (const child of node.children.values()) inside += [].concat(child).map((each) => element(form, each, attributesOf(form, each))).join("");
  } else {
    inside = escaped(sent(node.held), /[&<>\r]/g);
  }
  return inside === "" ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`;
}

export function written(form) {
  const { id, version } = form.plan.form;
  return `<?xml version="1.0" encoding="UTF-8"?>${element(form, form.root, attribute("id", id) + attribute("version", version))}`;
}
