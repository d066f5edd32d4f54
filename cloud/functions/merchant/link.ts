import { getLink, type LinkRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { ApiError } from '../http/problem';

/** A payment link that can be paid now. Throws `link_not_found`, `link_expired` or `merchant_closed`. */
export async function usableLink(deps: Pick<Dependencies, 'db' | 'now'>, code: string): Promise<LinkRow> {
  const link = await getLink(deps.db, code.toUpperCase());
  if (link === undefined) throw new ApiError('link_not_found');
  if (link.expiresAt !== null && link.expiresAt <= deps.now()) throw new ApiError('link_expired');
  if (!link.merchant.open) throw new ApiError('merchant_closed');
  return link;
}
