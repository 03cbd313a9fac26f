/** Notes count exactly what was put in. */
import { random } from "cotangent";
import { preparePoints } from "cotangent/ebm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { normals, rightOf, tableOf } from "./tables.js";

const pool = normals(random.key(7), 400);

/** Distinct places among so many rows. */
const places = (of: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: of - 1 }), { maxLength: most });

test("rows without a number, far rows and copies are counted, with the line of the first", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 150, max: 400 }),
      fc.nat(2 ** 31),
      places(150, 60),
      fc.constantFrom("", "NA", "nan", "Inf"),
      (n, seed, marked, hole) => {
        const [missing, far] = [marked.filter((i) => i % 3 === 0), marked.filter((i) => i % 3 === 1)];
        const copied = pool.slice(150, n).filter((_, i) => (seed >> (i % 31)) & 1 && i % 2 === 0);
        const rows: (string | number)[][] = [...pool.slice(0, n), ...copied];
        for (const i of missing) rows[i] = i % 2 === 0 ? [hole, 1] : [2, "null"];
        for (const i of far) rows[i] = i % 2 === 0 ? [1e6 + i, 0] : [0, -1e6 - i];
        const { notes, points, folds } = rightOf(
          preparePoints(random.key(seed), tableOf(rows), { missing: 1 }),
        );
        const of = rows.length;
        const left = of - missing.length - far.length;
        const expected = [
          ...(missing.length > 0
            ? [{ kind: "missing", count: missing.length, of, line: 1 + Math.min(...missing) }]
            : []),
          ...(far.length > 0
            ? [
                {
                  kind: "outliers",
                  count: far.length,
                  of: of - missing.length,
                  line: 1 + Math.min(...far),
                  units: 8,
                },
              ]
            : []),
          ...(copied.length > 0.05 * left
            ? [{ kind: "repeats", count: copied.length, of: left, isTogether: true }]
            : []),
        ];
        expect(notes.filter(({ kind }) => ["missing", "outliers", "repeats"].includes(kind))).toEqual(
          expected,
        );
        expect(points.shape).toEqual([left, 2]);
        for (const { train, heldOut } of folds) expect(train.shape[0] + heldOut.shape[0]).toBe(left);
      },
    ),
    { numRuns: 12 },
  );
});
