/** Why a nest has no kernel. It is an answer, not a mistake: the planner catches it and runs the nest on another target. */
export class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export const refuse = (reason: string): never => {
  throw new Refusal(reason);
};
