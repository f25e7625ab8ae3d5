// The device in a tab: interprets the command lists that `tab.py` hands over, one call a flush.
//
// Slots and pipelines are numbered by Python, so that no verb but a read or a wait has an answer.
// `Device` owns the GPU device. Where Python cannot be suspended, a worker of its own runs this same
// script and owns the `Device`; `Remote` sends it the verbs, and Python sleeps on shared memory.
//
// A classic script without import or eval: it may be evaluated, imported, or started as a worker.
(() => {
  "use strict";
  const DISPATCH = 0, COPY = 1, ALIGN = 256, LARGE = 1 << 22;
  const WANTED = ["shader-f16", "subgroups", "timestamp-query"];
  /** bind groups that are remembered */
  const MAX_GROUPS = 2048;
  const SUBGROUPS = /\b(subgroup|quad)[A-Z]\w*\(|@builtin\(subgroup_/;
  const SOFTWARE = /swiftshader|llvmpipe|lavapipe|\bwarp\b|basic render/i;

  /** What went wrong, in a form that crosses to Python: kind is lost, memory, compile or invalid. */
  class Fault extends Error {
    constructor(kind, text) {
      super(JSON.stringify({ kind, text }));
    }
  }

  function compiler() {
    const agent = globalThis.navigator?.userAgent ?? "";
    if (/Firefox\//.test(agent)) return "naga";
    return /Chrom(e|ium)\/|Node/.test(agent) ? "tint" : "webkit";
  }

  async function findAdapter() {
    const gpu = globalThis.navigator?.gpu;
    if (gpu === undefined) {
      throw new Fault("none", globalThis.isSecureContext === false
        ? "the page is not a secure one (https or localhost), and browsers offer WebGPU only there"
        : "this browser does not offer WebGPU");
    }
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" })
      ?? await gpu.requestAdapter();
    if (!adapter) throw new Fault("none", "the browser offers WebGPU, but found no adapter it may use");
    return adapter;
  }

  async function makeDevice(adapter) {
    const requiredLimits = {};
    for (const name in adapter.limits) {
      if (name.startsWith("max")) requiredLimits[name] = adapter.limits[name];
    }
    const requiredFeatures = WANTED.filter((name) => adapter.features.has(name));
    return adapter.requestDevice({ requiredFeatures, requiredLimits });
  }

  function describe(adapter, device) {
    const info = adapter.info ?? {};
    const words = [info.vendor, info.architecture, info.device].filter(Boolean).join(" ");
    const limits = {};
    for (const name in device.limits) limits[name] = device.limits[name];
    return {
      adapter: info.description || words || "a GPU that the browser does not name",
      software: Boolean(info.isFallbackAdapter ?? adapter.isFallbackAdapter)
        || SOFTWARE.test(`${words} ${info.description}`),
      compiler: compiler(),
      features: [...device.features],
      limits,
      driver: `${words}; ${globalThis.navigator?.userAgent ?? ""}`,
    };
  }

  class Device {
    constructor(adapter, device, uniform) {
      this.gpu = device;
      this.uniform = uniform;
      this.caps = JSON.stringify(describe(adapter, device));
      this.lost = "";
      this.faults = [];
      this.pending = new Set();
      this.buffers = [];
      this.pipelines = [];
      this.sources = [];
      this.broken = new Map();
      this.layouts = new Map();
      this.groups = new Map();
      this.groupsOf = new Map();
      this.staging = new Map();
      this.mapped = new Map();
      this.makeParams(65_536);
      device.lost.then(({ reason, message }) => {
        this.lost = message || reason || "no reason given";
      });
      device.addEventListener?.("uncapturederror", ({ error }) => {
        this.faults.push(["invalid", error.message]);
      });
    }

    static async start(uniform) {
      const adapter = await findAdapter();
      return new Device(adapter, await makeDevice(adapter), uniform);
    }

    /** What a device here would be, without starting one. */
    static async look() {
      const adapter = await findAdapter();
      return JSON.stringify(describe(adapter, adapter));
    }

    // ------------------------------------------------------------ faults

    /** Remember a promise until it is answered; its answer may be a fault. */
    watch(promise) {
      const watched = promise.then(
        (fault) => { if (fault) this.faults.push(fault); },
        (error) => { if (!this.lost) this.faults.push(["invalid", error.message]); },
      ).finally(() => this.pending.delete(watched));
      this.pending.add(watched);
    }

    /** Errors of one kind that `make` causes become a fault of `kind`; `doing` says what it does. */
    guarded(filter, kind, make, doing = "") {
      this.gpu.pushErrorScope(filter);
      try {
        return make();
      } finally {
        this.watch(this.gpu.popErrorScope().then((error) => error && [kind, doing + error.message]));
      }
    }

    /** Throw the first fault, if there is one. */
    check() {
      if (this.lost) throw new Fault("lost", this.lost);
      if (this.faults.length === 0) return;
      const [kind, text] = this.faults.find(([kind]) => kind !== "invalid") ?? this.faults[0];
      this.faults = [];
      throw new Fault(kind, text);
    }

    /** Wait until it is known whether all that was asked for so far is right. */
    async settle() {
      await Promise.all(this.pending);
      this.check();
    }

    // ------------------------------------------------------------ memory

    alloc(slot, size) {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      this.buffers[slot] = this.guarded("out-of-memory", "memory",
        () => this.gpu.createBuffer({ size, usage }), `for ${size.toLocaleString("en")} bytes: `);
    }

    free(slot) {
      for (const key of this.groupsOf.get(slot) ?? []) {
        for (const other of this.groups.get(key).slots) {
          if (other !== slot) this.groupsOf.get(other).delete(key);
        }
        this.groups.delete(key);
      }
      this.groupsOf.delete(slot);
      this.buffers[slot].destroy(); // what was submitted still finds it
      this.buffers[slot] = undefined;
    }

    write(slot, bytes) {
      this.gpu.queue.writeBuffer(this.buffers[slot], 0, bytes);
    }

    /** Write from Python's own memory, without a copy between. */
    writeFrom(slot, buffer) {
      const view = buffer.getBuffer("u8");
      try {
        this.write(slot, view.data);
      } finally {
        view.release();
      }
    }

    makeParams(size) {
      this.params?.destroy();
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      this.params = this.gpu.createBuffer({ size: size + this.uniform, usage });
      this.room = size;
      this.groups.clear();
      this.groupsOf.clear();
    }

    // ------------------------------------------------------------ pipelines

    layout(reads, writes) {
      const key = 256 * reads + writes;
      let found = this.layouts.get(key);
      if (found === undefined) {
        const buffers = [{ type: "uniform", hasDynamicOffset: true }];
        for (let k = 0; k < reads; k++) buffers.push({ type: "read-only-storage" });
        for (let k = 0; k < writes; k++) buffers.push({ type: "storage" });
        const group = this.gpu.createBindGroupLayout({
          entries: buffers.map((buffer, binding) => (
            { binding, visibility: GPUShaderStage.COMPUTE, buffer })),
        });
        found = { key, group, all: this.gpu.createPipelineLayout({ bindGroupLayouts: [group] }) };
        this.layouts.set(key, found);
      }
      return found;
    }

    /** Tint wants to be told that a text uses subgroups; naga refuses to be told. */
    enabled(text) {
      const uses = SUBGROUPS.test(text) && this.gpu.features.has("subgroups");
      return uses && compiler() !== "naga" ? `enable subgroups; ${text}` : text;
    }

    /** Begin to compile; `later` says that Python will wait for it before it submits. */
    pipeline(number, text, reads, writes, later) {
      this.gpu.pushErrorScope("validation");
      const module = this.gpu.createShaderModule({ code: this.enabled(text) });
      const layout = this.layout(reads, writes);
      const source = { layout: layout.all, compute: { module, entryPoint: "main" } };
      this.sources[number] = { source, layout };
      const words = async (reason) => {
        const info = await module.getCompilationInfo();
        const errors = info.messages.filter(({ type }) => type === "error");
        const lines = errors.map((e) => `line ${e.lineNum}:${e.linePos}: ${e.message}`);
        this.broken.set(number, `${lines.join("\n") || reason}\n${text}`);
        return ["compile", this.broken.get(number)];
      };
      if (later) {
        this.watch(this.gpu.createComputePipelineAsync(source).then(
          (made) => { this.pipelines[number] = made; },
          (error) => words(error.message),
        ));
        this.gpu.popErrorScope().catch(() => {});
      } else {
        this.pipelines[number] = this.gpu.createComputePipeline(source);
        this.watch(this.gpu.popErrorScope().then((error) => error && words(error.message)));
      }
    }

    group(layout, slots) {
      const key = `${layout.key}:${slots.join()}`;
      let found = this.groups.get(key);
      if (found === undefined) {
        if (this.groups.size >= MAX_GROUPS) { // a program that never repeats itself
          this.groups.clear();
          this.groupsOf.clear();
        }
        const entries = [{ binding: 0, resource: { buffer: this.params, size: this.uniform } }];
        for (const slot of slots) {
          entries.push({ binding: entries.length, resource: { buffer: this.buffers[slot] } });
          if (!this.groupsOf.has(slot)) this.groupsOf.set(slot, new Set());
          this.groupsOf.get(slot).add(key);
        }
        const group = this.gpu.createBindGroup({ layout: layout.group, entries });
        found = { group, slots: slots.slice() };
        this.groups.set(key, found);
      }
      return found.group;
    }

    // ------------------------------------------------------------ work

    /** Encode and submit a list; the answer is why the device is gone, "" while it is there. */
    submit(words, params) {
      if (params.length > this.room) this.makeParams(2 * params.length);
      if (params.length > 0) this.gpu.queue.writeBuffer(this.params, 0, params);
      this.guarded("validation", "invalid", () => {
        const encoder = this.gpu.createCommandEncoder();
        this.encode(encoder, words);
        this.gpu.queue.submit([encoder.finish()]);
      });
      return this.lost;
    }

    encode(encoder, words) {
      let pass = null;
      let current = -1;
      for (let k = 0; k < words.length;) {
        if (words[k] === DISPATCH) {
          const number = words[k + 1];
          const grid = k + 3 + words[k + 2];
          if (pass === null) {
            pass = encoder.beginComputePass();
            current = -1;
          }
          const { source, layout } = this.sources[number];
          if (number !== current) {
            if (this.broken.has(number)) throw new Fault("compile", this.broken.get(number));
            pass.setPipeline(this.pipelines[number] ??= this.gpu.createComputePipeline(source));
            current = number;
          }
          const group = this.group(layout, words.subarray(k + 3, grid));
          pass.setBindGroup(0, group, [ALIGN * words[grid + 3]]);
          pass.dispatchWorkgroups(words[grid], words[grid + 1], words[grid + 2]);
          k = grid + 4;
        } else if (words[k] === COPY) {
          pass?.end();
          pass = null;
          encoder.copyBufferToBuffer(
            this.buffers[words[k + 1]], 0, this.buffers[words[k + 2]], 0, words[k + 3]);
          k += 4;
        } else {
          throw new Fault("invalid", `command ${words[k]} at word ${k} is none`);
        }
      }
      pass?.end();
    }

    // ------------------------------------------------------------ reading

    /** The bytes of a slot, in memory that `release` takes back. */
    async read(slot, size) {
      let room = 256;
      while (room < size) room *= 2;
      const spare = this.staging.get(room) ?? [];
      this.staging.set(room, spare);
      const buffer = spare.pop() ?? this.gpu.createBuffer({
        size: room, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
      this.guarded("validation", "invalid", () => {
        const encoder = this.gpu.createCommandEncoder();
        encoder.copyBufferToBuffer(this.buffers[slot], 0, buffer, 0, size);
        this.gpu.queue.submit([encoder.finish()]);
      });
      try {
        await buffer.mapAsync(GPUMapMode.READ, 0, size);
        await this.settle();
      } catch (error) {
        buffer.destroy();
        await Promise.race([this.gpu.lost, new Promise((resolve) => setTimeout(resolve, 50))]);
        if (this.lost) throw new Fault("lost", this.lost);
        throw error instanceof Fault ? error : new Fault("invalid", error.message);
      }
      const view = new Uint8Array(buffer.getMappedRange(0, size));
      this.mapped.set(view.buffer, { buffer, spare });
      return view;
    }

    release(view) {
      const { buffer, spare } = this.mapped.get(view.buffer);
      this.mapped.delete(view.buffer);
      buffer.unmap();
      if (spare.length < 4 && buffer.size <= LARGE) spare.push(buffer);
      else buffer.destroy();
    }

    async sync() {
      await this.gpu.queue.onSubmittedWorkDone();
      await this.settle();
    }

    destroy() {
      this.gpu.destroy();
    }
  }

  globalThis.gradtapeWebGPU = { Device, Fault };
})();
