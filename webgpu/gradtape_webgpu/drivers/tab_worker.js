// A device in a worker of its own, for tabs in which Python cannot be suspended.
//
// `serve` runs in that worker; `Remote` stands in for the `Device` where Python runs. Verbs go over
// as messages, in order. `ask` and `waited` are how Python sleeps until an answer is there: the answer
// lies in shared memory, a state and a length in two words and then the bytes.
(() => {
  "use strict";
  const HEAD = 8, WAITING = 0, DONE = 1, FAILED = 2, LEAST = 65_536;
  const { Device, Fault } = globalThis.gradtapeWebGPU;

  class Remote {
    constructor(script) {
      const whole = `${script}\ngradtapeWebGPU.serve();`;
      this.worker = new Worker(`data:text/javascript,${encodeURIComponent(whole)}`);
      this.lost = "";
      this.waiting = new Map();
      this.count = 0;
      this.asked = false;
      this.memory = new SharedArrayBuffer(HEAD + LEAST);
      this.worker.onmessage = ({ data: { id, bytes, error } }) => {
        const { resolve, reject } = this.waiting.get(id);
        this.waiting.delete(id);
        if (error === undefined) resolve(bytes);
        else reject(new Error(error));
      };
      this.worker.onerror = (event) => {
        this.lost = event.message || "the worker of the GPU did not start";
        const fault = new Fault("lost", this.lost);
        for (const { reject } of this.waiting.values()) reject(fault);
        this.waiting.clear();
      };
    }

    tell(verb, ...values) {
      this.worker.postMessage({ verb, values });
      return this.lost;
    }

    alloc(slot, size) { this.tell("alloc", slot, size); }
    free(slot) { this.tell("free", slot); }
    write(slot, bytes) { this.tell("write", slot, bytes.slice()); }
    writeFrom(slot, buffer) {
      const view = buffer.getBuffer("u8");
      const copy = view.data.slice();
      view.release();
      this.worker.postMessage({ verb: "write", values: [slot, copy] }, [copy.buffer]);
    }
    pipeline(number, text, reads, writes, later) {
      this.tell("pipeline", number, text, reads, writes, later);
    }
    submit(words, params) { return this.tell("submit", words.slice(), params.slice()); }
    release() {}
    destroy() { this.tell("destroy"); }

    /** Ask for an answer of up to `size` bytes in shared memory. */
    ask(size, verb, ...values) {
      // An answer that Python did not wait for, because it was interrupted, may still arrive.
      if (this.asked || this.memory.byteLength < HEAD + size) {
        this.memory = new SharedArrayBuffer(HEAD + Math.max(size, LEAST));
      }
      this.asked = true;
      new Int32Array(this.memory, 0, 1)[0] = WAITING;
      this.worker.postMessage({ verb, values, memory: this.memory });
    }

    /** Sleep until the answer is there or the time is over; whether it is there. */
    waited(milliseconds) {
      return Atomics.wait(new Int32Array(this.memory, 0, 1), 0, WAITING, milliseconds) !== "timed-out";
    }

    answer() {
      this.asked = false;
      const [state, length] = new Int32Array(this.memory, 0, 2);
      const bytes = new Uint8Array(this.memory, HEAD, length);
      if (state === FAILED) throw new Error(new TextDecoder().decode(bytes.slice()));
      return bytes;
    }

    /** The same without shared memory, as a promise. */
    promise(verb, ...values) {
      const id = ++this.count;
      return new Promise((resolve, reject) => {
        this.waiting.set(id, { resolve, reject });
        this.worker.postMessage({ verb, values, id });
      });
    }

    start(uniform) { return this.promise("start", uniform); }
    read(slot, size) { return this.promise("read", slot, size); }
    settle() { return this.promise("settle"); }
    sync() { return this.promise("sync"); }
  }

  function put(memory, state, bytes) {
    const head = new Int32Array(memory, 0, 2);
    const kept = bytes.subarray(0, memory.byteLength - HEAD);
    new Uint8Array(memory, HEAD).set(kept);
    head[1] = kept.length;
    Atomics.store(head, 0, state);
    Atomics.notify(head, 0);
  }

  function serve() {
    let starting = null;
    const encoder = new TextEncoder();
    globalThis.onmessage = async ({ data: { verb, values, memory, id } }) => {
      let device;
      try {
        if (verb === "start") starting = Device.start(...values);
        device = await starting;
        const got = verb === "start" ? device.caps : await device[verb](...values);
        const bytes = got instanceof Uint8Array ? got : encoder.encode(got ?? "");
        if (memory !== undefined) put(memory, DONE, bytes);
        else if (id !== undefined) globalThis.postMessage({ id, bytes: bytes.slice() });
        if (verb === "read") device.release(bytes);
      } catch (error) {
        const { message } = error instanceof Fault ? error : new Fault("invalid", String(error));
        if (memory !== undefined) put(memory, FAILED, encoder.encode(message));
        else if (id !== undefined) globalThis.postMessage({ id, error: message });
        else device?.faults.push(["invalid", String(error)]);
      }
    };
  }

  Object.assign(globalThis.gradtapeWebGPU, { Remote, serve });
})();
