/** What may stand behind an option, from text: numbers in their ranges, lists, names of files. */
import { InvalidArgumentError } from "commander";

/** More chains or rows at a time than this take gigabytes. */
export const mostRows = 65_536;

export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`give a whole number from ${least} to ${most}.`);
  };
}

export function path(text: string): string {
  if (text !== "" && !text.includes("\0")) return text;
  throw new InvalidArgumentError("give the name of a file or folder.");
}

export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("give a positive number.");
}

export function notNegative(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("give a number from 0 on.");
}

export function share(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("give a number from 0 to 1.");
}

export function widths(text: string): readonly number[] {
  const found = text.split(",").map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : 0));
  if (found.length <= 16 && found.every((width) => width >= 1 && width <= 4096)) return found;
  throw new InvalidArgumentError("give up to 16 widths from 1 to 4096, such as 64,64,64.");
}

export function columnList(text: string): readonly (string | number)[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.every((part) => part !== ""))
    return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  throw new InvalidArgumentError("give names or numbers of columns, such as x,y or 1,3.");
}
