// A lesson as data: what the build makes of a Markdown file, and the page shows.

/** Text, or an element: its name, its attributes, what is in it. */
export type Markup = string | readonly [tag: string, attributes: Record<string, string>, ...children: Markup[]];

/** A piece of a program's text, and what it is in Python ("" for nothing that has a colour). */
export type Piece = readonly [text: string, kind: string];

/** The text of a program. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(([text]) => text).join("");
}

export interface Prose {
  kind: "prose";
  content: Markup[];
}

/** A program to run. */
export interface Listing {
  kind: "program";
  pieces: Piece[];
  /** What it prints. */
  prints: string | null;
  /** The example of the gallery that has the data files which the program opens. */
  example: string | null;
}

/** A program to finish, and how it is found out whether it is. */
export interface Exercise {
  kind: "exercise";
  pieces: Piece[];
  check: string;
  solution: string;
  hints: Markup[][];
  example: string | null;
}

export interface Step {
  /** Its name in the address, after the #. */
  id: string;
  title: string;
  parts: (Prose | Listing | Exercise)[];
}

export interface Lesson {
  /** Its name in the address. */
  name: string;
  title: string;
  /** What it is about, in a sentence. */
  summary: string;
  /** The part of the course that it stands in. */
  part: string;
  steps: Step[];
}

/** Where a lesson, or a step of it, stands. */
export interface Place {
  lesson: string;
  step: string;
}

export const LEARN = "/learn";

/** The path of a step; of the contents where there is none. */
export function pathOf(place: Place | null): string {
  return place === null ? LEARN : `${LEARN}/${place.lesson}#${place.step}`;
}

/** What an address names: a step, null the contents; undefined where it is no lesson's. */
export function placeIn({ pathname, hash }: { pathname: string; hash: string }): Place | null | undefined {
  const match = /^\/learn(?:\/([a-z0-9-]+)?)?$/.exec(pathname);
  if (match === null) return undefined;
  return match[1] === undefined ? null : { lesson: match[1], step: hash.slice(1) };
}
