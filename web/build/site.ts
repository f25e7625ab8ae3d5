// The Vite plugin that makes the site around the page: sandbox, runtime, engine and examples, each
// under the hash of its content, and `manifest.json`, which tells the server what there is.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import type { Plugin } from "vite";
import type { Site } from "../src/python/site.ts";
import { compressAll } from "./compress.ts";
import { described, hashed, type HashedFile, write } from "./content.ts";
import { readExamples } from "./examples.ts";
import { readLessons } from "./lessons.ts";
import { buildSandbox } from "./sandbox.ts";

const web = fileURLToPath(new URL("..", import.meta.url));
const CORE = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
/** A started Python's memory; a start without it is slower, and that is all. */
const SNAPSHOT = "memory.bin";
/** The engine's bytecode, to lie beside its sources. */
const BYTECODE = "engine-bytecode.zip";
/** The Python beside the program, with its bytecode. */
const SCRIPTS = "playground.zip";
/** The folder of the scripts for engines without observers, and the date in their zip. */
const FORMER = "before_observers";
const DATE = new Date(2020, 0, 1);
/** Packages that every start loads. */
const ALWAYS = ["numpy"];

interface Lock {
  info: { version: string };
  packages: Record<string, { file_name: string; depends: string[]; imports: string[] }>;
}

/** The Python files of a folder in one zip. */
function zipped(folder: string): Buffer {
  const names = readdirSync(folder).filter((name) => name.endsWith(".py")).sort();
  const files = Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
  return Buffer.from(zipSync(files, { mtime: DATE, level: 9 }));
}

interface Collected {
  site: Site;
  policy: string;
  files: HashedFile[];
  /** What the server says of each lesson's page, by the lesson's name. */
  lessons: Record<string, { title: string; summary: string }>;
}

async function collect(): Promise<Collected> {
  const files: HashedFile[] = [];
  const keep = (file: HashedFile): HashedFile => {
    files.push(file);
    return file;
  };
  const dist = join(web, "pyodide", "dist");
  const compiled = join(dist, "compiled");
  if (!existsSync(join(compiled, "pyodide-lock.json"))) {
    throw new Error("web/pyodide/dist/compiled is empty; `make page` fills it");
  }
  const lock = JSON.parse(readFileSync(join(compiled, "pyodide-lock.json"), "utf8")) as Lock;
  // The engine is in the lock for the runtime's own loader; the page, which may run another, loads it.
  delete lock.packages["gradtape"];
  const wheels = Object.values(lock.packages).map(({ file_name }) => file_name);
  // What was compiled for the tab is served in the place of what it was made from.
  const served = (name: string): string =>
    existsSync(join(compiled, name)) ? join(compiled, name) : join(dist, name);
  const runtime = Object.fromEntries(
    [...CORE, ...wheels].map((name) => [name, keep(hashed("runtime", name, served(name)))]),
  );
  const memory = join(dist, "snapshot", "memory.bin");
  const snapshot = existsSync(memory) ? [SNAPSHOT] : [];
  if (snapshot.length > 0) runtime[SNAPSHOT] = keep(hashed("runtime", SNAPSHOT, memory));
  const always = ALWAYS.map((name) => lock.packages[name]?.file_name ?? "");

  const engineFolder = join(dist, "engine");
  const inEngine = existsSync(engineFolder) ? readdirSync(engineFolder) : [];
  const wheel = inEngine.find((name) => name.endsWith(".whl"));
  const engine = wheel === undefined ? null : keep(hashed("engine", wheel, join(engineFolder, wheel)));

  const python = join(web, "python");
  const scripts = keep(hashed("python", SCRIPTS, join(compiled, SCRIPTS)));
  const former = keep(hashed("python", `${FORMER}.zip`, zipped(join(python, FORMER))));
  const { examples, files: data } = readExamples(join(web, "examples"));
  files.push(...data);
  const gallery = keep(hashed("data", "examples.json", Buffer.from(JSON.stringify(examples))));
  const course = readLessons(join(web, "lessons"), examples);
  const lessons = Object.fromEntries(course.map(({ name, title, summary }) => [name, { title, summary }]));
  const bytecode = engine !== null && existsSync(join(compiled, BYTECODE))
    ? keep(hashed("engine", BYTECODE, join(compiled, BYTECODE))) : null;
  const index = inEngine.includes("api-index.json")
    ? keep(hashed("data", "api-index.json", join(engineFolder, "api-index.json"))).url : null;
  const { html, policy } = await buildSandbox();
  const sandbox = keep(hashed("sandbox", "sandbox.html", Buffer.from(html)));

  const site: Site = {
    sandbox: { url: sandbox.url },
    runtime: {
      version: lock.info.version,
      lock_sha256: runtime["pyodide-lock.json"]?.sha256 ?? "",
      core: [...CORE, ...snapshot, ...always],
      packages: Object.fromEntries(Object.entries(lock.packages).map(
        ([name, { file_name, depends, imports }]) => [name, { file: file_name, depends, imports }],
      )),
      files: Object.fromEntries(Object.entries(runtime).map(([name, file]) => [name, described(file)])),
    },
    engine: engine === null || wheel === undefined ? null
      : { version: wheel.split("-")[1] ?? "", file: wheel, wheel: described(engine),
        bytecode: bytecode === null ? null : described(bytecode) },
    scripts: described(scripts),
    former: described(former),
    examples: gallery.url,
    lessons: keep(hashed("data", "lessons.json", Buffer.from(JSON.stringify(course)))).url,
    index,
  };
  return { site, policy, files, lessons };
}

export function sitePlugin(): Plugin {
  let collected: Awaited<ReturnType<typeof collect>>;
  let out = "";
  return {
    name: "gradtape-site",
    configResolved(config) {
      out = join(config.root, config.build.outDir);
    },
    async buildStart() {
      collected = await collect();
    },
    transformIndexHtml(html) {
      const block = JSON.stringify(collected.site).replaceAll("<", "\\u003c");
      return html.replace('id="site"></script>', () => `id="site">${block}</script>`);
    },
    async writeBundle(_options, bundle) {
      for (const file of collected.files) write(out, file);
      const chunks = Object.values(bundle);
      const manifest = {
        entry: {
          js: chunks.filter((chunk) => chunk.type === "chunk" && chunk.isEntry).map(({ fileName }) => `/${fileName}`),
          css: chunks.map(({ fileName }) => `/${fileName}`).filter((name) => name.endsWith(".css")),
        },
        sandbox: { ...collected.site.sandbox, content_security_policy: collected.policy },
        runtime: collected.site.runtime,
        engine: collected.site.engine,
        examples: collected.site.examples,
        lessons: collected.lessons,
      };
      writeFileSync(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
      await compressAll(out);
    },
  };
}
