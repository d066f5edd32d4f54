import { InvalidCursor } from '../../store';
import { ApiError } from './problem';

/** A page of a list, or `cursor_invalid` where the cursor was not ours. */
export async function pageAt<Page>(page: Promise<Page>): Promise<Page> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof InvalidCursor) throw new ApiError('cursor_invalid', undefined, { cause: error });
    throw error;
  }
}
