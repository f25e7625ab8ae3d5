// TensorFlow.js, WebGPU backend.
export async function open() {
  const tf = globalThis.tf;
  await tf.setBackend("webgpu");
  await tf.ready();
  const backend = tf.backend();
  /** A function of two tensors as a job. */
  function job(x, w, compute) {
    let y = null;
    return {
      async run() {
        y?.dispose();
        y = compute(x, w);
        backend.endComputePassEncoder();
        backend.submitQueue();
        await backend.device.queue.onSubmittedWorkDone();
      },
      value: async () => (await y.data()).at(-1),
      close: () => [x, w, y].forEach((t) => t.dispose()),
    };
  }
  return {
    about: `TF.js ${tf.version_core} webgpu`,
    matmul: ({ m, k, n }, [a, b]) => ({
      "": job(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n]), (x, w) => tf.matMul(x, w)),
    }),
    convolution: ({ n, side, k, c, f }, [a, b]) => ({
      "": job(tf.tensor4d(a, [n, side, side, c]), tf.tensor4d(b, [k, k, c, f]),
        (x, w) => tf.conv2d(x, w, 1, "valid")),
    }),
  };
}
