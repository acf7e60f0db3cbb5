// Texts of a form: **bold** and line breaks as whoever made the form wrote them. Everything else is text, never HTML.

import { el } from "../dom.js";

// A name that is masked ends in stars: those that close are the last ones.
export function rich(text) {
  return text.split(/\r\n|\r|\n/).map((line, row) => [
    row > 0 && el("br"),
    line.split(/\*\*(.+?)\*\*(?!\*)/).map((part, at) => (at % 2 ? el("strong", null, part) : part)),
  ]);
}

/** Text as it is compared when somebody searches: full width as half width, no spaces, no case. */
export const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
