// What the list's page does while somebody types: the same as the form does on the server, at once.

export const searchScript = `"use strict";
const field = document.querySelector("input[type=search]");
const entries = [...document.querySelectorAll("[data-words]")];
const sections = [...document.querySelectorAll("section[data-section]")];
const none = document.querySelector("[data-none]");
function show() {
  const words = field.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
  for (const entry of entries) {
    entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
  }
  for (const section of sections) {
    section.hidden = section.querySelector("[data-words]:not([hidden])") === null;
  }
  none.hidden = sections.some((section) => !section.hidden);
  const url = new URL(location.href);
  if (field.value === "") url.searchParams.delete("q");
  else url.searchParams.set("q", field.value);
  history.replaceState(null, "", url);
}
field.addEventListener("input", show);
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  }
});
show();
`;
