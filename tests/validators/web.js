// url, hostname, ip, username, user_agent, password and what hash makes.
'use strict';
const { times, vary } = require('./made_up.js');

module.exports = (load) => {
  const validator = load('validator');
  const { UAParser } = load('ua-parser-js');
  const bcrypt = load('bcryptjs');
  const crypto = require('crypto');
  const of = (strategy, options, value, n = 500) => times(n, () => ({ strategy, options, value: vary(value) }));

  const is_scram = (hash) => {
    const [, n, salt, stored, server] = hash.match(/^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/);
    const salted = crypto.pbkdf2Sync('confiture', Buffer.from(salt, 'base64'), Number(n), 32, 'sha256');
    const hmac = (text) => crypto.createHmac('sha256', salted).update(text).digest();
    return crypto.createHash('sha256').update(hmac('Client Key')).digest('base64') === stored && hmac('Server Key').toString('base64') === server;
  };
  const urls = [{}, { host: 'hostname' }, { host: 'keep' }, { path: 'keep', query: 'keep' }, { path: 'mask', query: 'mask' },
                { host: 'hostname', path: 'mask', query: 'mask' }];

  return [
    {
      kind: 'url',
      cases: urls.flatMap((options) => [...of('url', options, 'https://ada.example.com/notes/0000?id=7&to=a%20b'), ...of('url', options, 'ftp://ada:pw@x.org:2100/é/00#top'), ...of('url', options, 'none 000')]),
      accepts: (value) => new URL(value) && validator.isURL(value, { protocols: ['https', 'ftp'], require_tld: true }),
    },
    { kind: 'hostname', cases: of('hostname', {}, 'db0000.lovelace.org', 2000), accepts: (value) => validator.isFQDN(value) },
    {
      kind: 'ip in text',
      cases: [{}, { keep_prefix: 8 }, { documentation: true }].flatMap((options) => [...of('ip', options, '198.51.100.7'), ...of('ip', options, '2001:470:1f0b::7'), ...of('ip', options, 'none')]),
      accepts: (value) => validator.isIP(value),
    },
    { kind: 'username', cases: [{}, { unique: true }].flatMap((options) => of('username', options, 'ada0000', 2000)), accepts: (value) => /^[a-z][a-z0-9._-]{2,38}$/.test(value) },
    {
      kind: 'user_agent',
      cases: of('user_agent', {}, 'Mozilla 0000', 2000),
      accepts: (value) => { const { browser, os } = UAParser(value); return /^(Chrome|Firefox)$/.test(browser.name) && browser.major && os.name; },
    },
    { kind: 'password of bcrypt', cases: of('password', {}, 'x', 1), accepts: (value) => bcrypt.compareSync('confiture', value) },
    { kind: 'password of SCRAM', cases: of('password', { format: 'scram' }, 'x', 1), accepts: is_scram },
    { kind: 'uuid in text', cases: of('fpe', { keep_first: 0 }, '5eed5eed-1a2b-4c3d-8e4f-a1b2c3d4e5f6'), accepts: (value) => value.length === 36 },
  ];
};
