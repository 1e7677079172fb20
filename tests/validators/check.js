// usage: VALIDATORS=DIRECTORY node check.js MASKER
//
// Masks values, and asks libraries that applications validate with. Says each kind's first wrong values, and ends with the
// number of tests. A kind is { kind, cases, accepts }: cases are of { strategy, options, value }; accepts(masked, case).
'use strict';
const { execFileSync } = require('child_process');
const { createRequire } = require('module');
const load = createRequire(process.env.VALIDATORS + '/');

const kinds = ['./contact.js', './finance.js', './identity.js', './web.js'].flatMap((file) => require(file)(load));
const lines = kinds.flatMap(({ cases }) => cases.map((c) => [c.strategy, JSON.stringify(c.options ?? {}), c.value].join('\t')));
const masked = execFileSync(process.argv[2], { input: lines.join('\n') + '\n', maxBuffer: 1 << 28 }).toString().split('\n');

let at = 0;
kinds.forEach(({ kind, cases, accepts }, number) => {
  const wrong = [];
  for (const c of cases) {
    const value = masked[at++];
    if (!accepts(value, c)) wrong.push(`${c.strategy} ${JSON.stringify(c.options ?? {})} ${c.value} -> ${value}`);
  }
  console.log(`${wrong.length ? 'not ok' : 'ok'} ${number + 1} - ${cases.length - wrong.length} of ${cases.length} values of ${kind} are valid`);
  for (const line of wrong.slice(0, process.env.VERBOSE ? 10000 : 5)) console.log(`#   ${line}`);
  if (wrong.length) process.exitCode = 1;
});
console.log(`1..${kinds.length}`);
