// A new patient: somebody with the same name and birth date is shown before a second record is made.

import { rowOf } from "./find.js";
import { element } from "./setup.js";

const form = element("new-patient");
const warning = element("alike");

form.addEventListener("refused", (event) => {
  const alike = event.detail.answer.alike ?? [];
  warning.hidden = alike.length === 0;
  element("alike-rows").replaceChildren(...alike.map((patient) => rowOf(patient)));
  if (alike.length > 0) element("alike-rows").querySelector("a").focus();
});
form.addEventListener("input", () => {
  form.elements.is_sure.value = "false";
  warning.hidden = true;
});
element("alike-other").addEventListener("click", () => {
  form.elements.is_sure.value = "true";
  form.requestSubmit();
});
