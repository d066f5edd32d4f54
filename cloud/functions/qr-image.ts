import qrcode from 'qrcode-generator';

/** Pixels of one module of a code's image, and of its quiet zone (ISO/IEC 18004 asks for four modules). */
const MODULE_PIXELS = 6;
const QUIET_ZONE_PIXELS = 4 * MODULE_PIXELS;

/** The image of a QR code that holds a text, as a data URL. */
export function qrImage(text: string): string {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  return code.createDataURL(MODULE_PIXELS, QUIET_ZONE_PIXELS);
}
