// Small helps that every page shares. Everything works without them.

// Rows of a table marked data-href open on a click anywhere (the link inside stays the real way).
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, summary")) return;
  if (String(window.getSelection())) return;
  window.location.assign(row.dataset.href);
});

// A form marked data-once cannot be sent twice by an impatient second press.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});

// Coming back with the browser's «back»: forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A select marked data-go submits its form when changed.
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) event.target.form.requestSubmit();
});

// On a phone menus scroll sideways: bring the current entry into sight.
for (const menu of document.querySelectorAll(".nav, .rooms")) {
  const current = menu.querySelector("[aria-current]");
  if (current) menu.scrollLeft = current.offsetLeft - menu.offsetLeft - (menu.clientWidth - current.clientWidth) / 2;
}

// A button marked data-print prints.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
