// Asks once more before something that matters: data-confirm="sentence", data-ask="field" data-ask-label="words".

import { element, words } from "./setup.js";

/** Resolve to what was added ({} or {field: text}), or null when the person went back. */
export function confirmed(sender) {
  const dialog = element("confirm");
  const { confirm = "", ask = "", askLabel = words("form.reason") } = sender.dataset;
  element("confirm-words").textContent = confirm;
  element("confirm-words").hidden = !confirm;
  element("confirm-ask").hidden = !ask;
  element("confirm-label").textContent = askLabel;
  element("confirm-wrong").textContent = "";
  element("confirm-yes").classList.toggle("danger", sender.classList.contains("danger"));
  const text = element("confirm-text");
  text.value = "";
  return new Promise((resolve) => {
    const listening = new AbortController();
    const finish = (answer) => {
      listening.abort();
      dialog.close();
      resolve(answer);
    };
    const agree = () => {
      if (ask && !text.value.trim()) {
        element("confirm-wrong").textContent = words("field_errors.missing");
        text.focus();
      } else finish(ask ? { [ask]: text.value.trim() } : {});
    };
    const { signal } = listening;
    element("confirm-yes").addEventListener("click", agree, { signal });
    element("confirm-no").addEventListener("click", () => finish(null), { signal });
    dialog.addEventListener("cancel", (event) => (event.preventDefault(), finish(null)), { signal });
    dialog.showModal();
    (ask ? text : element("confirm-no")).focus();
  });
}
