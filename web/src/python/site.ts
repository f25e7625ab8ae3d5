// What the build knows about the site: which files make up the runtime, the engine and the
// sandbox, and where they are served. The build writes it into the page as a JSON block.

export interface SiteFile {
  url: string;
  sha256: string;
  size: number;
}

export interface Example {
  name: string;
  title: string;
  group: string;
  code: string;
  /** Names of data files that the program opens; they lie beside it. */
  data: Record<string, SiteFile>;
}

export interface Site {
  sandbox: { url: string };
  runtime: {
    version: string;
    lock_sha256: string;
    core: string[];
    packages: Record<string, { file: string; depends: string[]; imports: string[] }>;
    files: Record<string, SiteFile>;
  };
  engine: { version: string; file: string; wheel: SiteFile; bytecode: SiteFile | null } | null;
  /** The Python beside the program, in one zip. */
  scripts: SiteFile;
  /** The scripts for engines that were published before they had observers, in one zip. */
  former: SiteFile;
  examples: string;
  /** Where the lessons are, fetched when one is opened. */
  lessons: string;
  /** What completion and hover say of the engine's names; null where no engine was built in. */
  index: string | null;
}

/** The site's description, as the build left it in the page. */
export function readSite(): Site {
  const block = document.getElementById("site");
  if (block?.textContent == null) throw new Error("the page was served without its site block");
  return JSON.parse(block.textContent) as Site;
}

async function digest(content: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of a file of this site; refused when they are not the ones the build saw. */
export async function fetchFile(file: SiteFile): Promise<ArrayBuffer> {
  const response = await fetch(file.url).catch((error: Error) => {
    throw new Error(`${file.url}: this site does not answer (${error.message})`);
  });
  if (!response.ok) throw new Error(`${file.url}: the server answered ${response.status}`);
  const content = await response.arrayBuffer();
  // Without a secure context there is no hash function; then there is no sandbox to protect either.
  if (crypto.subtle !== undefined && (await digest(content)) !== file.sha256) {
    throw new Error(`${file.url}: its bytes are not the ones this page was built with; refused`);
  }
  return content;
}
