/** What may come of a call: a value that makes sense, or a refusal in words. All else is a fault. */
import { CoercionError, CotangentError, InternalError, NDArray } from "cotangent";
import { IllConditioned, LawViolation } from "cotangent/testing";
import fc from "fast-check";

/** Functions that return nothing. */
const silent =
  /^(debugNans|debugInfs|debugKeyReuse|setDefaultTarget|checkJaxpr|lax\.debugPrint|disableJit|tree\.map|tree\.mapWithPath|tree\.reduce|testing\..*)$/;

/** NaN from positive finite numbers: outside the domain, over nothing, or read from beyond the end. */
const mayBeNaN =
  /arcsin|arccos|arctanh|asin|acos|atanh|erfInv|take|gather|linalg|method\.take|log|power|pow|std|var_|gamma|zeta|quantile|bitcast|nextafter|ebm|tree\.reduce|disableJit|checkpoint/;

/** The fault in what was thrown; null for a refusal. */
export function faultOfError(error: unknown): string | null {
  if (!(error instanceof Error)) return `threw ${typeof error}`;
  const isRefusal =
    (error instanceof CotangentError && !(error instanceof InternalError)) ||
    [CoercionError, LawViolation, IllConditioned].some((kind) => error instanceof kind);
  if (!isRefusal) return `${error.constructor.name}: ${error.message.slice(0, 200)}`;
  if (error.message.length < 10) return `says only "${error.message}"`;
  if (/\[object \w+\]|\[native code\]|\)=>/.test(error.message))
    return `says "${error.message.slice(0, 200)}"`;
  return null;
}

/** The fault in what came back; null where there is none. `isTame`: all numbers that went in are positive and finite. */
export function faultOfResult(name: string, result: unknown, isTame: boolean): string | null {
  if (result === undefined) return silent.test(name) ? null : "returned undefined";
  return faultOfValue(result, isTame && !mayBeNaN.test(name), 0);
}

function faultOfValue(value: unknown, isTame: boolean, depth: number): string | null {
  if (value instanceof NDArray) return faultOfArray(value, isTame);
  if (typeof value === "number") return isTame && Number.isNaN(value) ? "returned NaN" : null;
  if (value === undefined) return "returned undefined in a tree";
  if (value instanceof fc.Arbitrary) return faultOfArbitrary(value);
  if (typeof value !== "object" || value === null || depth > 3) return null;
  if (value instanceof Promise || ArrayBuffer.isView(value)) return null;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return null;
  for (const part of Object.values(value).slice(0, 20)) {
    const fault = faultOfValue(part, isTame, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

/** What it draws must be as good as any other value. */
function faultOfArbitrary(arbitrary: fc.Arbitrary<unknown>): string | null {
  for (const drawn of fc.sample(arbitrary, { numRuns: 2, seed: 1 })) {
    const fault = faultOfValue(drawn, false, 1);
    if (fault !== null) return `draws what is ${fault}`;
  }
  return null;
}

function faultOfArray(x: NDArray, isTame: boolean): string | null {
  if (!x.shape.every((n) => Number.isInteger(n) && n >= 0)) return `returned an array of shape [${x.shape}]`;
  if (!["float32", "float64", "int32", "uint32", "bool"].includes(x.dtype))
    return `returned a ${x.dtype} array`;
  if (x.size > 2 ** 24) return `returned an array of ${x.size} elements`;
  let values: ArrayLike<number>;
  try {
    values = x.dataSync();
  } catch (error) {
    return faultOfError(error); // a leaked tracer, which was handed in
  }
  if (values.length !== x.size) return `returned ${values.length} values for the shape [${x.shape}]`;
  return isTame && Array.from(values).some(Number.isNaN) ? "returned NaN" : null;
}

/** Whether every number in the arguments is finite and positive, and no array is empty. */
export function isTame(value: unknown, depth = 0): boolean {
  if (depth > 5) return false;
  if (value instanceof NDArray) {
    try {
      const values = Array.from(value.dataSync());
      return values.length > 0 && values.every((n) => Number.isFinite(n) && n > 0);
    } catch {
      return false;
    }
  }
  if (typeof value === "number") return Number.isFinite(value) && value > 0 && value < 1e9;
  if (typeof value === "boolean") return false;
  if (ArrayBuffer.isView(value)) return false;
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value) && value.length === 0) return false;
  return Object.values(value).every((part) => isTame(part, depth + 1));
}
