// A client that writes, one call after the other, until its server is gone.

import { bodyOf, codeOf, type Ledger, type LedgerFact } from "../ledger/ledger.ts";

/** Options of `writeUntilGone`. */
export interface ClientOptions {
  readonly url: string;
  readonly ledger: Ledger;
  /** Tells it from the others, in all rounds. */
  readonly name: string;
  readonly random: (below: number) => number;
  /** Is told of each write that was acknowledged. */
  readonly onAcknowledged: () => void;
}

type ToolAnswer = Readonly<Record<string, unknown>>;

const HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
  "mcp-protocol-version": "2025-11-25",
};

/** Calls a tool; undefined when there was no whole answer. Throws for a refusal. */
export async function callTool(
  url: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<ToolAnswer | undefined> {
  const message = {
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: args },
  };
  let text: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: HEADERS,
      body: JSON.stringify(message),
    });
    text = await response.text();
    const { result } = JSON.parse(text);
    if (result !== undefined && result.isError !== true) return result.structuredContent;
  } catch {
    // The server is gone, or its answer was cut off: nobody knows what became of the call.
    return undefined;
  }
  throw new Error(`${name} was refused: ${text}`);
}

/** Adds, replaces and erases facts and stores versions of a skill; resolves when the server is gone. */
export async function writeUntilGone(options: ClientOptions): Promise<void> {
  const { ledger, name, random, onAcknowledged } = options;
  const own: LedgerFact[] = [];
  for (let at = 0;; at++) {
    const target = own.length === 0 ? undefined : own[random(own.length)];
    const action = random(10);
    let isAcknowledged: boolean;
    if (action === 0) isAcknowledged = await storeSkill(options);
    else if (action <= 2 && target !== undefined) {
      isAcknowledged = await erase(options, target);
      remove(own, target);
    } else {
      const replaces = action <= 4 ? target : undefined;
      const fact: LedgerFact = {
        word: `${name}n${at}`,
        state: "sent",
        ...(replaces === undefined ? {} : { replaces }),
      };
      ledger.facts.push(fact);
      isAcknowledged = await add(options, fact);
      if (replaces !== undefined) remove(own, replaces);
      own.push(fact);
    }
    if (!isAcknowledged) return;
    onAcknowledged();
  }
}

async function add({ url }: ClientOptions, fact: LedgerFact): Promise<boolean> {
  const { word, replaces } = fact;
  const supersedes = replaces === undefined ? {} : { supersedes: replaces.id };
  const args = { subject: word, body: bodyOf(word), ...supersedes };
  const answer = await callTool(url, "memory_add_fact", args);
  if (answer === undefined) return false;
  fact.id = String(answer["id"]);
  fact.state = "live";
  if (replaces !== undefined) replaces.state = "superseded";
  return true;
}

async function erase({ url }: ClientOptions, fact: LedgerFact): Promise<boolean> {
  fact.state = "erasing";
  const answer = await callTool(url, "memory_delete", { id: fact.id });
  if (answer === undefined) return false;
  fact.state = "erased";
  return true;
}

async function storeSkill({ url, ledger, name }: ClientOptions): Promise<boolean> {
  const skill = ledger.skills.get(name) ?? { name: `skill-${name}`, version: 0, isSent: false };
  ledger.skills.set(name, skill);
  skill.isSent = true;
  const args = { name: skill.name, code: codeOf(skill.name, skill.version + 1) };
  const answer = await callTool(url, "skill_ingest", args);
  if (answer === undefined) return false;
  skill.isSent = false;
  skill.version++;
  return true;
}

function remove(facts: LedgerFact[], fact: LedgerFact): void {
  const at = facts.indexOf(fact);
  if (at !== -1) facts.splice(at, 1);
}
