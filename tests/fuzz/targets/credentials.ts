// What a request shows to be let in: values of `Authorization`, tokens of an identity provider that were
// damaged, and the file of tokens that were given out. Nothing but the very token lets anybody in.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBearer } from "../../../src/auth/bearer.ts";
import { StaticTokens } from "../../../src/auth/static_tokens.ts";
import type { TokenRecord } from "../../../src/auth/token_record.ts";
import { hashOf, readToken, writeToken } from "../../../src/auth/token_text.ts";
import { createTokenFile } from "../../../src/storage/token_file.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { goodClaims, issuerKey } from "../../helpers/fake_issuer.ts";
import { jwtChecker } from "../../helpers/jwt_checker.ts";
import { tempHome } from "../../helpers/temp_home.ts";
import {
  bytesOf,
  type FuzzTarget,
  type OpenTarget,
  REFUSED,
  TAKEN,
  textOf,
} from "../fuzz_target.ts";
import { mutated } from "../mutations.ts";
import { readOrRefused } from "./settings_files.ts";

const PARTS = { id: "0123456789ab", secret: "s".repeat(43) };
const OWN_TOKEN = writeToken(PARTS);
const RECORD: TokenRecord = {
  id: PARTS.id,
  hash: hashOf(PARTS.secret),
  principal: "ann",
  roles: ["admin"],
  permissions: ["tools:call"],
  namespaces: ["web", "shared/*"],
  createdMs: 0,
  expiresMs: undefined,
};
const HEADER_SCRAPS = [
  ...["Bearer ", "bearer", "BEARER\t", "Basic ", " ", ",", "car_", "=", "==", ".", "~", "+", "/"],
  ...[OWN_TOKEN, PARTS.secret, PARTS.id, "\t", "\u00a0", "Bearer Bearer "],
];

/** The `Authorization` header, as far as tokens of this server. */
export const AUTHORIZATION: FuzzTarget = {
  name: "authorization",
  promise: "nothing but the very token lets anybody in, and no other header is taken for one",
  suiteInputs: 10_000,
  outcomes: [TAKEN, REFUSED, "none", "malformed"],
  generate: (random) =>
    random(16) === 0 ? bytesOf(`Bearer ${OWN_TOKEN}`) : mutated(random, {
      corpus: [`Bearer ${OWN_TOKEN}`, `bearer  ${OWN_TOKEN} `, "Basic YTpi", "Bearer a.b.c"],
      scraps: HEADER_SCRAPS,
    }),
  open() {
    const source = { read: () => new Map([[RECORD.id, RECORD]]) };
    const onFault = (thrown: unknown) => assert.fail(String(thrown));
    const tokens = new StaticTokens({ source, clock: new FakeClock(), onFault });
    return { check: (input) => checkHeader(textOf(input), tokens) };
  },
};

function checkHeader(text: string, tokens: StaticTokens): string {
  let value: string;
  try {
    // As it would come: trimmed, Latin-1, on one line.
    value = new Headers({ authorization: text }).get("authorization") ?? "";
  } catch {
    return REFUSED;
  }
  const reading = readBearer(value);
  if (reading.kind !== "token") {
    assert.ok(!/^bearer +car_[0-9a-f]{12}_[\w-]{43}$/i.test(value), value);
    return reading.kind;
  }
  const { token } = reading;
  assert.match(value, /^bearer /i);
  assert.equal(value.slice("bearer".length).trim(), token);
  const parts = readToken(token);
  if (parts !== undefined) assert.equal(writeToken(parts), token);
  const outcome = tokens.authenticate(token);
  assert.equal(outcome.kind === "known", token === OWN_TOKEN);
  return outcome.kind === "known" ? TAKEN : REFUSED;
}

const FILE = `[[token]]
id = "${RECORD.id}"
hash = "${RECORD.hash}"
principal = "ann"
roles = ["admin"]
permissions = ["tools:call"]
namespaces = ["web", "shared/*"]
created = "2026-01-01T00:00:00.000Z"
expires = "2027-01-01T00:00:00.000Z"

[[token]]
id = "ffffffffffff"
hash = "${"0".repeat(64)}"
principal = "build"
roles = []
permissions = []
created = "2026-01-01T00:00:00Z"
`;
const FILE_SCRAPS = [
  "[[token]]\n",
  '"',
  "[",
  "]",
  "=",
  "\n",
  "#",
  "namespaces = []\n",
  '"*"',
  "0",
  "Z",
];

/** `tokens.toml`. */
export const TOKEN_FILE: FuzzTarget = {
  name: "token-file",
  promise:
    "a damaged tokens.toml is read or refused, and what was read can be written and read again",
  suiteInputs: 300,
  outcomes: [TAKEN, REFUSED],
  generate: (random) => mutated(random, { corpus: [FILE], scraps: FILE_SCRAPS, bytesMax: 16_384 }),
  open() {
    const home = tempHome();
    let files = 0;
    return {
      check(input) {
        // Each with a name of its own: a file is known again by its times, which are coarse.
        const path = join(home.path, `tokens-${files++ % 2}.toml`);
        writeFileSync(path, input, { mode: 0o600 });
        const file = createTokenFile({ path, tokensMax: 10 });
        return readOrRefused(() => {
          const records = file.read();
          for (const [id, record] of records) {
            assert.equal(record.id, id);
            assert.ok(Number.isFinite(record.createdMs) && record.expiresMs !== Number.NaN);
          }
          if (records.size === 0) return;
          file.update((all) => all.values());
          assert.deepEqual(createTokenFile({ path, tokensMax: 10 }).read(), records);
        });
      },
      close: () => home[Symbol.dispose](),
    };
  },
};

/** Stands for a part of the good token in an input, which must not change from run to run. */
const GOOD = ["HEAD", "CLAIMS", "SIGNATURE"] as const;
const JWT_SCRAPS = [
  ...[".", "..", "=", "A", "-", "_", "e30", ...GOOD],
  ...[{ alg: "none" }, { alg: "HS256", kid: "ec" }, { alg: "ES256", crit: ["b64"], b64: false }]
    .map((head) => encoded(head)),
  ...[{ ...goodClaims(0), sub: "admin" }, { sub: { toString: 1 } }, []].map((each) =>
    encoded(each)
  ),
];

/** Tokens of an identity provider. */
export const JWTS: FuzzTarget = {
  name: "jwts",
  promise: "a token of an identity provider that was damaged lets nobody in",
  suiteInputs: 2_000,
  outcomes: [TAKEN, REFUSED],
  generate: (random) =>
    random(10) === 0 ? bytesOf(GOOD.join(".")) : mutated(random, {
      corpus: [GOOD.join(".")],
      scraps: JWT_SCRAPS,
      bytesMax: 16_384,
    }),
  open: openJwts,
};

async function openJwts(): Promise<OpenTarget> {
  const key = await issuerKey("ES256", "ec");
  const { tokens, sign } = jwtChecker([key]);
  const good = await sign(key);
  const [head = "", claims = "", signature = ""] = good.split(".");
  return {
    async check(input) {
      const token = textOf(input).replaceAll("HEAD", head).replaceAll("CLAIMS", claims)
        .replaceAll("SIGNATURE", signature);
      const reading = readBearer(`Bearer ${token}`);
      if (reading.kind !== "token" || !tokens.takes(reading.token)) {
        assert.notEqual(token, good);
        return REFUSED;
      }
      const outcome = await tokens.authenticate(reading.token);
      // Blanks around it are no part of it.
      assert.equal(outcome.kind === "known", token.trim() === good, outcome.kind);
      return outcome.kind === "known" ? TAKEN : REFUSED;
    },
  };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
