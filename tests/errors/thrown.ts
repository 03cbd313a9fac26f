/** What a call throws; an error of this file when it throws nothing. */
export function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
    return new Error(`threw ${typeof error}, not an Error`);
  }
  return new Error("threw nothing");
}
