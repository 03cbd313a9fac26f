/** Whoever scores a run while it trains. */
import type { ToJudge } from "../messages.js";

export interface Judge {
  readonly begin: (begin: Extract<ToJudge, { readonly kind: "begin" }>) => void;
  /** Whether a score of parameters is due. */
  readonly isDue: () => boolean;
  /** Asks for the score of these parameters. While another one is computed they wait, and newer ones take their place. */
  readonly judge: (request: Extract<ToJudge, { readonly kind: "judge" }>) => void;
}
