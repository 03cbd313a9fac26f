/** Every cell of the matrix on js. */
import { testTarget } from "./target.js";

testTarget("js");
