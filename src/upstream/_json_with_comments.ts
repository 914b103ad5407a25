// JSON as editors take it: with comments, and commas behind the last member.

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
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
