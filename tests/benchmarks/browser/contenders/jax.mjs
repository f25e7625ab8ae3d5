// jax-js, WebGPU backend: eager, and compiled with jit.
export async function open() {
  const jax = await import("/modules/@jax-js/jax/dist/index.js");
  await jax.init("webgpu");
  jax.defaultDevice("webgpu");
  const np = jax.numpy;
  return {
    about: "jax-js 0.1.25 webgpu",
    matmul({ m, k, n }, [a, b]) {
      const x = np.array(a).reshape([m, k]), w = np.array(b).reshape([k, n]);
      let y = null;
      return {
        "": {
          async run() {
            y?.dispose();
            y = np.matmul(x.ref, w.ref);
            await y.blockUntilReady();
          },
          value: async () => (await y.ref.data()).at(-1),
          close: () => [x, w, y].forEach((t) => t.dispose()),
        },
      };
    },
  };
}
