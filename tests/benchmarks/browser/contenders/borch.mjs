// borch: the engine inside the PyPI package pyborch, without the Python on top of it.
export async function open() {
  const borch = await import("/borch/_borch.js");
  const device = await borch.init({ allowSoftware: true });
  /** A function of two tensors as a job. */
  function job(x, w, compute) {
    let y = null;
    return {
      async run() {
        y?.dispose?.();
        y = compute(x, w);
        device.flush();
        await device.device.queue.onSubmittedWorkDone();
      },
      value: async () => (await y.toArray()).at(-1),
      close: () => [x, w, y].forEach((t) => t.dispose?.()),
    };
  }
  return {
    about: `borch ${borch.VERSION} webgpu`,
    matmul: ({ m, k, n }, [a, b]) => ({
      "": job(borch.Tensor.from(a, [m, k]), borch.Tensor.from(b, [k, n]), (x, w) => x.matmul(w)),
    }),
    // its convolution takes channels first
    convolution: ({ n, side, k, c, f }, [a, b]) => {
      const x = borch.Tensor.from(a, [n, side, side, c]).permute([0, 3, 1, 2]).contiguous();
      const w = borch.Tensor.from(b, [k, k, c, f]).permute([3, 2, 0, 1]).contiguous();
      return { "": job(x, w, (i, j) => i.conv2d(j)) };
    },
  };
}
