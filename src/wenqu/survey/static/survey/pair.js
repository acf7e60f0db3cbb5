// The code stands behind the #, which no server sees and no log keeps: it goes on to the phone page in the same way.

const link = document.querySelector("[data-phone-page]");
if (link && location.hash.startsWith("#pair=")) link.href = new URL(link.href).pathname + location.hash;
