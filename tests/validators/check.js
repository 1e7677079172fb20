// usage: node check.js < VALUES, lines of a kind, a tab and a value
//
// Asks libraries that applications validate with. Says each kind's first wrong values, and ends with the number of tests.
'use strict';
const { createRequire } = require('module');
const load = createRequire(process.env.VALIDATORS + '/');
const { isPossiblePhoneNumber } = load('libphonenumber-js/max');
const { isValidIBAN } = load('ibantools');
const validator = load('validator');

const tests = {
  email: (value) => validator.isEmail(value),
  iban: (value) => validator.isIBAN(value) && isValidIBAN(value.replace(/ /g, '')),
  card: (value) => validator.isLuhnNumber(value.replace(/[ -]/g, '')),
  phone: (value) => isPossiblePhoneNumber(value),
};
const counts = {};
for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [kind, value] = line.split('\t');
  const count = (counts[kind] ??= { valid: 0, wrong: [] });
  tests[kind](value) ? count.valid++ : count.wrong.push(value);
}
let number = 0;
for (const kind of Object.keys(tests)) {
  const { valid, wrong } = counts[kind];
  console.log(`${wrong.length ? 'not ok' : 'ok'} ${++number} - ${valid} of ${valid + wrong.length} values of ${kind} are valid`);
  for (const value of wrong.slice(0, 5)) console.log(`#   ${value}`);
  if (wrong.length) process.exitCode = 1;
}
console.log(`1..${number}`);
