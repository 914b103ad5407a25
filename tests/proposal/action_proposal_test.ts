import assert from "node:assert/strict";
import { z } from "zod";
import { ActionProposalSchema, identifyActions } from "../../src/proposal/action_proposal.ts";
import { plan } from "./_plan.ts";

Deno.test("ActionProposalSchema fills in every default", () => {
  const proposal = ActionProposalSchema.parse({ actions: [{ type: "assertion" }] });
  assert.equal(proposal.source, "unknown");
  assert.deepEqual(proposal.context, {});
  assert.deepEqual(proposal.actions, [{
    type: "assertion",
    parameters: {},
    preconditions: [],
    expected_effects: {},
    state_dependencies: [],
    read_set: [],
    write_set: [],
    assumptions: [],
    invocation_mode: "one_shot",
    reversibility: "irreversible",
    idempotent: false,
    max_retries: 3,
    failure_behavior: "abort",
    metadata: {},
  }]);
});

Deno.test("ActionProposalSchema takes eq when a precondition names no operator", () => {
  const [action] = plan({ type: "assertion", preconditions: [{ key: "a", value: 1 }] }).actions;
  assert.equal(action?.preconditions[0]?.operator, "eq");
});

Deno.test("ActionProposalSchema keeps fields it does not know", () => {
  const given = {
    actions: [{ type: "assertion", mood: "calm", preconditions: [{ key: "a", weight: 2 }] }],
    ticket: { id: 7 },
  };
  const parsed = ActionProposalSchema.parse(given);
  assert.deepEqual(parsed.ticket, { id: 7 });
  assert.equal(parsed.actions[0]?.mood, "calm");
  assert.equal(parsed.actions[0]?.preconditions[0]?.weight, 2);
});

Deno.test("ActionProposalSchema keeps a parameter named __proto__", () => {
  const given = JSON.parse(`{"type":"tool_call","tool":"t","parameters":{"__proto__":1}}`);
  assert.deepEqual(Object.keys(plan(given).actions[0]?.parameters ?? {}), ["__proto__"]);
});

const REFUSED: readonly (readonly [string, unknown])[] = [
  ["no actions", {}],
  ["actions that are no array", { actions: {} }],
  ["an action that is no object", { actions: [1] }],
  ["an action without type", { actions: [{}] }],
  ["an unknown type", { actions: [{ type: "think" }] }],
  ["an empty id", { actions: [{ type: "assertion", id: "" }] }],
  ["parameters that are an array", { actions: [{ type: "tool_call", parameters: [] }] }],
  ["parameters that are null", { actions: [{ type: "tool_call", parameters: null }] }],
  ["a precondition without key", { actions: [{ type: "assertion", preconditions: [{}] }] }],
  ["negative retries", { actions: [{ type: "assertion", max_retries: -1 }] }],
  ["a timeout of zero", { actions: [{ type: "assertion", timeout_ms: 0 }] }],
  ["an unknown failure behavior", { actions: [{ type: "assertion", failure_behavior: "cry" }] }],
  ["a time that is none", { actions: [], timestamp: "2026-13-01T00:00:00Z" }],
  ["a time without zone", { actions: [], timestamp: "2026-01-01T00:00:00" }],
];

for (const [name, given] of REFUSED) {
  Deno.test(`ActionProposalSchema refuses ${name}`, () => {
    assert.ok(!ActionProposalSchema.safeParse(given).success);
  });
}

const ACCEPTED: readonly (readonly [string, unknown])[] = [
  ["an empty plan", { actions: [] }],
  ["null where a field is optional", {
    id: null,
    timestamp: null,
    actions: [{ type: "assertion", id: null, tool: null, compensation: null, timeout_ms: null }],
  }],
  ["an RFC 3339 time with offset", { actions: [], timestamp: "2026-01-31T12:00:00.5+02:00" }],
];

for (const [name, given] of ACCEPTED) {
  Deno.test(`ActionProposalSchema accepts ${name}`, () => {
    assert.ok(ActionProposalSchema.safeParse(given).success);
  });
}

Deno.test("ActionProposalSchema describes every property for a model", () => {
  const schema = z.toJSONSchema(ActionProposalSchema, { io: "input" });
  const bare: string[] = [];
  const walk = (node: unknown, path: string) => {
    if (typeof node !== "object" || node === null) return;
    const { properties, items } = node as { properties?: Record<string, object>; items?: object };
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (!("description" in property)) bare.push(`${path}.${name}`);
      walk(property, `${path}.${name}`);
    }
    walk(items, `${path}[]`);
  };
  walk(schema, "proposal");
  assert.deepEqual(bare, []);
  assert.deepEqual(schema.required, ["actions"]);
});

Deno.test("identifyActions() gives positions as ids, and keeps given ones", () => {
  const given = plan({ type: "assertion" }, { type: "assertion", id: "mine" }, {
    type: "assertion",
  });
  const ids = identifyActions(given.actions).map((action) => action.id);
  assert.deepEqual(ids, ["action_1", "mine", "action_3"]);
  assert.equal(given.actions[0]?.id, undefined);
});

Deno.test("identifyActions() never gives an id that another action has", () => {
  const given = plan({ type: "assertion" }, { type: "assertion", id: "action_1" }, {
    type: "assertion",
    id: "action_1_",
  });
  const ids = identifyActions(given.actions).map((action) => action.id);
  assert.deepEqual(ids, ["action_1__", "action_1", "action_1_"]);
});
