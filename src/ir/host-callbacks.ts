/** Functions of the host that programs may call in order (debugPrint), by number. */
import type { TypedArray } from "./dtype.js";
import { InternalError } from "./errors.js";

type Callback = (operands: readonly TypedArray[]) => void;

const callbacks: Callback[] = [];
const numbers = new Map<string, number>();

/** The number of the callback for `key`, made on first use: one an output format, so that they do not pile up. */
export function registerHostCallback(key: string, make: () => Callback): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = callbacks.length;
    callbacks.push(make());
    numbers.set(key, number);
  }
  return number;
}

/** What a Host statement runs. */
export function callHost(number: number, operands: readonly TypedArray[]): void {
  const callback = callbacks[number];
  if (callback === undefined) throw new InternalError(`no host callback ${number}`);
  callback(operands);
}
