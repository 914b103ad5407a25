// The step that counts how much the facts of a namespace say, so that a namespace can be kept from
// filling the disk.

/** Statements of the migration. */
export const SIZE_SCHEMA = `
-- Subjects and bodies of all rows of this namespace in facts, in UTF-8.
ALTER TABLE namespaces ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE namespaces SET bytes = (
  SELECT coalesce(sum(octet_length(subject) + octet_length(body)), 0) FROM facts
  WHERE facts.namespace = namespaces.name
);
`;
