/** The page that in-chromium.ts opens: the same measurements in a browser. */
import { type Stopwatch, stopwatch } from "./timing.js";

declare global {
  /** In the page alone. */
  var pageStopwatch: Stopwatch;
}

globalThis.pageStopwatch = stopwatch;
