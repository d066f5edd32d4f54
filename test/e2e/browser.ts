import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

const ROOT = path.resolve(__dirname, '../..');
export const SCREENSHOTS = path.join(ROOT, '.artifacts/screenshots');

/** Points Chromium at a Chinese font from npm: most machines that run tests have none. */
function fontConfiguration(): string {
  const folder = path.join(ROOT, '.cache/fonts');
  mkdirSync(folder, { recursive: true });
  const fonts = path.join(path.dirname(require.resolve('@expo-google-fonts/noto-sans-sc/package.json')));
  const file = path.join(folder, 'fonts.conf');
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>${fonts}/400Regular</dir><dir>${fonts}/600SemiBold</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  return file;
}

/** A headless Chromium from npm. */
export async function launchBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((argument) => argument !== '--single-process'),
    headless: true,
    env: { ...process.env, FONTCONFIG_FILE: fontConfiguration() },
  });
}
