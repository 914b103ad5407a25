// JSON as editors take it: with comments, and commas behind the last member.

// One that is not closed goes to the end: looked for from each of its quotes, it would take for ever.
const STRING = String.raw`"(?:[^"\\]|\\[\s\S]?)*(?:"|$)`;
const COMMENT = String.raw`//[^\n]*|/\*[\s\S]*?\*/`;

/** The text as plain JSON; strings stay as they are. */
export function plainJson(text: string): string {
  const bare = text.replace(
    new RegExp(`(${STRING})|${COMMENT}`, "g"),
    (_all, string: string | undefined) => string ?? " ",
  );
  return bare.replace(
    new RegExp(String.raw`(${STRING})|,(?=\s*[}\]])`, "g"),
    (_all, string: string | undefined) => string ?? "",
  );
}
