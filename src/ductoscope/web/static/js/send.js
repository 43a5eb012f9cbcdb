// Messages to the workstation go as JSON by POST; what went wrong comes back as a sentence, and as a note a field.

import { words } from "./setup.js";

export class SendError extends Error {
  constructor(sentence, { fields = {}, status = 0, answer = {} } = {}) {
    super(sentence);
    this.fields = fields;
    this.status = status;
    this.answer = answer;
    this.isSignedOut = status === 401;
  }
}

/** Send a message and return the answer. Throws SendError with a sentence to show. */
export async function send(path, message = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
    });
  } catch {
    throw new SendError(words("form.unreachable"));
  }
  const answer = await response.json().catch(() => ({ error: words("form.unreachable") }));
  if (response.ok) return answer;
  const sentence = response.status === 401 && !path.startsWith("/api/sign-in") ? words("frame.signed_out") : answer.error;
  throw new SendError(sentence, { fields: answer.fields, status: response.status, answer });
}
