// Dictating notes: only where the browser turns speech into text on this machine. Nothing that is said leaves it.

import { element, say, words } from "./setup.js";

export async function offerDictation(text) {
  const button = element("dictate");
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const languages = [document.documentElement.lang || "en"];
  if (!(await isLocal(Recognition, languages))) {
    say(element("dictate-said"), words("room_note.not_there"));
    return;
  }
  const recognition = new Recognition();
  Object.assign(recognition, { lang: languages[0], continuous: true, interimResults: false, processLocally: true });
  let isListening = false;
  const tell = (isOn, sentence) => {
    isListening = isOn;
    button.setAttribute("aria-pressed", String(isOn));
    say(button, words(isOn ? "room_note.stop" : "room_note.dictate"));
    say(element("dictate-said"), sentence);
  };
  recognition.onresult = ({ results, resultIndex }) => {
    const said = [...results].slice(resultIndex).map((result) => result[0].transcript.trim()).join(" ");
    text.value = `${text.value}${text.value && !/\s$/.test(text.value) ? " " : ""}${said}`;
  };
  recognition.onerror = ({ error }) => tell(false, words("room_note.failed", { reason: error }));
  recognition.onend = () => isListening && tell(false, "");
  button.disabled = false;
  button.addEventListener("click", () => {
    if (isListening) {
      tell(false, "");
      recognition.stop();
      return;
    }
    recognition.start();
    tell(true, words("room_note.listening"));
  });
}

// Older browsers send speech to a service elsewhere and have no way to promise otherwise: there it is not offered.
async function isLocal(Recognition, langs) {
  if (Recognition === undefined || typeof Recognition.available !== "function") return false;
  try {
    return (await Recognition.available({ langs, processLocally: true })) === "available";
  } catch {
    return false;
  }
}
