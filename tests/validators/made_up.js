// Values to mask, the same in every run.
'use strict';

let state = 1;
const draw = (n) => (state = (state * 48271) % 2147483647) % n;
const pick = (text) => text[draw(text.length)];

// Other digits for the digits of a text behind its first `kept` characters.
const vary = (text, kept = 0) => text.slice(0, kept) + text.slice(kept).replace(/\d/g, () => pick('0123456789'));

// A text of a regular expression that is a row of classes and counts, as ^[A-Z]{4}[A-Z0-9]{14}$, with digits where letters
// may be, too: so account numbers are.
const of = (regexp) =>
  regexp.replace(/[\^$]/g, '').replace(/\[([^\]]+)\](?:\{(\d+)\})?/g, (_, set, n = 1) =>
    times(n, () => pick(set.includes('0-9') ? '0123456789' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')).join(''));

const times = (n, make) => Array.from({ length: Number(n) }, (_, i) => make(i));

module.exports = { draw, of, pick, times, vary };
