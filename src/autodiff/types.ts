/**
 * How pytrees flow through transformations in the type system: a caller may pass numbers and nested arrays where the
 * user's function declared an NDArray, and gets the user's own types back.
 */
import type { ArrayLike, NDArray } from "./array.js";

type AnyTypedArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array;

/** What a caller may pass where the user's function declared T. */
export type Input<T> = [ArrayLike] extends [T] // idempotent, or jit(vmap(grad(f))) would wrap three times
  ? T
  : T extends NDArray
    ? ArrayLike
    : T extends null | undefined | AnyTypedArray // never map over a typed array's members
      ? T
      : T extends readonly unknown[]
        ? { readonly [K in keyof T]: Input<T[K]> }
        : T extends (...args: never[]) => unknown
          ? T
          : T extends object
            ? { readonly [K in keyof T]: Input<T[K]> }
            : T;

/** Arguments as a caller may pass them. */
export type InputArguments<A extends readonly unknown[]> = { [K in keyof A]: Input<A[K]> };

/**
 * Undoes Input, and keeps the user's own type name where nothing changed: grad(energy)(p, x) is `Params` in hover text.
 * Where something did change all is writable, so that grad(jit(energy))(p, x) is a Params whatever its arrays are.
 */
export type Output<T> =
  Narrow<T> extends infer U // named first: inference through a call in a call's argument ends
    ? [T] extends [U]
      ? [U] extends [T]
        ? T
        : Writable<U>
      : Writable<U>
    : never;

type Writable<T> = T extends NDArray | AnyTypedArray | null | undefined
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: Writable<T[K]> }
    : T;

type Narrow<T> = [ArrayLike] extends [T] // first, and not distributive
  ? NDArray | Extract<T, null | undefined>
  : T extends NDArray | null | undefined
    ? T
    : T extends number | boolean | AnyTypedArray
      ? NDArray
      : T extends readonly unknown[]
        ? { [K in keyof T]: Narrow<T[K]> }
        : T extends object
          ? { [K in keyof T]: Narrow<T[K]> }
          : T;

/** What a transformed function may return: an array, or what converts to one. */
export type ScalarLike = NDArray | number;

/** Positions of arguments: one, or several. */
export type Argnums = number | readonly number[];

/** Names the mistake in an error message; `never` would be assignable to everything and hide it. */
export interface ArgnumOutOfRange<N> {
  readonly "argnums is out of range": N;
}

/** The argument at position N, counted from the end when negative. */
export type ArgumentAt<A extends readonly unknown[], N> = N extends number
  ? number extends N
    ? A[number]
    : `${N}` extends keyof A
      ? A[`${N}` & keyof A]
      : `${N}` extends `-${infer M extends number}`
        ? FromEnd<A, M>
        : ArgnumOutOfRange<N>
  : ArgnumOutOfRange<N>;

type FromEnd<A extends readonly unknown[], M extends number> = A extends readonly [...infer Rest, infer Last]
  ? M extends 1
    ? Last
    : FromEnd<Rest, Decrement<M>>
  : ArgnumOutOfRange<M>;

/** M - 1 for the few arguments a function has. */
type Decrement<M extends number> = [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15][M];

/** The argument, or the tuple of arguments, that argnums picks, as results. */
export type Picked<A extends readonly unknown[], N> = N extends readonly number[]
  ? { -readonly [K in keyof N]: Output<ArgumentAt<A, N[K]>> }
  : Output<ArgumentAt<A, N>>;

/** A tree with every NDArray leaf replaced by a tree of type S: Jacobians. */
export type Replaced<T, S> = [ArrayLike] extends [T]
  ? S
  : T extends NDArray | number | boolean
    ? S
    : T extends null | undefined
      ? T
      : T extends readonly unknown[]
        ? { [K in keyof T]: Replaced<T[K], S> }
        : T extends object
          ? { [K in keyof T]: Replaced<T[K], S> }
          : S;

/** Any function: what transformations that change neither arguments nor results take. */
export type AnyFunction<A extends unknown[] = never[], R = unknown> = (...args: A) => R;
