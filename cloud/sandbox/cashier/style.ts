/** The window of either host: a sheet at the bottom, green or blue. */
export const STYLE = `
* { box-sizing: border-box; margin: 0; -webkit-tap-highlight-color: transparent; }
html, body { height: 100%; }
body { display: flex; align-items: flex-end; background: rgba(0, 0, 0, .45); color: #1a1a1a;
  font: 1rem/1.4 -apple-system, "PingFang SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
.weapp { --accent: #07c160; } .alipay { --accent: #1677ff; }
.sheet { width: 100%; max-height: 100%; overflow-y: auto; background: #fff; border-radius: 14px 14px 0 0;
  animation: rise .22s ease-out; text-align: center; }
@keyframes rise { from { transform: translateY(40%); opacity: 0 } }
@media (prefers-reduced-motion: reduce) { .sheet { animation: none } }
header { position: relative; padding: .8rem 3rem .6rem; border-bottom: 1px solid #eee; }
h1 { font-size: 1.05rem; font-weight: 600; }
.close { position: absolute; left: .4rem; top: .3rem; width: 2.75rem; height: 2.75rem; border: 0; background: none;
  font-size: 1.6rem; color: #666; }
.payee { margin: 1.1rem 1rem .2rem; overflow-wrap: anywhere; }
.amount { font-size: 2.2rem; font-weight: 600; letter-spacing: -.02em; }
.amount span { font-size: 1.4rem; margin-right: .15rem; }
.from { display: flex; justify-content: space-between; margin: .7rem 1.2rem; padding-top: .6rem;
  border-top: 1px solid #f0f0f0; color: #666; font-size: .9rem; }
.dots { display: grid; grid-template-columns: repeat(6, 1fr); margin: 0 1.2rem; border: 1px solid #ccc;
  border-radius: 8px; height: 3rem; }
.dots i { border-left: 1px solid #ddd; display: grid; place-items: center; }
.dots i:first-child { border: 0 }
.dots i.on::after { content: ""; width: .7rem; height: .7rem; border-radius: 50%; background: #1a1a1a; }
.message { min-height: 1.5rem; margin: .3rem 1rem; color: #c62828; font-size: .9rem; }
.trouble { margin-bottom: .5rem; font-size: .85rem; color: #666; }
.trouble button { margin: .3rem; padding: .5rem .9rem; border: 1px solid #ccc; border-radius: 99px; background: #fff;
  font: inherit; color: #333; }
.keys { display: grid; grid-template-columns: repeat(3, 1fr); gap: 1px; background: #e5e5e5; padding-top: 1px; }
.key { min-height: 3.1rem; border: 0; background: #fff; font-size: 1.35rem; color: inherit; font-family: inherit; }
.key:active { background: #eee } .blank, #key-delete { background: #f4f4f4; font-size: 1rem }
button:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
button:disabled { opacity: .5 }
.done { position: fixed; inset: 0; display: grid; place-content: center; justify-items: center; gap: .6rem;
  background: #fff; }
.done[hidden] { display: none }
.done b { width: 4rem; height: 4rem; border-radius: 50%; background: var(--accent); color: #fff; font-size: 2.2rem;
  display: grid; place-items: center; }
`;
