// What the two halves of a bridge, one for each era, work with.

import type { Clock } from "../base/clock.ts";
import type { EndpointClient } from "./endpoint_client.ts";
import type { MessageOutput } from "./message_output.ts";

/** What both eras of a bridge work with. */
export interface BridgeSide {
  readonly client: EndpointClient;
  readonly output: MessageOutput;
  readonly clock: Clock;
  readonly onTrouble: (line: string) => void;
}
