import type { PaymentWindow } from '../windows';
import { SCRIPT } from './script';
import { STYLE } from './style';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (found) => ESCAPES[found] ?? found);

const yuan = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

const HOSTS = {
  weapp: { name: '微信支付', from: '零钱' },
  alipay: { name: '支付宝', from: '账户余额' },
} as const;

const key = (digit: number): string =>
  `<button type="button" class="key" id="key-${digit}" data-digit="${digit}">${digit}</button>`;

/** The page of one window: who is paid, how much, six digits, and the ways in which a payment can go wrong. */
export function cashierPage(window: PaymentWindow, nonce: string): string {
  const { name, from } = HOSTS[window.host];
  const amount = yuan(window.amountFen);
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body class="${window.host}" data-window="${escapeHtml(window.id)}">
<main class="sheet" aria-label="${name}">
  <header>
    <button type="button" class="close" id="cancel" aria-label="取消支付">×</button>
    <h1>${name}</h1>
  </header>
  <p class="payee" id="payee">${escapeHtml(window.payee)}</p>
  <p class="amount" id="amount" aria-label="${amount}元"><span>¥</span>${amount}</p>
  <p class="from"><span>付款方式</span><span>${from}</span></p>
  <div class="dots" id="dots" role="img" aria-label="已输入 0 位">${'<i></i>'.repeat(6)}</div>
  <p class="message" id="message" role="alert"></p>
  <details class="trouble">
    <summary id="trouble">测试</summary>
    <button type="button" id="insufficient">余额不足</button>
    <button type="button" id="network-lost">网络中断</button>
  </details>
  <div class="keys">
    ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(key).join('')}
    <span class="key blank"></span>${key(0)}
    <button type="button" class="key" id="key-delete" >删除</button>
  </div>
</main>
<div class="done" id="done" hidden role="status"><b>✓</b><span>支付成功</span></div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}
