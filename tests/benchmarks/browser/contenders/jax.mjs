// jax-js, WebGPU backend: eager, and compiled with jit.
export async function open() {
  const jax = await import("/modules/@jax-js/jax/dist/index.js");
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const np = jax.numpy;
  /** A function of two arrays as a job. */
  function job(x, w, compute) {
    let y = null;
    return {
      async run() {
        y?.dispose();
        y = compute(x.ref, w.ref);
        await y.blockUntilReady();
      },
      value: async () => (await y.ref.data()).at(-1),
      close: () => [x, w, y].forEach((t) => t.dispose()),
    };
  }
  return {
    about: "jax-js 0.1.25 webgpu",
    matmul: ({ m, k, n }, [a, b]) => ({
      "": job(np.array(a).reshape([m, k]), np.array(b).reshape([k, n]), (x, w) => np.matmul(x, w)),
    }),
    // its convolution takes channels first
    convolution: ({ n, side, k, c, f }, [a, b]) => {
      const x = np.array(a).reshape([n, side, side, c]), w = np.array(b).reshape([k, k, c, f]);
      const images = np.transpose(x, [0, 3, 1, 2]).add(0), filters = np.transpose(w, [3, 2, 0, 1]).add(0);
      return { "": job(images, filters, (i, j) => jax.lax.convGeneralDilated(i, j, [1, 1], "VALID")) };
    },
  };
}
