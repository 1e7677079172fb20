// Names that say something only in their relation, or beside other columns.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

// What people handed in: letters, certificates.
constexpr PersonalKind papers_kind = {CALLED("free text"), type_bytes, "null", "null", false};

constexpr ContextPattern by_context[] = {
    // What people write to each other.
    {&free_text_kind,
     "message|messages|mail|mails|email|emails|ticket|tickets|chat|chats|comment|comments|conversation|conversations|"
     "note|notes|review|reviews|feedback|feedbacks|complaint|complaints|inquiry|inquiries|enquiry|enquiries|sms|reply|"
     "replies|letter|letters|survey|answers|nachricht|nachrichten|mensaje|mensajes|messaggi|mensagens|berichten|support|"
     "incident|incidents|grievance|grievances|mailing|mailings|newsletter|newsletters|diary|notification|notifications|post|posts|thread|threads|tweet|tweets|toot|toots|shout|shouts|guestbook|discussion|discussions|edits|suggestion|"
     "suggestions|pm|pms|privmsg|privmsgs|correspondence|helpdesk|letters|memo|memos|wall|testimonial|testimonials",
     0,
     "body|text|content|contents|subject|title|description|html|raw|plain|texte|texto|testo|inhalt|betreff|"
     "extract|preview"},
    // Why a person was reported, blocked or let go.
    {&free_text_kind,
     "report|reports|complaint|complaints|block|blocks|ban|bans|modlog|moderation|appeal|appeals|suspension|"
     "suspensions|warning|warnings|sanction|sanctions|grievance|grievances|absence|absences|leave|leaves|termination|terminations|dispute|disputes|registration|"
     "registrations|appointment|appointments|applicant|applicants",
     0,
     "reason|reasons|answer|answers|text|explanation|justification|deny|description|cause|resolution|detail|details|complaint|grievance|incident|absence"},
    {&free_text_kind, "", clue_sender,
     "details|body|content|contents|text|subject|html|raw|plain|texte|texto|testo|inhalt|betreff|objet|asunto|oggetto|assunto|"
     "onderwerp|corps|cuerpo|corpo"},
    {&free_text_kind, "", clue_writing, "subject|betreff|objet|asunto|oggetto|assunto|onderwerp"},
    {&email_kind,
     "mail|mails|email|emails|mailing|mailings|newsletter|newsletters|message|messages|notification|notifications|inbox|outbox",
     clue_writing,
     "from|to|cc|bcc|sender|senders|recipient|recipients|reply|absender|empfanger|empfaenger|expediteur|destinataire|"
     "remitente|destinatario|mittente|afzender|ontvanger"},
    {&email_kind, "email|emails", 0, "address|value|addr|adresse", true},
    {&email_kind, "verification|verifications", 0, "identifier"},
    {&email_kind, "oauth", 0, "contacts"},
    // Of what people say in public.
    {&person_name_kind,
     "comment|comments|review|reviews|testimonial|testimonials|rating|ratings|guestbook|feedback|reply|replies", 0,
     "author|reviewer|commenter"},
    // Keys of authenticators.
    {&credential_kind, "webauthn|passkey|passkeys|authenticator|authenticators", 0,
     "external id|credential id|key handle|raw id"},
    {&address_kind,
     "address|addresses|anschrift|anschriften|adresse|adressen|direccion|direcciones|indirizzi|enderecos", clue_place,
     "line|lines"},
    {&longitude_kind, "", clue_latitude, "long|lo|longit"},
    {&account_kind,
     "card|cards|creditcard|creditcards|account|accounts|bank|karte|karten|carte|tarjeta|tarjetas|conto|conti", 0,
     "number|no|nr|num|numero|nummer|holder|pan"},
    {&account_kind, "debit|debits|directdebit|payout|payouts", 0, "account|routing|number|iban|no"},
    {&account_kind, "card|cards|creditcard|creditcards|kreditkarte|kreditkarten|tarjeta|tarjetas", 0,
     "expiry|expiration|expires|exp|month|year|date|start|digits|last|valid|until|thru|issue|number|security"},
    {&credential_kind,
     "password|passwords|passwort|kennwort|credential|credentials|token|tokens|secret|secrets|keys|apikey|apikeys", 0,
     "hash|value|digest|key|data|hashed|code"},
    {&credential_kind, "api|unsubscribe|recipient|recipients|subscriber|subscribers", 0, "key"},
    {&credential_kind, "authorization|authorizations|oauth", 0, "code"},
    {&credential_kind, "invite|invites|invitation|invitations", 0, "code|link|hash|url"},
    {&credential_kind, "link|links|tmplinks|magiclinks", 0, "hash"},
    {&credential_kind, "reset|resets|recovery|recoveries|verification|verifications|activation|activations|otp|otps", 0,
     "uuid|code|key|hash|value|digest|challenge"},
    {&credential_kind, "transport|transports|mailer|smtp|ldap", 0, "config|configuration|options|dsn"},
    // Whole rows, kept for history.
    {&free_text_kind,
     "version|versions|history|histories|audit|audits|archive|archived|revision|revisions|journal|trail|changes|"
     "changelog|tombstones|deleted",
     0, "object|data|changes|change|diff|before|after|old|new|snapshot|row|rows|record|state|values|details|content"},
    // What payments are for, and from whom.
    {&free_text_kind,
     "transaction|transactions|payment|payments|transfer|transfers|statement|statements|buchung|buchungen|umsatz|umsaetze|virement|"
     "virements|movimiento|movimientos|movimento|movimenti|ecriture|ecritures",
     0,
     "narration|narrative|particulars|remittance|purpose|libelle|omschrijving|concepto|causale|memo|opis|tytul|label perso"},
    {&person_name_kind, "transaction|transactions|payment|payments|transfer|transfers", 0,
     "counterparty|counterparty name|counterpart|payer|payee|debtor|creditor|remitter"},
    // What was filled in.
    {&free_text_kind, "submission|submissions|survey|surveys|questionnaire|questionnaires|poll|polls", 0,
     "value|values|response|responses|answer|answers|text|content|data|comment", true},
    {&free_text_kind, "submission|submissions", 0, "data|values|answers|responses"},
    // What a doctor wrote.
    {&health_kind, "soap|vital|vitals|encounter|encounters|consultation|consultations|admission|admissions|clinic", 0,
     "subjective|objective|assessment|plan|impression|findings|examination|reason|history|summary|outcome|triage"},
    {&health_kind, "medical|patient|allergy|allergies|disease|diseases|health", 0,
     "trigger|triggers|reaction|reactions|response|treatment|episode|last episode|onset|symptoms"},
    // Meetings of people.
    {&free_text_kind,
     "booking|bookings|appointment|appointments|meeting|meetings|visit|visits|consultation|consultations|interview|interviews",
     0, "title|subject|description|details|summary|agenda|outcome|objective|purpose|reason|comments", true},
    // Statements with the values that they wrote.
    {&free_text_kind, "log|logs", 0, "sql|statement|query|text"},
    // Attributes of persons, one a row.
    {&free_text_kind,
     "user|users|usermeta|person|people|customer|customers|client|clients|patient|patients|member|members|contact|contacts|profile|"
     "profiles|employee|employees|staff|student|students|pupil|pupils|subscriber|subscribers|lead|leads|donor|donors|volunteer|"
     "volunteers|guardian|guardians|parent|parents|teacher|teachers|resident|residents|candidate|candidates|applicant|applicants|"
     "registrant|registrants|attendee|attendees|participant|participants|respondent|respondents|guest|guests|visitor|visitors|"
     "passenger|passengers|voter|voters|citizen|citizens",
     0, "value|values|meta|data|info|val|field value|string value|attribute value|additional"},
    {&national_id_kind, "patient|patients|person|persons|customer|member|employee|student|citizen|pupil|resident", 0,
     "identifier|ident"},
    {&social_kind, "", clue_provider,
     "provider id|uid|sub|subject|provider uid|provider id|external id|external uid|identifier"},
    {&social_kind, "social|socials", 0, "userid|id|url|link|links|handle|handles|value|address"},
    {&network_kind, "push|subscription|subscriptions", 0, "endpoint|identifier|subscription"},
    {&network_kind, "session|sessions|sess", 0, "data|value|payload|sess|host"},
    // An address of mail more often than not.
    {&social_kind, "calendar|calendars", 0, "external id|calendar id|external calendar id"},
    {&national_id_kind, "personal|identity|traveller|traveler|visa|visas", 0,
     "document number|document no|document nr|doc number|doc no"},
    {&phone_kind, "phone|phones|telephone|telephones|telefon|telefone", 0, "number|no|nr|num|value"},
    {&free_text_kind, "answer|answers", 0, "answer|value"},
    {&free_text_kind, "custom|dynamic", 0, "field|value|string|val"},
    {&network_kind, "device|devices", 0, "name|display|friendly|label|uuid|udid|identifier"},
    // What somebody looked for.
    {&free_text_kind, "search|searches", 0, "query|text|term|terms|keywords|q"},
    {&national_id_kind, "card|cards|patron|patrons|borrower|borrowers|loyalty", clue_people, "barcode", true},
    {&national_id_kind, "kyc|identifier|identifiers|identification|identifications|passport|passports", 0,
     "document|doc|number|no|nr|key|value"},
    {&vehicle_kind, "vehicle|vehicles|car|cars|truck|trucks|fleet", 0, "registration|number|reg|no"},
    // Of people.
    {&picture_kind, "dicom|radiology", 0, "data|thumbnail|image|content|pixels"},
    {&papers_kind, "", clue_people, "file|content|attachment|data|document|blob|scan|binary", true},
    {&picture_kind, "", clue_people,
     "image|img|pic|image url|image path|img url|image url small|image url medium|image url large|image small|image medium|image large",
     true},
    {&picture_kind, "foto|fotos|photos|bild|bilder|zdjecia", 0, "caminho|chemin|pfad|ruta|percorso|pad|sciezka"},
    {&social_kind, "", clue_people, "uri|homepage", true},
    {&user_name_kind,
     "user|users|person|people|persons|profile|profiles|member|members|author|authors|pessoa|persona|personne", 0,
     "slug|permalink|handle|vanity|code name", true},
    {&social_kind,
     "user|users|person|people|profile|profiles|member|members|author|authors|candidate|applicant|speaker|speakers", 0,
     "website|website url|web site|webpage|blog|site url|link|links", true},
    {&free_text_kind, "", clue_people, "headline|info|information|infos|description|details|public|summary|interest",
     true},
    // Of what becomes of a person: why somebody was absent, what somebody asked for.
    {&free_text_kind, "", clue_subject,
     "description|desc|details|detail|other|additional|reason|reasons|explanation|purpose|summary|cause|resolution|statement|"
     "circumstances|outcome|instructions|condition|reflections|justification|motivo|motif|grund|motivazione|descricao|descrizione|descripcion|"
     "beschreibung|omschrijving|opis|powod|spoiler|text|info",
     true},
    // Of patients.
    {&health_kind,
     "vital|vitals|patient|patients|encounter|encounters|ficha|medica|medico|medical|examination|examinations|malnutrition|"
     "nutrition|growth|antenatal|maternity",
     clue_health,
     "weight|height|kg|cm|body|temp|temperature|pulse|respiration|saturation|peso|altura|poids|taille|gewicht|groesse|"
     "grosse|koerpergroesse|waga|wzrost|lengte|estatura|talla|statura|altezza|c|f|spo|bp|hr|rr|trauma|"
     "pa|fc|sat|hgt|diuresis|bowel|desc|ausc|urine|stool|min|max"},
    {&health_kind, "", clue_people, "weight|height|kg|cm|peso|altura|poids|gewicht|waga|wzrost|lengte|estatura|altezza",
     true},
    // Payslips.
    {&pay_kind,
     "salary|salaries|payslip|payslips|payroll|payrolls|wage|wages|gehalt|gehaelter|lohn|loehne|nomina|nominas|"
     "gratuity|bonus|bonuses|compensation|income|incomes|promotion|paie|salaire|salaires|salario|salarios|stipendio|"
     "stipendi|salaris|salarissen|loon|wynagrodzenie|wynagrodzenia",
     0,
     "amount|total|rounded|gross|net|base|basic|variable|fixed|hour|hourly|rate|pay|deduction|deductions|earning|"
     "earnings|income|tax|taxes|taxable|year|month|to|date|annual|current|future|standard|exemption|declaration|non|"
     "words|in|before|after|calculation|from|other|sources|till|deducted|bonus|allowance|allowances|overtime|benefits|"
     "contribution|brutto|netto|betrag|summe|montant|importe|importo|kwota|bedrag|valor"},
    {&health_kind,
     "obs|observation|observations|vital|vitals|lab|labs|laboratory|diagnosis|diagnoses|allergy|allergies|immunization|"
     "immunizations|symptom|symptoms|anamnese",
     0, "value|coded|numeric|complex|text|res|desc|result|results|reading|reference|code|severity|reaction"},
    {&picture_kind, "avatar|avatars|photo|photos|portrait|portraits|signature|signatures|selfie", 0,
     "data|bytes|content|image|url|path|file|blob|svg|base"},
};

constexpr CluePattern clues[] = {
    {clue_sender, Place::anywhere,
     "sender|author|posted by|written by|sent by|user id|member id|contact id|customer id|absender|expediteur|remitente|"
     "mittente|afzender|verfasser|auteur|autor|autore"},
    {clue_sender, Place::whole, "from|user|userid|email from|mail from|email reply to|reply to"},
    {clue_writing, Place::whole, "body|message|body html|body text|message body|cc|bcc"},
    {clue_provider, Place::whole,
     "provider|auth provider|identity provider|oauth provider|idp|connector|access token|access secret|oauth token"},
    {clue_latitude, Place::anywhere, "lat|latitude|breitengrad|latitud|latitudine"},
    {clue_place, Place::anywhere,
     "zip|zipcode|postcode|postal code|plz|code postal|codigo postal|cap|postleitzahl|street|address|strasse|adresse|"
     "direccion|indirizzo|endereco|rue|calle|adres|straat|adr|addr|anschr|indir|logradouro|bairro|ulica|morada|domicilio"},
};

}  // namespace

std::span<const ContextPattern> context_patterns() { return by_context; }
std::span<const CluePattern> clue_patterns() { return clues; }

}  // namespace confiture::mask
