// The step that lets what ends only later be found until then: the end of few facts is planned, so an
// index in order of ends leads to them past all that ended long ago. The bank is counted from its index
// alone, so that has the times by which a fact holds.

/** Statements of the migration. */
export const ENDING_SCHEMA = `
CREATE INDEX facts_ending ON facts (namespace, valid_to) WHERE state <> 'live';
CREATE INDEX facts_ending_by_subject ON facts (namespace, subject, valid_to)
  WHERE state <> 'live';
DROP INDEX facts_of_bank;
CREATE INDEX facts_of_bank ON facts (namespace, kind, valid_from, recorded, valid_to, expires_at)
  WHERE state = 'live' AND kind IN ('knowledge', 'procedural', 'constraint', 'decision');
`;
