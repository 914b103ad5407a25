// The step that lets what is superseded only later be found until then: few facts are, so an index in
// order of their ends leads to them past all that ended long ago. The bank is counted from its index
// alone, so that has the times by which a fact holds.

/** Statements of the migration. */
export const ENDING_SCHEMA = `
CREATE INDEX facts_ending ON facts (namespace, valid_to) WHERE state = 'superseded';
CREATE INDEX facts_ending_by_subject ON facts (namespace, subject, valid_to)
  WHERE state = 'superseded';
DROP INDEX facts_of_bank;
CREATE INDEX facts_of_bank ON facts (namespace, kind, valid_from, recorded, valid_to, expires_at)
  WHERE state = 'live' AND kind IN ('knowledge', 'procedural', 'constraint', 'decision');
`;
