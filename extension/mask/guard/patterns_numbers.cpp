// Numbers and accounts that stand for a person.
#include "mask/guard/patterns.h"

namespace confiture::mask {

extern constexpr PersonalKind vehicle_kind = {CALLED("vehicle or licence"), numbers, "hash", "hash", true};
extern constexpr PersonalKind national_id_kind = {CALLED("identity number"), numbers, "national_id", "hash", true};
extern constexpr PersonalKind account_kind = {CALLED("bank account or card"), numbers | type_date, "hash", "hash",
                                              true};
extern constexpr PersonalKind social_kind = {CALLED("account at another service"), texts, "hash", "null", true};

namespace {

// The same kinds, where another strategy fits better.
constexpr PersonalKind service_account = {CALLED("account at another service"), numbers, "hash", "hash", true};
constexpr PersonalKind vat = {CALLED("identity number"), numbers, "vat", "hash", true};
constexpr PersonalKind iban = {CALLED("bank account or card"), numbers | type_date, "iban", "hash", true};
constexpr PersonalKind bic = {CALLED("bank account or card"), numbers | type_date, "bic", "hash", true};
// Integers called so are keys.
constexpr PersonalKind id_text = {CALLED("identity number"), texts, "national_id", "null", true};
constexpr PersonalKind card_text = {CALLED("bank account or card"), texts, "card", "null", true};
constexpr PersonalKind card = {CALLED("bank account or card"), numbers | type_date, "card", "hash", true};

constexpr NamePattern table[] = {
    {&vat, Place::anywhere, Vague::no, "vat number|vat no|vat id|vatin|ust id|ustid|partita iva|btw nummer|btw number"},
    {&national_id_kind, Place::part, Vague::no,
     "personalausweis|ausweisnummer|ausweisnr|reisepass|sozialversicherung|steuernummer|steueridentifik|"
     "rentenversicherung|versichertennummer|krankenversichertennr|codicefiscale|sofinummer|rijksregister|"
     "personnummer|passportn|taxpayer|nationalid|socialsecurity|steuernr|personalnr|sozialversnr|adoszam|tajszam"},
    {&national_id_kind, Place::anywhere, Vague::no,
     "ssn|ssn last|social security|social insurance|nino|ni number|national insurance|national id|national number|"
     "national identity|national identification|nationalid|government id|identity card|identity number|"
     "identity document|identity no|id card|id document|idcard|personal id|personal number|personal code|"
     "person nummer|citizen id|aadhaar|aadhar|pan number|pan card|sin number|tax id|tax no|tax number|taxid|"
     "tax identification|itin|fiscal id|fiscal code|fiscal number|passport|passport number|passeport|pasaporte|"
     "passaporto|passaporte|paspoort|pass nummer|ausweis|steuer id|steuer nr|steuer nummer|svnr|sv nummer|"
     "numero securite|securite sociale|insee|numero fiscal|numero fiscale|carte identite|dni|nif|curp|"
     "seguridad social|numero identidad|documento identidad|documento identita|codice fiscale|cod fiscale|"
     "carta identita|tessera sanitaria|cpf|cnpj|cpf cnpj|cnh|pasep|cartao cidadao|bilhete identidade|contribuinte|"
     "numero contribuinte|bsn|burgerservicenummer|identiteitskaart|pesel|medicare number|medicare no|nhs number|"
     "nhs no|insurance number|policyholder id|employee number|personalnummer|matrikelnummer|student number|nric|"
     "nat id|natid|nat ident|nat no|steuernr|steuer id nr|tin number|tax code|tax file number|tfn|ein|federal ein|"
     "uid nummer|fiscal nr|stceg|stcd|perid|personal nr|pers nr|persnr|personnel number|personnel no|staff number|"
     "staff no|employee no|employee code|emp no|badge number|badge no|matricule|legajo|national code|civil id|"
     "emirates id|iqama|qid|cedula number|cedula identidad|sozialvers nr|versicherungsnummer|insurance no|"
     "policy holder number|health card number|healthcard|ehic|nhi number|ihi number|patient number|patient no|"
     "patient identifier|member number|voter id|voter number|epic number|ration card|ppsn|pps number|sin no|"
     "ird number|abha|henkilotunnus|hetu|fodselsnummer|cpr number|cpr nr|rodne cislo|tckn|tc kimlik|kimlik no|"
     "inn number|snils|mynumber|my number|hkid|ic number|my kad|mykad|ktp|npwp|nik|cccd|cmnd|ni num|nip|regon|"
     "nr dowodu|numer dowodu|seria dowodu|dowod osobisty|paszport|nr paszportu|numer paszportu|sv nr|ausw nr|"
     "ausweis nr|perso nr|versicherten nr|versichertennr|mitgliedsnummer|mitgliedsnr|mitglieds nr|rechtsschutz nr|"
     "num dossier|num patient|num adherent|numero adherent|num mutuelle|numero mutuelle|numero dossier patient|"
     "piece identite|num piece|carte vitale|num secu|doc num|num doc|num documento|numero documento|doc soporte|"
     "soporte documento|kyc doc no|kyc doc num|id doc no|id doc number|id doc num|personal id number|"
     "government id number|cod fisc|codfisc|tessera san|tessera sanit|carta id|piva|p iva|num socio|numero socio|"
     "kvk|kvk nr|btw nr|lidnummer|lidnr|leerlingnr|leerlingnummer|studentnr|studentnummer|clientnr|burgerservicenr|"
     "num processo|cc numero|numero cc|numero utente|num utente|titulo eleitor|num tit eleitor|carteira trabalho|"
     "num cart trabalho|serie cart trabalho|carteira identidade|certidao nascimento|certidao casamento|"
     "insc estadual|inscricao estadual|cartao sus|nis|upn|uln|staff num|payroll no|payroll number|member no|"
     "membership no|membership number|insurer member no|policy no|policy number|medical record no|"
     "national insurance no|matricola|numer legitymacji|nr legitymacji|nr albumu|nr indeksu|vn nr|tessera nr|"
     "num tessera|policyholder no|policyholder nr|insured no|insured id|subscriber no|donor no|donor number|"
     "cislo op|cpr nummer|vergi no|taj szam|serie buletin|pasport|visa no|visa nr|permit no|permit nr|ssnid|sinid|"
     "frequent flyer|frequent flyer no|frequent flyer number|loyalty no|loyalty number|pnr"},
    {&national_id_kind, Place::last, Vague::no, "nir|spi|cni|nie|cif|rfc|nss|rg|pis|nis|niss|tin|nin|npi"},
    {&national_id_kind, Place::whole, Vague::no,
     "nhs|sin|cedula|cuit|cuil|rut|documento|identificacion|ine|egn|oib|cnp|amka|afm|emp no|empno"},
    {&national_id_kind, Place::anywhere, Vague::things, "id number|ident value|ident number|ident no"},
    {&national_id_kind, Place::whole, Vague::persons, "dic|inn|ss"},
    {&id_text, Place::anywhere, Vague::no, "identification id|passport id|national identity"},
    {&id_text, Place::whole, Vague::persons, "student id|pupil id|employee id|staff id|emp other id|emp id|patient id"},
    {&national_id_kind, Place::whole, Vague::persons, "matricula|matricola|sus|student no|pupil no|employee nr|cf|cpe"},
    {&national_id_kind, Place::last, Vague::persons, "matricula interna|matricula funcional|nr socio|nr tessera"},
    {&vat, Place::anywhere, Vague::no,
     "vat nr|vat num|vat code|vatno|vatnr|vatnumber|vat reg|vat registration|gstin|gst no|gst number|tva intra|"
     "num tva|numero tva|no tva|ust idnr|ustidnr|ust nr|umsatzsteuer id|mwst nr|nr vat|vat identification|"
     "numero iva|iva numero"},
    {&national_id_kind, Place::anywhere, Vague::no,
     "soc sec|socsec|ss no|ss num|ssno|ssnum|tax ref|tax reference|tax identifier|tax ident|tax nr|taxnr|taxnumber|"
     "taxno|pan no|panno|uan|esic|esi no|epf no|pf no|pf number|pran|siren|siret|nif cif|cifnif|cif nif|"
     "num identif|numero identificacion|nro documento|nrodoc|nro doc|numdoc|numerodocumento|num cedula|nro cedula|"
     "clave elector|num imss|ctps|nisn|nuptk|bpjs|abn|uen|fein|dea number|dea no|upin|medicaid|medicaid id|"
     "medicare id|chi number|niss|insz|jmbg|emso|ogrn|cnic|nid no|nid number|national no|idcard no|"
     "identification no|identification number|identification nr|identity num|id proof|passport nr|passportno|"
     "pasaporte num|num pasaporte|num passeport|carte sejour|titre sejour|residence card|green card|alien number|"
     "alien no|work permit no|student no|personal no|pers num|library card|mitgliednr|mitglnr|numero adherent|"
     "num licence|vsnr|vers nr|svnummer|sozversnr|kvnr|kv nr|rvnr|steueridnr|steuer idnr|steuerid|ahv|ahv nr|ahvnr|"
     "num avs|no avs|polisnr|polisnummer|persnummer|health card|health card no|insurance card|insurance card no|"
     "insurance id|health id|num termo|num folha|num livro|afiliacion|num afiliacion|gpg id|gpgid|pgp id|pgpid|"
     "gpg fingerprint|pgp fingerprint|tax payer|tax payer id"},
    {&id_text, Place::anywhere, Vague::no,
     "student no|student nr|studentno|student code|roll no|rollno|roll number|admission no|admission number|"
     "enrollment no|enrolment no|enrollment number|matric no|matric number|matriculation no|hospital no|"
     "hospital number|patient code|patient ref|chart no|chart number|mr no|mrno|uhid|emp code|empcode|empnum|"
     "emp num|emp number|emp nr|payroll id|payroll ref|staff code|worker no|worker number|membership id|member nr|"
     "membernr|membership nr|member code|memberno|card barcode|patron barcode|pat uid|patient uid|sin num|sin nbr"},
    {&national_id_kind, Place::last, Vague::no, "nit|ruc|rut|dui|cuil|cuit|curp|cpf|cnpj"},
    {&national_id_kind, Place::whole, Vague::no,
     "mbi|hicn|hcn|ohip|phn|ramq|nid|acn|kpp|vkn|empi|identidad|ced|oab|coren|cns|cif|pps|idnr|dea"},
    {&national_id_kind, Place::last, Vague::things, "id no|id nr|id num|idno"},

    {&iban, Place::part, Vague::no, "iban"},
    {&bic, Place::anywhere, Vague::no, "bic|swift|swift code"},
    {&card, Place::part, Vague::no, "kreditkart|creditcard|cardnumber|cardno|ccnumber|ccnum"},
    {&card, Place::anywhere, Vague::no,
     "credit card|debit card|card number|card num|card no|card nr|card pan|card last|card digits|card bin|"
     "cc number|cc num|cc no|numero carte|carte bancaire|carte credit|tarjeta credito|numero tarjeta|carta credito|"
     "numero carta|cartao credito|numero cartao|gift card number|prepaid card|virtual card"},
    {&card, Place::whole, Vague::no, "pan|ccn|karte nr"},
    {&card_text, Place::whole, Vague::no, "card|cc|tarjeta"},
    {&account_kind, Place::part, Vague::no,
     "kontonummer|kontonr|bankverbindung|rekeningnummer|accountnumber|accountno|bankaccount|tilinumero|"
     "bankszamlaszam|bankkonto"},
    {&account_kind, Place::anywhere, Vague::no,
     "account number|account no|account num|account nr|acct number|acct no|acct num|bank account|routing number|"
     "routing no|sort code|aba number|bankleitzahl|blz|cvv|cvc|cvn|card security|numero compte|rib|compte bancaire|"
     "numero cuenta|cuenta bancaria|conto corrente|numero conto|coordinate bancarie|conta bancaria|conta corrente|"
     "crypto wallet|wallet address|paypal|card expiry|card expiration|card exp|card valid|card exp month|"
     "card exp year|card holder number|expiry month|expiry year|exp month|exp year|card number hash|acct nr|acct|"
     "bank acct|bankn|bankl|bkont|bank key|account number hash|wallet id|card token|card fingerprint|last digits|"
     "cc expiry|cc exp|bitcoin address|btc address|eth address|ethereum address|crypto address|venmo|cashapp|zelle|"
     "upi id|pix key|chave pix|interac email|sepa mandate|mandate reference|creditor id|aba routing|numero conta|"
     "num compte|num cuenta|n cuenta|numero bancario|konto inhaber nr|bankkonto|bank konto|bankrekening|"
     "girorekening|num cta|nr cta|no cta|cta bancaria|cta corriente|kto nr|rek nr|rekeningnr|rekening nr|"
     "nr rachunku|numer rachunku|rachunek|rachunek bankowy|nr konta|numer konta|sort cd|bank ac|ac no|acc no|"
     "acc number|account mask|cb num|num cb|cb expire|cb exp|numero cb|tarjeta num|tarjeta cad|num tarjeta|cc last|"
     "karta nr|nr karty|numer karty|kartennr|karten nr|kaartnummer|kaart nr|n carta|num carta|iban nr|nib|"
     "cta ingreso|cta abono|kontonr|konto nummer|cislo uctu|no rekening|nomor rekening|hesap no|cont bancar|"
     "acct nbr|account nbr|bank acc|bankacc|acc nr|acctno|acctnum|accountnum|ac number|ac num|bank no|bank number|"
     "bank nr|bsb|bsb number|ifsc|ifsc code|micr code|cuenta banco|nro cuenta|nrocuenta|cuenta num|agencia conta|"
     "num agencia|conta num|nr conta|conta banco|num conta|code banque|code guichet|cle rib|num rib|"
     "domiciliation bancaire|mandat sepa|mandate id|mandate ref|mandatsref|mandatsreferenz|sepa reference|kto|"
     "ktonr|kto inh|ktoinh|conto bancario|conto banca|num conto|routing num|aba no|transit number|transit no|"
     "institution number|masked card|cardmask|card mask|masked pan|card suffix|last four|card csc|cc owner|ccexp|"
     "ccexpiry|cc expires|cardexp|expmonth|expyear|payer account|payee account|beneficiary account|"
     "counterparty account|payer account id|public address|lightning address|vpa|mpesa|momo number|bank details|"
     "bank info|bank information|banking details|crypto wallet address|codcuenta|cuenta cliente"},
    {&account_kind, Place::whole, Vague::no,
     "clabe|cbu|rekening|konto|konto nr|acct|cb|expiry date card|bankn|bankl|csc|rum|nrb|aba|ccc|abi|cab|"
     "domiciliation|routing|sepa|sortcode"},

    {&vehicle_kind, Place::part, Vague::no,
     "licenseplate|licenceplate|numberplate|fuhrerschein|fuehrerschein|nummernschild|kenteken"},
    {&vehicle_kind, Place::anywhere, Vague::no,
     "license plate|licence plate|number plate|plate number|plate no|driver license|drivers license|driver licence|"
     "drivers licence|driving license|driving licence|license number|licence number|permis conduire|"
     "plaque immatriculation|carnet conducir|permiso conducir|numero patente|matricula vehiculo|kfz kennzeichen|"
     "patente guida|numero targa|rijbewijs|license no|licence no|license nr|licence nr|license num|licence num|"
     "dl number|dl no|driving licence no|plate|plates|reg plate|vehicle reg|vehicle registration|"
     "registration plate|car registration|chassis number|chassis no|frame number|patente numero|matricula coche|"
     "numero matricula|numero permis|fuhrerschein nr|fuehrerschein nr|kfz nr|amtliches kennzeichen|kfz kz|"
     "kfz kennz|nr rejestracyjny|numer rejestracyjny|tablica rejestracyjna|immat|immat vehicule|matricula veiculo|"
     "placa veiculo|placa vehiculo|prawo jazdy|nr prawa jazdy|carta conducao|patente nr|fahrgestellnr|"
     "fahrgestellnummer|carnet num|num carnet|placa num|num placa|matricula viatura|vehicle reg no|numberplate no|"
     "regn no|plate nbr|plateno|platenumber|vehicle no|vehicle number|vehicle plate|car no|car number|car plate|"
     "car reg|dln|dl num|driver lic|drivers lic|drv lic|dri lice num|lic no|lic num|driving lic|num permis|"
     "permis num|licencia conducir|licencia conduccion|num cnh|habilitacao|rijbewijsnr|pol kennz|engine no|vin no|"
     "vin code|permiso conduccion"},
    {&vehicle_kind, Place::whole, Vague::no,
     "placa|placas|plaka|rendszam|spz|vin|vin number|kfz|kennzeichen|immatriculation|targa|vrn|rego|numberplate|"
     "plaque"},

    {&social_kind, Place::anywhere, Vague::no,
     "im handle|im address|facebook|twitter|instagram|linkedin|skype|telegram|snapchat|tiktok|wechat|discord|xing|"
     "github username|github login|github user|google id|apple id|social handle|social media handle|social profile|"
     "mastodon|orcid|icq|viber|signal number|google account|sso subject|openid|external account id|auth uid|"
     "oauth uid|provider uid|provider account id|provider user id|federated user|broker user|broker username|"
     "external uid|social url|social link|social links|social media|facebook id|fb id|twitter id|bluesky|"
     "threads handle|youtube channel|line id|kakao|kakaotalk|vkontakte|weibo|signal id|matrix id|matrix user id|"
     "jid|jabber|xmpp|moodlenetprofile|personal website|personal url|personal page|steam id|gamertag|psn id|"
     "discord id|slack id|slack user|teams id|msn|yahoo|federated user id|broker user id|external user id|"
     "remote user id|oauth user id|idp user id|idp user|social user id|author url|author uri|steam handle|"
     "psn handle|psn name|identity provider id|xbox id|xbox live|fediverse account|activitypub|actor uri|linked in|"
     "insta|insta handle|bsky|tg username|tg handle|ig username|ig handle|fb username|wa number|weixin|qq|"
     "qq number|zoom id|bitbucket|reddit|pinterest|flickr|tumblr|vimeo|soundcloud|dribbble|behance|researchgate|"
     "google scholar|youtube url|google plus|googleplus|gplus|google sub|google uid|google user id|apple sub|"
     "apple user id|fb uid|fb user id|fbid|fb url|keybase|saml id|saml uid|saml name id|nameid|ldap dn|ldap uid|"
     "ldap id|ldap guid|distinguished name|object guid|objectguid|azure id|azure oid|entra id|okta id|okta user id|"
     "auth sub|oidc sub|oidc subject|openid sub|firebase uid|cognito sub|clerk id|clerk user id|sso id|sso uid|"
     "shib id|minecraft uuid|minecraft name|roblox id|riot id|battle tag|battletag|personal site|personal blog|"
     "blog url|portfolio url|portfolio link|social network|social networks|social accounts|reseau social|"
     "redes sociales|redes sociais|user identity|external identity"},
    {&social_kind, Place::whole, Vague::no,
     "youtube|ig|fb|medium url|portfolio|soundcloud|stackoverflow|github|gitlab|vk|aim|twitch|uid external|"
     "social url"},
    {&social_kind, Place::whole, Vague::persons,
     "collections url|featured collection url|ap id|actor id|blog|personal url|inbox url|outbox url|followers url|"
     "following url|actor url|profile url"},
    {&service_account, Place::anywhere, Vague::no,
     "telegram id|telegram user id|telegram chat id|tg id|facebook uid|steam id|steamid|discord id|discord user id|"
     "vk id|google id|apple id|xbox id|psn id|slack id"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup numbers_patterns = {table, words, parts};

}  // namespace confiture::mask
