/**
 * Pieces of JavaScript text that know their free names, so that any run of them can become a function of its own.
 *
 * All names of a program are distinct, wherever they are declared: moving text can never capture a name.
 */

export interface Fragment {
  readonly lines: readonly string[];
  /** Size: about the number of operations in the text. */
  readonly operations: number;
  /** An estimate of the operations that run when the text runs once. */
  readonly work: number;
  /** Whether the text itself (not the functions it calls) contains a loop. */
  readonly hasLoop: boolean;
  /** Names bound outside, in the order of their first mention. */
  readonly mentions: ReadonlySet<string>;
  /** Those of them that the text assigns to. */
  readonly assigns: ReadonlySet<string>;
  /** Names that the text binds for what follows it. */
  readonly declares: ReadonlySet<string>;
  /** Whether the text leaves the loop or function around it, and so cannot move. */
  readonly isFixed: boolean;
}

const noNames: ReadonlySet<string> = new Set();

export const fragment = (parts: Partial<Fragment>): Fragment => ({
  lines: [],
  operations: 0,
  work: parts.operations ?? 0,
  hasLoop: false,
  mentions: noNames,
  assigns: noNames,
  declares: noNames,
  isFixed: false,
  ...parts,
});

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const set of sets) for (const name of set) names.add(name);
  return names;
};

const without = (names: ReadonlySet<string>, removed: ReadonlySet<string>): ReadonlySet<string> => {
  if (removed.size === 0) return names;
  const rest = new Set<string>();
  for (const name of names) if (!removed.has(name)) rest.add(name);
  return rest;
};

const sum = (xs: readonly number[]): number => xs.reduce((total, x) => total + x, 0);

/** One fragment after the other. */
export function sequence(fragments: readonly Fragment[]): Fragment {
  const declares = union(fragments.map((each) => each.declares));
  return {
    lines: fragments.flatMap((each) => each.lines),
    operations: sum(fragments.map((each) => each.operations)),
    work: sum(fragments.map((each) => each.work)),
    hasLoop: fragments.some((each) => each.hasLoop),
    mentions: without(union(fragments.map((each) => each.mentions)), declares),
    assigns: without(union(fragments.map((each) => each.assigns)), declares),
    declares,
    isFixed: fragments.some((each) => each.isFixed),
  };
}

export const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** `head body }`: a scope, out of which no declared name can be seen. `head` ends in an opening brace. */
export const braces = (head: string, body: Fragment): Fragment => ({
  ...body,
  lines: [head, ...indent(body.lines), "}"],
  declares: noNames,
});

/** Adds names that the text mentions to a fragment. */
export const mentioning = (names: ReadonlySet<string>, inner: Fragment): Fragment => ({
  ...inner,
  mentions: union([names, inner.mentions]),
});

/** Takes names that the text around a fragment binds (a loop's counter) out of its free names. */
export const binding = (name: string, inner: Fragment): Fragment => ({
  ...inner,
  mentions: without(inner.mentions, new Set([name])),
  assigns: without(inner.assigns, new Set([name])),
});
