// Fills a form by the script that tests/forms/Oracle.java obeys, with the same answers: one line for each command.

import { Form } from "/engine/form.js";
import { counts, nameOf, walked } from "/engine/tree.js";

const named = (form, name) => [...walked(form.root)].find((node) => nameOf(node) === name);

function question(form, node) {
  const marks = (form.required(node) ? "required " : "") + (form.readonly(node) ? "fixed " : "") + (form.keeps(node) ? "" : "broken");
  const choices = node.place.list === undefined ? "" : form.choices(node).map((each) => `${each.value}=${each.text}`).join(",");
  return [nameOf(node), marks, form.say(node.place.label, node), choices].join("|");
}

const COMMANDS = {
  value: (form, path) => form.value(named(form, path)),
  answer: (form, path, text) => take(form, path, (node) => form.answer(node, text)),
  save: (form, path, text) => take(form, path, (node) => form.save(node, text)),
  add(form, name) {
    const at = name.lastIndexOf("/");
    const above = named(form, name.slice(0, at));
    const place = above && above.place.inside.find((each) => each.name === name.slice(at + 1));
    return place && form.add(above, place) ? "ok" : "absent";
  },
  remove(form, name) {
    const node = named(form, name);
    if (!node || !counts(node)) return "absent";
    form.remove(node);
    return "ok";
  },
  questions: (form) => form.questions().map((node) => question(form, node)).join("\n"),
  xml: (form) => form.xml(),
  finish: (form) => form.finish(),
};

function take(form, path, taken) {
  const node = named(form, path);
  return node && form.questions().includes(node) ? taken(node) : "absent";
}

/** `forms`: {plan, files, given} by the name that the command "form" gives. */
export function obey(forms, lines) {
  let form = null;
  let rest = null;
  return lines.map((line) => {
    const [command, ...words] = line.split("\t");
    try {
      if (command === "form") {
        form = null;
        const { plan, files, given } = forms[words[0]];
        rest = { files, known: { deviceid: "the deviceid", username: "the username" } };
        form = new Form(plan, { ...rest, given });
        return "ok";
      }
      if (form && command === "reopen") {
        form = new Form(form.plan, { ...rest, state: JSON.parse(JSON.stringify(form.state())) });
        return "ok";
      }
      return form ? COMMANDS[command](form, ...words) : "!";
    } catch (error) {
      if (globalThis.trace) console.log(line, error);
      return "!";
    }
  });
}
