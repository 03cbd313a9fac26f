/** What can be wrong with the bytes of a safetensors file. */
import { checkChoice } from "../../ir/arguments.js";
import { quoted } from "../one-line.js";

/** Offsets count bytes of the data, which begin after the header; positions count characters of the header. */
export type SafetensorsFault =
  | { readonly kind: "tooShort"; readonly found: number }
  | { readonly kind: "headerTooLong"; readonly length: number }
  | { readonly kind: "headerCut"; readonly length: number; readonly found: number }
  | { readonly kind: "headerNoText" }
  | { readonly kind: "headerSyntax"; readonly position: number; readonly expected: string }
  | { readonly kind: "duplicateName"; readonly name: string }
  | { readonly kind: "reservedName"; readonly name: string }
  | { readonly kind: "metadata" }
  | { readonly kind: "entry"; readonly name: string }
  | { readonly kind: "dtype"; readonly name: string; readonly dtype: string }
  | { readonly kind: "shape"; readonly name: string; readonly rank: number }
  | { readonly kind: "tooManyElements"; readonly name: string; readonly shape: readonly number[] }
  | {
      readonly kind: "byteCount";
      readonly name: string;
      readonly dtype: string;
      readonly shape: readonly number[];
      readonly expected: number;
      readonly found: number;
    }
  | { readonly kind: "gap"; readonly name: string; readonly begin: number; readonly expected: number }
  | { readonly kind: "overlap"; readonly name: string; readonly begin: number; readonly expected: number }
  | { readonly kind: "dataLength"; readonly found: number; readonly expected: number }
  | { readonly kind: "boolean"; readonly name: string; readonly index: number; readonly value: number };

/** A kind that is missing does not compile. */
const kinds: Readonly<Record<SafetensorsFault["kind"], true>> = {
  tooShort: true,
  headerTooLong: true,
  headerCut: true,
  headerNoText: true,
  headerSyntax: true,
  duplicateName: true,
  reservedName: true,
  metadata: true,
  entry: true,
  dtype: true,
  shape: true,
  tooManyElements: true,
  byteCount: true,
  gap: true,
  overlap: true,
  dataLength: true,
  boolean: true,
};

/**
 * The fault as one line, for the name of a file to stand before.
 *
 * @throws ArgumentError on what is no fault
 * @example explainSafetensorsFault({ kind: "tooShort", found: 0 }) // "this is no safetensors file: it has 0 bytes, ..."
 */
export function explainSafetensorsFault(fault: SafetensorsFault): string {
  checkChoice("ebm.explainSafetensorsFault", "the kind", Object(fault).kind, Object.keys(kinds));
  switch (fault.kind) {
    case "tooShort":
      return `this is no safetensors file: it has ${fault.found} bytes, and the header's length alone takes 8`;
    case "headerTooLong":
      return (
        `this is no safetensors file: its first 8 bytes give the header ${fault.length} bytes, ` +
        "and at most 100000000 are allowed"
      );
    case "headerCut":
      return `the file is cut short: its header takes ${fault.length} bytes, and ${fault.found} are there`;
    case "headerNoText":
      return "the header is no text in UTF-8: this is no safetensors file, or it is corrupt";
    case "headerSyntax":
      return `the header is corrupt: at character ${fault.position} there should be ${fault.expected}`;
    case "duplicateName":
      return `the header has the name ${showName(fault.name)} twice`;
    case "reservedName":
      return `the header has the name ${showName(fault.name)}, which nothing may have`;
    case "metadata":
      return 'the header\'s "__metadata__" must give strings for names';
    case "entry":
      return `tensor ${showName(fault.name)}: its entry must have a dtype, a shape and data_offsets, and nothing else`;
    case "dtype":
      return `tensor ${showName(fault.name)}: ${explainDType(String(fault.dtype))}`;
    case "shape":
      return `tensor ${showName(fault.name)}: it has ${fault.rank} axes, and arrays have at most 64`;
    case "tooManyElements":
      return `tensor ${showName(fault.name)}: the shape [${fault.shape}] has more than 2^31 - 1 elements`;
    case "byteCount":
      return (
        `tensor ${showName(fault.name)}: ${fault.dtype} of shape [${fault.shape}] takes ${fault.expected} bytes, ` +
        `and its data_offsets give it ${fault.found}`
      );
    case "gap":
      return (
        `tensor ${showName(fault.name)}: its data begin at ${fault.begin}, and what is before ends at ` +
        `${fault.expected}: bytes between belong to nothing`
      );
    case "overlap":
      return (
        `tensor ${showName(fault.name)}: its data begin at ${fault.begin}, and what is before ends only at ` +
        `${fault.expected}: they overlap`
      );
    case "dataLength":
      return fault.found < fault.expected
        ? `the file is cut short: its tensors take ${fault.expected} bytes, and ${fault.found} are there`
        : `the file goes on after its end: its tensors take ${fault.expected} bytes, and ${fault.found} are there`;
    case "boolean":
      return (
        `tensor ${showName(fault.name)}: element ${fault.index} is the byte ${fault.value}, ` +
        "and booleans are 0 or 1"
      );
  }
}

/** Quoted, on one line, and no longer than a glance. */
export const showName = (name: string): string => quoted(String(name), 60);

/** The format's other dtypes, as of its version 0.8. */
const foreignDTypes = /^(BF16|C64|F16|F4|F6_E[23]M[23]|F8_\w+|I16|I64|I8|U16|U64|U8)$/;

const explainDType = (dtype: string): string =>
  foreignDTypes.test(dtype)
    ? `its dtype is ${dtype}; here F32, F64, I32, U32 and BOOL are read: convert it where it was made`
    : `${showName(dtype)} is no dtype of the format`;
