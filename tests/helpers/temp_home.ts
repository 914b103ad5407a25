// A home that exists for one test.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh, empty folder; `using` removes it with everything inside. */
export function tempHome(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "car-mcp-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
