// TensorFlow.js, WebGPU backend.
export async function open() {
  const tf = globalThis.tf;
  await tf.setBackend("webgpu");
  await tf.ready();
  const backend = tf.backend();
  return {
    about: `TF.js ${tf.version_core} webgpu`,
    matmul({ m, k, n }, [a, b]) {
      const x = tf.tensor2d(a, [m, k]), w = tf.tensor2d(b, [k, n]);
      let y = null;
      return {
        "": {
          async run() {
            y?.dispose();
            y = tf.matMul(x, w);
            backend.endComputePassEncoder();
            backend.submitQueue();
            await backend.device.queue.onSubmittedWorkDone();
          },
          value: async () => (await y.data()).at(-1),
          close: () => [x, w, y].forEach((t) => t.dispose()),
        },
      };
    },
  };
}
