// The step that gives each course of events a number: a copy of the file that is put back goes on
// differently from where it was made, and revisions alone do not tell the two apart.

/** Statements of the migration. */
export const COURSE_SCHEMA = `
CREATE TABLE courses (                 -- who has the same row has the same past up to it
  revision INTEGER PRIMARY KEY,        -- the first of the course; it goes on to the next row
  number INTEGER NOT NULL              -- at random, below 2^52
) STRICT;
INSERT INTO courses (revision, number) VALUES (0, abs(random() % 4503599627370496));
`;
