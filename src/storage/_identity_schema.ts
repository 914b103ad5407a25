// The step that gives a database a number of its own, so that a file kept beside it can tell whether it
// was made from this one.

/** Statements of the migration. */
export const IDENTITY_SCHEMA = `
-- Below 2^52: a number of JavaScript holds it exactly.
INSERT INTO meta (name, value) VALUES ('identity', abs(random() % 4503599627370496));
`;
