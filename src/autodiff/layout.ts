/**
 * Text that breaks its lines only where it must: a group stands on one line if it fits, else every break in it starts a
 * line.
 *
 * Source: Lindig, "Strictly Pretty" (2000), as JAX's printer has it: a group looks at its own width, not at what follows.
 */

/** A document: text, a sequence, a group, an indented part, or a place where a line may break. */
export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: "group"; readonly body: Doc }
  | { readonly kind: "nest"; readonly body: Doc }
  | { readonly kind: "break"; readonly flat: string };

export const group = (...body: Doc[]): Doc => ({ kind: "group", body });

/** Lines that start inside are two columns further in. */
export const nest = (...body: Doc[]): Doc => ({ kind: "nest", body });

/** `flat` where the line goes on. */
export const lineBreak = (flat = " "): Doc => ({ kind: "break", flat });

export const join = (separator: Doc, docs: readonly Doc[]): Doc =>
  docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc]));

interface Pending {
  readonly doc: Doc;
  readonly indent: number;
  readonly flat: boolean;
}

const isSequence = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

/** The document as text of at most `width` columns where that can be. */
export function layOut(doc: Doc, width = 80): string {
  let text = "";
  let column = 0;
  const pending: Pending[] = [{ doc, indent: 0, flat: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { doc: part, indent, flat } = next;
    if (typeof part === "string") {
      text += part;
      column += part.length;
    } else if (isSequence(part)) {
      for (let i = part.length - 1; i >= 0; i--) pending.push({ doc: part[i], indent, flat });
    } else if (part.kind === "nest") {
      pending.push({ doc: part.body, indent: indent + 2, flat });
    } else if (part.kind === "group") {
      pending.push({ doc: part.body, indent, flat: flat || fits(part.body, width - column) });
    } else if (flat) {
      text += part.flat;
      column += part.flat.length;
    } else {
      text = `${text.trimEnd()}\n${" ".repeat(indent)}`;
      column = indent;
    }
  }
  return text;
}

/** Whether a document takes at most `columns` on one line. */
function fits(doc: Doc, columns: number): boolean {
  let left = columns;
  const pending: Doc[] = [doc];
  while (left >= 0) {
    const part = pending.pop();
    if (part === undefined) return true;
    if (typeof part === "string") left -= part.length;
    else if (isSequence(part)) for (let i = part.length - 1; i >= 0; i--) pending.push(part[i]);
    else if (part.kind === "break") left -= part.flat.length;
    else pending.push(part.body);
  }
  return false;
}
