// email, phone and postal codes.
'use strict';
const { times, vary } = require('./made_up.js');

const mails = ['ada0000@lovelace.org', 'A0000.B@gmail.com', '0000@x.co.uk', 'no address 0000', 'ada0000+notes@example.fr'];
const mail_options = [
  {}, { style: 'opaque' }, { keep_domain: 'class' }, { keep_domain: 'full', allow_real_domain: true }, { plus: 'tag' },
  { plus: 'same' }, { fold: true }, { local_length: 20 }, { domain: 'a.test' },
  { template: 'qa+{first}.{unique}@example.com' },
  ...['en', 'fr', 'de', 'es', 'it', 'pt', 'nl', 'pl', 'cs', 'sv', 'tr', 'ja', 'ru', 'zh'].map((locale) => ({ locale })),
];

// A code of each country that the validator knows, as people write it.
const postcodes = {
  AT: '1010', AU: '2000', BE: '1000', BR: '01310-100', CA: 'K1A 0B6', CH: '8001', CN: '100000', CZ: '110 00', DE: '10115',
  DK: '1050', ES: '28013', FI: '00100', FR: '75008', GB: 'SW1Y 4LB', GR: '104 31', HU: '1051', IN: '110001', IT: '00184',
  JP: '100-0001', MX: '06000', NL: '1012 AB', NO: '0150', PL: '00-001', PT: '1000-001', RO: '010011', RU: '101000',
  SE: '111 20', SK: '811 01', UA: '01001', US: '10001', ZA: '0001',
};
const with_regions = ['AT', 'AU', 'BE', 'CA', 'CH', 'DE', 'ES', 'FR', 'GB', 'IT', 'NL', 'US'];

module.exports = (load) => {
  const validator = load('validator');
  const { isPossiblePhoneNumber, isValidPhoneNumber, getCountries, getExampleNumber } = load('libphonenumber-js/max');
  const examples = load('libphonenumber-js/mobile/examples');

  // Of every country that has an ISO 3166 code.
  const countries = getCountries().filter((country) => country !== 'AC' && country !== 'TA');
  const phones = (options, write) =>
    countries.flatMap((country) => {
      const number = getExampleNumber(country, examples);
      return times(10, () => {
        const value = vary(write(number), write(number).length - 3);
        return { strategy: 'phone', options: { country, ...options }, value };
      });
    });
  const e164 = (number) => number.number, national = (number) => number.formatNational();
  const international = (number) => number.formatInternational();
  const invented = [
    ...phones({}, e164), ...phones({}, international), ...phones({}, national), ...phones({}, () => 'no number 1'),
    ...phones({ fold: true }, international), ...phones({ keep_format: true }, international),
    // Argentina writes the digits of a mobile number in another order at home.
    ...phones({ keep_format: true }, national).filter(({ options }) => options.country !== 'AR'),
  ];
  // The first digits say which of the countries that share these codes a number is of.
  const has_own_code = ({ options: { country } }) => country !== 'CW' && country !== 'SH';

  return [
    {
      kind: 'email',
      cases: mail_options.flatMap((options) => times(2000, (i) => ({ strategy: 'email', options, value: vary(mails[i % mails.length]) }))),
      accepts: (value) => validator.isEmail(value),
    },
    {
      kind: 'phone, possible and of nobody',
      cases: invented,
      accepts: (value, { options: { country } }) => isPossiblePhoneNumber(value, country) && !isValidPhoneNumber(value, country),
    },
    {
      kind: 'phone in the form of E.164',
      cases: invented.filter(({ options }) => !options.keep_format),
      accepts: (value) => /^\+[1-9][0-9]{6,14}$/.test(value),
    },
    {
      kind: 'phone of fiction, or unique',
      cases: [...phones({ valid: true }, e164), ...phones({ valid: true }, national), ...phones({ unique: true }, e164),
              ...phones({ unique: true }, international)].filter(has_own_code),
      accepts: (value, { options: { country } }) => isPossiblePhoneNumber(value, country),
    },
    {
      kind: 'postcode of a country',
      cases: with_regions.flatMap((country) => times(500, (i) => ({ strategy: 'postcode', options: { country }, value: `anything ${i}` }))),
      accepts: (value, { options: { country } }) => validator.isPostalCode(value, country),
    },
    {
      kind: 'postcode of the same shape',
      cases: Object.entries(postcodes).flatMap(([country, code]) => times(100, () => ({ strategy: 'postcode', value: vary(code), country }))),
      accepts: (value, { country }) => validator.isPostalCode(value, country),
    },
  ];
};
