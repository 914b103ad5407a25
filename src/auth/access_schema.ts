// The form of `[[auth.access]]` in the configuration.

import { z } from "zod";
import { GRANT_NAME, NAMESPACE_GRANT } from "./grant_names.ts";

const RULES_MAX = 1_000;
const NAMES_MAX = 256;
// Longer than any name of a tool or a prompt; a URI of a resource may be as long.
const PATTERN = z.string().regex(
  /^[^*\s]{0,512}\*?$/,
  "must be a name or a URI, with * at its end for all that begin so",
).min(1);
const PATTERNS = z.array(PATTERN).min(1).max(NAMES_MAX).optional();
const GRANTS = z.array(z.string().regex(GRANT_NAME, "is no name of a role or permission"))
  .min(1).max(NAMES_MAX).optional();

const ACCESS_RULE = z.strictObject({
  tools: PATTERNS,
  resources: PATTERNS,
  prompts: PATTERNS,
  namespaces: z.array(z.string().regex(NAMESPACE_GRANT, "is no namespace")).min(1).max(NAMES_MAX)
    .optional(),
  roles: GRANTS,
  permissions: GRANTS,
}).refine(
  ({ tools, resources, prompts, namespaces }) =>
    [tools, resources, prompts, namespaces].some((named) => named !== undefined),
  "must name tools, resources, prompts or namespaces",
).refine(
  ({ roles, permissions }) => roles !== undefined || permissions !== undefined,
  "must name roles or permissions, one of which is needed",
);

/** Who uses what it names, in the namespaces it names, needs one of its roles and one of its permissions. */
export type AccessRule = z.output<typeof ACCESS_RULE>;

/** The rules of a configuration; all that concern a use hold. */
export const ACCESS_RULES = z.array(ACCESS_RULE).max(RULES_MAX);
