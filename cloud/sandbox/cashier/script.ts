/** Runs in the page: types the password, asks the sandbox to decide, tells whoever shows the page. */
export const SCRIPT = `
(function () {
  var windowId = document.body.dataset.window;
  var typed = '';
  var busy = false;
  var byId = function (id) { return document.getElementById(id); };
  function show() {
    byId('dots').setAttribute('aria-label', '已输入 ' + typed.length + ' 位');
    Array.prototype.forEach.call(byId('dots').children, function (dot, at) {
      dot.className = at < typed.length ? 'on' : '';
    });
  }
  function say(text) { byId('message').textContent = text; }
  function lock(on) {
    busy = on;
    Array.prototype.forEach.call(document.querySelectorAll('button'), function (button) { button.disabled = on; });
  }
  function leave(result) {
    window.parent.postMessage({ type: 'cashier', windowId: windowId, result: result }, '*');
  }
  function decide(action, password) {
    lock(true);
    fetch('/control/window/' + windowId + '/decide', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(password === undefined ? { action: action } : { action: action, password: password })
    }).then(function (response) { return response.json(); }).then(function (answer) {
      if (answer.error === 'wrong_password') {
        typed = '';
        show();
        say(answer.attemptsLeft > 0 ? '密码错误，还可以输入 ' + answer.attemptsLeft + ' 次' : '密码已被锁定');
        lock(false);
        return;
      }
      if (answer.error) { say('支付窗口已失效'); return; }
      if (action !== 'pay') { leave(answer.result); return; }
      var paid = answer.result.errMsg === 'requestPayment:ok' || answer.result.resultCode === '9000';
      if (paid) byId('done').hidden = false;
      setTimeout(function () { leave(answer.result); }, paid ? 700 : 0);
    }).catch(function () { say('网络连接失败，请重试'); typed = ''; show(); lock(false); });
  }
  function press(digit) {
    if (busy || typed.length >= 6) return;
    typed += digit;
    say('');
    show();
    if (typed.length === 6) decide('pay', typed);
  }
  function erase() { if (!busy) { typed = typed.slice(0, -1); show(); } }
  document.addEventListener('click', function (event) {
    var digit = event.target.dataset && event.target.dataset.digit;
    if (digit !== undefined) press(digit);
  });
  document.addEventListener('keydown', function (event) {
    if (/^[0-9]$/.test(event.key)) press(event.key);
    if (event.key === 'Backspace') erase();
    if (event.key === 'Escape' && !busy) decide('cancel');
  });
  byId('key-delete').addEventListener('click', erase);
  byId('cancel').addEventListener('click', function () { decide('cancel'); });
  byId('insufficient').addEventListener('click', function () { decide('insufficient'); });
  byId('network-lost').addEventListener('click', function () { decide('network_lost'); });
})();
`;
