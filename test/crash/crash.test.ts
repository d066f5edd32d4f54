import { crashTest } from './crash';

test('a server and a PostgreSQL that are killed under load lose nothing and double nothing', async () => {
  const report = await crashTest({ kills: 5, databaseKills: 2, say: () => undefined });
  expect(report.violations).toEqual([]);
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report.payments).toBeGreaterThan(0);
  expect(report.entries).toBeGreaterThan(0);
}, 300_000);
