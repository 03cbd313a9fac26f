/**
 * A program under construction. Every step runs at once on sample values, which gives its shape and dtype; rows of the
 * vocabulary state the interval in which its elements lie at any inputs, so that later ones can be led into their domains.
 */
import type { DType, NDArray } from "cotangent";
import { leavesOfCall } from "./interpret.js";
import type { Expression, FunctionProgram, Step } from "./program.js";
import type { Choices } from "./random-choices.js";
import { dtypeOf, type Interval, isFloat, type Kind, sampleOf, type Value } from "./values.js";

/** How large values are, and how odd; and how much control flow there is. */
export interface Style {
  /** The largest number of elements that rows aim at. */
  readonly sizeLimit: number;
  readonly maxRank: number;
  readonly sizes: readonly number[];
  /** The sizes of every fiftieth shape, some of them empty. */
  readonly otherSizes: readonly number[];
  /** How much more often than usual rows of control flow and of transformations are drawn. */
  readonly nesting: number;
}

/** `odd`: empty axes, up to five of them, and sizes about those of lanes and tiles; `large` passes blocks of 4,096. */
export const styles = {
  plain: { sizeLimit: 36, maxRank: 3, sizes: [1, 2, 2, 3, 3, 4], otherSizes: [0, 1, 2], nesting: 1 },
  odd: {
    sizeLimit: 600,
    maxRank: 5,
    sizes: [1, 3, 4, 5, 15, 16, 17, 31, 33, 127, 129],
    otherSizes: [0, 1, 2, 5],
    nesting: 1,
  },
  large: {
    sizeLimit: 9000,
    maxRank: 2,
    sizes: [1, 65, 129, 4096, 4097, 8192],
    otherSizes: [0],
    nesting: 0.5,
  },
  deep: { sizeLimit: 36, maxRank: 3, sizes: [1, 2, 2, 3, 3, 4], otherSizes: [0, 1, 2], nesting: 5 },
} as const satisfies Readonly<Record<string, Style>>;

export type StyleName = keyof typeof styles;

/** What all functions of one program share. */
export interface Root {
  readonly choices: Choices;
  readonly wide: boolean;
  readonly style: Style;
  readonly inputs: Value[];
  nextId: number;
  /** Appends that many random calls. */
  readonly grow: (draft: Draft, count: number) => void;
}

/** What a function's steps must have, since a transformation around it asks for it. */
export interface Demands {
  /** A derivative in forward mode, and one in reverse mode. */
  readonly forward: boolean;
  readonly reverse: boolean;
  /** Whether it must not use values of the program around it. */
  readonly sealed: boolean;
}

/** Thrown by a row that does not fit here: another one is tried. */
export class NoFit extends Error {}

export class Draft {
  readonly steps: Step[] = [];
  private readonly parameters: Value[] = [];
  private own: Value[] = [];
  private readonly samples: Map<number, NDArray>;

  constructor(
    readonly root: Root,
    readonly demands: Demands,
    private readonly outer: Draft | null = null,
  ) {
    this.samples = new Map(outer === null || demands.sealed ? [] : outer.samples);
  }

  get choices(): Choices {
    return this.root.choices;
  }

  get floatType(): "float32" | "float64" {
    return this.root.wide ? "float64" : "float32";
  }

  /** How many functions it is inside of. */
  get depth(): number {
    return this.outer === null ? 0 : this.outer.depth + 1;
  }

  private get isSealed(): boolean {
    return this.demands.sealed || (this.outer?.isSealed ?? false);
  }

  // values -----------------------------------------------------------------------------------------------------------

  /** Those around it that it may close over, then its own: the latest last. */
  get visible(): readonly Value[] {
    if (this.outer === null || this.demands.sealed) return this.own;
    return [...this.outer.visible, ...this.own];
  }

  /** The value at the sample inputs. */
  sampleOf({ id }: Value): NDArray {
    const sample = this.samples.get(id);
    if (sample === undefined) throw new Error(`v${id} has no sample`);
    return sample;
  }

  /** A new input of the whole program; in a function that is sealed, a constant. */
  newInput(kind: Kind, shape: readonly number[], interval: Interval): Value {
    const dtype = dtypeOf(kind, this.floatType);
    if (this.isSealed) return this.newConstant(dtype, shape, interval);
    const value: Value = { id: this.root.nextId++, shape, dtype, interval };
    this.root.inputs.push(value);
    this.declare(value, sampleOf(value, this.choices));
    return value;
  }

  /** Inputs belong to the outermost draft, and are known in all between. */
  private declare(value: Value, sample: NDArray): void {
    this.samples.set(value.id, sample);
    if (this.outer === null) this.own.push(value);
    else this.outer.declare(value, sample);
  }

  private newConstant(dtype: DType, shape: readonly number[], interval: Interval): Value {
    const middle = (interval[0] + interval[1]) / 2;
    // A multiple of 1/64: the same in float32.
    const value = isFloat(dtype)
      ? Math.round((middle + (interval[1] - interval[0]) * 0.137) * 64) / 64
      : Math.ceil(middle);
    return this.step("numpy.full", [[...shape], value, { options: { dtype } }], interval);
  }

  /** A parameter of this function. */
  newParameter({ shape, dtype, interval }: Omit<Value, "id">): Value {
    const value: Value = { id: this.root.nextId++, shape, dtype, interval };
    this.parameters.push(value);
    this.own.push(value);
    this.samples.set(value.id, sampleOf(value, this.choices));
    return value;
  }

  // steps ------------------------------------------------------------------------------------------------------------

  /** Appends a call with one result. */
  step(call: string, args: readonly Expression[], interval?: Interval): Value {
    const results = this.stepMany(call, args, interval === undefined ? [] : [interval]);
    if (results.length !== 1) throw new Error(`${call} has ${results.length} results`);
    return results[0];
  }

  /** Appends a call. Results beyond the intervals given may lie anywhere. */
  stepMany(call: string, args: readonly Expression[], intervals: readonly Interval[] = []): Value[] {
    const results = leavesOfCall(call, args, this.samples);
    if (results.some((x) => x.size > 4 * this.root.style.sizeLimit)) throw new NoFit(`${call}: too large`);
    const values = results.map(({ shape, dtype }, i): Value => {
      return { id: this.root.nextId++, shape, dtype, interval: intervals[i] ?? [-Infinity, Infinity] };
    });
    this.steps.push({ ids: values.map(({ id }) => id), call, args });
    values.forEach((value, i) => {
      this.samples.set(value.id, results[i]);
    });
    this.own.push(...values);
    return values;
  }

  /** Lets a row append; what it appended is taken back if it turns out not to fit. */
  attempt(row: (draft: Draft) => void): boolean {
    const count = this.steps.length;
    try {
      row(this);
      return this.steps.length > count;
    } catch (error) {
      if (!(error instanceof NoFit)) throw error;
      const dropped = new Set(this.steps.splice(count).flatMap(({ ids }) => ids));
      this.own = this.own.filter(({ id }) => !dropped.has(id));
      return false;
    }
  }

  /** A function inside this program. */
  inner(demands: Partial<Demands> = {}): Draft {
    return new Draft(this.root, { ...this.demands, sealed: false, ...demands }, this);
  }

  finish(result: Expression): FunctionProgram {
    return { parameters: this.parameters.map(({ id }) => id), steps: this.steps, result };
  }

  /** The results that no step uses. */
  unused(): Value[] {
    const text = JSON.stringify(this.steps);
    const results = new Set(this.steps.flatMap(({ ids }) => ids));
    return this.own.filter(({ id }) => results.has(id) && !text.includes(`{"ref":${id}}`));
  }
}
