/** Digits of the shortest and the longest card number (ISO/IEC 7812). */
const DIGITS_MIN = 13;
export const DIGITS_MAX = 19;

/** Whether the last digit fits the others (Luhn; ISO/IEC 7812-1 annex B), so that slips are told before anything is sent. */
function fitsLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const weighed = Number(digit) * (place % 2 === 0 ? 1 : 2);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}

/** Whether digits can be the number of a card. Whether they are one, and whose, the server knows. */
export const isCardNumber = (digits: string): boolean => digits.length >= DIGITS_MIN && fitsLuhn(digits);

/** Digits in groups of four, as they are printed on cards. */
export const grouped = (digits: string): string => digits.replace(/(\d{4})(?=\d)/g, '$1 ');
