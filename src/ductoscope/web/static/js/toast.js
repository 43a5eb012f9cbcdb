// One short sentence at the foot of the picture, for what an act came to.

import { element } from "./setup.js";

const SHOWN_MS = 3500;
const SHOWN_WRONG_MS = 9000;

let hide = 0;

/** Show a sentence for a while; a wrong one longer and louder. */
export function toast(sentence, isWrong = false) {
  const target = element("toast");
  target.textContent = sentence;
  target.classList.toggle("wrong", isWrong);
  target.classList.add("shown");
  clearTimeout(hide);
  hide = setTimeout(() => target.classList.remove("shown"), isWrong ? SHOWN_WRONG_MS : SHOWN_MS);
}
