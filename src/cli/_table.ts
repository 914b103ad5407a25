// Rows for a person at a terminal, in columns; for anything else, one line a row with tabs between.

import process from "node:process";
import { cutText, paddedText, widthOf } from "./_wrapped_text.ts";
import { onOneLine } from "./_printable.ts";

/** What is shown. */
export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What it is shown on. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
  /** Characters in a line. */
  readonly columns: number;
}

const COLUMNS_STANDARD = 80;
const GAP = "  ";

/** The screen that an output of this process is shown on; see no-color.org for `NO_COLOR`. */
export function screenHere(output: "stdout" | "stderr" = "stdout"): Screen {
  const { isTTY, columns } = process[output];
  const isTerminal = isTTY === true;
  const { NO_COLOR: noColour, TERM: terminal } = process.env;
  const hasColours = isTerminal && (noColour ?? "") === "" && terminal !== "dumb";
  return { isTerminal, hasColours, columns: columns || COLUMNS_STANDARD };
}

/** The table as text; nothing for one without rows, where it is not for a terminal. */
export function tableText({ titles, rows }: Table, screen: Screen): string {
  const lines = rows.map((row) => row.map(onOneLine));
  if (!screen.isTerminal) return lines.map((row) => `${row.join("\t")}\n`).join("");
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...lines.map((row) => widthOf(row[at] ?? "")))
  );
  const text = (row: readonly string[]) => {
    const cells = row.map((cell, at) => paddedText(cell, widths[at] ?? 0));
    return cutText(cells.join(GAP).trimEnd(), screen.columns);
  };
  const head = text(titles);
  return [screen.hasColours ? bold(head) : head, ...lines.map(text), ""].join("\n");
}

/** A text that stands out, where the screen can show it. */
export function emphasized(text: string, { hasColours }: Screen): string {
  return hasColours ? bold(text) : text;
}

function bold(text: string): string {
  return `\x1b[1m${text}\x1b[22m`;
}
