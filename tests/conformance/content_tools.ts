// The fixture tools that answer at once: every kind of content, an error, and a schema to be handed on.

import { defineJsonTool } from "../../src/app.ts";
import type { Tool } from "../../src/tools/definition.ts";
import { fixture } from "./_fixture_tool.ts";
import { embedded, PICTURE, text, WAV } from "./_samples.ts";

/** Makes them. */
export function contentTools(): readonly Tool[] {
  return [
    fixture("test_simple_text", () => ({ text: "This is a simple text response for testing." })),
    fixture("test_image_content", () => ({ content: [PICTURE] })),
    fixture("test_audio_content", () => ({
      content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
    })),
    fixture("test_embedded_resource", () => ({
      content: [
        embedded(
          "test://embedded-resource",
          "text/plain",
          "This is an embedded resource content.",
        ),
      ],
    })),
    fixture("test_multiple_content_types", () => ({
      content: [
        text("Multiple content types test:"),
        PICTURE,
        embedded(
          "test://mixed-content-resource",
          "application/json",
          JSON.stringify({ test: "data", value: 123 }),
        ),
      ],
    })),
    fixture("test_error_handling", () => ({
      text: "This tool intentionally returns an error for testing",
      isError: true,
    })),
    richSchemaTool(),
    mirroredTool(),
  ];
}

/** A tool whose schema uses what 2020-12 has and must reach the client unchanged. */
function richSchemaTool(): Tool {
  return defineJsonTool({
    wire: {
      name: "json_schema_2020_12_tool",
      description: "Tool with JSON Schema 2020-12 features",
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        $defs: {
          address: {
            $anchor: "addressDef",
            type: "object",
            properties: { street: { type: "string" }, city: { type: "string" } },
          },
        },
        properties: {
          name: { type: "string" },
          address: { $ref: "#/$defs/address" },
          contactMethod: { type: "string", enum: ["phone", "email"] },
          phone: { type: "string" },
          email: { type: "string" },
        },
        allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
        if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
        then: { required: ["phone"] },
        else: { required: ["email"] },
        additionalProperties: false,
      },
    },
    run: (args) => ({ text: JSON.stringify(args) }),
  });
}

/** A tool with arguments that a client repeats in headers. */
function mirroredTool(): Tool {
  return defineJsonTool({
    wire: {
      name: "test_mirrored_arguments",
      description: "Fixture: says where it was sent",
      inputSchema: {
        type: "object",
        properties: {
          region: { type: "string", "x-mcp-header": "Region" },
          priority: { type: "integer", "x-mcp-header": "Priority" },
          note: { type: "string" },
        },
      },
    },
    run: ({ region }) => ({ text: `Region: ${region}` }),
  });
}
