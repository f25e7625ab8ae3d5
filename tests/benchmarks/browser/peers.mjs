// The rows of steps.py in TF.js, jax-js and borch, on WebGPU, and in the first two on the CPU, by their
// kernels of WebAssembly; a page has those of one device, because both libraries compute on one at a time.
// A step is done when its scalar is on the CPU. `globalThis.peers` and `globalThis.cpuPeers` hold, by name,
// functions that open one: row → step.
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
/** The sides of the square products, and the place of a row's name in them. */
const SIDES = [64, 128, 256, 512, 1024];
const products = (make) => Object.fromEntries(SIDES.map((side) => [`matmul ${side}`, () => make(side)]));

async function tensorflow(device) {
  for (const part of ["core/dist/tf-core", "backend-cpu/dist/tf-backend-cpu", `backend-${device}/dist/tf-backend-${device}`]) {
    await new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `/peers/@tensorflow/tfjs-${part}.min.js`, onload: resolve, onerror: reject });
      document.head.append(script);
    });
  }
  await import("/made/gradients.js");
  const tf = globalThis.tf;
  if (device === "wasm") tf.wasm.setWasmPaths("/peers/@tensorflow/tfjs-backend-wasm/dist/");
  await tf.setBackend(device);
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
    ...products((side) => {
      const [a, b] = [1, 2].map((seed) => tf.tensor2d(numbers(side * side, seed), [side, side]));
      return async () => read(tf.tidy(() => tf.slice(tf.matMul(a, b), [side - 1, side - 1], [1, 1])));
    }),
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
async function jax(compiled, device) {
  const { numpy: np, nn, lax, init, defaultDevice, grad, jit, valueAndGrad } = await import("/peers/@jax-js/jax/dist/index.js");
  await init(device);
  defaultDevice(device);
  const made = (f) => (compiled ? jit(f) : f);
  const read = async (y) => (await y.data())[0];
  const f = (x) => np.sum(nn.sigmoid(np.tanh(x).mul(2).add(1)));
  const hot = (count) => {
    const rows = new Float32Array(count * 10);
    labels(count).forEach((label, k) => { rows[10 * k + label] = 1; });
    return np.array(rows).reshape([count, 10]);
  };
  const pool = (x, n, c, side) => np.max(np.max(x.reshape([n, c, side, 2, side, 2]), 5), 3);
  const descent = (x, start, forward, count) => {
    let p = start;
    const y = hot(count);
    const loss = (p, x, y) => np.mean(np.sum(nn.logSoftmax(forward(p, x)).mul(y), -1)).mul(-1);
    const step = made((p, x, y) => {
      const [value, gradients] = valueAndGrad(loss)(p.map((v) => v.ref), x, y);
      return [value, p.map((v, k) => v.sub(gradients[k].mul(0.1)))];
    });
    return async () => {
      const [value, next] = step(p, x.ref, y.ref);
      p = next;
      return read(value);
    };
  };
  return {
    ...products((side) => {
      const [a, b] = [1, 2].map((seed) => np.array(numbers(side * side, seed)).reshape([side, side]));
      const step = made((x, w) => np.matmul(x, w));
      return async () => (await step(a.ref, b.ref).data()).at(-1);
    }),
    elementwise: () => {
      const x = np.array(line(ELEMENTS)), step = made(f);
      return async () => read(step(x.ref));
    },
    "elementwise gradient": () => {
      const x = np.array(line(ELEMENTS)), step = made((x) => np.sum(grad(f)(x)));
      return async () => read(step(x.ref));
    },
    mlp: () => descent(np.array(numbers(128 * 784, 1)).reshape([128, 784]), [
      np.array(small(784 * 128, 2)).reshape([784, 128]), np.zeros([128]),
      np.array(small(1280, 3)).reshape([128, 10]), np.zeros([10]),
    ], ([w1, b1, w2, b2], x) => np.matmul(nn.relu(np.matmul(x, w1).add(b1)), w2).add(b2), 128),
    // its convolution takes channels first; the dense layer's rows are put in that order too
    cnn: () => descent(np.array(numbers(64 * 784, 1)).reshape([64, 1, 28, 28]), [
      np.array(first(small(72, 2), 1, 8)).reshape([8, 1, 3, 3]),
      np.array(first(small(1152, 3), 8, 16)).reshape([16, 8, 3, 3]),
      np.array(denseFirst(small(7840, 4))).reshape([784, 10]), np.zeros([10]),
    ], ([k1, k2, w, b], x) => {
      let y = pool(nn.relu(lax.convGeneralDilated(x, k1, [1, 1], "SAME")), 64, 8, 14);
      y = pool(nn.relu(lax.convGeneralDilated(y, k2, [1, 1], "SAME")), 64, 16, 7);
      return np.matmul(y.reshape([64, 784]), w).add(b);
    }, 64),
  };
}

