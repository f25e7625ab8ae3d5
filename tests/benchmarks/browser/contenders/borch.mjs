// borch: the engine inside the PyPI package pyborch, without the Python on top of it.
export async function open() {
  const borch = await import("/borch/_borch.js");
  const device = await borch.init({ allowSoftware: true });
  return {
    about: `borch ${borch.VERSION} webgpu`,
    matmul({ m, k, n }, [a, b]) {
      const x = borch.Tensor.from(a, [m, k]), w = borch.Tensor.from(b, [k, n]);
      let y = null;
      return {
        "": {
          async run() {
            y?.dispose?.();
            y = x.matmul(w);
            device.flush();
            await device.device.queue.onSubmittedWorkDone();
          },
          value: async () => (await y.toArray()).at(-1),
          close: () => [x, w, y].forEach((t) => t.dispose?.()),
        },
      };
    },
  };
}
