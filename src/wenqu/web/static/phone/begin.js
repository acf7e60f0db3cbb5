// Begins the page, or says that the browser is too old for it. Written in the oldest JavaScript there is: it must run where nothing else does.
//
// On the first visit the service worker comes first: it fetches all modules in one piece, and the page has them from it. Fifty
// requests over a bad line take longer than one. Where there is no worker, or it does not come, the modules are fetched one by one.
(function () {
  var SLOW = 20000;
  // What came with the version of a browser that reads all that the page is written in.
  var able = "noModule" in document.createElement("script") && String.prototype.replaceAll && window.indexedDB && window.fetch && window.AbortController;
  var told = document.getElementById("unable");
  var begun = false;

  function begin() {
    if (begun) return;
    begun = true;
    var script = document.createElement("script");
    script.type = "module";
    script.src = document.documentElement.getAttribute("data-base") + "app.js";
    document.head.appendChild(script);
  }

  function follow(registration) {
    var coming = registration.installing;
    // Loaded past a worker that is there already, as browsers do where somebody insists: none will take over.
    if (!coming) return begin();
    coming.addEventListener("statechange", function () { if (coming.state === "redundant") begin(); });
  }

  if (!able) {
    if (told) told.hidden = false;
  } else if (!navigator.serviceWorker || navigator.serviceWorker.controller) {
    begin();
  } else {
    navigator.serviceWorker.addEventListener("controllerchange", begin);
    navigator.serviceWorker.register("/phone/sw.js", { scope: "/phone/", updateViaCache: "none" }).then(follow).catch(begin);
    setTimeout(begin, SLOW);
  }
})();
