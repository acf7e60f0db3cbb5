// Which pages a form has as it stands: one group is one page, loose questions come a few together.
//
// A page is {title, items, keys}: title is the node of the group that it is (or null), an item {above, place} is a place of the plan
// inside a node, keys are the paths of its items, also of those that are not to be seen now. A page of notes alone would only cost a tap: it goes in front of the next one.

import { counts } from "../engine/tree.js";

const MOST = 8;
const isPage = (place) => place.kind === "group" && (place.appearance || []).includes("field-list");

/** Whether anything of an item is to be seen. */
export function isShown(form, { above, place }) {
  const child = above.children.get(place);
  if (place.many) return child.some(counts) || form.canAdd(above, place);
  return nodeShown(form, child);
}

function nodeShown(form, node) {
  if (node.place.kind === "value" || !counts(node)) return false;
  return node.children ? node.place.inside.some((place) => isShown(form, { above: node, place })) : true;
}

/** What stands inside a node, in the order of the form. */
export const itemsOf = (node) => node.place.inside.filter((place) => place.kind !== "value").map((place) => ({ above: node, place }));

function spread(node, title, pages) {
  let loose = null;
  for (const item of itemsOf(node)) {
    const group = item.place.kind === "group" ? node.children.get(item.place) : null;
    if (group && isPage(item.place)) pages.push({ title: group, items: itemsOf(group) });
    else if (group) spread(group, group.place.label === undefined ? title : group, pages);
    else {
      if (!loose || loose.items.length >= MOST) pages.push((loose = { title, items: [] }));
      loose.items.push(item);
    }
    if (group || item.place.many) loose = null;
  }
}


/** The pages that have anything to show. */
export function pagesOf(form) {
  const all = [];
  spread(form.root, null, all);
  const pages = [];
  const shown = (page) => page.items.filter((item) => isShown(form, item));
  const onlyNotes = (page) => shown(page).every(({ place }) => place.kind === "note");
  for (const page of all.filter((each) => shown(each).length)) {
    const last = pages[pages.length - 1];
    if (last && onlyNotes(last)) pages[pages.length - 1] = { ...page, items: [...last.items, ...page.items] };
    else pages.push({ ...page });
  }
  if (pages.length > 1 && onlyNotes(pages[pages.length - 1])) {
    const { items } = pages.pop();
    pages[pages.length - 1].items = [...pages[pages.length - 1].items, ...items];
  }
  for (const page of pages) page.keys = page.items.map((item) => item.place.path);
  return pages;
}

/** Whether a path stands on a page. */
export const holds = (page, path) => page.keys.some((key) => path === key || path.startsWith(`${key}/`));

/** The number of the page on which a path stands; -1 where it is on none. */
export const pageWith = (pages, path) => pages.findIndex((page) => holds(page, path));
