// iban, bic, card and vat.
'use strict';
const { of, pick, times, vary } = require('./made_up.js');

const in_groups = (iban) => iban.match(/.{1,4}/g).join(' ');
// One or several of each brand, with and without separators.
const cards = ['4539578763621486', '4539 5787 6362 1486', '5425-2334-3010-9903', '2223 0000 4841 0010', '3742 454554 00126', '6011000990139424',
               '30569309025904', '3530111333300000', '6250941006528599', '6759649826438453', '4222222222222'];
// Of each form that a country's numbers have, each # a digit.
const vats = ['ATU########', 'BE0#########', 'BG#########', 'CHE-###.###.### IVA', 'CHE#########', 'CHE#########MWST', 'CY########P', 'CZ########',
              'DE#########', 'DK########', 'EE10#######', 'EL#########', 'ES########K', 'ESA########', 'FI########', 'FR###########', 'GB#########',
              'HR###########', 'HU########', 'IE#######F', 'IT###########', 'LT#######1#', 'LU########', 'LV4##########', 'MT########',
              'NL#########B01', 'NO#########MVA', 'PL##########', 'PT#########', 'RO########', 'SE##########01', 'SI########', 'SK##########'];

module.exports = (load) => {
  const validator = load('validator');
  const { countrySpecs, isValidIBAN } = load('ibantools');
  const { stdnum } = load('stdnum');
  const jsvat = load('jsvat');

  const ibans = Object.entries(countrySpecs).filter(([, spec]) => spec.bban_regexp).flatMap(([country, spec]) =>
    times(40, (i) => {
      const iban = country + '00' + of(spec.bban_regexp);
      return { strategy: 'iban', value: i % 2 ? in_groups(iban) : iban };
    }));
  const stdnum_of = {
    AT: 'uid', BE: 'vat', BG: 'vat', CH: 'vat', CY: 'vat', CZ: 'dic', DE: 'vat', DK: 'cvr', EE: 'kmkr', EL: 'vat', FI: 'alv', FR: 'tva', GB: 'vat',
    HR: 'oib', HU: 'anum', IE: 'vat', IT: 'iva', LT: 'pvm', LU: 'tva', LV: 'pvn', MT: 'vat', NL: 'btw', NO: 'mva', PL: 'nip', PT: 'nif', RO: 'cif',
    SE: 'vat', SI: 'ddv', SK: 'dph',
  };
  const by_stdnum = (value) => {
    const country = value.slice(0, 2);
    if (/^CHE\d+$/.test(value)) return stdnum.CH.uid.validate(value).isValid;
    return stdnum[country === 'EL' ? 'GR' : country][stdnum_of[country]].validate(value).isValid;
  };
  const vat_cases = vats.flatMap((value) => times(200, () => ({ strategy: 'vat', value: value.replace(/#/g, () => pick('0123456789')) })));

  return [
    { kind: 'iban', cases: ibans, accepts: (value) => isValidIBAN(value.replace(/ /g, '')) },
    {
      kind: 'iban of a country that validator knows',
      cases: ibans.filter(({ value }) => validator.ibanLocales.includes(value.slice(0, 2))),
      accepts: (value) => validator.isIBAN(value),
    },
    {
      kind: 'iban of what is none',
      cases: Object.keys(countrySpecs).filter((country) => validator.ibanLocales.includes(country)).map((country) => ({ strategy: 'iban', options: { country }, value: 'none' })),
      accepts: (value, { options }) => value.startsWith(options.country) && isValidIBAN(value),
    },
    {
      kind: 'bic',
      cases: times(2000, (i) => ({ strategy: 'bic', value: ['DEUTDEFF', 'DEUTDEFF500', 'BNPAFRPPXXX', 'NCBVXKPR', 'none'][i % 5].replace('T', () => pick('ABC')) })),
      accepts: (value) => validator.isBIC(value),
    },
    {
      kind: 'card',
      cases: [{}, { keep_first: 6 }, { keep_last: 4 }, { keep_first: 8, keep_last: 4 }].flatMap((options) =>
        times(2200, (i) => ({ strategy: 'card', options, value: vary(cards[i % cards.length], 5) }))),
      accepts: (value) => validator.isLuhnNumber(value.replace(/[ -]/g, '')),
    },
    {
      kind: 'card of a brand that validator knows',
      cases: cards.flatMap((card) => times(200, () => ({ strategy: 'card', value: vary(card, 6) })))
        .filter(({ value }) => !/^(6759|4222222)/.test(value)),
      accepts: (value) => validator.isCreditCard(value),
    },
    { kind: 'vat, by stdnum', cases: vat_cases.filter(({ value }) => !value.startsWith('ES')), accepts: (value) => by_stdnum(value) },
    { kind: 'vat of Spain', cases: vat_cases.filter(({ value }) => value.startsWith('ES')), accepts: (value) => ['dni', 'nie', 'cif'].some((type) => stdnum.ES[type].validate(value.slice(2)).isValid) },
    {
      kind: 'vat, by jsvat',
      cases: vat_cases,
      accepts: (value) => jsvat.checkVAT(value, jsvat.countries).isValid,
    },
  ];
};
