/**
 * A program under construction. Rows of the vocabulary ask it for operands of shapes and domains that fit them; every choice is a
 * number taken from a list, so that the same numbers make the same program and smaller numbers a simpler one.
 */
import { add, mul, sub } from "../../autodiff/primitives/arithmetic.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { sin } from "../../autodiff/primitives/trigonometric.js";
import type { Shape } from "../../ir/shape.js";
import { sameShape } from "../../ir/shape.js";
import type { Interval, Node, Program, Ref, Step } from "../program.js";

/** What one operation is made from. */
export interface Gene {
  /** Which row. */
  readonly row: number;
  /** Its choices, in order; 0 where they run out. */
  readonly picks: readonly number[];
  /** The operations of the function that a higher-order row is given. */
  readonly body: readonly Gene[];
}

/** Turns the genes of a body into operations: given from above, since the rows are not known here. */
export type Grow = (draft: Draft, genes: readonly Gene[]) => void;

/** What a row adds, but for its name. */
export type Plan = Omit<Step, "kind" | "row" | "bodies"> & { readonly bodies?: readonly Program[] };

/** A function inside a program: of its parameters, then of what it closes over. */
export interface Body {
  readonly program: Program;
  readonly captured: readonly Ref[];
}

/** Values keep to this where nothing else is asked for. */
export const usual: Interval = [-4, 4];
const inputLimit = 6;

/** How large values are, and how odd. */
export interface ShapeStyle {
  /** The largest number of elements of a value. */
  readonly sizeLimit: number;
  readonly maxRank: number;
  /** The sizes of an input's axes, simple ones first. */
  readonly sizes: readonly number[];
}

/**
 * `small` is quick to differentiate by differences; `odd` has empty axes, up to five of them, and sizes about those of lanes (4) and
 * tiles (16, 32, 128); `large` passes the blocks of 4,096 that sums are made of.
 */
export const shapeStyles = {
  small: { sizeLimit: 36, maxRank: 3, sizes: [2, 3, 1] },
  odd: { sizeLimit: 600, maxRank: 5, sizes: [3, 1, 4, 0, 5, 15, 16, 17, 31, 33, 127, 129] },
  large: { sizeLimit: 9000, maxRank: 2, sizes: [4097, 65, 4096, 1, 129, 8192] },
} as const satisfies Readonly<Record<string, ShapeStyle>>;

export class Draft {
  private readonly nodes: Node[] = [];
  /** Of each value that stands for one of the outer program: which. */
  private readonly captures = new Map<Ref, Ref>();
  private picks: readonly number[] = [];
  private nextPick = 0;
  private genes: readonly Gene[] = [];

  constructor(
    private readonly grow: Grow,
    private readonly outer: Draft | null = null,
    readonly style: ShapeStyle = outer?.style ?? shapeStyles.small,
  ) {}

  // choices ----------------------------------------------------------------------------------------------------------

  /** The choices that the next operation is made from. */
  begin({ picks, body }: Gene): void {
    this.picks = picks;
    this.nextPick = 0;
    this.genes = body;
  }

  /** One of 0 ... n - 1. */
  choose(n: number): number {
    const pick = this.nextPick < this.picks.length ? this.picks[this.nextPick] : 0;
    this.nextPick++;
    return n <= 1 ? 0 : pick % n;
  }

  oneOf<T>(list: readonly T[]): T {
    return list[this.choose(list.length)];
  }

  flag(): boolean {
    return this.choose(2) === 1;
  }

  // values -----------------------------------------------------------------------------------------------------------

  shape(ref: Ref): Shape {
    return this.nodes[ref].shape;
  }

  interval(ref: Ref): Interval {
    return this.nodes[ref].interval;
  }

  /** An earlier value whose shape passes the test, the latest first; or a new input of shape `otherwise()`. */
  value(fits: (shape: Shape) => boolean, otherwise: () => Shape): Ref {
    const found = this.nodes.map((_, i) => i).filter((i) => fits(this.nodes[i].shape));
    const mayAdd = this.inputCount() < inputLimit;
    const pick = this.choose(found.length + (mayAdd || found.length === 0 ? 1 : 0));
    return pick < found.length ? found[found.length - 1 - pick] : this.newInput(otherwise());
  }

  /** Any earlier value; `rank` is the least rank it must have. */
  any(rank = 0): Ref {
    return this.value(
      (shape) => shape.length >= rank,
      () => this.newShape(rank),
    );
  }

