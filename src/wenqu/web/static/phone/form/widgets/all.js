// Which kind of question is asked by what. A widget is {box, show(value)} and may have flush() (what is not yet taken is taken, a promise),
// drop() (lets go of place and memory), always (is shown anew at every change) and own (what was typed into it stays as it was typed).

import { choice, dropdown, search } from "./choices.js";
import { acknowledge, barcode, moment, typed } from "./fields.js";
import { geopoint } from "./geopoint.js";
import { photo, signature } from "./pictures.js";

const KINDS = {
  text: typed, integer: typed, decimal: typed, date: moment, time: moment, datetime: moment, photo, signature, geopoint, barcode, acknowledge,
};
// So many choices are still found by looking.
const BUTTONS = 20;

function select(ask) {
  const { appearance = [], list, kind } = ask.node.place;
  const size = ask.form.tables[list].rows.length;
  if (size > BUTTONS || (appearance.includes("autocomplete") && size > BUTTONS / 2)) return search(ask);
  return appearance.includes("minimal") && kind === "select_one" ? dropdown(ask) : choice(ask);
}

export const widgetOf = (ask) => (KINDS[ask.node.place.kind] || select)(ask);
