// Checks the signature of one version where it stands in the list.

import { element, words } from "./setup.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-signature]");
  if (button === null) return;
  button.setAttribute("aria-busy", "true");
  const answer = await fetch(button.dataset.signature).catch(() => null);
  button.removeAttribute("aria-busy");
  const place = element(button.dataset.into);
  if (answer?.ok) place.innerHTML = await answer.text();
  else place.textContent = words("form.unreachable");
});
