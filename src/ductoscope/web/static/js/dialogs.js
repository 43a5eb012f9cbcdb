// Dialogs close by their buttons, by Escape, and by a touch beside them.

import { element, words } from "./setup.js";
import { ActError, post } from "./post.js";
import { toast } from "./toast.js";

export function listenToDialogs() {
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }
  for (const button of document.querySelectorAll("[data-how]")) {
    button.addEventListener("click", () => recalibrate(button.dataset.how));
  }
}

async function recalibrate(how) {
  element("recalibrate-dialog").close();
  try {
    await post("/api/recalibrate", { how });
    toast(words("acts.recalibrating"));
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    toast(error.message, true);
  }
}