  /** The same, but not an empty one. */
  solid(rank = 0): Ref {
    return this.value(
      (shape) => shape.length >= rank && !shape.includes(0),
      () => this.newShape(rank).map((n) => Math.max(n, 1)),
    );
  }

  /** A shape of the style's, of at least `rank` axes. An axis that would be too much has one element. */
  newShape(rank: number): Shape {
    const { maxRank, sizes, sizeLimit } = this.style;
    const length = Math.max(rank, this.choose(maxRank + 1));
    let size = 1;
    return Array.from({ length }, () => {
      const wanted = this.oneOf(sizes);
      if (size * wanted > sizeLimit) return 1;
      size *= Math.max(wanted, 1);
      return wanted;
    });
  }

  /** In a body this is a value of the outer program: the body closes over it. */
  newInput(shape: Shape, interval: Interval = [-1, 1]): Ref {
    if (this.outer !== null) {
      const outer = this.outer.value(
        (other) => sameShape(other, shape),
        () => shape,
      );
      for (const [ref, captured] of this.captures) if (captured === outer) return ref;
      const ref = this.push({ kind: "input", shape, interval: this.outer.interval(outer) });
      this.captures.set(ref, outer);
      return ref;
    }
    return this.push({ kind: "input", shape, interval });
  }

  /** The value itself where it lies in the domain; otherwise led there, smoothly and with slopes up to 1. */
  into(ref: Ref, domain: Interval): Ref {
    const [low, high] = this.interval(ref);
    if (domain[0] <= low && high <= domain[1]) return ref;
    const middle = (domain[0] + domain[1]) / 2;
    const radius = (domain[1] - domain[0]) / 2;
    return this.push({
      kind: "step",
      row: null,
      operands: [ref],
      shape: this.shape(ref),
      interval: domain,
      apply: ([x]) => add(mul(sin(mul(sub(x, middle), 1 / radius)), radius), middle),
      text: ([x]) => `lax.sin(${x}.sub(${middle}).mul(${1 / radius})).mul(${radius}).add(${middle})`,
      bodies: [],
    });
  }

  /** Adds an operation. */
  add(row: string | null, plan: Plan): Ref {
    return this.push({ kind: "step", row, bodies: [], ...plan });
  }

  // functions --------------------------------------------------------------------------------------------------------

  /**
   * A function of values with these shapes, made from this operation's own genes, whose last value is the result: of the
   * first parameter's shape and within [-1.5, 1.5] if `keepsType`, and dependent on the first parameter then. Of several
   * functions each takes its part of the genes: `[k, n]`.
   */
  body(
    parameters: readonly (readonly [Shape, Interval])[],
    keepsType: boolean,
    [k, n]: readonly [number, number] = [0, 1],
  ): Body {
    const draft = new Draft(this.grow, this);
    parameters.forEach(([shape, interval]) => {
      draft.push({ kind: "input", shape, interval });
    });
    this.grow(
      draft,
      this.genes.filter((_, i) => i % n === k),
    );
    draft.begin({ row: 0, picks: [], body: [] });
    if (keepsType || draft.nodes.length === parameters.length) draft.conform();
    // Parameters are the first inputs; what is captured follows in the order in which the body met it.
    return { program: draft.finish([draft.nodes.length - 1]), captured: [...draft.captures.values()] };
  }

  /** Half of the first parameter and the sine of the last value, or of its sum where shapes differ. */
  private conform(): void {
    const last = this.nodes.length - 1;
    const shape = this.shape(0);
    const alike = sameShape(this.shape(last), shape);
    const axes = this.shape(last).map((_, axis) => axis);
    this.add(null, {
      operands: [0, last],
      shape,
      interval: [-1.5, 1.5],
      apply: ([p, x]) => add(mul(sin(p), 0.5), sin(alike ? x : reduceSum(x, axes))),
      text: ([p, x]) => `lax.sin(${p}).mul(0.5).add(lax.sin(${x}${alike ? "" : ".sum()"}))`,
    });
  }

  // the end ----------------------------------------------------------------------------------------------------------

  /** The outputs are given, or all values that no operation uses. */
  finish(outputs: readonly Ref[] | null): Program {
    const used = new Set(this.nodes.flatMap((node) => (node.kind === "step" ? node.operands : [])));
    const unused = this.nodes.map((_, i) => i).filter((i) => !used.has(i));
    return { nodes: this.nodes, outputs: outputs ?? unused };
  }

  private push(node: Node): Ref {
    return this.nodes.push(node) - 1;
  }

  private inputCount(): number {
    return this.outer === null
      ? this.nodes.filter((node) => node.kind === "input").length
      : this.captures.size + 4;
  }
}
