import { fuzz } from './fuzz';
import { startTarget, type Target } from './target';

let target: Target;
beforeAll(async () => {
  target = await startTarget();
});
afterAll(() => target.close());

test('whatever is sent to whichever endpoint, no server error, no silence, and refusals that tell nothing', async () => {
  const found: string[] = [];
  const figures = await fuzz({ target, requests: 2_000, seed: 20_261_124, say: (line) => found.push(line) });
  expect(found).toEqual([]);
  expect(figures).toMatchObject({ requests: 2_000, server_errors: 0, hangs: 0, malformed: 0 });
  expect(target.logs.filter(({ event }) => event === 'unexpected_error')).toEqual([]);
  // It came further than the door: things were made, read and refused for what they are.
  for (const status of [200, 201, 400, 401, 403, 404, 409])
    expect(figures.statuses).toHaveProperty(`${status}`);
});
