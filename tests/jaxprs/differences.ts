/**
 * Where our jaxprs are not JAX's, and why. Each difference rewrites JAX's text into ours; what the rewrites do not touch is
 * equal, up to the names of variables and to line breaks.
 */
import type { ProgramName } from "./programs.js";

export interface Difference {
  readonly why: string;
  /** JAX's text with our choice in place of JAX's. */
  readonly rewrite: (jax: string) => string;
}

const replace = (why: string, from: string | RegExp, to: string): Difference => ({
  why,
  rewrite: (jax) => jax.replaceAll(from, to),
});

const noSharding = replace("arrays are not sharded, so no equation says how", / (out_)?sharding=None/g, "");
const anonymous = replace("a function without a name is anonymous in JavaScript", "<lambda>", "anonymous");
const productType = replace(
  "a product has its operands' dtype; the param is printed when another one is asked for",
  " preferred_element_type=float32",
  "",
);
const ruleText = replace(
  "a rule is a function, which has no text worth printing; symbolic zeros are not offered to rules",
  " jvp=anonymous symbolic_zeros=False",
  "",
);
/** x' = convert x to its own type, read as x'. */
const weakCarry: Difference = {
  why: "JAX strengthens a weak carry in the body; here the body is traced again with the stronger carry and has no cast",
  rewrite: (jax) => {
    const cast = /(\w+):f32\[\] = convert_element_type\[new_dtype=float32 weak_type=False\] (\w+) /;
    for (let found = cast.exec(jax); found !== null; found = cast.exec(jax)) {
      const [whole, name, source] = found;
      jax = jax.replace(whole, "").replaceAll(new RegExp(`\\b${name}\\b(?![=:])`, "g"), source);
    }
    return jax;
  },
};

/** The programs shown beside JAX's, with all that is different. Equal to the letter where the list is empty. */
export const differences: { readonly [Name in ProgramName]?: readonly Difference[] } = {
  arithmetic: [],
  "matrix product": [productType],
  "unused results": [],
  "array constants": [],
  grad: [noSharding],
  jvp: [],
  "grad of grad": [],
  vmap: [productType],
  "vmap of grad": [],
  "jit in jit": [anonymous],
  scan: [weakCarry],
  "scan closing over a tracer": [weakCarry],
  "grad of scan": [weakCarry],
  "vmap of scan": [
    {
      why: weakCarry.why,
      rewrite: (jax) =>
        jax.replace(
          "g:f32[2] = convert_element_type[new_dtype=float32 weak_type=False] e h:f32[2] = mul g f in (h,)",
          "g:f32[2] = mul e f in (g,)",
        ),
    },
  ],
  while: [
    replace(
      "a number is a literal wherever it is closed over; JAX makes it an operand of the loop",
      "cond_jaxpr={ lambda | e:f32[] f:f32[]. let g:bool[] = lt f e in (g,) } cond_nconsts=1] 10.0:f32[] a",
      "cond_jaxpr={ lambda | e:f32[]. let f:bool[] = lt e 10.0:f32[] in (f,) } cond_nconsts=0] a",
    ),
  ],
  "foriLoop with static bounds": [],
  cond: [],
  "vmap of cond with one predicate": [],
  switch: [],
  "grad of checkpoint": [
    replace("the primitive has the name of the transformation", "remat2", "checkpoint"),
    replace("a policy is a function, which has no text", " policy=None", ""),
    replace("common subexpressions are always kept apart", " prevent_cse=True", ""),
    replace(
      "a barrier that passes see keeps recomputed values apart; JAX puts it in when it lowers the equation",
      "{ lambda | d:f32[] e:f32[]. let f:f32[] = sin d g:f32[] = cos d",
      "{ lambda | d:f32[] e:f32[]. let z:f32[] = optimization_barrier d f:f32[] = sin z g:f32[] = cos z",
    ),
    replace(
      "what is computed at once stays a checkpoint, so that a second derivative recomputes too; JAX inlines it",
      "b:f32[] = sin a _:f32[] = sin b",
      "_:f32[] = checkpoint[differentiated=False jaxpr={ lambda | x:f32[]. let y:f32[] = sin x w:f32[] = sin y in (w,) }] a",
    ),
  ],
  customJvp: [anonymous, ruleText],
  "grad of customVjp": [],
};

/** The text on one line, without the marks that depend on where lines break. */
export const oneLine = (text: string): string =>
  text
    .replace(/(\{ lambda [^;]*);/g, "$1|") // what ends the constants is no separator of equations
    .replace(/;?\s+/g, " ")
    .replace(/([[(]) /g, "$1")
    .replace(/ ([\])])/g, "$1");

/** Variables called v0, v1, ... in order of their binders. */
export function canonicalNames(text: string): string {
  const names = new Map<string, string>();
  const binder = /(?<![\w.=])([a-z]+):[a-z]+[0-9]*\[/g;
  for (const [, name] of text.matchAll(binder)) if (!names.has(name)) names.set(name, `v${names.size}`);
  return text.replace(/(?<![\w.=])[a-z]+(?![\w=[])/g, (word) => names.get(word) ?? word);
}
