import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planBuffers } from "../../src/compiler/buffers.js";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import * as ir from "../../src/ir/expr.js";
import type { Block, Buffer, Program, Stmt } from "../../src/ir/loop-ir.js";
import { generator, randomProgram } from "./random-program.js";

const programOf = (write: (b: BlockBuilder) => void): Program => {
  const b = new BlockBuilder();
  write(b);
  return { parameters: [], inputs: [], outputs: [], constants: [], functions: [], body: b.finish() };
};

const touch = (b: BlockBuilder, buffer: Buffer): void => b.store(buffer, ir.i32(0), ir.f32(1));

describe("places", () => {
  test("temps of blocks that follow each other share memory; temps that live together do not", () => {
    const program = programOf((b) => {
      const outer = b.temp("float32", 5);
      touch(b, outer);
      for (let i = 0; i < 3; i++) b.block("", (body) => touch(body, body.temp("float64", 4)));
      touch(b, outer);
    });
    const { offsets, scratchBytes } = planBuffers(program);
    expect([...offsets.values()]).toEqual([0, 32, 32, 32]);
    expect(scratchBytes).toBe(64);
  });

  test("a temp lives from its first to its last mention, and one never mentioned takes no room", () => {
    const program = programOf((b) => {
      const [x, y, unused] = [b.temp("int32", 4), b.temp("int32", 4), b.temp("int32", 400)];
      expect(unused.role).toBe("temp");
      b.store(x, ir.i32(0), ir.i32(1));
      b.store(y, ir.i32(0), ir.i32(1));
    });
    expect(planBuffers(program).scratchBytes).toBe(16);
  });

  test("temps that a while's test reads outlive the statements before it", () => {
    const program = programOf((b) => {
      b.while(
        (before) => {
          const [flag, other] = [before.temp("bool", 1), before.temp("bool", 1)];
          before.store(flag, ir.i32(0), ir.bool(false));
          before.store(other, ir.i32(0), ir.bool(true));
          return ir.load(flag, ir.i32(0));
        },
        () => {},
      );
    });
    expect([...planBuffers(program).offsets.values()]).toEqual([0, 16]);
  });

  test("swapped temps keep both places over all their mentions", () => {
    const program = programOf((b) => {
      const [x, y, z] = [b.temp("float32", 4), b.temp("float32", 4), b.temp("float32", 4)];
      touch(b, x);
      touch(b, z);
      touch(b, y);
      b.push({ kind: "swap", x, y });
      touch(b, x);
    });
    const plan = planBuffers(program);
    expect(new Set(plan.offsets.values()).size).toBe(3);
    expect([...plan.swapped.values()].map((each) => each.length)).toEqual([2]);
  });

  test("swapped temps stay joined when they are swapped back", () => {
    const program = programOf((b) => {
      const [x, y] = [b.temp("float32", 4), b.temp("float32", 4)];
      touch(b, x);
      touch(b, y);
      for (let i = 0; i < 2; i++) b.push({ kind: "swap", x, y });
      touch(b, x);
    });
    const plan = planBuffers(program);
    expect(new Set(plan.offsets.values()).size).toBe(2);
    expect([...plan.swapped.values()].map((each) => each.length)).toEqual([2]);
  });

  test("temps that loops swap with one around them live from the first to the last of these, not longer", () => {
    const program = programOf((b) => {
      touch(b, b.temp("float32", 4));
      b.block("", (around) => {
        const [before, x] = [around.temp("float32", 4), around.temp("float32", 4)];
        touch(around, before);
        for (let i = 0; i < 2; i++) {
          around.serial(3, (body) => {
            const y = body.temp("float32", 4);
            touch(body, y);
            body.push({ kind: "swap", x, y });
          });
        }
      });
    });
    // The first temp's place and the second's serve again.
    expect(planBuffers(program).scratchBytes).toBe(3 * 16);
  });

  test("a function has none, neither in its body nor in a branch", () => {
    const parameter = ir.variable("float32");
    const withTemp = (write: (b: BlockBuilder) => void): Program => {
      const b = new BlockBuilder();
      write(b);
      const own = { id: ir.freshId(), name: "own", parameters: [parameter], body: b.finish() };
      const fn = { ...own, result: parameter, constants: [], calls: [] };
      return { ...programOf(() => {}), functions: [fn] };
    };
    const store = (b: BlockBuilder): void => touch(b, b.temp("float32", 1));
    const refused = /the LoopIR function own has temporary buffers/;
    expect(() => planBuffers(withTemp(store))).toThrow(refused);
    expect(() => planBuffers(withTemp((b) => b.if(ir.bool(true), store)))).toThrow(refused);
  });

  test("a temp whose size is known at run time only is refused", () => {
    const program = programOf((b) => touch(b, b.temp("float32", ir.variable("int32"))));
    expect(() => planBuffers(program)).toThrow(/known at run time only/);
  });
});

