// A guard that is always there for tools that reach out: what looks like a reverse shell is denied, what
// often carries data away is warned of. It reads words the way a shell would cut them, once from left to
// right. It stops accidents and the common recipes; someone who wants to hide a command from it can.

import type { CallTexts } from "./_call_texts.ts";
import type { Finding } from "./rule.ts";

const SOURCE = "built-in";
const GUARDED: readonly string[] = ["shell", "http", "webfetch"];

/** Whether the guard is for a tool of one of these names: `shell`, or a mounted `mcp_box_shell`. */
export function isGuarded(names: readonly string[]): boolean {
  return names.some((name) => GUARDED.some((guarded) => name.endsWith(guarded)));
}

/** What the guard finds in a call. */
export function guardEgress(texts: CallTexts): readonly Finding[] {
  const text = texts.joined();
  const found = new Set<EgressRule>();
  if (/\/dev\/(?:tcp|udp)\//.test(text)) found.add("dev_tcp");
  for (const pipeline of pipelinesOf(text)) checkPipeline(pipeline, found);
  return EGRESS_RULES.filter((rule) => found.has(rule)).map((rule) => ({
    source: SOURCE,
    rule: `egress:${rule}`,
    ...MEANINGS[rule],
  }));
}

const MEANINGS = {
  netcat: {
    severity: "deny",
    reason: "An argument opens a raw connection with a tool like netcat",
  },
  dev_tcp: { severity: "deny", reason: "An argument opens a raw connection through /dev/tcp" },
  pipe_to_shell: { severity: "warn", reason: "An argument pipes something into a shell" },
  upload: { severity: "warn", reason: "An argument uploads with curl or wget" },
  base64_to_shell: { severity: "warn", reason: "An argument decodes base64 into a shell" },
} as const;

type EgressRule = keyof typeof MEANINGS;

const EGRESS_RULES: readonly EgressRule[] = [
  "netcat",
  "dev_tcp",
  "pipe_to_shell",
  "upload",
  "base64_to_shell",
];

/** The words of one command. */
type Command = readonly string[];

// Quotes and brackets part words as blanks do: what a shell is given with -c is a command as well.
const TOKENS = /[;&\n]|\|+|[^\s;&|'"`(){}<>,]+/g;

/** The commands of a text: those that feed each other stand together. */
function pipelinesOf(text: string): readonly (readonly Command[])[] {
  const pipelines: string[][][] = [[[]]];
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "|") pipelines.at(-1)?.push([]);
    else if (/^[;&\n|]/.test(token)) pipelines.push([[]]);
    else pipelines.at(-1)?.at(-1)?.push(token);
  }
  return pipelines;
}

function checkPipeline(commands: readonly Command[], found: Set<EgressRule>): void {
  let hasDecoded = false;
  commands.forEach((command, at) => {
    if (isNetcat(command)) found.add("netcat");
    if (isUpload(command)) found.add("upload");
    const isShell = at > 0 && SHELLS.has(programOf(command));
    if (isShell) found.add(hasDecoded ? "base64_to_shell" : "pipe_to_shell");
    if (isDecoder(command)) hasDecoded = true;
  });
}

const SHELLS: ReadonlySet<string> = new Set(["sh", "bash", "zsh", "dash", "ksh", "fish", "ash"]);
const NETCATS: ReadonlySet<string> = new Set([
  ...["nc", "ncat", "netcat", "nc.traditional", "nc.openbsd", "socat", "telnet"],
]);
// What may stand before the program that counts.
const PREFIXES: ReadonlySet<string> = new Set(["sudo", "env", "exec", "command", "nohup", "time"]);

/** The program that a command runs, without folder and without what stands before it. */
function programOf(command: Command): string {
  const program = command.find((word) =>
    !PREFIXES.has(baseName(word)) && !word.startsWith("-") && !/^\w+=/.test(word)
  );
  return program === undefined ? "" : baseName(program);
}

function baseName(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}

// Anywhere in a command, but only with something to connect to: prose may speak of nc.
function isNetcat(command: Command): boolean {
  return command.some((word, at) => {
    if (!NETCATS.has(baseName(word))) return false;
    const [next = "", port = ""] = command.slice(at + 1, at + 3);
    return /^-\w/.test(next) || /^(?:tcp|udp|exec|system|openssl)\d?(?:-\w+)?:/i.test(next) ||
      /^\d{1,5}$/.test(port);
  });
}

const CURL_UPLOAD =
  /^(?:-[a-zA-Z]*[dFT]|--(?:data(?:-\w+)*|form(?:-string)?|upload-file|json)(?:=|$))/;
const WGET_UPLOAD = /^--(?:post-data|post-file|body-data|body-file)(?:=|$)/;

function isUpload(command: Command): boolean {
  let upload: RegExp | undefined;
  return command.some((word) => {
    const program = baseName(word);
    if (program === "curl") upload = CURL_UPLOAD;
    else if (program === "wget") upload = WGET_UPLOAD;
    return upload?.test(word) ?? false;
  });
}

function isDecoder(command: Command): boolean {
  const program = command.findIndex((word) => baseName(word) === "base64");
  return program >= 0 &&
    command.slice(program + 1).some((word) => /^(?:-[a-zA-Z]*[dD]\w*|--decode)$/.test(word));
}
