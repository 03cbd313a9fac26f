/** Points as the text of a CSV file. */
import { NDArray, showNumber } from "../../autodiff/array.js";
import { checkList, checkString } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ShapeError } from "../../ir/errors.js";

/**
 * A header of names and one row a point, each line ended by \n: f[n, d] -> text. Numbers are the shortest decimals that read
 * back as the same number of their dtype; a name is quoted where it must be.
 *
 * Law: decodeTable of its rows gives these names and numbers, if one of the names is a word: neither a number nor NA.
 *
 * @throws ShapeError unless the points are [n, d] and there are d names
 * @example encodePoints(["x", "y"], np.array([[0.5, -1]])) // "x,y\n0.5,-1\n"
 * Source: RFC 4180.
 */
export function encodePoints(names: readonly string[], points: NDArray): string {
  checkList("ebm.encodePoints", "the names", names, "strings");
  for (const name of names) checkString("ebm.encodePoints", "a name", name);
  if (!(points instanceof NDArray) || points.ndim !== 2 || points.shape[1] !== names.length) {
    throw new ShapeError(
      `ebm.encodePoints: ${names.length} names are for points [n, ${names.length}], got ${describe(points)}`,
    );
  }
  const [n, d] = points.shape;
  const values = points.dataSync();
  const { dtype } = points;
  const lines = [names.map(quoted).join(",")];
  for (let row = 0; row < n; row++) {
    let line = "";
    for (let i = 0; i < d; i++) line += (i === 0 ? "" : ",") + showNumber(values[row * d + i], dtype);
    lines.push(line);
  }
  return `${lines.join("\n")}\n`;
}

/** Quoted where a reader would otherwise see something else: separators, quotes, line ends, outer spaces. */
const quoted = (name: string): string =>
  /[",;\t\r\n|]|^\s|\s$|^$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
