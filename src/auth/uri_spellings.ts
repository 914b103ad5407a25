// The ways in which one URI may be written (RFC 3986, section 6.2): whoever answers it decodes it and walks
// its dots, so a rule about it must see what that comes to. A rule only takes away, so one spelling too
// many is no harm.

/** A URI as it was sent. */
export interface SentUri {
  readonly uri: string;
  /** The form that its owner has for it, where that is known. */
  readonly canonical?: string;
}

/** The URI as it was sent, in its owner's form, and each of them plain: without codes, and without dots. */
export function spellingsOf({ uri, canonical = uri }: SentUri): readonly string[] {
  const written = [uri, canonical];
  const walked = written.flatMap((each) => URL.parse(each)?.href ?? []);
  const all = [...written, ...walked];
  return [...new Set([...all, ...all.map(decoded)])];
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // A percent sign that begins no code stands for itself.
    return uri;
  }
}
