// A program: the text that is run, and the files that it may import.

export interface Program {
  code: string;
  /** The name of the file that `code` is. */
  entry: string;
  /** The other files, by name. */
  beside: Record<string, string>;
}

/** A program of one file. */
export function single(code: string): Program {
  return { code, entry: "main.py", beside: {} };
}
