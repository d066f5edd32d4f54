import { join } from 'node:path';

import type { Cloud } from './cloud';
import { createMy, createWx } from './doubles';
import { Engine } from './engine';
import { Native, type Launch } from './native';
import { Router } from './router';

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 15;

/** A phone with the built package of one host, opened once. */
export class Device {
  private constructor(
    readonly native: Native,
    readonly router: Router,
  ) {}

  /** Installs the host's globals, runs the package's app and opens the page it was launched with. */
  static async launch(options: {
    readonly cloud: Cloud;
    readonly host: 'weapp' | 'alipay';
    readonly folder: string;
    readonly user: string;
    readonly launch: Launch;
  }): Promise<Device> {
    const { cloud, host, folder, user, launch } = options;
    jest.resetModules();
    const native = new Native(cloud, host, user, launch);
    const engine = new Engine(folder);
    const router = new Router(engine.mount);
    const scope = globalThis as unknown as Record<string, unknown>;
    const app: { config?: Record<string, unknown> } = {};
    scope.getApp = () => app.config;
    scope.getCurrentPages = () => router.instances;
    scope.App = (config: Record<string, unknown>) => {
      app.config = config;
    };
    if (host === 'weapp') scope.wx = createWx(native, router);
    else scope.my = createMy(native, router);
    require(join(folder, 'app.js'));
    const call = (name: string): void => {
      const member = app.config?.[name];
      if (typeof member === 'function') member.call(app.config, { ...launch, scene: 1011 });
    };
    call('onLaunch');
    call('onShow');
    router.start(launch.path, launch.query);
    return new Device(native, router);
  }

  /** The text of an element, once it is there. */
  async text(id: string): Promise<string> {
    return (await this.until(() => this.router.current.find(id), `#${id}`)).textContent?.trim() ?? '';
  }

  isThere(id: string): boolean {
    return this.router.current.find(id) !== undefined;
  }

  async tap(id: string): Promise<void> {
    await this.until(() => this.router.current.find(id), `#${id}`);
    this.router.current.tap(id);
    await pause(0);
  }

  async type(amount: string): Promise<void> {
    for (const character of amount) await this.tap(character === '.' ? 'key-dot' : `key-${character}`);
  }

  /** Presses a button by which the privacy policy is agreed to, as the host notes it. */
  async agree(id: string): Promise<void> {
    await this.until(() => this.router.current.find(id), `#${id}`);
    if (this.native.host === 'alipay') this.router.current.tap(id);
    else this.router.current.answer(id, 'agreeprivacyauthorization', {});
    await pause(0);
  }

  /** Presses a button that asks for the phone number, and allows it. */
  async tellPhone(id: string): Promise<void> {
    await this.until(() => this.router.current.find(id), `#${id}`);
    if (this.native.host === 'alipay') this.router.current.answer(id, 'getauthorize', {});
    else {
      const detail = { code: await this.native.phoneProof(), errMsg: 'getPhoneNumber:ok' };
      this.router.current.answer(id, 'getphonenumber', detail);
    }
    await pause(0);
  }

  /** Writes into a field. */
  async enter(id: string, text: string): Promise<void> {
    await this.until(() => this.router.current.find(id), `#${id}`);
    this.router.current.input(id, text);
    await pause(0);
  }

  /** Waits until an element says what is expected of it. */
  async says(id: string, expected: string | RegExp): Promise<string> {
    const matches = (text: string): boolean =>
      typeof expected === 'string' ? text.includes(expected) : expected.test(text);
    const found = await this.until(
      () => {
        const text = this.router.current.find(id)?.textContent ?? '';
        return matches(text) ? { text } : undefined;
      },
      `#${id} to say ${String(expected)}`,
    );
    return found.text.trim();
  }

  /** Leaves the app for another and comes back. */
  async leaveAndReturn(): Promise<void> {
    this.router.leaveAndReturn();
    await pause(0);
  }

  /** Opened again from outside while it runs, as a scan of another code does. */
  close(): void {
    this.router.closeAll();
    document.body.innerHTML = '';
  }

  private async until<Found>(look: () => Found | undefined, wanted: string): Promise<Found> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (Date.now() > giveUpAt) {
        throw new Error(
          `waited in vain for ${wanted} on ${this.router.route}: ${this.router.current.text().slice(0, 400)}`,
        );
      }
      await pause(LOOK_EVERY_MS);
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
