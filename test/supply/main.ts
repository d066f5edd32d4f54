import { licencesOf } from './licences';
import { ourLock } from './lock';

/** `npm run licences`: every package with its licence on stderr; the last line is JSON. Exit status 1 where one is doubtful. */
const packages = ourLock();
for (const { name, version, licence, dev } of packages)
  console.error(`${licence ?? 'none named'}\t${name}@${version}${dev ? '\t(development)' : ''}`);
const found = licencesOf(packages);
console.log(JSON.stringify(found));
process.exitCode = found.doubtful.length === 0 ? 0 : 1;
