export const STYLE = `
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; background: #e9eff0; color: #14232b;
  font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
header { padding: 20px 16px 8px; text-align: center; }
h1 { font-size: 22px; color: #00796b; }
header p { max-width: 46em; margin: 4px auto 0; color: #51626a; font-size: 14px; }
main { display: flex; flex-wrap: wrap; justify-content: center; gap: 32px; padding: 16px; }
.phone { width: 399px; max-width: 100%; }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 10px; font-size: 14px; }
h2 { font-size: 16px; margin-right: auto; }
.weapp h2 { color: #047a3c; } .alipay h2 { color: #0958d9; }
select, .controls button { font: inherit; padding: 6px 10px; border: 1px solid #b8c6c8; border-radius: 8px;
  background: #fff; color: inherit; max-width: 190px; min-height: 36px; }
.frame { border: 12px solid #14232b; border-radius: 40px; overflow: hidden; background: #fff;
  box-shadow: 0 12px 32px rgba(20, 35, 43, .22); }
.status { display: flex; justify-content: space-between; padding: 8px 20px 4px; font-size: 12px; color: #51626a; }
.screen { position: relative; height: 720px; }
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
[hidden] { display: none !important; }
.ask { position: absolute; inset: 0; display: flex; align-items: flex-end; background: rgba(0, 0, 0, .45); }
.sheet { width: 100%; padding: 20px; border-radius: 14px 14px 0 0; background: #fff; }
.sheet ul { margin: 10px 0 18px; padding-left: 20px; color: #51626a; font-size: 14px; overflow-wrap: anywhere; }
.sheet button { font: inherit; padding: 10px; border: 0; border-radius: 8px; min-height: 44px; background: #eef2f2; }
/* The rings of a finger's print. */
.finger .sheet { text-align: center; } .finger .sheet ul { padding: 0; list-style: none; }
.finger h3::before { content: ""; display: block; width: 64px; height: 64px; margin: 0 auto 12px; border-radius: 50%;
  background: repeating-radial-gradient(circle at 50% 62%, #00796b 0 2px, transparent 2px 6px); }
.weapp .sheet .yes { background: #07c160; color: #06240f; } .alipay .sheet .yes { background: #0958d9; color: #fff; }
.scan { position: absolute; inset: 0; overflow-y: auto; padding: 20px; background: rgba(20, 35, 43, .96); color: #fff;
  display: flex; flex-direction: column; gap: 12px; }
.scan input { font: inherit; padding: 10px; border: 0; border-radius: 8px; }
.scan button { font: inherit; padding: 10px; border: 0; border-radius: 8px; min-height: 44px; }
.codes { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
.codes small { display: block; color: #51626a; }
.row { display: flex; gap: 8px; } .row button { flex: 1; }
`;