/** Filters of (3, 3, in, out) as (out, in, 3, 3). */
function first(filters, inputs, outputs) {
  const turned = new Float32Array(filters.length);
  for (let at = 0; at < 9; at++) for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++)
    turned[(o * inputs + i) * 9 + at] = filters[(at * inputs + i) * outputs + o];
  return turned;
}

/** The dense layer's rows, of (7, 7, 16), as of (16, 7, 7). */
function denseFirst(rows) {
  const turned = new Float32Array(rows.length);
  for (let at = 0; at < 49; at++) for (let c = 0; c < 16; c++)
    turned.set(rows.subarray((at * 16 + c) * 10, (at * 16 + c) * 10 + 10), (c * 49 + at) * 10);
  return turned;
}

/** borch: the engine inside the PyPI package pyborch, without the Python on top of it. */
async function borch() {
  const borch = await import("/borch/_borch.js");
  const device = await borch.init({ allowSoftware: true });
  const { Tensor } = borch;
  const leaf = (values, shape) => Tensor.from(values, shape, { requiresGrad: true });
  const read = async (y) => (await y.toArray())[0];
  const [one, two] = [1, 2].map((value) => Tensor.full([], value));
  const f = (x) => x.tanh().mul(two).add(one).sigmoid().sum();
  const descent = (x, parameters, forward, count) => {
    const classes = Tensor.from(Float32Array.from(labels(count)), [count], { dtype: "int64" });
    const optimizer = new borch.optim.SGD(parameters, 0.1);
    return () => borch.scope(async () => {
      optimizer.zeroGrad();
      const loss = forward(x).crossEntropy(classes);
      loss.backward();
      optimizer.step();
      return read(loss);
    });
  };
  return {
    elementwise: () => {
      const x = Tensor.from(line(ELEMENTS), [ELEMENTS]);
      return () => borch.scope(async () => read(f(x)));
    },
    "elementwise gradient": () => {
      const x = leaf(line(ELEMENTS), [ELEMENTS]);
      return () => borch.scope(async () => {
        x.grad = null;
        f(x).backward();
        return read(x.grad.sum());
      });
    },
    mlp: () => {
      const x = Tensor.from(numbers(128 * 784, 1), [128, 784]);
      const p = [
        leaf(small(784 * 128, 2), [784, 128]), leaf(new Float32Array(128), [128]),
        leaf(small(1280, 3), [128, 10]), leaf(new Float32Array(10), [10]),
      ];
      return descent(x, p, (x) => x.matmul(p[0]).add(p[1]).relu().matmul(p[2]).add(p[3]), 128);
    },
    // no CNN: its first step had not ended after 100 seconds on SwiftShader
  };
}

globalThis.peers = {
  "TF.js": () => tensorflow("webgpu"), "jax-js": () => jax(false, "webgpu"),
  "jax-js jit": () => jax(true, "webgpu"), "borch": borch,
};
globalThis.cpuPeers = {
  "TF.js wasm": () => tensorflow("wasm"), "jax-js wasm": () => jax(false, "wasm"),
  "jax-js wasm jit": () => jax(true, "wasm"),
};
