// The form of `config.toml` as JSON Schema, made from the table of keys, for editors that check TOML.

import { z } from "zod";
import { CONFIG_KEYS } from "./keys.ts";

interface Table {
  readonly type: "object";
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

/** The schema, in the dialect 2020-12. */
export function configFileSchema(): Readonly<Record<string, unknown>> {
  const root = emptyTable();
  for (const { name, schema, standard } of CONFIG_KEYS) {
    const path = name.split(".");
    const { $schema: _dialect, ...form } = z.toJSONSchema(schema);
    const last = path.pop() ?? "";
    const table = path.reduce(tableIn, root);
    table.properties[last] = standard === undefined ? form : { ...form, default: standard };
  }
  return { $schema: "https://json-schema.org/draft/2020-12/schema", ...root };
}

function tableIn(table: Table, name: string): Table {
  // Keys below a name make it a table; no key is both.
  return (table.properties[name] ??= emptyTable()) as Table;
}

function emptyTable(): Table {
  return { type: "object", additionalProperties: false, properties: {} };
}
