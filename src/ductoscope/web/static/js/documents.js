// A paper is made, opened beside the page, and recorded as handed over: exactly the file that was made.

for (const card of document.querySelectorAll("[data-document]")) {
  const form = card.querySelector("form");
  const open = card.querySelector("[data-open]");
  const given = card.querySelector("[data-given]");
  form.addEventListener("sent", (event) => {
    if (event.target !== form) return;
    const { document: sha256, open: path } = event.detail;
    open.href = path;
    open.hidden = false;
    if (given !== null) {
      given.dataset.body = JSON.stringify({ kind: card.dataset.document, document: sha256, language: form.elements.language.value });
      given.hidden = false;
    }
    // Browsers may refuse a window that opens a moment after the press; the link beside it always works.
    window.open(path, "_blank", "noopener");
    open.focus();
  });
}
