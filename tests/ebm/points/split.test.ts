/** Rows to learn from and rows to test on; repeated rows and lattices. */
import { numpy as np, random } from "cotangent";
import { explainNote, type PreparedPoints, scalingMaps } from "cotangent/ebm";
import { describe, expect, test } from "vitest";
import { nested, normals, prepared, said } from "./tables.js";

const few = normals(random.key(3), 497);
const many = normals(random.key(4), 1000);

/** Every row of both sides in the units of the table, as text, since float32 rounds. */
const sidesOf = ({ folds }: PreparedPoints, digits = 5): { train: string[]; heldOut: string[] }[] =>
  folds.map(({ scaling, train, heldOut }) => {
    const { backward } = scalingMaps(scaling);
    const texts = (points: typeof train): string[] =>
      nested(backward(points)).map((row) => row.map((value) => value.toFixed(digits)).join());
    return { train: texts(train), heldOut: texts(heldOut) };
  });

describe("the split", () => {
  test("holds out a fifth where that is 100 rows", () => {
    const { train, heldOut, folds } = prepared([...few, [0, 0], [1, 0], [0, 1]]);
    expect([train.shape, heldOut?.shape, folds.length]).toEqual([[400, 2], [100, 2], 1]);
    expect(folds[0].heldOut).toBe(heldOut);
  });
  test("has five folds below, of which each row is held out in one, and learns from all rows in the end", () => {
    const all = prepared(few);
    expect([all.train.shape, all.heldOut]).toEqual([[497, 2], null]);
    expect(all.folds.map(({ heldOut }) => heldOut.shape[0])).toEqual([100, 100, 99, 99, 99]);
    const held = sidesOf(all).flatMap((side) => side.heldOut.map((row) => Number(row.split(",")[0])));
    const ascending = (a: number, b: number): number => a - b;
    const all0 = few.map(([x]) => x).sort(ascending);
    for (const [i, x] of held.sort(ascending).entries()) expect(Math.abs(x - all0[i])).toBeLessThan(1e-5);
  });
  test("parts the rows: none is on both sides, and none is lost", () => {
    const [{ train, heldOut }] = sidesOf(prepared(many));
    expect(heldOut.some((row) => train.includes(row))).toBe(false);
    expect(new Set([...train, ...heldOut]).size).toBe(1000);
  });
  test("scales by the rows to learn from alone", () => {
    const { train, heldOut } = prepared(many);
    const mean = (x: typeof train): number => Number(np.abs(x.astype("float64").mean(0)).max().item());
    expect(mean(train)).toBeLessThan(1e-6);
    expect(heldOut === null ? 0 : mean(heldOut)).toBeGreaterThan(1e-3);
    expect(prepared(few).folds.every((part) => mean(part.train) < 1e-6)).toBe(true);
  });
});

describe("rows that repeat", () => {
  const twice = [...many.slice(0, 500), ...many.slice(0, 300)];
  test("are counted, and stay on one side", () => {
    const all = prepared(twice);
    expect(explainNote(all.notes[0])).toBe(
      "300 of 800 rows (37.5%) equal an earlier row: their density has spikes that no energy can follow; " +
        "equal rows stay on one side of the split",
    );
    const [{ train, heldOut }] = sidesOf(all);
    expect(heldOut.some((row) => train.includes(row))).toBe(false);
    expect(heldOut.length).toBe(160);
    for (const part of sidesOf(prepared([...few.slice(0, 200), ...few.slice(0, 200)]))) {
      expect(part.heldOut.some((row) => part.train.includes(row))).toBe(false);
    }
  });
  test("are no matter up to 5%", () => {
    expect(said([...many.slice(0, 950), ...many.slice(0, 50)])[0]).toBe(
      "800 rows to learn from, 200 held out",
    );
    expect(said([...many.slice(0, 949), ...many.slice(0, 51)])[0]).toMatch(/^51 of 1000 rows \(5.1%\)/);
  });
  test("are refused where they are so few values that nothing can be held out", () => {
    const irregular = many.map((_, i) => [Math.E ** (i % 4), Math.PI ** (i % 4)]);
    expect(said(irregular)).toBe(
      "1000 rows have only 4 values between them, which has no density, and nothing is left to test on; " +
        "give points that vary",
    );
  });
});

