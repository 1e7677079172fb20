// national_id, by kind and by the value's look.
'use strict';
const { times, vary } = require('./made_up.js');

module.exports = (load) => {
  const validator = load('validator');
  const { stdnum } = load('stdnum');
  const by = (...types) => (value) => types.some((type) => type.validate(value).isValid);
  // A number of each form; how many characters of it stay.
  const kinds = {
    us_ssn: [['536-90-4399', '536904399'], by(stdnum.US.ssn)],
    us_ein: [['91-1144442'], by(stdnum.US.ein)],
    uk_ni: [['QQ 12 34 56 C', 'AB123456C'], by(stdnum.GB.nino)],
    fr_nir: [['2 55 08 14 168 025 38', '295109912611193'], by(stdnum.FR.nir)],
    fr_siret: [['732 829 320 00074', '73282932000074'], by(stdnum.FR.siret)],
    de_steuerid: [['36 574 261 809', '36574261809'], by(stdnum.DE.idnr)],
    es_nif: [['54362315K', 'X5253868R', 'A13585625'], by(stdnum.ES.dni, stdnum.ES.nie, stdnum.ES.cif)],
    it_cf: [['RCCMNL83S18D969H'], by(stdnum.IT.codicefiscale)],
    nl_bsn: [['111222333'], by(stdnum.NL.bsn)],
    pl_pesel: [['44051401359'], by(stdnum.PL.pesel)],
    be_nrn: [['85.07.30-033.28', '85073003328'], by(stdnum.BE.nn)],
    se_pnr: [['880320-0016', '19880320-0016', '8803200016'], (value) => stdnum.SE.personnummer.validate(value.replace(/-?(\d{4})$/, '-$1')).isValid],
    br_cpf: [['390.533.447-05', '39053344705'], by(stdnum.BR.cpf)],
    br_cnpj: [['16.727.230/0001-97', '16727230000197'], by(stdnum.BR.cnpj)],
    in_aadhaar: [['2341 2341 2346', '234123412346'], by(stdnum.IN.aadhaar)],
    ca_sin: [['123 456 782', '123456782'], by(stdnum.CA.sin)],
    ch_ahv: [['756.9217.0769.85', '7569217076985'], by(stdnum.CH.ssn)],
    passport: [['C01X00T47', 'AB1234567', '12AB34567'], (value) => ['DE', 'FR', 'GB', 'US', 'IT', 'ES', 'PL', 'IN', 'CA'].some((country) => validator.isPassportNumber(value, country))],
  };
  return Object.entries(kinds).map(([kind, [values, accepts]]) => ({
    kind: `national_id ${kind}`,
    cases: [...values, 'no number'].flatMap((value) => times(500, () => ({ strategy: 'national_id', options: { kind }, value: vary(value + '') }))),
    accepts,
  }));
};
