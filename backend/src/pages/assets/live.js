// Fetches the page's own address again and puts the new main part in place of the old one.
// Without script the page is whole; it only does not refresh itself.
"use strict";
(() => {
  const EVERY = 2000;
  const again = () => {
    if (document.hidden) return;
    const request = new XMLHttpRequest();
    request.responseType = "document";
    request.open("GET", location.href);
    request.onload = () => {
      const fresh = request.status === 200 && request.responseXML && request.responseXML.querySelector("main");
      const old = document.querySelector("main");
      // Nobody who is reading with the keyboard inside loses their place.
      if (!fresh || fresh.innerHTML === old.innerHTML || old.contains(document.activeElement)) return;
      old.replaceChildren(...document.adoptNode(fresh).childNodes);
    };
    request.send();
  };
  setInterval(again, EVERY);
  document.addEventListener("visibilitychange", again);
})();
