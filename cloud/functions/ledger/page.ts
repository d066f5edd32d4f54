import { PROOF_SCRIPT } from './page-script';

/** The page that checks a pasted proof against the public key it was served with (base64). It asks no address anything. */
export const proofPage = (publicKey: string): string => `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>付款凭证核验 · Check a payment proof</title>
<style>
* { box-sizing: border-box; }
body { max-width: 44em; margin: 0 auto; padding: 20px 16px; color: #14232b; background: #fff;
  font: 16px/1.5 -apple-system, "PingFang SC", "Noto Sans SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 22px; }
textarea { width: 100%; min-height: 12em; padding: 10px; font: 13px/1.4 ui-monospace, monospace; border: 1px solid #7b8a8f; border-radius: 8px; }
button { min-height: 44px; margin: 12px 0; padding: 8px 20px; font: inherit; color: #fff; background: #00796b; border: 0; border-radius: 8px; }
.good { color: #00695c; font-weight: 600; } .bad { color: #b3261e; font-weight: 600; }
dt { color: #51626a; font-size: 14px; } dd { margin: 0 0 8px; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
</style>
<h1>付款凭证核验 · Check a payment proof</h1>
<p>粘贴从订单详情复制的凭证。核验只在本页进行，不联网；可把本页存下来离线使用。<br>
Paste the proof copied from an order. It is checked here, without any network; the page can be kept and used offline.</p>
<label for="proof">凭证 Proof</label>
<textarea id="proof" spellcheck="false"></textarea>
<button id="check" type="button">核验 Check</button>
<p id="verdict" role="status"></p>
<dl id="facts"></dl>
<p>公钥 Public key: <code id="key">${publicKey}</code></p>
<script>
const KEY = '${publicKey}';
${PROOF_SCRIPT}
</script>
</html>
`;
