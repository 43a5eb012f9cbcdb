// Says what the rules say while a form is typed: <form data-check="/api/..." data-check-into="id">. Nothing is kept by it.

import { collect } from "./fields.js";
import { send } from "./send.js";
import { element } from "./setup.js";

const PAUSE_MS = 350;

for (const form of document.querySelectorAll("form[data-check]")) watch(form);

function watch(form) {
  const place = element(form.dataset.checkInto);
  let waiting = 0;
  let asked = 0;
  const check = async () => {
    const number = ++asked;
    // A word of the rules that cannot be had now comes with the next keystroke, or when the form is sent.
    const answer = await collect(form).then((message) => send(form.dataset.check, message)).catch(() => null);
    // Answers can overtake each other; only the newest question's counts.
    if (answer === null || number !== asked || place.innerHTML === answer.html) return;
    place.innerHTML = answer.html;
    form.dispatchEvent(new CustomEvent("checked", { bubbles: true }));
  };
  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE_MS);
  };
  for (const kind of ["input", "change", "click"]) form.addEventListener(kind, wait);
  if (form.dataset.checkNow !== undefined) check();
}
