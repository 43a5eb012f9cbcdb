// Forms and buttons that send: <form data-post="/api/..."> and <button data-post="/api/..." data-body='{}'>.
// What was typed is never lost; a second press does nothing while the first is on its way.

import { collect, tellFields } from "./fields.js";
import { confirmed } from "./confirm.js";
import { listenToListings, listenToShowing } from "./listing.js";
import { send, SendError } from "./send.js";
import { element, say, words } from "./setup.js";

const SAID = "ductoscope-said";

listenToListings(document);
listenToShowing(document);
sayWhatWasSaid();
document.body.dataset.ready = "yes"; // whoever drives the page by a program waits for this

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.go) {
    event.preventDefault();
    go(form);
  }
  if (!form.dataset.post) return;
  event.preventDefault();
  deliver(form, form, () => collect(form));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button === null) return;
  if (button.dataset.dialog) element(button.dataset.dialog).showModal();
  else if ("close" in button.dataset) button.closest("dialog").close();
  else if (button.dataset.post) deliver(button, button.closest("form, [data-acts], section, main") ?? document.body, () => JSON.parse(button.dataset.body || "{}"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.ctrlKey) return;
  const form = event.target.closest?.("form[data-post]");
  if (form) form.requestSubmit();
});

/** Send what a form or a button stands for, and say what came of it. `place` is where errors are shown. */
async function deliver(sender, place, read) {
  if (sender.dataset.sending) return;
  sender.dataset.sending = "yes";
  const buttons = sender.matches("form") ? [...sender.querySelectorAll("button[type=submit]")] : [sender];
  try {
    const extra = sender.dataset.confirm || sender.dataset.ask ? await confirmed(sender) : {};
    if (extra === null) return;
    buttons.forEach((button) => button.setAttribute("aria-busy", "true"));
    tellFields(place, {});
    complain(place, "");
    const answer = await send(sender.dataset.post, { ...(await read()), ...extra });
    arrive(sender, answer);
  } catch (error) {
    if (!(error instanceof SendError)) throw error;
    const marked = tellFields(place, error.fields);
    complain(place, error.message, error.isSignedOut);
    marked?.focus();
    sender.dispatchEvent(new CustomEvent("refused", { bubbles: true, detail: error }));
  } finally {
    delete sender.dataset.sending;
    buttons.forEach((button) => button.removeAttribute("aria-busy"));
  }
}

function arrive(sender, answer) {
  const event = new CustomEvent("sent", { bubbles: true, cancelable: true, detail: answer });
  if (!sender.dispatchEvent(event) || sender.dataset.then === "stay") {
    if (sender.dataset.said) say(element("said"), sender.dataset.said);
    return;
  }
  if (sender.dataset.said) sessionStorage.setItem(SAID, sender.dataset.said);
  const next = answer.next ?? sender.dataset.next;
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) {
    location.reload();
    return;
  }
  const to = new URL(next, location.href);
  const isHere = to.pathname === location.pathname && to.search === location.search;
  location.assign(to);
  if (isHere && to.hash) location.reload(); // a fragment alone moves the page, and shows nothing of what was written
}

/** Show one sentence where the person looks: in the form, else above the page. */
function complain(place, sentence, isSignedOut = false) {
  const alert = place.querySelector("[role=alert]") ?? element("said");
  alert.replaceChildren(sentence);
  if (!sentence) return;
  alert.classList.add("wrong");
  if (isSignedOut) {
    const link = document.createElement("a");
    Object.assign(link, { href: "/sign-in", target: "_blank", rel: "noopener", textContent: words("frame.sign_in_again") });
    alert.append(" ", link);
  }
  alert.scrollIntoView({ block: "nearest" });
}

/** A form that only asks for a page: data-go="/path", its filled fields become the query. Never for anything personal. */
function go(form) {
  const asked = [...new FormData(form)].filter(([, value]) => value !== "");
  location.assign(`${form.dataset.go}?${new URLSearchParams(asked)}`);
}

function sayWhatWasSaid() {
  const sentence = sessionStorage.getItem(SAID);
  sessionStorage.removeItem(SAID);
  const said = document.getElementById("said");
  if (sentence && said) setTimeout(() => say(said, sentence), 50); // after loading, so that it is read aloud
}
