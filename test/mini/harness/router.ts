import type { MountedPage } from './engine';

/** Mounts the page of a route of the built package. */
export type MountPage = (route: string) => MountedPage;

const isTab = (route: string): boolean => /pages\/(home|orders|me)\//.test(route);

/** The host's page stack. */
export class Router {
  private stack: { readonly page: MountedPage; readonly route: string }[] = [];

  constructor(private readonly mount: MountPage) {}

  /** What `getCurrentPages` answers. */
  get instances(): readonly unknown[] {
    return this.stack.map(({ page }) => page.instance);
  }

  get current(): MountedPage {
    const top = this.stack.at(-1);
    if (top === undefined) throw new Error('no page is open');
    return top.page;
  }

  get route(): string {
    return this.stack.at(-1)?.route ?? '';
  }

  async open(url: string): Promise<void> {
    this.stack.at(-1)?.page.call('onHide');
    this.show(url);
  }

  async replace(url: string): Promise<void> {
    this.closeTop();
    this.show(url);
  }

  async restart(url: string): Promise<void> {
    this.closeAll();
    this.show(url);
  }

  /** The page an app starts with gets its query as the host has it, not from an address. */
  start(path: string, query: Readonly<Record<string, string>>): void {
    this.closeAll();
    this.showPage(path, query);
  }

  async back(): Promise<void> {
    this.closeTop();
    this.stack.at(-1)?.page.call('onShow');
  }

  /** The app goes to the background and comes back, as by a call. */
  leaveAndReturn(): void {
    this.stack.at(-1)?.page.call('onHide');
    this.stack.at(-1)?.page.call('onShow');
  }

  closeAll(): void {
    while (this.stack.length > 0) this.closeTop();
  }

  private show(url: string): void {
    const [path = '', search = ''] = url.replace(/^\//, '').split('?');
    const query = Object.fromEntries(
      search
        .split('&')
        .filter(Boolean)
        .map((pair) => pair.split('=') as [string, string]),
    );
    this.showPage(path, isTab(path) ? {} : query);
  }

  private showPage(path: string, query: Readonly<Record<string, string>>): void {
    const page = this.mount(path);
    this.stack.push({ page, route: path });
    page.call('onLoad', query);
    page.call('onShow');
    page.call('onReady');
  }

  private closeTop(): void {
    const top = this.stack.pop();
    top?.page.call('onUnload');
    top?.page.remove();
  }
}
