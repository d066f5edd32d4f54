import { SCRIPT } from './script';
import { STYLE } from './style';

export interface ShownLink {
  readonly kind: string;
  readonly code: string;
  readonly merchant: string;
  readonly amountFen: number | null;
}

export interface PreviewPage {
  readonly sandboxUrl: string;
  readonly links: readonly ShownLink[];
}

const KINDS: Readonly<Record<string, string>> = {
  openAmount: '金额自填',
  fixedAmount: '固定金额',
  fixedLargeAmount: '固定金额（有手续费）',
  expired: '已过期',
  closedMerchant: '商家停业',
};

const option = ({ kind, code, merchant }: ShownLink): string =>
  `<option value="${code}">${merchant} · ${KINDS[kind] ?? kind}</option>`;

function phone(host: string, title: string, links: readonly ShownLink[]): string {
  return `
<section class="phone ${host}" data-host="${host}" aria-label="${title}">
  <div class="controls">
    <h2>${title}</h2>
    <label>商家链接
      <select class="link"><option value="">（无，从首页开始）</option>${links.map(option).join('')}</select>
    </label>
    <button type="button" class="restart">重新打开</button>
  </div>
  <div class="frame">
    <div class="status"><span>9:41</span><span>${title}</span></div>
    <div class="screen">
      <iframe class="app" title="${title}里的 TPWallet" src="/h5/?host=${host}"></iframe>
      <iframe class="cashier" title="${title}支付窗口" hidden></iframe>
      <div class="ask" role="dialog" aria-label="${title}的询问" hidden>
        <div class="sheet">
          <h3></h3>
          <ul></ul>
          <div class="row"><button type="button" class="no"></button><button type="button" class="yes"></button></div>
        </div>
      </div>
      <form class="scan" hidden>
        <h3>扫一扫</h3>
        <p>选择一个商家的收款码，或粘贴链接：</p>
        <div class="codes">${links
          .map(
            ({ code, merchant, kind }) =>
              `<button type="button" data-code="${code}">${merchant}<small>${KINDS[kind] ?? kind}</small></button>`,
          )
          .join('')}</div>
        <input name="text" aria-label="链接" placeholder="http://localhost:8080/l/…" autocomplete="off">
        <div class="row"><button type="submit">确定</button><button type="button" class="leave">取消</button></div>
      </form>
    </div>
  </div>
</section>`;
}

/** Two phones side by side: the same build plays WeChat in one and Alipay in the other. */
export function previewPage({ sandboxUrl, links }: PreviewPage): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>TPWallet</title>
<style>${STYLE}</style>
</head>
<body data-sandbox="${sandboxUrl}">
<header>
  <h1>TPWallet</h1>
  <p>同一份代码，左边是微信，右边是支付宝。支付密码 <b>123456</b>。
  The same build inside WeChat and inside Alipay; the payment password is <b>123456</b>.</p>
</header>
<main>${phone('weapp', '微信', links)}${phone('alipay', '支付宝', links)}</main>
<script>${SCRIPT}</script>
</body>
</html>`;
}
