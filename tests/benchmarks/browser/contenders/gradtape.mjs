// This project's kernels, as Python lowered them (`kernels.py`), without the Python.
export async function open() {
  const kernels = await (await fetch("/kernels.json")).json();
  const adapter = await navigator.gpu.requestAdapter();
  const subgroups = adapter.features.has("subgroups");
  const device = await adapter.requestDevice({
    requiredFeatures: subgroups ? ["subgroups"] : [],
    requiredLimits: { maxStorageBufferBindingSize: adapter.limits.maxStorageBufferBindingSize },
  });
  const own = kernels[subgroups ? "subgroups" : "plain"];
  const STORAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

  function pipeline({ text, reads, writes }) {
    const types = ["uniform", ...Array(reads).fill("read-only-storage"), ...Array(writes).fill("storage")];
    const layout = device.createBindGroupLayout({
      entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
    });
    const code = (text.includes("quadBroadcast(") ? "enable subgroups;\n" : "") + text;
    const module = device.createShaderModule({ code });
    const made = device.createComputePipeline({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    return { made, layout };
  }

  /** A lowered op with its buffers. */
  function job(lowered, inputs) {
    const buffers = [
      ...inputs.map((x) => x.byteLength),
      ...[...lowered.outputs, ...lowered.temps].map((size) => 4 * size),
    ].map((size) => device.createBuffer({ size, usage: STORAGE }));
    inputs.forEach((x, k) => device.queue.writeBuffer(buffers[k], 0, x));
    const steps = lowered.launches.map((launch) => {
      const { made, layout } = pipeline(launch);
      const params = Uint8Array.from(atob(launch.params), (c) => c.charCodeAt(0));
      const uniform = device.createBuffer({ size: 1024, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
      device.queue.writeBuffer(uniform, 0, params);
      const bound = [uniform, ...launch.arguments.map((k) => buffers[k])];
      const group = device.createBindGroup({
        layout,
        entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      return { made, group, groups: launch.groups };
    });
    return {
      async run() {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        for (const { made, group, groups } of steps) {
          pass.setPipeline(made);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(...groups);
        }
        pass.end();
        device.queue.submit([encoder.finish()]);
        await device.queue.onSubmittedWorkDone();
      },
      async value() {
        const size = 4 * lowered.outputs[0];
        const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
        const encoder = device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffers[inputs.length], 0, staging, 0, size);
        device.queue.submit([encoder.finish()]);
        await staging.mapAsync(GPUMapMode.READ);
        const value = new Float32Array(staging.getMappedRange()).at(-1);
        staging.destroy();
        return value;
      },
      close: () => buffers.forEach((buffer) => buffer.destroy()),
    };
  }

  return {
    about: `gradtape's kernels${subgroups ? ", with subgroups" : ""}`,
    matmul: (row, inputs) => ({ "": job(own[row.name], inputs) }),
    convolution: (row, inputs) => ({ "": job(own[row.name], inputs) }),
  };
}
