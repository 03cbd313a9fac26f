/** What a mistake is answered with: the title says which mistake, then the call, the error's class and its whole message. */
export type Row = readonly [title: string, run: () => unknown, kind: string, message: string];

/** Hides a mistake that the compiler would refuse, so that what it does at run time can be seen. */
export const unchecked = (value: unknown): never => value as never; // wrong on purpose
