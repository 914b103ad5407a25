// A person who consents at once, behind the port that both official clients have for signing in: they
// find the identity provider by themselves, and this one follows where they lead.

/** The identity of a client, what it was given, and the way back from the identity provider. */
export class SignIn {
  readonly redirectUrl = "http://127.0.0.1/callback";
  readonly clientMetadata = {
    client_name: "car-mcp-tests",
    redirect_uris: [this.redirectUrl],
    token_endpoint_auth_method: "none",
  };
  #client: Stored<{ readonly client_id: string }> | undefined;
  #tokens: Stored<{ readonly access_token: string; readonly token_type: string }> | undefined;
  #discovered: DiscoveryState | undefined;
  #verifier = "";
  #back: URLSearchParams | undefined;

  clientInformation() {
    return this.#client;
  }

  saveClientInformation(client: NonNullable<ReturnType<SignIn["clientInformation"]>>): void {
    this.#client = client;
  }

  tokens() {
    return this.#tokens;
  }

  saveTokens(tokens: NonNullable<ReturnType<SignIn["tokens"]>>): void {
    this.#tokens = tokens;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const response = await fetch(url, { redirect: "manual" });
    await response.body?.cancel();
    this.#back = new URL(response.headers.get("location") ?? "").searchParams;
  }

  saveDiscoveryState(state: DiscoveryState): void {
    this.#discovered = state;
  }

  discoveryState() {
    return this.#discovered;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  /** What the identity provider sent back since this was asked last; undefined: nobody was sent there. */
  takeAnswer(): URLSearchParams | undefined {
    const back = this.#back;
    this.#back = undefined;
    return back;
  }
}

interface DiscoveryState {
  readonly authorizationServerUrl: string;
}

type Stored<Kept> = Kept & { readonly issuer?: string };

/** Finishes a sign-in with what came back. */
export type FinishSignIn = (back: URLSearchParams) => Promise<void>;

/** Does something; when that leads to the identity provider, signs in and does it again. */
export async function signingIn<Done>(
  signIn: SignIn | undefined,
  act: () => Promise<Done>,
  finish: FinishSignIn,
): Promise<Done> {
  try {
    return await act();
  } catch (thrown) {
    const back = signIn?.takeAnswer();
    if (back === undefined) throw thrown;
    await finish(back);
    return await act();
  }
}
