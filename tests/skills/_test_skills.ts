// Skills on a fresh SQLite file, for the tests of this folder.

import { join } from "node:path";
import { type Limits, limitsWith } from "../../src/base/limits.ts";
import { type AuditLog, NO_AUDIT } from "../../src/memory/audit_log.ts";
import { openSkills, type Skills } from "../../src/skills/skills.ts";
import { type Database, openDatabase } from "../../src/storage/database.ts";
import { createSqliteSkills } from "../../src/storage/sqlite_skills.ts";
import { FakeClock } from "../helpers/fake_clock.ts";
import { tempHome } from "../helpers/temp_home.ts";

/** A home that opens skills on one and the same file, each time as another process would. */
export interface SkillsHome extends AsyncDisposable {
  open(limits?: Partial<Limits>, audit?: AuditLog): Skills;
  /** Closes everything that was opened, as the end of the processes would. */
  closeAll(): Promise<void>;
}

/** A home without skills; `await using` closes and removes it. */
export function skillsHome(): SkillsHome {
  const home = tempHome();
  const clock = new FakeClock();
  const opened: { skills: Skills; database: Database }[] = [];
  const closeAll = async () => {
    for (const { skills, database } of opened.splice(0)) {
      await skills.close();
      await database.close();
    }
  };
  return {
    open(overrides = {}, audit = NO_AUDIT) {
      const limits = limitsWith(overrides);
      const database = openDatabase({ path: join(home.path, "memory.db"), limits });
      const skills = openSkills({ store: createSqliteSkills(database), clock, limits, audit });
      opened.push({ skills, database });
      return skills;
    },
    closeAll,
    async [Symbol.asyncDispose]() {
      await closeAll();
      home[Symbol.dispose]();
    },
  };
}
