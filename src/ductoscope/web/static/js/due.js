// One dialog moves or finishes whatever is due; the button that opens it says of which row.

import { element, say } from "./setup.js";

const dialog = element("due");

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-dialog=due]");
  if (button !== null) turnTo(button.dataset);
});

function turnTo({ procedure, key, kind, what }) {
  dialog.dataset.kind = kind === "result" ? "result" : "other";
  say(element("due-what"), what);
  for (const form of dialog.querySelectorAll("form")) {
    form.reset(); // a reason that was typed for another row is not this one's
    form.querySelector("[role=alert]").replaceChildren();
    form.dataset.post = `/api/procedures/${procedure}/acts${form.dataset.post.slice(form.dataset.post.lastIndexOf("/"))}`;
    form.elements.key.value = key;
  }
}
