// A scanner types the code and ends with Enter: that leads to the patient's number instead of sending half a result.

const code = document.querySelector("[name=specimen_code]");
const number = document.querySelector("[name=patient_identifier]");

code.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey) return;
  event.preventDefault();
  number.focus();
});
// Going to a place of the page takes the focus away once more after loading; this comes behind it.
if (location.hash === "#enter") addEventListener("load", () => setTimeout(() => (code.value ? number : code).focus()));
