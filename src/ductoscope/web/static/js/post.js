// Acts go to the server as POST; what went wrong comes back as one plain sentence.

import { words } from "./setup.js";

export class ActError extends Error {}

/** Do an act and return the answer. Throws ActError with a sentence to show. */
export async function post(path, wish = {}) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
  } catch {
    throw new ActError(words("acts.unreachable"));
  }
  const answer = await response.json().catch(() => ({ error: words("acts.unreachable") }));
  if (!response.ok) throw new ActError(answer.error);
  return answer;
}

export class AskError extends Error {}

/** Fetch what the workstation knows. Throws AskError with a sentence to show. */
export async function ask(path) {
  const response = await fetch(path).catch(() => null);
  if (!response?.ok) throw new AskError(words("acts.unreachable"));
  return response.json();
}
