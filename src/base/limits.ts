// Every bound that an operator may want to set, in one place. Each is `limits.<name>` in the
// configuration, within the hard range of `limit_ranges.ts`; the code that meets a bound decides what happens
// then and says so where it uses it (refuse, drop oldest, or close). A bound that belongs to one
// algorithm (a budget of comparisons, places in an excerpt) is a named constant beside it.

import { LIMIT_RANGES, type LimitRange } from "./limit_ranges.ts";

/** The bounds in force; sizes are bytes unless the name ends in another unit. */
export interface Limits {
  /** Body of one HTTP request; a longer one is answered 413. */
  readonly bodyBytesMax: number;
  /** Bodies that are being received, all together; one more piece is answered 503. */
  readonly processBodyBytesMax: number;
  /** Time to receive a whole body; then 408 and the connection ends. */
  readonly bodyReadMs: number;
  /** Nesting of one JSON message; deeper is refused before anything walks it. */
  readonly jsonDepthMax: number;
  /** Values (members and elements at any level) of one JSON message; more are refused. */
  readonly jsonValuesMax: number;
  /** Messages in one JSON-RPC batch. */
  readonly batchMessagesMax: number;
  /** Live sessions; the longest idle one of who holds most ends when another opens. */
  readonly sessionsMax: number;
  /** Live sessions of one principal; the longest idle one of them ends when another opens. */
  readonly principalSessionsMax: number;
  /** Requests in flight in one session; one more is refused. */
  readonly sessionRequestsMax: number;
  /** Requests in flight in the whole process; one more is answered 503. */
  readonly processRequestsMax: number;
  /**
   * Requests a second of one principal; one more is answered 429. Five seconds' worth may come at once.
   * It
   * holds where callers show who they are: one user need not be kept from himself.
   */
  readonly principalRequestsPerSecond: number;
  /**
   * Requests of one principal that have no response yet; one more is answered 429. Like the shares
   * below, it holds where callers show who they are.
   */
  readonly principalRequestsMax: number;
  /** Calls of tools of one principal at once, tasks included; one more is a result that says so. */
  readonly principalCallsMax: number;
  /** Open event streams of one principal; one more is answered 429, or without a stream. */
  readonly principalStreamsMax: number;
  /** Bodies of one principal that are being received; one more piece is answered 429. */
  readonly principalBodyBytesMax: number;
  /**
   * Requests a second from one address, whoever asks; one more is answered 429. Not on a loopback address
   * without authentication, where there is one user.
   */
  readonly addressRequestsPerSecond: number;
  /** Wrong tokens a minute from one address; further unknown ones are answered 429 unseen. */
  readonly addressFailuresPerMinute: number;
  /** Open streams of one session, the primary included. */
  readonly sessionStreamsMax: number;
  /** Shadow streams beside the primary one; the oldest ends when another opens. */
  readonly shadowStreamsMax: number;
  /** Messages kept for one session, sent and waiting; those that can best be missed are dropped. */
  readonly eventLogEventsMax: number;
  /** Bytes of the messages kept for one session; a message of more is sent now or refused. */
  readonly eventLogBytesMax: number;
  /** How long the stream of a request stays after its last message, to be resumed. */
  readonly finishedStreamMs: number;
  /** How long a client is told to wait before it connects again. */
  readonly streamRetryMs: number;
  /** Bytes written to one stream and not yet read by its client; then the stream is closed. */
  readonly streamBufferBytesMax: number;
  /** Requests of ours that wait for a client's answer, for one session. */
  readonly outgoingRequestsMax: number;
  /** Wait for a client's answer to a request of ours. */
  readonly outgoingRequestMs: number;
  /** Wait for the answer to a ping, before the connection it went to is given up. */
  readonly pingMs: number;
  /** Wait for an answer that a person or a model behind the client gives. */
  readonly answerMs: number;
  /** Tokens that were given out and not revoked; above it none is given out. */
  readonly tokensMax: number;
  /** Rounds of questions in one stateless call; a call that asks once more ends with an error. */
  readonly inputRoundsMax: number;
  /** Answered rounds that are remembered until they expire; above it none is taken. */
  readonly usedStatesMax: number;
  /** Time for one call of a tool, without what it waits for answers of the client. */
  readonly callMs: number;
  /** Time that running calls get to end at shutdown. */
  readonly shutdownGraceMs: number;
  /** Subject of a fact. */
  readonly subjectBytesMax: number;
  /** Body of a fact. */
  readonly factBodyBytesMax: number;
  /** An id that a caller chooses, in characters. */
  readonly idCharsMax: number;
  /** Tags of one fact. */
  readonly tagsMax: number;
  /** One tag, in characters. */
  readonly tagCharsMax: number;
  /** `source` of a fact, in characters. */
  readonly sourceCharsMax: number;
  /** `depends_on` and `premises` of one fact, each. */
  readonly factLinksMax: number;
  /** Facts that one write may supersede and invalidate; a write that would end more is refused. */
  readonly factsEndedMax: number;
  /** A query's text. */
  readonly queryBytesMax: number;
  /** Name of a namespace, in characters. */
  readonly namespaceCharsMax: number;
  /** Namespaces one memory holds; another one is refused. */
  readonly namespacesMax: number;
  /** Facts of one namespace; another one is refused. */
  readonly factsMax: number;
  /** Subjects and bodies of the facts of one namespace, in bytes; another one is refused. */
  readonly namespaceBytesMax: number;
  /** RAM that the indexes of all namespaces take; the one used longest ago is dropped. */
  readonly indexBytesMax: number;
  /** Writes that wait for the next commit; another one is refused. */
  readonly writeQueueMax: number;
  /** Writes that share one transaction. */
  readonly commitWritesMax: number;
  /** Code of one skill. */
  readonly skillCodeBytesMax: number;
  /** Description, URL pattern or note of a skill, each. */
  readonly skillTextBytesMax: number;
  /** Task keywords of one skill. */
  readonly skillKeywordsMax: number;
  /** Versions kept of one skill; the oldest is dropped. */
  readonly skillVersionsMax: number;
  /** Skills of one namespace, whatever their status; another name is refused. */
  readonly skillsMax: number;
  /** One line of a file that is imported; a longer one is skipped and reported. */
  readonly transferLineBytesMax: number;
  /** A plan, as JSON. */
  readonly proposalBytesMax: number;
  /** Actions of one plan; a plan with more is refused. */
  readonly proposalActionsMax: number;
  /** One file of policies; a larger one is a fault of the configuration. */
  readonly policyFileBytesMax: number;
  /** Files of policies in one folder; more are a fault of the configuration. */
  readonly policyFilesMax: number;
  /** Rules that one file may hold; more are a fault of the configuration. */
  readonly policyRulesMax: number;
  /** Projects whose policies are kept at hand; the longest unused is read anew when it is back. */
  readonly policyProjectsMax: number;
  /** One file of the log of decisions; at this size the next one begins. */
  readonly decisionLogBytesMax: number;
  /** One file of the audit; at this size the next one begins. */
  readonly auditLogBytesMax: number;
  /** Full files of the audit that are kept; the oldest goes when another is full. */
  readonly auditLogFilesMax: number;
  /** Text of one answer of a built-in tool; longer bodies are shortened. */
  readonly answerBytesMax: number;
  /** Mounted servers; the files of further ones are faults. */
  readonly upstreamsMax: number;
  /** One message of a mounted server; a longer one is refused, and who waits for it is told. */
  readonly upstreamLineBytesMax: number;
  /** Bytes that a mounted server has not read yet; then a call of it is refused. */
  readonly upstreamQueueBytesMax: number;
  /** Calls that wait for one mounted server; one more is refused. */
  readonly upstreamCallsMax: number;
  /** Tools of one mounted server; further ones are left out and reported. */
  readonly upstreamToolsMax: number;
  /** Failed starts in a row after which a mounted server is given up. */
  readonly upstreamRestartsMax: number;
  /** Time for a mounted server to start and to list its tools. */
  readonly upstreamStartMs: number;
  /** Wait for the answer to the probe of the era, before a mounted server is taken for a legacy one. */
  readonly upstreamProbeMs: number;
  /** What a mounted server wrote to stderr: at this size the next file begins. */
  readonly upstreamLogBytesMax: number;
  /** Tools that one client may lend; a client that declares more is refused. */
  readonly clientToolsMax: number;
  /** Definition of one tool that a client lends, as JSON; a client that declares a larger one is refused. */
  readonly clientToolBytesMax: number;
  /** Tools that all clients together may lend; a client beyond it lends none. */
  readonly processClientToolsMax: number;
  /** Calls that wait for one client that lends tools; one more is refused. */
  readonly clientCallsMax: number;
  /** Time for one call of a tool that a client lends. */
  readonly clientCallMs: number;
  /** How long a client that lends tools may be gone before the calls that wait for it are given up. */
  readonly clientAbsenceMs: number;
  /** Lines of the log that wait for a slow reader; a further one is dropped and counted. */
  readonly logLinesMax: number;
  /** Requests that listen for changes, in the whole process; another one is refused. */
  readonly listenersMax: number;
  /** Resources to which one session, or one listener, may subscribe; another one is refused. */
  readonly resourceSubscriptionsMax: number;
  /** Resources to which all sessions and listeners together subscribe; another one is refused. */
  readonly processSubscriptionsMax: number;
  /**
   * URI of a resource, in characters; a longer one names none, and a subscription to it is refused. An
   * id of 128 characters, percent-encoded, is within.
   */
  readonly uriCharsMax: number;
  /** What was written of a value that is to be completed, in characters; more goes on to nothing. */
  readonly completionCharsMax: number;
  /** The capabilities that a client declares, as JSON; more are refused. */
  readonly capabilitiesBytesMax: number;
  /** A call that takes longer becomes a task, if its client knows tasks. */
  readonly taskAfterMs: number;
  /** Time for one task, with what it waits for answers; then it fails. */
  readonly taskMs: number;
  /** How long a task is known, from its beginning on; then it is removed. */
  readonly taskKeptMs: number;
  /** How often a client is told to look after a task. */
  readonly taskPollMs: number;
  /** Tasks that are kept, ended ones included; beyond, a call stays a call. */
  readonly tasksMax: number;
  /** Tasks that are kept for one principal; beyond, a call stays a call. */
  readonly principalTasksMax: number;
  /** Result or open questions of one task; with a longer one it fails. */
  readonly taskBytesMax: number;
  /** What is kept of all tasks; beyond, a call stays a call. */
  readonly tasksBytesMax: number;
  /** State of a call that its client carries for us, sealed, in characters; longer is refused. */
  readonly sealedCharsMax: number;
  /** Key set of an identity provider; a longer one counts as not fetched. */
  readonly keySetBytesMax: number;
  /** Keys that are used of it; further ones are ignored. */
  readonly keySetKeysMax: number;
  /** Time to fetch it; then it counts as not fetched. */
  readonly keySetFetchMs: number;
  /** Tokens whose signature is not checked again; beyond, that of the one used longest ago is. */
  readonly verifiedTokensMax: number;
  /** Characters kept of a client's name and of its version. */
  readonly clientNameCharsMax: number;
}

// Each limit has a range, and there is no other range.
const RANGES: { readonly [Name in keyof Limits]: LimitRange } = LIMIT_RANGES;

/** The names of all limits, in the order of the table. */
export const LIMIT_NAMES = Object.keys(RANGES) as readonly (keyof Limits)[];

/** The limits with some of them replaced; values are taken as given, `config/` checks the range. */
export function limitsWith(overrides: Partial<Limits> = {}): Limits {
  const standard = Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, RANGES[name].standard]),
  );
  // Every name of the interface has a range, so the entries are the whole of it.
  return Object.freeze({ ...standard, ...overrides }) as unknown as Limits;
}
