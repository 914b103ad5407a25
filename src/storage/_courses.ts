// A new course of events begins with the first write of everybody who opens the file. Of two files that
// were one, at least one was opened anew before it went on, so a revision that is in the same course in
// both says the same in both.

import type { DatabaseSync, StatementSync } from "node:sqlite";

// As many starts as a file beside the database may be old and still be of use.
const COURSES_KEPT = 1_024;

const STATEMENTS = {
  // A revision that was given and taken back may be given again.
  begin: "INSERT OR REPLACE INTO courses (revision, number) " +
    "VALUES (?, abs(random() % 4503599627370496))",
  drop: "DELETE FROM courses WHERE revision <= " +
    `(SELECT revision FROM courses ORDER BY revision DESC LIMIT 1 OFFSET ${COURSES_KEPT})`,
  at: "SELECT number FROM courses WHERE revision <= ? ORDER BY revision DESC LIMIT 1",
} as const;

/** Begins a course at a revision, inside the transaction that gives it; the oldest ones are dropped. */
export function beginCourse(connection: DatabaseSync, revision: number): void {
  connection.prepare(STATEMENTS.begin).run(revision);
  connection.prepare(STATEMENTS.drop).run();
}

/** The statement that answers the `number` of the course a revision is in, or no row. */
export function prepareCourseAt(connection: DatabaseSync): StatementSync {
  return connection.prepare(STATEMENTS.at);
}
