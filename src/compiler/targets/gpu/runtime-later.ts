/** In place of runtime-now.ts where a page is built: what the target "gpu" runs on is loaded when it is first used. */
export {};
