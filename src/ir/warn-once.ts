/** What the library says aloud by itself: each thing once in the life of a program. */

// The library is compiled without the types of any platform; all of them have this.
declare const console: { warn(text: string): void };

const said = new Set<string>();

/** Prints `text` as a warning unless one of the same kind was printed before. */
export function warnOnce(kind: string, text: string): void {
  if (said.has(kind)) return;
  said.add(kind);
  console.warn(`cotangent: ${text}`);
}
