// Lent tools without a wire: sessions of two users, and what each of them sees.

import assert from "node:assert/strict";
import type { Principal } from "../../src/auth/principal.ts";
import { Deadlines } from "../../src/base/deadlines.ts";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { LentTools } from "../../src/lending/lent_tools.ts";
import { createLog } from "../../src/observe/log.ts";
import { NEWEST_LEGACY_REVISION } from "../../src/protocol/revisions.ts";
import type { Audience } from "../../src/rpc/changes.ts";
import { Dispatcher } from "../../src/rpc/dispatcher.ts";
import type { Session } from "../../src/session/session.ts";
import { SessionMap } from "../../src/session/session_map.ts";
import { FakeClock } from "./fake_clock.ts";
import type { DeclaredTool } from "./lending_client.ts";

/** A user. */
export const ADA: Principal = { id: "ada" };
/** Another one. */
export const BOB: Principal = { id: "bob" };

/** Lent tools under these limits, and what happens to them. */
export function builtLending(overrides: Partial<Limits> = {}) {
  const clock = new FakeClock();
  const deadlines = new Deadlines({ clock });
  const limits = limitsWith(overrides);
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = createLog({ level: "info", format: "json", clock, write });
  const lent = new LentTools({ clock, deadlines, limits, log });
  const told: Audience[] = [];
  lent.onChange((audience) => told.push(audience));
  const sessions = new SessionMap({
    dispatcher: new Dispatcher(new Map(), () => {}),
    deadlines,
    limits,
    clock,
    idleMs: 60_000,
    onDrop: () => {},
    onStoreFault: () => {},
    observer: { opened: () => {}, restored: () => {}, ended: () => {} },
  });
  const open = (principal: Principal, tools: readonly DeclaredTool[], name = "ide"): Session => {
    const session = sessions.open(principal, {
      revision: NEWEST_LEGACY_REVISION,
      client: { name, version: "1" },
      capabilities: { experimental: { "car/clientTools": { tools } } },
    });
    assert.ok(session);
    lent.lend(session);
    return session;
  };
  const seenBy = (principal: Principal, sessionId?: string) =>
    lent.list({ principal, sessionId }).map(({ wire }) => wire.name);
  return { lent, lines, told, open, seenBy };
}
