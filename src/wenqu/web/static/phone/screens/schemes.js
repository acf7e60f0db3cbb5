// One scheme: what is known, what is wrong there, what can be done.

import { el } from "../dom.js";
import { marks, problems, scheme as rowOf, tasks, villageNames } from "../register.js";
import { factsOf, formButtons, pairs, reportButton } from "./parts.js";
import { problemRow } from "./problems.js";
import { markBadge } from "./villages.js";
import { t } from "../words.js";

export async function scheme([village, k]) {
  const row = await rowOf(village, k);
  if (!row) return { title: t("scheme"), back: `village/${village}/schemes`, body: [el("p", { class: "empty" }, t("gone_scheme"))] };
  const subject = `scheme:${row.k}`;
  const [told, names, local, around] = await Promise.all([tasks(), villageNames(), marks(), problems()]);
  const here = around.filter((each) => each.subject === subject);
  return {
    title: row.name, back: `village/${village}/schemes`, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" }, el("p", { class: "badges" }, markBadge(local.get(subject))),
        pairs([[t("number"), row.n], [t("scheme_class"), row.c ? t(`class_${row.c}`) : ""], [t("operator"), row.o], [t("village"), names.get(row.village)]])),
      await formButtons({ about: "scheme", subject, village, k, forms: told, local }),
      reportButton(told, `scheme/${village}/${k}`),
      here.length ? el("section", { class: "card" }, el("h2", {}, t("problems_here")), el("ul", { class: "rows" }, here.map((each) => problemRow(each, each.village, local)))) : "",
      await factsOf(row, "scheme", told),
    ],
  };
}
