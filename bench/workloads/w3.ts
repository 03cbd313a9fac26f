/** W3: value and gradient of a classifier's loss. */
import { jit, type NDArray, nn, numpy as np, valueAndGrad } from "cotangent";
import { images, labels } from "./data.js";
import { arraysOf, sumOfSquares } from "./energy.js";
import type { Run, Sizes } from "./workload.js";

export function w3(target: string, { batch, inputs, hidden, classes }: Sizes): Run {
  const sizes = [inputs, hidden, hidden, classes];
  const network = nn.mlp(sizes, { activation: nn.relu });
  const crossEntropy = (params: nn.DenseParams[], x: NDArray, y: NDArray): NDArray =>
    nn.logSoftmax(network.apply(params, x)).mul(nn.oneHot(y, classes)).sum().div(-batch);
  const f = jit(valueAndGrad(crossEntropy), { target });
  const params = arraysOf(sizes);
  const x = np.array(images(batch, inputs)).reshape([batch, inputs]);
  const y = np.array(labels(batch, classes));
  const call = () => {
    const [loss, gradient] = f(params, x, y);
    const arrays = gradient.flatMap(({ w, b }) => [w, b]);
    for (const array of arrays) array.dataSync();
    return { loss: Number(loss.item()), arrays };
  };
  return {
    call,
    answers: () => {
      const { loss, arrays } = call();
      return { loss, gradient: sumOfSquares(arrays) };
    },
    codeBytes: () => f.lower(params, x, y).codeBytes,
  };
}
