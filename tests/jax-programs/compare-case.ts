/** One case against JAX. */
import type { NDArray } from "cotangent";
import type { Answer, JaxProcess } from "./jax-process.js";
import { difference, IllConditioned, tolerances } from "./judge.js";
import type { Case } from "./program.js";
import { type Quantity, type QuantityName, quantitiesOf } from "./quantities.js";
import { isFloat } from "./values.js";

export interface Verdict {
  readonly asked: Case;
  /** Whether rounding does not decide what the program gives. */
  readonly judged: boolean;
  /** In words; none if all agree. */
  readonly differences: readonly string[];
  /** What JAX gives; null where ours throws. */
  readonly theirs: Answer | null;
  /** How many results were compared. */
  readonly compared: number;
  /** How many draws before it could not be judged. */
  readonly redrawn: number;
  readonly nonFinite: boolean;
}

/** Our results of one quantity. */
export interface Ours {
  readonly name: QuantityName;
  readonly eager: readonly NDArray[];
  readonly jitted: readonly NDArray[];
  readonly tolerances: readonly number[];
}

const drawsAtMost = 20;

/** Draws until a case can be judged, and judges it. */
export async function compareCase(draw: (attempt: number) => Case, jax: JaxProcess): Promise<Verdict> {
  for (let attempt = 0; ; attempt++) {
    const asked = draw(attempt);
    let ours: readonly Ours[];
    try {
      ours = evaluate(asked);
    } catch (error) {
      const none = { asked, theirs: null, compared: 0, redrawn: attempt, nonFinite: false };
      if (error instanceof IllConditioned) {
        if (attempt < drawsAtMost) continue;
        return { ...none, judged: false, differences: [] };
      }
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
      const differences = [`ours throws: ${stack.split("\n").slice(0, 6).join("\n      ")}`];
      return { ...none, judged: true, differences };
    }
    const theirs = await jax.ask(asked);
    return { asked, theirs, redrawn: attempt, judged: true, ...judge(ours, theirs) };
  }
}

/** All our results. Throws IllConditioned. */
export const evaluate = (asked: Case): readonly Ours[] => evaluated(quantitiesOf(asked), asked.wide);

/** Each quantity eagerly and jitted, with what rounding may do to it. */
export const evaluated = (quantities: readonly Quantity[], wide: boolean): readonly Ours[] =>
  quantities.map((quantity) => {
    const eager = quantity.eager(...quantity.inputs);
    const jitted = quantity.jitted(...quantity.inputs);
    return { name: quantity.name, eager, jitted, tolerances: tolerances(quantity, jitted, wide) };
  });

/** Our results against JAX's. */
export function judge(
  ours: readonly Ours[],
  theirs: Answer,
): Pick<Verdict, "differences" | "compared" | "nonFinite"> {
  if (theirs.error !== undefined) {
    return { differences: [`JAX raises ${theirs.error}`], compared: 0, nonFinite: false };
  }
  const differences: string[] = [];
  let compared = 0;
  for (const { name, tolerances: allowed, ...results } of ours) {
    const expected = theirs[name] ?? [];
    for (const mode of ["eager", "jitted"] as const) {
      if (expected.length !== results[mode].length) {
        differences.push(`${name}, ${mode}: ${results[mode].length} results, JAX ${expected.length}`);
        continue;
      }
      results[mode].forEach((result, i) => {
        compared++;
        const found = difference(result, expected[i], allowed[i]);
        if (found !== null) differences.push(`${name}, ${mode}: result ${i} ${found}`);
      });
    }
  }
  const floats = ours.flatMap(({ jitted }) => jitted).filter(({ dtype }) => isFloat(dtype));
  return { differences, compared, nonFinite: floats.some((x) => !x.dataSync().every(Number.isFinite)) };
}
