import { AMOUNT_FEN_MAX, AMOUNT_FEN_MIN } from '../../contract/limits';
import { fen, type Fen } from '../../domain';
import { ApiError } from '../http/problem';

/** An amount that can be paid, in fen. Throws `amount_invalid`, `amount_too_small` or `amount_too_large`. */
export function payableAmount(value: number): Fen {
  if (!Number.isFinite(value)) throw new ApiError('amount_invalid');
  if (value > AMOUNT_FEN_MAX) throw new ApiError('amount_too_large');
  if (!Number.isInteger(value)) throw new ApiError('amount_invalid');
  if (value < AMOUNT_FEN_MIN) throw new ApiError('amount_too_small');
  return fen(value);
}