describe("a lattice", () => {
  const whole = many.map(([x, y]) => [Math.round(3 * x), y]);
  test("that can be seen gets noise of one step's width, and no more", () => {
    const { points, notes } = prepared(whole);
    const distinct = new Set(whole.map(([x]) => x)).size;
    expect(explainNote(notes[0])).toBe(
      `column 1 takes only ${distinct} values, 1 apart: uniform noise of that width was added`,
    );
    const offsets = nested(points).map(([x], i) => x - whole[i][0]);
    expect(Math.max(...offsets)).toBeLessThan(0.5);
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(-0.5);
    // Uniform: mean 0 and variance 1/12, to four standard errors.
    const mean = offsets.reduce((sum, offset) => sum + offset, 0) / 1000;
    const square = offsets.reduce((sum, offset) => sum + offset ** 2, 0) / 1000;
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 12 / 1000));
    expect(Math.abs(square - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / 1000));
    expect(nested(points).map(([, y]) => y)).toEqual(whole.map(([, y]) => y));
  });
  test("that makes rows equal lets them part, once noise has made them differ", () => {
    const dice = many.map(([x, y]) => [Math.round(x), Math.round(y)]);
    const { notes, heldOut } = prepared(dice);
    expect(explainNote(notes[0])).toMatch(
      /^9\d\d of 1000 rows \(9.*%\) equal an earlier row: their density has spikes that no energy can follow$/,
    );
    expect(notes.map(({ kind }) => kind)).toEqual(["repeats", "lattice", "lattice", "split", "standardized"]);
    expect(heldOut?.shape).toEqual([200, 2]);
  });
  test("of decimals has the step that was written", () => {
    const tenths = many.map(([x, y]) => [x, (Math.round(y * 5) / 10).toFixed(1)]);
    expect(said(tenths)[0]).toMatch(/^column 2 takes only \d+ values, 0.1 apart: /);
  });
  test("of decimals that were computed has it too, though 0.1 + 0.2 is not 0.3 to the last bit", () => {
    const computed = many.map(([x, y], i) => [
      x,
      i % 2 === 0 ? Math.round(y * 5) / 10 : Math.round(y * 5) * 0.1,
    ]);
    expect(new Set(computed.map(([, y]) => y)).size).toBeGreaterThan(
      new Set(many.map(([, y]) => Math.round(y * 5))).size,
    );
    expect(said(computed)[0]).toMatch(/^column 2 takes only \d+ values, 0.1 apart: /);
  });
  test("too fine to be seen is left alone, unless whole rows repeat", () => {
    const cents = (rows: readonly number[][]) => rows.map((row) => row.map((value) => value.toFixed(2)));
    expect(said(cents(many))[0]).toBe("800 rows to learn from, 200 held out");
    const sentences = said(cents([...many, ...many]));
    expect(sentences.slice(0, 3)).toEqual([
      expect.stringMatching(/^\d+ of 2000 rows \(5\d.*%\) equal an earlier row/),
      expect.stringMatching(/^column 1 takes only \d+ values, 0.01 apart/),
      expect.stringMatching(/^column 2 takes only \d+ values, 0.01 apart/),
    ]);
  });
  test("whose noise only hides a copy keeps the copies on one side", () => {
    const copies = [...many, ...many].map((row) => row.map((value) => value.toFixed(2)));
    const [{ train, heldOut }] = sidesOf(prepared(copies), 1);
    // Noise is 0.01 wide: a held-out row's copy would be nearly there.
    const all = prepared(copies);
    const { backward } = scalingMaps(all.folds[0].scaling);
    const rounded = (x: typeof all.train): string[] =>
      nested(backward(x)).map((row) => row.map((value) => (Math.round(value * 100) / 100).toFixed(2)).join());
    const learned = new Set(rounded(all.folds[0].train));
    expect(rounded(all.folds[0].heldOut).some((row) => learned.has(row))).toBe(false);
    expect([train.length, heldOut.length]).toEqual([1600, 400]);
  });
  test("is not found among values that lie unevenly, whose spikes are named", () => {
    const zeros = many.map(([x, y], i) => [i % 3 === 0 ? 0 : x, y]);
    expect(said(zeros)[0]).toBe(
      "column 1 is 0 in 334 of 1000 rows: a density has no such spike, and the energy there is as deep as " +
        "training is long",
    );
  });
});
