import { migrate, openDatabase } from '../store';

/** `npm run db:migrate`: brings the database of DATABASE_URL up to date. */
async function main(): Promise<number> {
  const url = process.env.DATABASE_URL;
  if (!url) {
    console.error(
      'DATABASE_URL is missing: give a PostgreSQL address such as postgres://user@host:5432/tpwallet',
    );
    return 2;
  }
  const db = openDatabase({ url, poolMax: 2 });
  try {
    const applied = await migrate(db);
    console.error(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}`);
    console.log(JSON.stringify({ applied: applied.length }));
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await db.destroy();
  }
}

void main().then((status) => {
  process.exitCode = status;
});
