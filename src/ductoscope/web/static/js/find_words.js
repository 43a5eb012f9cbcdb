// What the finder says, in words: depths, sizes, places, suggestions.

import { words } from "./setup.js";

const percent = (share) => (100 * share).toFixed(0);

/** "23.4 ± 0.8 mm" */
export function writeDepth(depth) {
  return words("find.depth", { mm: depth.mm.toFixed(1), sigma: depth.sigma_mm.toFixed(1) });
}

/** What gave a depth: "encoder". */
export function writeOrigin(depth) {
  return words(`find_origin.${depth.origin}`);
}

/** "branch LR", or the main duct's name. */
export function writeBranch(branch) {
  return branch === "" ? words("find.main_branch") : words("find.branch", { branch });
}

/** A size with its sigma, or why there is none. */
export function writeSuggestedSize(size) {
  if (size.reason !== undefined) return words("find.no_size", { reason: size.reason });
  return words("find.size", { value: size.value_mm.toPrecision(2), sigma: size.sigma_mm.toPrecision(1) });
}

/** Where a suggestion lies. */
export function writePlace(suggestion) {
  const depth = suggestion.depth === null ? words("find.no_scale") : writeDepth(suggestion.depth);
  return `${writeBranch(suggestion.branch)}, ${depth}`;
}

/** A suggestion in a few words: what shows, and where. */
export function nameSuggestion(suggestion) {
  return `${words(`find_shows.${suggestion.shows}`)}, ${writePlace(suggestion)}`;
}

/** Its terms, each with how sure the program is of it. */
export function writeTerms(terms) {
  return Object.values(terms).map(({ word, confidence }) =>
    words("find.terms_with", { word: words(`finding_word.${word}`, {}, word), percent: percent(confidence) }),
  );
}

/** One sentence of one study, with its interval. */
export function writeStudy({ says, share, low, high, source, population }) {
  const told = share === null ? "" : ` ${words("find.study_share", { share: percent(share), low: percent(low), high: percent(high) })}`;
  return { says: says + told, from: words("find.study_from", { population, source }) };
}
