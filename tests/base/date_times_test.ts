import assert from "node:assert/strict";
import { readDateTime } from "../../src/base/date_times.ts";

Deno.test("readDateTime() reads RFC 3339, and a date alone as its first moment in UTC", () => {
  const noon = Date.UTC(2026, 0, 31, 12);
  assert.equal(readDateTime("2026-01-31T12:00:00Z"), noon);
  assert.equal(readDateTime("2026-01-31T13:30+01:30"), noon);
  assert.equal(readDateTime("2026-01-31"), Date.UTC(2026, 0, 31));
});

Deno.test("readDateTime() gives nothing for what is no time", () => {
  for (
    const text of ["", "now", "2026", "2026-02-31", "2026-13-01", "2026-01-31T25:00Z", "31.1.2026"]
  ) assert.equal(readDateTime(text), undefined, text);
});
