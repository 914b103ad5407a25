// What the URL of a request says. Almost all requests to a server have the same one, so the last that was
// taken apart is kept: to compare it costs less than to cut it up again.

/** An absolute URL, taken apart as far as it is needed. */
export interface RequestUrl {
  readonly href: string;
  /** The part between `//` and the path, as it was sent. */
  readonly host: string;
  /** Without the query. */
  readonly path: string;
}

/** Takes URLs of requests apart. */
export class RequestUrls {
  #last: RequestUrl = readUrl("");

  /** What an absolute URL says. */
  read(href: string): RequestUrl {
    if (href !== this.#last.href) this.#last = readUrl(href);
    return this.#last;
  }
}

/** Cheaper than parsing the whole. */
function readUrl(href: string): RequestUrl {
  const hostAt = href.indexOf("//") + 2;
  const pathAt = href.indexOf("/", hostAt);
  if (pathAt === -1) return { href, host: href.slice(hostAt), path: "/" };
  const queryAt = href.indexOf("?", pathAt);
  const path = queryAt === -1 ? href.slice(pathAt) : href.slice(pathAt, queryAt);
  return { href, host: href.slice(hostAt, pathAt), path };
}
