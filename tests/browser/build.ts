/** Builds the page once, before all tests of it. */
import { fileURLToPath } from "node:url";
import { buildDemo } from "../../scripts/demo-build.js";
import { demoFolder } from "../../scripts/demo-server.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

export const setup = async (): Promise<void> => {
  await buildDemo(root, demoFolder(root));
};
