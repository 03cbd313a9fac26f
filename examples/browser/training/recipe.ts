/** From the page's settings to the recipe and the keys of a run: those of `npm start` with the same settings, to the bit. */
import { type Recipe, recipes } from "../../train/recipes.js";
import { ladder, type Settings } from "../model/settings.js";

export const recipeOf = (settings: Omit<Settings, "source">): Recipe => ({
  ...recipes.default,
  hidden: settings.hidden,
  hops: settings.hops,
  langevinSteps: settings.langevinSteps,
  firstStep: settings.stepSize,
  lastStep: settings.stepSize / ladder,
  iterations: settings.iterations,
  learningRate: settings.learningRate,
});
