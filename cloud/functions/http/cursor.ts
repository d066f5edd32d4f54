import { InvalidCursor, type Page } from '../../store';
import { ApiError } from './problem';

/** A page of a list, or `cursor_invalid` where the cursor was not ours. */
export async function pageAt<Item>(page: Promise<Page<Item>>): Promise<Page<Item>> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof InvalidCursor) throw new ApiError('cursor_invalid', undefined, { cause: error });
    throw error;
  }
}
