/** Which primitives a run applies: counted where they are bound, so that what a program claims to use can be held against it. */
import type { NDArray } from "../autodiff/array.js";
import type { Primitive } from "../autodiff/primitive.js";
import { getCurrentTrace, Trace, withTrace } from "../autodiff/trace.js";

class CountingTrace extends Trace {
  readonly counts = new Map<string, number>();
  constructor(private readonly parent: Trace) {
    super();
  }
  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    this.counts.set(primitive.name, (this.counts.get(primitive.name) ?? 0) + 1);
    return this.parent.process(primitive, operands, params);
  }
}

/** How often `run` applies each primitive, by name; what a loop's body applies counts as the loop. */
export function countBinds(run: () => unknown): ReadonlyMap<string, number> {
  const trace = new CountingTrace(getCurrentTrace());
  withTrace(trace, run);
  return trace.counts;
}
