/** What a layer is given as parameters, looked at before it is used: types cannot, where trees are read from files. */
import { NDArray } from "../autodiff/array.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";

/**
 * Throws ArgumentError unless the parameters are an object of arrays with these numbers of axes. One that ends in "?" may be
 * null.
 *
 * @example checkParams("nn.dense", params, { w: 2, "b?": 1 })
 */
export function checkParams(
  operation: string,
  params: unknown,
  axes: Readonly<Record<string, number>>,
): void {
  const isRight = ([key, rank]: readonly [string, number]): boolean => {
    const name = key.replace("?", "");
    const value: unknown = Object.hasOwn(Object(params), name) ? Object(params)[name] : undefined;
    return (value === null && name !== key) || (value instanceof NDArray && value.ndim === rank);
  };
  const wrong = Object.entries(axes).find((entry) => !isRight(entry));
  if (wrong === undefined) return;
  const [key, rank] = wrong;
  const names = Object.keys(axes).map((name) => name.replace("?", ""));
  throw new ArgumentError(
    `${operation}: the parameters are { ${names.join(", ")} } as init(key, inputShape) makes them, ${key.replace("?", "")} ` +
      `an array of ${rank} ${rank === 1 ? "axis" : "axes"}, got ${described(params, key.replace("?", ""))}`,
  );
}

const described = (params: unknown, name: string): string =>
  typeof params === "object" && params !== null && Object.hasOwn(params, name)
    ? describe(Object(params)[name])
    : describe(params);
