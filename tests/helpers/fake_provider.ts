// An identity provider on the loopback address, as far as a client meets one: its metadata (RFC 8414),
// registration (RFC 7591), a consent that is given at once, tokens for a code (RFC 6749, section 4.1, with
// RFC 8707), and its keys.

import { createHash, randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { type IssuerKey, issuerKey, keySetOf, signToken } from "./fake_issuer.ts";
import { jsonAnswer, type KeyAnswer, keyServer } from "./key_server.ts";

/** What a client asked a token for. */
export interface AskedFor {
  readonly resource: string;
  readonly scope: string;
}

/** A provider. */
export interface FakeProvider extends AsyncDisposable {
  readonly issuer: string;
  /** The address of its keys. */
  readonly keySetUrl: string;
  /** What clients asked consent for, in that order. */
  readonly asked: readonly AskedFor[];
  /** What the person consents to of what is asked; all of it until this is called. */
  consentTo(scopes: readonly string[] | "all"): void;
  /** A token that nobody asked for, good for an hour. */
  token(audience: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
}

interface Consent extends AskedFor {
  readonly challenge: string;
}

const HOUR_SECONDS = 3_600;

/** Starts one. */
export async function fakeProvider(): Promise<FakeProvider> {
  const key = await issuerKey("RS256", "provider");
  const asked: AskedFor[] = [];
  const consents = new Map<string, Consent>();
  let consented: readonly string[] | "all" = "all";
  const server = await keyServer(() => {});
  const { origin: issuer } = server;
  const grant = (scope: string) =>
    scope.split(" ").filter((each) => consented === "all" || consented.includes(each)).join(" ");
  const answers: Readonly<Record<string, KeyAnswer>> = {
    "/keys": jsonAnswer(keySetOf(key)),
    "/.well-known/oauth-authorization-server": jsonAnswer(metadataOf(issuer)),
    "/register": (request, response) =>
      void text(request).then((body) =>
        jsonAnswer({ ...JSON.parse(body), client_id: "client" }, 201)(request, response)
      ),
    "/authorize": (request, response) => {
      const { searchParams: query } = new URL(request.url ?? "", issuer);
      const of = (name: string) => query.get(name) ?? "";
      const code = randomUUID();
      asked.push({ resource: of("resource"), scope: of("scope") });
      consents.set(code, {
        resource: of("resource"),
        scope: grant(of("scope")),
        challenge: of("code_challenge"),
      });
      const back = new URL(of("redirect_uri"));
      back.searchParams.set("code", code);
      back.searchParams.set("iss", issuer);
      if (query.has("state")) back.searchParams.set("state", of("state"));
      response.writeHead(302, { location: back.href }).end();
    },
    "/token": (request, response) =>
      void text(request).then(async (body) =>
        (await tokenAnswer({ issuer, key, consents, form: new URLSearchParams(body) }))(
          request,
          response,
        )
      ),
  };
  server.answer((request, response) => {
    const { pathname } = new URL(request.url ?? "", issuer);
    const answer = Object.hasOwn(answers, pathname) ? answers[pathname] : undefined;
    (answer ?? jsonAnswer({ error: "not_found" }, 404))(request, response);
  });
  return {
    issuer,
    keySetUrl: `${issuer}/keys`,
    asked,
    consentTo: (scopes) => void (consented = scopes),
    token: (aud, claims = {}) => issueToken(key, { iss: issuer, aud, ...claims }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function metadataOf(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code"],
    token_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
  };
}

async function tokenAnswer({ issuer, key, consents, form }: {
  readonly issuer: string;
  readonly key: IssuerKey;
  readonly consents: Map<string, Consent>;
  readonly form: URLSearchParams;
}): Promise<KeyAnswer> {
  const code = form.get("code") ?? "";
  const consent = consents.get(code);
  const proof = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
  if (consent === undefined || consent.challenge !== proof) {
    return jsonAnswer({ error: "invalid_grant" }, 400);
  }
  consents.delete(code);
  const { resource, scope } = consent;
  const token = await issueToken(key, { iss: issuer, aud: resource, scope });
  return jsonAnswer({ access_token: token, token_type: "Bearer", expires_in: HOUR_SECONDS, scope });
}

function issueToken(key: IssuerKey, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
  return signToken(key, Date.now(), { header: { typ: "at+jwt" }, claims: { exp, ...claims } });
}
