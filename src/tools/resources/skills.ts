// `car://memory/skill/{name}`: a skill with its code, the newest version of its name. All are listed, by
// name, with their status.

import type { SkillView } from "../../skills/skill.ts";
import type { Skills } from "../../skills/skills.ts";
import type { WireResource } from "../../protocol/resources.ts";
import { COMPLETION_VALUES_MAX } from "../completion.ts";
import { namespaceOf } from "../namespace.ts";
import type { ResourceProvider } from "../resource_provider.ts";
import { skillView } from "../_skill_view.ts";
import { JSON_TYPE, jsonContents } from "./_json_contents.ts";
import { nameIn, SKILL_URIS, uriOf } from "./uris.ts";

/** Makes the provider. */
export function skillResources({ skills }: { readonly skills: Skills }): ResourceProvider {
  return {
    name: "skills",
    list({ after, limit }, context) {
      const afterName = typeof after === "string" ? after : undefined;
      const page = skills.page(namespaceOf(context), afterName, limit);
      const next = page.length < limit ? undefined : page.at(-1)?.name;
      return { resources: page.map(wireOf), next };
    },
    templates: () => [{
      uriTemplate: SKILL_URIS.text,
      name: "skill",
      title: "Skill",
      description: "A stored procedure by its name, with its code and how it fared",
      mimeType: JSON_TYPE,
    }],
    read(uri, context) {
      const name = nameIn(SKILL_URIS, uri);
      const skill = name === undefined ? undefined : skills.read(namespaceOf(context), name);
      return skill && jsonContents(uri, { ...skillView(skill), code: skill.code });
    },
    canonicalUri(uri) {
      const name = nameIn(SKILL_URIS, uri);
      return name === undefined ? undefined : uriOf(SKILL_URIS, name);
    },
    complete(uriTemplate, { argument, prefix }, context) {
      if (uriTemplate !== SKILL_URIS.text || argument !== "name") return undefined;
      return skills.names(namespaceOf(context), prefix, COMPLETION_VALUES_MAX);
    },
  };
}

function wireOf({ name, description, status }: SkillView): WireResource {
  return {
    uri: uriOf(SKILL_URIS, name),
    name,
    title: name,
    description: [`skill, ${status}`, ...(description === undefined ? [] : [description])].join(
      ": ",
    ),
    mimeType: JSON_TYPE,
  };
}
