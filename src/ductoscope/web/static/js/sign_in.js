// The sign-in page: the pointer stands where one types, and a demonstration fills in an invented account.

import { element } from "./setup.js";

const form = element("sign-in");
form.elements.name.focus();

for (const button of document.querySelectorAll("[data-name]")) {
  button.addEventListener("click", () => {
    form.elements.name.value = button.dataset.name;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });
}
form.addEventListener("refused", () => {
  form.elements.password.value = "";
  form.elements.password.focus();
});
