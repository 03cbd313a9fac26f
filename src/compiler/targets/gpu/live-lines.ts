/**
 * The lines of a function, with only what is needed where it is needed: locals that nobody reads go (an integer's upper word, for
 * one), and those that a single branch reads move into it. All that a kernel calls is pure, so neither changes a value.
 */

type Item = Line | Block;

interface Line {
  readonly kind: "line";
  readonly text: string;
  /** What it declares; null for other lines. */
  readonly name: string | null;
  /** What it reads, and more: all of its words. */
  readonly words: Set<string>;
}

/** `head {`, what stands in it, and `}`. An `else` is a block after that of its `if`. */
interface Block {
  readonly kind: "block";
  readonly head: string;
  items: readonly Item[];
  readonly words: Set<string>;
}

export function liveLines(lines: readonly string[]): readonly string[] {
  const assigned = new Set(lines.flatMap((line) => assignment.exec(line)?.slice(1, 2) ?? []));
  const items = parsed(liveOnly(lines));
  return written(sunk(items, assigned), 1);
}

const declaration = /^\s*let (\w+) = /;
const assignment = /^\s*(\w+) = /;
const words = /[A-Za-z_]\w*/g;

const wordsIn = (text: string): Set<string> => new Set(Array.from(text.matchAll(words), ([word]) => word));

function liveOnly(lines: readonly string[]): readonly string[] {
  const read = new Set<string>();
  const live: string[] = [];
  for (let i = lines.length - 1; i >= 0; i--) {
    const line = lines[i];
    const name = declaration.exec(line)?.[1];
    if (name !== undefined && !read.has(name)) continue;
    live.push(line);
    const text = name === undefined ? line : line.slice(line.indexOf("=") + 1);
    for (const word of wordsIn(text)) read.add(word);
  }
  return live.reverse();
}

/** Lines as the writer makes them: those that end with "{" open a block, which "}" closes. */
function parsed(lines: readonly string[]): readonly Item[] {
  let at = 0;
  const block = (): Pick<Block, "items" | "words"> => {
    const items: Item[] = [];
    const all = new Set<string>();
    while (at < lines.length && lines[at].trim() !== "}") {
      const text = lines[at++].trim();
      const isBlock = text.endsWith("{");
      const item: Item = isBlock ? { kind: "block", head: text, ...block() } : lineOf(text);
      if (isBlock) at++;
      for (const word of [...item.words, ...(isBlock ? wordsIn(text) : [])]) all.add(word);
      items.push(item);
    }
    return { items, words: all };
  };
  return block().items;
}

const lineOf = (text: string): Line => ({
  kind: "line",
  text,
  name: declaration.exec(text)?.[1] ?? null,
  words: wordsIn(text.slice(text.indexOf("=") + 1)),
});

/** From the last declaration to the first, so that what only a moved one reads moves with it. */
function sunk(items: readonly Item[], assigned: ReadonlySet<string>): readonly Item[] {
  const left = [...items];
  for (let i = left.length - 1; i >= 0; i--) {
    const item = left[i];
    if (item.kind !== "line" || item.name === null || assigned.has(item.name)) continue;
    // What is assigned to may have another value there.
    if ([...item.words].some((word) => assigned.has(word))) continue;
    const reader = onlyReader(left.slice(i + 1), item.name);
    if (reader === null) continue;
    left.splice(i, 1);
    reader.items = [item, ...reader.items];
    for (const word of item.words) reader.words.add(word);
  }
  for (const item of left) if (item.kind === "block") item.items = sunk(item.items, assigned);
  return left;
}

/** The one branch of an `if` that reads a name; null where something else does. A loop would compute it again and again. */
function onlyReader(after: readonly Item[], name: string): Block | null {
  let found: Block | null = null;
  for (const item of after) {
    const isRead = item.words.has(name) || (item.kind === "block" && wordsIn(item.head).has(name));
    if (!isRead) continue;
    const isBranch = item.kind === "block" && /^(if|else)\b/.test(item.head) && !wordsIn(item.head).has(name);
    if (found !== null || !isBranch) return null;
    found = item;
  }
  return found;
}

const written = (items: readonly Item[], depth: number): readonly string[] =>
  items.flatMap((item) => {
    const indent = "  ".repeat(depth);
    if (item.kind === "line") return [indent + item.text];
    return [indent + item.head, ...written(item.items, depth + 1), `${indent}}`];
  });
