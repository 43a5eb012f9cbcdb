// The check of everything that is kept, with its progress as it goes.

import { element, say, words } from "./setup.js";

const button = element("verify");
const progress = element("verify-progress");
const said = element("verify-said");

button.addEventListener("click", async () => {
  button.disabled = true;
  progress.hidden = false;
  progress.value = 0;
  say(said, words("storage.checking"));
  said.className = "";
  element("verify-problems").replaceChildren();
  const last = await check().catch(() => null);
  button.disabled = false;
  progress.hidden = true;
  tell(last);
});

/** Read the answer line by line; resolves to the last line, or null when it broke off. */
async function check() {
  const response = await fetch("/api/admin/storage/verify", { method: "POST" });
  if (!response.ok) return null;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let last = null;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return last?.problems === undefined ? null : last;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      last = JSON.parse(line);
      progress.value = last.share;
    }
  }
}

function tell(last) {
  const isWhole = last !== null && last.problems.length === 0;
  said.className = isWhole ? "well" : "wrong";
  if (last === null) return say(said, words("storage.stopped"));
  say(said, isWhole ? words("storage.is_whole", { count: last.events }) : words("storage.is_broken"));
  element("verify-problems").replaceChildren(
    ...last.problems.map((problem) => Object.assign(document.createElement("li"), { textContent: problem })),
  );
}
