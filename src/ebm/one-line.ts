/**
 * A stranger's text in a message: on one line, no longer than a glance, and without characters that nobody sees, which move a
 * terminal's cursor or turn the order of what is read.
 */

/** In quotes, with escapes for what is left out otherwise. */
export const quoted = (text: string, most: number): string =>
  JSON.stringify(shortened(text, most)).replace(unseen, (character) => `\\u{${hexOf(character)}}`);

/** As it stands, with a space for what is left out. */
export const bare = (text: string, most: number): string => shortened(text.replace(spaces, " ").trim(), most);

/** Controls, formats, and the two separators of lines that JSON leaves as they are. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const spaces = /[\p{Cc}\p{Cf}\s]+/gu;

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 3)}...` : text;

const hexOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16);
