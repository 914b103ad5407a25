// A client that writes, replaces, erases and asks: what it was told is in the ledger, and whatever it asks
// must be answered by that. What it owns nobody else touches, so that every answer is certain.

import { bodyOf, codeOf, type LedgerFact } from "../ledger/ledger.ts";
import type { Caller } from "./_caller.ts";
import type { Actor } from "./_crowd.ts";
import type { World } from "./_world.ts";

/** Options of a client. */
export interface ActorOptions {
  readonly name: string;
  readonly world: World;
  readonly caller: Caller;
  readonly random: (below: number) => number;
}

// Facts of one client, live and superseded: more are erased, so that the memory stays as large as it is.
const FACTS_MAX = 40;
const QUERY_HITS = 3;

/** Makes the client. */
export function createWriter(options: ActorOptions): Actor {
  const writer = new Writer(options);
  return {
    name: options.name,
    step: (url) => writer.step(url),
    forget: () => options.caller.forget(),
  };
}

class Writer {
  readonly #options: ActorOptions;
  readonly #facts: LedgerFact[] = [];
  #writes = 0;

  constructor(options: ActorOptions) {
    this.#options = options;
  }

  async step(url: string): Promise<void> {
    const { random } = this.#options;
    const [oldest] = this.#facts;
    if (this.#facts.length >= FACTS_MAX && oldest !== undefined) {
      return await this.#erase(url, oldest);
    }
    const fact = this.#facts[random(this.#facts.length)];
    const action = random(20);
    if (fact === undefined || action < 6) return await this.#add(url, undefined);
    if (action < 8 && fact.state === "live") return await this.#add(url, fact);
    if (action < 9) return await this.#erase(url, fact);
    if (action < 10) return await this.#storeSkill(url);
    if (action < 16) return await this.#ask(url, fact);
    if (action < 18) return await this.#read(url, fact);
    if (action < 19) return await this.#checkPlan(url);
    await this.#endSession(url);
  }

  async #add(url: string, replaces: LedgerFact | undefined): Promise<void> {
    const { name, world, caller } = this.#options;
    const word = `${name}n${++this.#writes}`;
    const fact: LedgerFact = {
      word,
      state: "sent",
      ...(replaces === undefined ? {} : { replaces }),
    };
    world.ledger.facts.push(fact);
    const answer = await caller.call(url, "memory_add_fact", {
      subject: word,
      body: bodyOf(word),
      ...(replaces === undefined ? {} : { supersedes: replaces.id }),
    });
    fact.id = String(answer["id"]);
    fact.state = "live";
    if (replaces !== undefined) replaces.state = "superseded";
    this.#facts.push(fact);
    world.did(replaces === undefined ? "write" : "supersede");
  }

  async #erase(url: string, fact: LedgerFact): Promise<void> {
    const { world, caller } = this.#options;
    this.#facts.splice(this.#facts.indexOf(fact), 1);
    fact.state = "erasing";
    const answer = await caller.call(url, "memory_delete", { id: fact.id });
    if (answer["deleted"] !== true) throw new Error(`${fact.word} was not there to be erased`);
    fact.state = "erased";
    world.did("erase");
    await this.#ask(url, fact);
  }

  async #storeSkill(url: string): Promise<void> {
    const { name, world, caller } = this.#options;
    const { skills } = world.ledger;
    const skill = skills.get(name) ?? { name: `skill-${name}`, version: 0, isSent: false };
    skills.set(name, skill);
    skill.isSent = true;
    const code = codeOf(skill.name, skill.version + 1);
    await caller.call(url, "skill_ingest", { name: skill.name, code });
    skill.isSent = false;
    skill.version++;
    world.did("skill");
  }

  async #ask(url: string, { word, state }: LedgerFact): Promise<void> {
    const { world, caller } = this.#options;
    const answer = await caller.call(url, "memory_query", { query: word, k: QUERY_HITS });
    const isFound = JSON.stringify(answer).includes(` ${word} `);
    if (isFound !== (state === "live")) {
      throw new Error(`${word} (${state}) is ${isFound ? "" : "not "}found`);
    }
    world.did("query");
  }

  async #read(url: string, fact: LedgerFact): Promise<void> {
    const { world, caller } = this.#options;
    const uri = `car://memory/fact/${fact.id}`;
    const { contents } = await caller.request(url, "resources/read", { uri });
    const { id, body } = JSON.parse(contents[0].text);
    if (id !== fact.id || body !== bodyOf(fact.word)) {
      throw new Error(`${uri} gives another fact: ${id}`);
    }
    world.did("read");
  }

  // The answer to a plan follows from it alone.
  async #checkPlan(url: string): Promise<void> {
    const { world, caller, random } = this.#options;
    const value = random(1_000);
    const actions = [
      { id: "set", type: "state_write", parameters: { key: "x", value } },
      { id: "see", type: "assertion", preconditions: [{ key: "x", operator: "eq", value }] },
    ];
    const answer = await caller.call(url, "simulate", { proposal: { actions } });
    if (JSON.stringify(answer["final_state"]) !== JSON.stringify({ x: value })) {
      throw new Error(`simulate answers ${JSON.stringify(answer)}`);
    }
    world.did("plan");
  }

  async #endSession(url: string): Promise<void> {
    if (await this.#options.caller.end(url)) this.#options.world.did("session ended");
  }
}
