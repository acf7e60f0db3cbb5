// Says where the browser is too old for the page, which then does not begin. Written in the oldest JavaScript there is: it must run where nothing else does.
(function () {
  // What came with the version of a browser that reads all that the page is written in.
  var able = "noModule" in document.createElement("script") && String.prototype.replaceAll && window.indexedDB && window.fetch && window.AbortController;
  var told = document.getElementById("unable");
  if (able) return;
  document.documentElement.setAttribute("data-unable", "");
  if (told) told.hidden = false;
})();
