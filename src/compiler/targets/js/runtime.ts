/**
 * What generated text may call. The functions are those that the interpreter calls, so that the two cannot disagree;
 * the text names the ones it uses at its head.
 */
import { fma32, fma64 } from "../../../ir/fma.js";
import {
  divideInt32,
  divideUint32,
  float32Bits,
  float32FromBits,
  fromWords,
  highWord,
  lowWord,
  mulHighInt32,
  mulHighUint32,
  popcount,
  remainderInt32,
  remainderUint32,
  roundTiesToEven,
  saturateInt32,
  saturateUint32,
  shiftLeft,
  shiftRightInt32,
  shiftRightUint32,
} from "../../../ir/scalar.js";

export const runtime = {
  divideInt32,
  divideUint32,
  float32Bits,
  float32FromBits,
  fma32,
  fma64,
  fromWords,
  highWord,
  lowWord,
  mulHighInt32,
  mulHighUint32,
  popcount,
  remainderInt32,
  remainderUint32,
  roundTiesToEven,
  saturateInt32,
  saturateUint32,
  shiftLeft,
  shiftRightInt32,
  shiftRightUint32,
} as const;

export type RuntimeName = keyof typeof runtime;
