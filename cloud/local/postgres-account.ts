import { userInfo } from 'node:os';

/** A way to run PostgreSQL, which refuses to run as root. */
export interface ServerAccount {
  readonly name: string;
  /** Options of spawn that change the user. */
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Who must own the data folder, as seen from this process; undefined: whoever we are. */
  readonly ownerId: number | undefined;
  /** The command to spawn, with what must stand before it. */
  command(words: readonly string[]): [string, string[]];
}

/** `nobody` on Linux and macOS alike: an unprivileged number with an entry in every /etc/passwd, which initdb looks up. */
const NOBODY = 65_534;

const plain = (words: readonly string[]): [string, string[]] => [words[0] ?? '', words.slice(1)];
const after =
  (...prefix: string[]) =>
  (words: readonly string[]): [string, string[]] =>
    plain([...prefix, ...words]);

/**
 * The ways to run the server, best first; which of them work depends on the container and on where the project lies.
 * - root, project readable by others: simply as `nobody`;
 * - root, project below a private folder such as /root: as `nobody` that may pass closed folders;
 * - the same where capabilities are withheld: in a user namespace in which root bears another number.
 */
export function serverAccounts(): ServerAccount[] {
  if (process.platform === 'win32' || userInfo().uid !== 0) {
    return [{ name: 'as this user', identity: {}, ownerId: undefined, command: plain }];
  }
  const id = String(NOBODY);
  const capability = '+dac_override';
  return [
    { name: 'as nobody', identity: { uid: NOBODY, gid: NOBODY }, ownerId: NOBODY, command: plain },
    {
      name: 'as nobody, passing closed folders',
      identity: {},
      ownerId: NOBODY,
      command: after(
        'setpriv',
        ...['--reuid', id, '--regid', id, '--clear-groups'],
        ...['--inh-caps', capability, '--ambient-caps', capability],
      ),
    },
    {
      name: 'in a user namespace',
      identity: {},
      ownerId: 0,
      command: after('unshare', '--user', `--map-user=${id}`, `--map-group=${id}`),
    },
  ];
}
