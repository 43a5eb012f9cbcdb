// What every page of the patient's path has: quick search, the lock, and the keys.

import { lockWhenIdle, lockNow } from "./idle.js";
import { listenToFinding } from "./find.js";
import { element, setup } from "./setup.js";

listenToFinding(document);
lockWhenIdle(setup.lock_after_s);

element("lock").addEventListener("click", lockNow);
element("find")?.addEventListener("click", find);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "k" && element("find")) {
    event.preventDefault();
    find();
  } else if (event.ctrlKey && event.altKey && event.key.toLowerCase() === "l") {
    event.preventDefault();
    lockNow();
  }
});

const me = document.querySelector("details.me");
document.addEventListener("click", (event) => me.contains(event.target) || me.removeAttribute("open"));
me.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !me.open) return;
  me.open = false;
  me.querySelector("summary").focus();
});

function find() {
  const dialog = element("find-dialog");
  if (!dialog.open) dialog.showModal();
  const text = dialog.querySelector("[data-find-text]");
  text.select();
  text.focus();
}
