import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FrameLocator, Locator, Page } from 'playwright-core';

import type { Host } from '../../cloud/contract/types';
import { SCREENSHOTS } from './browser';

/** One phone of the preview, as a person uses it. */
export class Phone {
  private readonly app: FrameLocator;
  private readonly cashier: FrameLocator;

  constructor(
    private readonly page: Page,
    readonly host: Host,
  ) {
    this.app = page.frameLocator(`.phone.${host} .app`);
    this.cashier = page.frameLocator(`.phone.${host} .cashier`);
  }

  /** What is in sight; pages below the one shown keep theirs. */
  part(id: string): Locator {
    return this.app.locator(`#${id}:visible`);
  }

  text(id: string): Promise<string> {
    return this.part(id).innerText();
  }

  /** Waits until a part says so. */
  async shows(id: string, text: string): Promise<void> {
    await this.part(id).filter({ hasText: text }).waitFor();
  }

  async tap(id: string): Promise<void> {
    await this.part(id).click();
  }

  /** Chooses the merchant's link above the phone; the app starts with it. */
  async openLink(code: string): Promise<void> {
    await this.page.locator(`.phone.${this.host} .link`).selectOption(code);
  }

  async type(amount: string): Promise<void> {
    await this.part('key-1').waitFor();
    for (const character of amount) await this.tap(character === '.' ? 'key-dot' : `key-${character}`);
  }

  /** Presses the pay button once the price of what was typed is there. */
  async pressConfirm(): Promise<void> {
    await this.app.locator('#confirm:visible:not([aria-disabled="true"])').click();
  }

  /** Presses it and waits for the payment window. */
  async confirm(): Promise<void> {
    await this.pressConfirm();
    await this.cashier.locator('#payee').waitFor();
  }

  async password(digits = '123456'): Promise<void> {
    for (const digit of digits) await this.cashier.locator(`#key-${digit}`).click();
  }

  /** One of the cashier's buttons. */
  async decide(id: 'cancel' | 'insufficient' | 'network-lost'): Promise<void> {
    if (id !== 'cancel') await this.cashier.locator('#trouble').click();
    await this.cashier.locator(`#${id}`).click();
  }

  /** Waits until the host itself asks something. */
  async asks(title: string): Promise<void> {
    await this.page.locator(`.phone.${this.host} .ask:visible`, { hasText: title }).waitFor();
  }

  /** Answers a question that the host itself asks. */
  async answer(yes: boolean): Promise<void> {
    await this.page.locator(`.phone.${this.host} .ask .${yes ? 'yes' : 'no'}`).click();
  }

  /** Says yes to a question of the app. */
  async confirmModal(): Promise<void> {
    await this.app.locator('.taro-model__confirm:visible').click();
  }

  async cashierShows(id: string, text: string): Promise<void> {
    await this.cashier.locator(`#${id}`, { hasText: text }).waitFor();
  }

  /** Waits until the result page says so. */
  async result(title: string): Promise<void> {
    await this.shows('result-title', title);
  }

  /** Starts the app anew and opens an order from the list, until one of its refunds stands so. */
  async untilRefund(orderId: string, standing: string): Promise<void> {
    for (let tries = 0; tries < 30; tries += 1) {
      await this.page.reload();
      await this.tab('账单');
      await this.tap(`order-${orderId}`);
      await this.part('refunds').waitFor();
      if ((await this.text('refunds')).includes(standing)) return;
      await this.page.waitForTimeout(300);
    }
    throw new Error(`no refund is ${standing}`);
  }

  tab(text: string): Promise<void> {
    return this.app.locator('.weui-tabbar__item, .taro-tabbar__tabbar a', { hasText: text }).first().click();
  }

  async screenshot(step: string): Promise<void> {
    await this.page
      .locator(`.phone.${this.host} .frame`)
      .screenshot({ path: path.join(SCREENSHOTS, `${this.host}-${step}.png`), animations: 'disabled' });
  }

  /** Texts that reach beyond the sides of the screen. */
  async overflows(): Promise<string[]> {
    const find = () => this.app.locator('body').evaluate<string[], unknown>(FIND_OVERFLOWS);
    // A page that is still sliding in is beyond the edge for as long.
    for (let looks = 0; looks < 10; looks += 1) {
      if ((await find()).length === 0) return [];
      await sleep(200);
    }
    return find();
  }
}

/** Runs in the page. What scrolls sideways on purpose may reach beyond. */
const FIND_OVERFLOWS = `(() => {
  const width = document.documentElement.clientWidth;
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim() !== '';
  return Array.from(document.body.querySelectorAll('*'))
    .filter((element) => element.offsetParent && Array.from(element.childNodes).some(isText))
    .filter((element) => !element.closest('.home__recent'))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return left < -1 || right > width + 1;
    })
    .map((element) => element.tagName + ' ' + element.textContent.slice(0, 30));
})()`;
