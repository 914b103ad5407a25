// The skills of one namespace in memory: the newest version of each name without its code, and which
// words lead to which skill. Everything here can be thrown away and read again from the store.

import { composed } from "../base/normal_form.ts";
import type { Term, Tokenizer } from "../memory/tokenizer.ts";
import { compareText, SortedNames } from "./_sorted_names.ts";
import { isRelated, type MatchEvidence } from "./match_score.ts";
import { type SkillQuery, type SkillView, statusOf } from "./skill.ts";
import type { SkillRow } from "./store.ts";
import { compileUrlPattern, type UrlPattern } from "./url_pattern.ts";

/** A skill that may be suggested, and what speaks for it. */
export interface Candidate {
  readonly view: SkillView;
  readonly evidence: MatchEvidence;
}

interface Keyword {
  readonly text: string;
  /** Stems that must all be in the task. */
  readonly keys: readonly string[];
}

interface Entry {
  readonly row: SkillRow;
  readonly view: SkillView;
  readonly keywords: readonly Keyword[];
  /** In a form that ignores case. */
  readonly persona: string | undefined;
  readonly fitsUrl: UrlPattern | undefined;
  /** Stems of name, description and keywords. */
  readonly keys: ReadonlySet<string>;
}

/** The index of one namespace. */
export class SkillIndex {
  readonly #tokenizer: Tokenizer;
  readonly #entries = new Map<string, Entry>();
  readonly #entriesByKey = new Map<string, Set<Entry>>();
  /** All names in order; made when somebody browses. A name never goes. */
  #names: SortedNames | undefined;

  constructor(tokenizer: Tokenizer, rows: readonly SkillRow[]) {
    this.#tokenizer = tokenizer;
    for (const row of rows) this.put(row);
  }

  /** Takes a row in place of what was known of its name, unless that is newer. */
  put(row: SkillRow): void {
    const known = this.#entries.get(row.name);
    if (known !== undefined) {
      if (known.row.revision > row.revision) return;
      this.#unlink(known);
    }
    const entry = this.#entryOf(row);
    if (known === undefined) this.#names?.add(row.name);
    this.#entries.set(row.name, entry);
    for (const key of entry.keys) {
      const entries = this.#entriesByKey.get(key);
      if (entries === undefined) this.#entriesByKey.set(key, new Set([entry]));
      else entries.add(entry);
    }
  }

  /** Whether there is a skill of that name. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** How many skills there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The skill of that name. */
  view(name: string): SkillView | undefined {
    return this.#entries.get(name)?.view;
  }

  /** The names of all skills, in order. */
  get names(): SortedNames {
    return this.#names ??= new SortedNames([...this.#entries.keys()]);
  }

  /** All skills; with a domain, the global ones and those of the domain. By name. */
  views(domain: string | undefined): readonly SkillView[] {
    return [...this.#entries.values()]
      .map((entry) => entry.view)
      .filter((view) => domain === undefined || view.domain === undefined || view.domain === domain)
      .sort((a, b) => compareText(a.name, b.name));
  }

  /** The active skills that anything ties to the task, with what that is. */
  candidates(query: Omit<SkillQuery, "k">): readonly Candidate[] {
    const terms = this.#tokenizer.terms(query.task, "query");
    const activations = this.#activations(contentKeys(terms));
    // The task is searched for keywords, so it is taken apart as finely as a stored text.
    const taskKeys = new Set(this.#tokenizer.terms(query.task, "fact").map((term) => term.key));
    const persona = foldCase(query.persona);
    const { url } = query;
    const evidenceOf = (entry: Entry): MatchEvidence => ({
      hasPersona: persona !== undefined && entry.persona === persona,
      hasUrl: url !== undefined && entry.fitsUrl?.(url) === true,
      foundKeywords: entry.keywords
        .filter((keyword) => keyword.keys.every((key) => taskKeys.has(key)))
        .map((keyword) => keyword.text),
      keywords: entry.keywords.length,
      successCount: entry.view.successCount,
      failCount: entry.view.failCount,
      activation: activations.get(entry) ?? 0,
    });
    return [...this.#entries.values()]
      .filter((entry) => entry.view.status === "active")
      .map((entry) => ({ view: entry.view, evidence: evidenceOf(entry) }))
      .filter(({ evidence }) => isRelated(evidence));
  }

  // The share of the task's words that a skill has. A word counts the less, the more skills have it.
  #activations(keys: ReadonlySet<string>): ReadonlyMap<Entry, number> {
    const sums = new Map<Entry, number>();
    let best = 0;
    for (const key of keys) {
      const entries = this.#entriesByKey.get(key);
      const rarity = 1 - (entries?.size ?? 0) / (this.#entries.size + 1);
      best += rarity;
      for (const entry of entries ?? []) sums.set(entry, (sums.get(entry) ?? 0) + rarity);
    }
    for (const [entry, sum] of sums) sums.set(entry, sum / best);
    return sums;
  }

  #entryOf(row: SkillRow): Entry {
    const keywords = row.taskKeywords.map((text) => ({ text, keys: this.#keywordKeys(text) }));
    const text = [row.name, row.description ?? "", ...row.taskKeywords].join("\n");
    const keys = contentKeys(this.#tokenizer.terms(text, "fact"));
    const { persona, urlPattern } = row;
    const fitsUrl = urlPattern === undefined ? undefined : lazyPattern(urlPattern);
    return { row, view: viewOf(row), keywords, persona: foldCase(persona), fitsUrl, keys };
  }

  // A keyword of several words is found when all of them are; stop words count only if alone. One
  // without any word (a sign, an emoji) can never be found.
  #keywordKeys(text: string): readonly string[] {
    const terms = this.#tokenizer.terms(text, "query").filter((term) => term.isName || term.isStop);
    const content = contentKeys(terms);
    const keys = content.size > 0 ? [...content] : terms.map((term) => term.key);
    return keys.length > 0 ? keys : [`\n${text}`];
  }

  #unlink(entry: Entry): void {
    for (const key of entry.keys) {
      const entries = this.#entriesByKey.get(key);
      entries?.delete(entry);
      if (entries?.size === 0) this.#entriesByKey.delete(key);
    }
  }
}

function viewOf(row: SkillRow): SkillView {
  const { name, version, platform, persona, urlPattern, description, taskKeywords, domain } = row;
  const { successCount, failCount } = row;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(platform === undefined ? {} : { platform }),
    ...(persona === undefined ? {} : { persona }),
    ...(urlPattern === undefined ? {} : { urlPattern }),
    taskKeywords,
    ...(domain === undefined ? {} : { domain }),
    status: statusOf(row),
    version,
    successCount,
    failCount,
  };
}

// Made ready by the first URL that is long enough to fit: most patterns are never asked, and a start
// that made all of them ready would block for as long as they are long.
function lazyPattern(pattern: string): UrlPattern {
  const charsMin = pattern.replaceAll("*", "").length;
  let fits: UrlPattern | undefined;
  return (url) => {
    if (url.length < charsMin) return false;
    fits ??= compileUrlPattern(pattern);
    return fits(url);
  };
}

function contentKeys(terms: readonly Term[]): ReadonlySet<string> {
  return new Set(terms.filter((term) => !term.isStop).map((term) => term.key));
}

function foldCase(text: string | undefined): string | undefined {
  return text && composed(text, Infinity).toUpperCase().toLowerCase();
}
