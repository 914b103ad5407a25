// The step that finds the same fact by its subject: an index in order of digests took a page of the log for
// each fact, in no order.

/** Statements of the migration. */
export const DIGEST_SCHEMA = `
DROP INDEX facts_by_digest;
DROP INDEX facts_by_subject;
CREATE INDEX facts_by_subject ON facts (namespace, subject, valid_from, number, digest)
  WHERE state = 'live';
`;
