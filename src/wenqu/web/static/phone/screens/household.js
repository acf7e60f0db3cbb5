// One household: what is known, what is wrong there, what can be done.

import { el } from "../dom.js";
import { household as rowOf, marks, problems, scheme as schemeOf, tasks, villageNames } from "../register.js";
import { factsOf, formButtons, pairs, reportButton } from "./parts.js";
import { problemRow } from "./problems.js";
import { gradeBadge, markBadge } from "./villages.js";
import { t } from "../words.js";

export async function household([village, k]) {
  const row = await rowOf(village, k);
  if (!row) return { title: t("household"), back: `village/${village}/households`, body: [el("p", { class: "empty" }, t("gone_household"))] };
  const subject = `household:${row.k}`;
  const [told, names, local, around, scheme] = await Promise.all([tasks(), villageNames(), marks(), problems(village), row.s ? schemeOf(village, row.s) : null]);
  const here = around.filter((each) => each.subject === subject);
  return {
    title: row.h, back: `village/${village}/households`, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" },
        el("p", { class: "badges" }, gradeBadge(row.o), markBadge(local.get(subject))),
        pairs([
          [t("village"), [names.get(village), row.g].filter(Boolean).join(" ")], [t("number"), row.n], [t("people_count"), row.c ? t("people", { count: row.c }) : ""],
          [t("scheme"), scheme ? el("a", { href: `#scheme/${scheme.village}/${scheme.k}` }, scheme.name) : ""], [t("last_check"), row.d || t("never_checked")],
        ])),
      await formButtons({ about: "household", subject, village, k, forms: told, local }),
      reportButton(told, `household/${village}/${k}`),
      here.length ? el("section", { class: "card" }, el("h2", {}, t("problems_here")), el("ul", { class: "rows" }, here.map((each) => problemRow(each, village, local)))) : "",
      await factsOf(row, "household", told),
    ],
  };
}
