// All fuzz targets. One that needs what is private to a room stands in the tests of that room.

import { REQUEST_HEADERS } from "../http/request_headers_fuzz.ts";
import { SNAPSHOTS } from "../memory/snapshot/snapshot_fuzz.ts";
import { POLICY_FILE, POLICY_PATTERNS } from "../policy/policies_fuzz.ts";
import { GRAPH_IMPORTS, OWN_IMPORTS } from "../transfer/imports_fuzz.ts";
import type { FuzzTarget } from "./fuzz_target.ts";
import { BRIDGE_INPUT } from "./targets/bridge_input.ts";
import { CLIENT_TOOLS } from "./targets/client_tools.ts";
import { AUTHORIZATION, JWTS, TOKEN_FILE } from "./targets/credentials.ts";
import { EVENT_STREAMS } from "./targets/event_streams.ts";
import { HEADER_VALUES } from "./targets/header_values.ts";
import { HTTP_REQUESTS } from "./targets/http_requests.ts";
import { JSON_RPC } from "./targets/json_rpc.ts";
import { MESSAGE_LINES } from "./targets/message_lines.ts";
import { PLANS } from "./targets/plans.ts";
import { RESOURCE_URIS } from "./targets/resource_uris.ts";
import { CURSORS, REQUEST_STATES } from "./targets/sealed_values.ts";
import { CLIENT_CONFIGS, CONFIG_FILE, UPSTREAM_FILE } from "./targets/settings_files.ts";
import { TEXTS } from "./targets/texts.ts";

/** In the order in which `deno task fuzz` tries them. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  JSON_RPC,
  HTTP_REQUESTS,
  REQUEST_HEADERS,
  HEADER_VALUES,
  AUTHORIZATION,
  JWTS,
  TOKEN_FILE,
  EVENT_STREAMS,
  MESSAGE_LINES,
  CLIENT_TOOLS,
  BRIDGE_INPUT,
  CURSORS,
  REQUEST_STATES,
  RESOURCE_URIS,
  CONFIG_FILE,
  POLICY_FILE,
  POLICY_PATTERNS,
  UPSTREAM_FILE,
  CLIENT_CONFIGS,
  PLANS,
  OWN_IMPORTS,
  GRAPH_IMPORTS,
  SNAPSHOTS,
  TEXTS,
];
