// What the server tells a model about itself in `initialize`: when to use the memory. Clients put it
// into the system prompt, so it is short (at most 800 characters) and says what to do, not how.

/** The instructions of the server. */
export const INSTRUCTIONS = [
  "This is a memory shared by every agent of this user or team; it outlives the conversation.",
  "At the start of a task, call memory_query with the task's key words, and skill_find for a known way to do it.",
  "When a decision is taken, a preference stated or a mistake corrected, store it with memory_add_fact: one fact each, a short subject, a body that a stranger understands.",
  "If a fact has changed, pass `supersedes` instead of storing a second version; look at `conflicts` in the answer.",
  "Store a procedure that worked with skill_ingest, and after using a skill report how it went with skill_report.",
  "Before running a plan of several actions, check it with verify.",
].join(" ");