/** Temps alive at the same time, by walking the program statement by statement: pairs (inner or same block). */
function livingTogether(
  block: Block,
  around: readonly Buffer[],
  found: (x: Buffer, y: Buffer) => void,
): void {
  const mentionedIn = block.body.map(mentions);
  const lives = block.temps.map((buffer) => {
    const at = mentionedIn.flatMap((each, i) => (each.has(buffer) ? [i] : []));
    return { buffer, first: at[0] ?? -1, last: at.at(-1) ?? -2 };
  });
  block.body.forEach((statement, i) => {
    const here = lives.filter(({ first, last }) => first <= i && i <= last).map(({ buffer }) => buffer);
    const living = [...around, ...here];
    living.forEach((x, j) => {
      for (const y of living.slice(j + 1)) found(x, y);
    });
    for (const nested of blocksOf(statement)) livingTogether(nested, living, found);
  });
}

const blocksOf = (statement: Stmt): readonly Block[] =>
  statement.kind === "block"
    ? [statement]
    : statement.kind === "loop"
      ? [statement.body]
      : statement.kind === "if"
        ? [statement.yes, statement.no]
        : statement.kind === "while"
          ? [statement.before, statement.body]
          : [];

/** Every buffer object below a statement, found without knowing the language. */
function mentions(statement: Stmt): ReadonlySet<unknown> {
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    if (!("role" in node)) for (const [key, child] of Object.entries(node)) if (key !== "temps") visit(child);
  };
  visit(statement);
  return seen;
}

describe("property", () => {
  test("temps that live together never overlap in memory", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, size) => {
        const { program } = randomProgram(seed, size);
        const { offsets, scratchBytes } = planBuffers(program);
        const place = (buffer: Buffer): readonly [number, number] => {
          const begin = offsets.get(buffer) ?? Number.NaN;
          const bytes =
            Number(buffer.size) * (buffer.dtype === "float64" ? 8 : buffer.dtype === "bool" ? 1 : 4);
          return [begin, begin + bytes];
        };
        const faults: unknown[] = [];
        livingTogether(program.body, [], (x, y) => {
          const [xBegin, xEnd] = place(x);
          const [yBegin, yEnd] = place(y);
          const areApart = xEnd <= yBegin || yEnd <= xBegin;
          const areWithin = Math.max(xEnd, yEnd) <= scratchBytes;
          if (!(areApart && areWithin && xBegin % 16 === 0)) faults.push({ x: place(x), y: place(y) });
        });
        expect(faults).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test("so it is for any order of mentions in nested loops, which come round to what they read last turn", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = generator(seed);
        const below = (n: number): number => Math.floor(random() * n);
        const write = (b: BlockBuilder, around: readonly Buffer[], depth: number): void => {
          const temps = [...around, ...Array.from({ length: 3 }, () => b.temp("float32", 1 + below(40)))];
          for (let i = 0; i < 6; i++) {
            if (depth > 0 && random() < 0.4) b.serial(3, (body) => write(body, temps, depth - 1));
            else touch(b, temps[below(temps.length)]);
          }
        };
        const program = programOf((b) => write(b, [], 3));
        const { offsets } = planBuffers(program);
        const faults: unknown[] = [];
        livingTogether(program.body, [], (x, y) => {
          const [low, high] = (offsets.get(x) ?? 0) < (offsets.get(y) ?? 0) ? [x, y] : [y, x];
          const end = (offsets.get(low) ?? 0) + Number(low.size) * 4;
          if (!(end <= (offsets.get(high) ?? 0))) faults.push({ low, high, end });
        });
        expect(faults).toEqual([]);
      }),
    );
  });
});
