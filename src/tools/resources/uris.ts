// The URIs of our own resources.

import { LIMIT_RANGES } from "../../base/limit_ranges.ts";
import { nameForm } from "../../base/text_fields.ts";
import { compileUriTemplate, type UriTemplate } from "../uri_template.ts";

// The longest of all names; a character takes at least a byte.
const NAME_CHARS_MAX = LIMIT_RANGES.subjectBytesMax.max;

/** A fact by its id. */
export const FACT_URIS: UriTemplate = compileUriTemplate("car://memory/fact/{id}");

/** A skill by its name. */
export const SKILL_URIS: UriTemplate = compileUriTemplate("car://memory/skill/{name}");

/** What there is, and where. */
export const STATUS_URI = "car://memory/status";

/** The value in a URI in the form in which ids and names are stored; undefined for another URI. */
export function nameIn(uris: UriTemplate, uri: string): string | undefined {
  const [value] = Object.values(uris.match(uri) ?? {});
  if (value === undefined) return undefined;
  const name = nameForm(value, NAME_CHARS_MAX);
  // Neither is in any id or name, and no reader of SQLite has to be asked what it makes of it.
  return name === "" || name.includes("\0") ? undefined : name;
}

/** The one URI of an id or name. */
export function uriOf(uris: UriTemplate, name: string): string {
  const [variable = ""] = uris.variables;
  return uris.expand({ [variable]: name });
}
