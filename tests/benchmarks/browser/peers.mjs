// The rows of steps.py in TF.js and jax-js, on WebGPU, in the page. A step is done when its scalar is
// on the CPU. `globalThis.peers` holds, by name, functions that open one: row → step.
const numbers = (count, seed) => {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
};
const line = (count) => Float32Array.from({ length: count }, (_, k) => -3 + (6 * k) / (count - 1));
const small = (count, seed) => numbers(count, seed).map((x) => 0.1 * x);
const labels = (count) => Int32Array.from({ length: count }, (_, k) => k % 10);
const ELEMENTS = 1_000_000;

async function tensorflow() {
  for (const part of ["core/dist/tf-core", "backend-cpu/dist/tf-backend-cpu", "backend-webgpu/dist/tf-backend-webgpu"]) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `/peers/@tensorflow/tfjs-${part}.min.js`, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  await import("/made/gradients.js");
  const tf = globalThis.tf;
  await tf.setBackend("webgpu");
  await tf.ready();
  const read = async (y) => {
    const [value] = await y.data();
    y.dispose();
    return value;
  };
  const f = (x) => tf.sum(tf.sigmoid(tf.add(tf.mul(tf.tanh(x), 2), 1)));
  const loss = (logits, count) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(labels(count), "int32"), 10), logits);
  const trained = (variables, forward) => {
    const descent = tf.train.sgd(0.1);
    return async () => read(descent.minimize(forward, true, variables));
  };
  return {
    elementwise: () => {
      const x = tf.tensor1d(line(ELEMENTS));
      return async () => read(tf.tidy(() => f(x)));
    },
    "elementwise gradient": () => {
      const x = tf.tensor1d(line(ELEMENTS));
      const gradient = tf.grad(f);
      return async () => read(tf.tidy(() => tf.sum(gradient(x))));
    },
    mlp: () => {
      const x = tf.tensor2d(numbers(128 * 784, 1), [128, 784]);
      const w1 = tf.variable(tf.tensor2d(small(784 * 128, 2), [784, 128])), b1 = tf.variable(tf.zeros([128]));
      const w2 = tf.variable(tf.tensor2d(small(1280, 3), [128, 10])), b2 = tf.variable(tf.zeros([10]));
      return trained([w1, b1, w2, b2], () => loss(tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(x, w1), b1)), w2), b2), 128));
    },
    cnn: () => {
      const x = tf.tensor4d(numbers(64 * 784, 1), [64, 28, 28, 1]);
      const k1 = tf.variable(tf.tensor4d(small(72, 2), [3, 3, 1, 8])), k2 = tf.variable(tf.tensor4d(small(1152, 3), [3, 3, 8, 16]));
      const w = tf.variable(tf.tensor2d(small(7840, 4), [784, 10])), b = tf.variable(tf.zeros([10]));
      return trained([k1, k2, w, b], () => {
        let y = tf.maxPool(tf.relu(tf.conv2d(x, k1, 1, "same")), 2, 2, "valid");
        y = tf.maxPool(tf.relu(tf.conv2d(y, k2, 1, "same")), 2, 2, "valid");
        return loss(tf.add(tf.matMul(tf.reshape(y, [64, 784]), w), b), 64);
      });
    },
  };
}

/** jax-js consumes what it is given; `.ref` keeps a value for another use. */
async function jax(compiled) {
  const { numpy: np, nn, init, defaultDevice, grad, jit, valueAndGrad } = await import("/peers/@jax-js/jax/dist/index.js");
  await init("webgpu");
  defaultDevice("webgpu");
  const made = (f) => (compiled ? jit(f) : f);
  const read = async (y) => (await y.data())[0];
  const f = (x) => np.sum(nn.sigmoid(np.tanh(x).mul(2).add(1)));
  const hot = (count) => {
    const rows = new Float32Array(count * 10);
    labels(count).forEach((label, k) => { rows[10 * k + label] = 1; });
    return np.array(rows).reshape([count, 10]);
  };
  return {
    elementwise: () => {
      const x = np.array(line(ELEMENTS)), step = made(f);
      return async () => read(step(x.ref));
    },
    "elementwise gradient": () => {
      const x = np.array(line(ELEMENTS)), step = made((x) => np.sum(grad(f)(x)));
      return async () => read(step(x.ref));
    },
    mlp: () => {
      const x = np.array(numbers(128 * 784, 1)).reshape([128, 784]), y = hot(128);
      let p = [
        np.array(small(784 * 128, 2)).reshape([784, 128]), np.zeros([128]),
        np.array(small(1280, 3)).reshape([128, 10]), np.zeros([10]),
      ];
      const loss = ([w1, b1, w2, b2], x, y) => {
        const logits = np.matmul(nn.relu(np.matmul(x, w1).add(b1)), w2).add(b2);
        return np.mean(np.sum(nn.logSoftmax(logits).mul(y), -1)).mul(-1);
      };
      const step = made((p, x, y) => {
        const [value, gradients] = valueAndGrad(loss)(p.map((v) => v.ref), x, y);
        return [value, p.map((v, k) => v.sub(gradients[k].mul(0.1)))];
      });
      return async () => {
        const [value, next] = step(p, x.ref, y.ref);
        p = next;
        return read(value);
      };
    },
  };
}

globalThis.peers = { "TF.js": tensorflow, "jax-js": () => jax(false), "jax-js jit": () => jax(true) };
