import { join } from 'node:path';

/** A page of the built package, rendered by WeChat's own component engine. */
export interface MountedPage {
  readonly instance: unknown;
  call(method: string, argument?: unknown): void;
  find(id: string): Element | undefined;
  tap(id: string): void;
  input(id: string, value: string): void;
  /** What a button of the host answers with. */
  answer(id: string, type: string, detail: object): void;
  text(): string;
  remove(): void;
}

/** An element of the page with the engine's own node behind it. */
type WxElement = Element & { readonly __wxElement?: { readonly id: string } };
type Config = Record<string, unknown>;
interface Simulated {
  readonly dom: HTMLElement;
  readonly instance: Record<string, unknown>;
  attach(parent: HTMLElement): void;
  detach(): void;
}

/** The engine keeps what it loaded; one for each launch. */
export class Engine {
  private readonly simulate = require('miniprogram-simulate') as {
    load(path: string, options: object): string;
    render(id: string): Simulated;
  };
  private readonly exparser = require('miniprogram-exparser') as {
    Event: {
      create(type: string, detail: object, options: object): unknown;
      dispatchEvent(target: unknown, event: unknown): void;
    };
  };
  private readonly loaded = new Map<string, string>();

  constructor(private readonly folder: string) {
    const scope = globalThis as unknown as { Component(config: object): void; Page(config: Config): void };
    // Compiled templates keep their constants there by number: those of another package must not be met.
    const kept = (globalThis as { __WXML_GLOBAL__?: Record<string, object> }).__WXML_GLOBAL__;
    if (kept !== undefined) Object.assign(kept, { ops_set: {}, ops_init: {}, ops_cached: {} });
    // The engine knows components; a page is one whose functions are its methods.
    scope.Page = (config) => {
      const methods = Object.fromEntries(
        Object.entries(config).filter(([, member]) => typeof member === 'function'),
      );
      scope.Component({ data: config.data ?? {}, methods });
    };
  }

  mount = (route: string): MountedPage => {
    const id =
      this.loaded.get(route) ??
      this.simulate.load(join(this.folder, route), { rootPath: this.folder, compiler: 'official' });
    this.loaded.set(route, id);
    const simulated = this.simulate.render(id);
    const parent = document.createElement('div');
    document.body.append(parent);
    simulated.attach(parent);
    const { instance } = simulated;
    instance.route = route;
    instance.__route__ = route;

    // The engine keeps ids to itself: elements of the page do not carry them.
    const find = (elementId: string): WxElement | undefined =>
      Array.from(simulated.dom.querySelectorAll<WxElement>('*')).find(
        (element) => element.__wxElement?.id === elementId,
      );
    const dispatch = (elementId: string, type: string, detail: object): void => {
      const element = find(elementId);
      if (element?.__wxElement === undefined) throw new Error(`#${elementId} is not on ${route}`);
      const event = this.exparser.Event.create(type, detail, {
        bubbles: true,
        capturePhase: true,
        composed: true,
      });
      this.exparser.Event.dispatchEvent(element.__wxElement, event);
    };
    return {
      instance,
      call(method, argument) {
        const member = instance[method];
        if (typeof member === 'function') member.call(instance, argument);
      },
      find,
      tap: (elementId) => dispatch(elementId, 'tap', {}),
      answer: dispatch,
      input: (elementId, value) => dispatch(elementId, 'input', { value }),
      text: () => simulated.dom.textContent ?? '',
      remove() {
        simulated.detach();
        parent.remove();
      },
    };
  };
}
