// A symptom call by the keyboard: y and n answer yes and no, 1 to 9 take an offered answer, and the next question follows.

const form = document.querySelector("form.symptoms");
const questions = form === null ? [] : [...form.querySelectorAll("[data-question]")];

form?.addEventListener("keydown", (event) => {
  const question = event.target.closest("[data-question]");
  if (question === null || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
    goOn(question);
    return;
  }
  if (event.target.matches("input[type=number]")) return;
  const answer = question.querySelector({ y: "[value=true]", n: "[value=false]" }[event.key.toLowerCase()] ?? "nothing");
  const offered = question.querySelectorAll("[data-answer]")[Number(event.key) - 1];
  if (answer !== null) {
    event.preventDefault();
    answer.checked = true;
    answer.dispatchEvent(new Event("change", { bubbles: true }));
    goOn(question);
  } else if (offered) {
    event.preventDefault();
    offered.click();
  }
});

form?.addEventListener("click", (event) => {
  const offered = event.target.closest("[data-answer]");
  if (offered === null) return;
  const field = offered.closest("[data-question]").querySelector("input");
  field.value = offered.dataset.answer;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  goOn(offered.closest("[data-question]"));
});

/** Lead to the next question: to its first offered answer, or to its yes. */
function goOn(question) {
  const next = questions.slice(questions.indexOf(question) + 1).find((one) => !one.hidden);
  const place = next?.querySelector("[data-answer], input[type=radio]:checked") ?? form.querySelector("[name='symptoms.words']");
  place.focus();
  place.scrollIntoView({ block: "center" });
}
