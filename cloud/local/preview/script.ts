/**
 * Plays the native side of both hosts: answers what the app asks of WeChat or Alipay. It has no secret and decides
 * nothing; the sandbox does, as the real hosts' servers would.
 */
export const SCRIPT = `
(function () {
  var sandbox = document.body.dataset.sandbox;
  // Two people, or one who holds both phones and can link WeChat and Alipay.
  var alone = new URLSearchParams(location.search).has('one-person');
  var users = { weapp: 'xiaoming', alipay: alone ? 'xiaoming' : 'xiaohong' };
  function control(path, body) {
    return fetch(sandbox + '/control/' + path, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
    }).then(function (response) {
      return response.text().then(function (text) {
        var answer = text ? JSON.parse(text) : {};
        if (!response.ok) throw new Error(answer.error || response.status);
        return answer;
      });
    });
  }
  function refusal(host, why) {
    return host === 'weapp'
      ? { ok: false, errMsg: 'requestPayment:fail (' + why + ')' }
      : { ok: true, resultCode: '4000' };
  }
  Array.prototype.forEach.call(document.querySelectorAll('.phone'), function (phone) {
    var host = phone.dataset.host;
    var app = phone.querySelector('.app');
    var cashier = phone.querySelector('.cashier');
    var scan = phone.querySelector('.scan');
    var ask = phone.querySelector('.ask');
    var select = phone.querySelector('.link');
    var endWindow = null;
    var endScan = null;
    var endAsk = null;

    function open() {
      var link = select.value;
      app.src = '/h5/?host=' + host + (link ? '&link=' + link : '') + '&at=' + Date.now();
      if (endWindow) endWindow(null);
      if (endScan) endScan(undefined);
      if (endAsk) endAsk(false);
    }
    select.addEventListener('change', open);
    phone.querySelector('.restart').addEventListener('click', open);

    function pay(params) {
      var parameters = Object.assign({}, params);
      delete parameters.kind;
      return control('window', { host: host, params: parameters }).then(function (opened) {
        return new Promise(function (resolve) {
          function onMessage(event) {
            if (event.source !== cashier.contentWindow || !event.data || event.data.type !== 'cashier') return;
            end(event.data.result);
          }
          function end(result) {
            window.removeEventListener('message', onMessage);
            endWindow = null;
            cashier.hidden = true;
            cashier.removeAttribute('src');
            resolve(result || refusal(host, 'closed'));
          }
          endWindow = end;
          window.addEventListener('message', onMessage);
          cashier.src = opened.url;
          cashier.hidden = false;
        });
      }, function (error) { return refusal(host, error.message); });
    }
    function scanCode() {
      return new Promise(function (resolve) {
        scan.hidden = false;
        endScan = function (text) { endScan = null; scan.hidden = true; scan.reset(); resolve({ text: text }); };
      });
    }
    // A question of the host itself: true for yes.
    function question(title, lines, no, yes) {
      ask.querySelector('h3').textContent = title;
      ask.querySelector('ul').replaceChildren.apply(ask.querySelector('ul'), lines.map(function (line) {
        var item = document.createElement('li');
        item.textContent = line;
        return item;
      }));
      ask.querySelector('.no').textContent = no;
      ask.querySelector('.yes').textContent = yes;
      return new Promise(function (resolve) {
        ask.hidden = false;
        endAsk = function (answer) { endAsk = null; ask.hidden = true; resolve(answer); };
      });
    }
    ask.addEventListener('click', function (event) {
      var button = event.target.closest('button');
      if (button && endAsk) endAsk(button.className === 'yes');
    });
    function subscribe(templateIds) {
      return question('允许发送以下消息', templateIds, '拒绝', '允许').then(function (allowed) {
        var said = { errMsg: 'requestSubscribeMessage:ok', behavior: 'subscribe' };
        templateIds.forEach(function (id) { said[id] = allowed ? 'accept' : 'reject'; });
        if (!allowed) return said;
        return Promise.all(templateIds.map(function (id) {
          return control('subscriptions', { host: host, user: users[host], templateId: id });
        })).then(function () { return said; });
      });
    }
    // Plays the phone's own sheet; the sandbox keeps the key that its secure chip would.
    function recognise(params) {
      ask.classList.add('finger');
      return question('验证指纹', [params.why], '取消', '按下指纹').then(function (touched) {
        ask.classList.remove('finger');
        if (!touched) return { errCode: host === 'weapp' ? 90008 : 61003 };
        return control('biometrics', {
          host: host, user: users[host], challenge: params.challenge, authMode: params.mode
        });
      });
    }
    function tellPhone() {
      return question('申请获取你的手机号', [users[host]], '拒绝', '允许').then(function (allowed) {
        return allowed ? control('phone-proofs', { host: host, user: users[host] }) : {};
      });
    }
    function confirmPayout(params) {
      return control('transfer-window', { params: params, user: users[host] }).then(function (transfer) {
        var lines = [transfer.remark, '¥' + (transfer.amountFen / 100).toFixed(2)];
        return question('确认收款', lines, '暂不', '收款').then(function (confirmed) {
          if (!confirmed) return { errMsg: 'requestMerchantTransfer:ok' };
          return control('transfers/' + transfer.number + '/decide', { action: 'confirm' })
            .then(function () { return { errMsg: 'requestMerchantTransfer:ok' }; });
        });
      }, function (error) { return { errMsg: 'requestMerchantTransfer:fail ' + error.message }; });
    }
    scan.addEventListener('submit', function (event) {
      event.preventDefault();
      if (endScan) endScan(scan.elements.text.value || undefined);
    });
    scan.addEventListener('click', function (event) {
      var button = event.target.closest('button');
      if (!button || !endScan) return;
      if (button.dataset.code) endScan(location.origin + '/l/' + button.dataset.code);
      if (button.className === 'leave') endScan(undefined);
    });

    window.addEventListener('message', function (event) {
      var call = event.data;
      if (event.source !== app.contentWindow || event.origin !== location.origin) return;
      if (!call || call.type !== 'host-call') return;
      function reply(ok, result) {
        app.contentWindow.postMessage({ type: 'host-reply', id: call.id, ok: ok, result: result }, location.origin);
      }
      var work = call.api === 'login' ? control('login-codes', { host: host, user: users[host] })
        : call.api === 'pay' ? pay(call.params)
        : call.api === 'scan' ? scanCode()
        : call.api === 'subscribe' ? subscribe(call.params.templateIds)
        : call.api === 'phone' ? tellPhone()
        : call.api === 'biometric' ? recognise(call.params)
        : call.api === 'confirm-payout' ? confirmPayout(call.params)
        : Promise.reject(new Error('unknown'));
      work.then(function (result) { reply(true, result); }, function (error) { reply(false, String(error)); });
    });
  });
})();
`;
