// Sends the text of each request back: what the runtime's HTTP alone costs, and the proof that the
// load generator is not what limits the others.

import { listen } from "./_listen.ts";

listen(async (request) => new Response(await request.text()));
