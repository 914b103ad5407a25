import assert from "node:assert/strict";
import { WAITING_CLOCK } from "../../src/base/clock.ts";
import { startDaemon } from "../../src/start_daemon.ts";
import { runProcess } from "../helpers/process.ts";
import { DENO } from "../helpers/runtimes.ts";
import { tempHome } from "../helpers/temp_home.ts";

Deno.test("startDaemon() says at once why there can be no process", async () => {
  using home = tempHome();
  const serve = { command: `${home.path}/no-such-program`, args: [] };
  const options = { home: home.path, serve, clock: WAITING_CLOCK, idleExitMs: 1_000 };
  await assert.rejects(startDaemon(options), {
    code: "closed",
    message: /^Cannot start the daemon: .*(ENOENT|not found|No such file)/i,
  });
});

Deno.test("startDaemon() repeats what a daemon said before it ended", async () => {
  using home = tempHome();
  const serve = {
    command: Deno.execPath(),
    args: ["eval", "console.error('no room'); Deno.exit(4)"],
  };
  const options = { home: home.path, serve, clock: WAITING_CLOCK, idleExitMs: 1_000 };
  await assert.rejects(startDaemon(options), {
    code: "closed",
    message: /ended at once: .*no room/,
  });
});

for (const text of ["soon", "0", "-1", "1e3", ""]) {
  Deno.test(`serve refuses --idle-exit-ms "${text}"`, async () => {
    using home = tempHome();
    const args = ["serve", "--home", home.path, `--idle-exit-ms=${text}`];
    const { code, stderr } = await runProcess({ runtime: DENO, args });
    assert.equal(code, 2);
    assert.match(stderr, /--idle-exit-ms/);
  });
}
