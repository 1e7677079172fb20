// The words that fused names are split into: all of the tables from four letters on, and short ones that are safe to
// split at. Sorted; the unit tests say what is missing.
#include "mask/guard/dictionary.h"

#include <array>
#include <cstdint>

namespace confiture::mask {

namespace {

constexpr std::string_view text =
    "aadhaar|aadhar|aantal|abha|abonne|aboriginal|about|absence|absences|absender|accept|accepts|acceso|access|"
    "accesstoken|account|accounts|acct|accuracy|action|actions|activation|active|actor|actors|addiction|addr|address|"
    "addresses|adherent|adres|adresse|adressen|adresszusatz|adrnr|advertising|affichage|affiliation|after|afzender|"
    "agent|agents|airline|airlines|airport|alarm|album|albums|alcohol|alert|alerts|algo|algorithm|alias|alignment|all|"
    "allergen|allergies|allergy|allow|allowance|allowed|allows|also|alt|alter|alternate|alternatename|alumno|aluno|"
    "amka|amount|amtliches|anamnese|anamnesi|anfrage|animal|aniversario|anliegen|annee|anniversaire|annual|annuel|"
    "anred|anrede|anschrift|anschriften|ansprech|ansprechpartner|answer|answers|antecedentes|antecedents|anxiety|"
    "anzahl|anzkd|apartment|apelido|apellido|apellidos|api|apikey|apikeys|apodo|app|appeal|appeals|apple|applicant|"
    "applicants|application|applications|approved|approver|apps|arbeitgeber|arbeitsunfahig|archive|archived|archivo|"
    "area|argon|args|arguments|arret|article|articles|artifact|artifacts|artikel|artist|artists|arzt|asset|assets|"
    "assigned|assignee|assunto|asunto|asylum|at|attachment|attachments|attempts|attendee|attendees|attention|attn|"
    "attorney|attribute|attributes|audit|audits|aufenthaltsort|ausweis|auteur|auteurs|auth|author|authorization|"
    "authorized|authors|authtoken|autor|autore|autoren|autores|avatar|avatars|avg|azienda|back|backup|backups|badge|"
    "badges|bairro|balance|bancaire|bancaria|bancarie|bancario|band|bank|bankkonto|bankl|bankleitzahl|bankn|"
    "bankrekening|banks|banner|bans|barangay|barrio|base|basic|bcode|bcrypt|bday|bearbeiter|bearer|bedrijf|beeper|"
    "before|befund|behinderung|beneficiario|beneficiary|benutzer|benutzern|bericht|berichten|beroep|beruf|beschreibung|"
    "besitzer|betreff|bijnaam|bilhete|bill|billing|bind|birth|birthtime|bitcoin|bkont|blob|block|blocks|blog|blogs|"
    "blood|bloodtype|bluesky|bname|board|boards|body|boite|bonitaet|bonitat|bonus|book|books|born|borough|borrower|"
    "bots|bounced|bourg|bracket|branch|branches|brand|brands|breitengrad|broker|browser|browsing|bsn|bssid|bucket|"
    "buckets|build|building|buildings|builds|bundle|bundles|burgerlijke|burgerservicenummer|business|button|buyer|by|"
    "bytes|calculator|call|callback|calle|called|caller|campaign|campaigns|cancel|cancellation|candidate|candidates|"
    "capacity|card|cardholder|cards|care|carnet|carrier|carta|cartao|carte|casa|case|cashapp|cashier|cast|caste|"
    "catalog|catalogue|categoria|categories|category|causale|cause|cccd|cedula|cell|celular|center|centre|centroid|"
    "change|changed|changelog|changes|channel|channels|charge|charges|chart|charts|chassis|chat|chats|chave|check|"
    "checked|checks|checksum|chiave|chief|child|children|childrens|chimp|cholesterol|christian|church|cidadao|cidade|"
    "cipher|ciphertext|cislo|cities|citizen|citta|city|ciudad|civil|civile|civilite|civilstatus|clabe|claimant|clan|"
    "class|classes|clave|cleanup|clerk|clicked|client|cliente|clientes|clienti|clients|clinic|clinica|clinical|clinics|"
    "cluster|cmnd|cnpj|coach|coche|code|coded|codes|codice|codigo|cognome|cohort|cohorts|collection|colonia|color|"
    "colour|column|columns|comment|commentaar|commenter|commenti|commento|comments|commit|commune|companies|company|"
    "compensation|complaint|complaints|compleanno|complement|complemento|complet|complete|completion|completo|complex|"
    "component|components|composer|compte|comune|concept|concepto|concepts|condition|conducir|conducteur|conductor|"
    "conduire|config|configuration|configurations|confirmation|confirmed|coniuge|conjoint|connector|consent|consignee|"
    "constraint|consumer|conta|contact|contacto|contactpersoon|contactphone|contacts|container|containers|contato|"
    "contatto|content|contents|conti|continuation|conto|contract|contractor|contrasenya|contribuinte|conversation|"
    "conversations|convictions|conyuge|cookie|cookies|coord|coordenadas|coordinate|coordinates|coordonnees|coords|copy|"
    "corpo|corps|correio|corrente|correo|cost|counseling|count|counter|countries|country|counts|county|coupon|courier|"
    "course|courses|courtesy|cover|covid|cpf|created|creation|creator|credential|credentials|credit|creditcard|"
    "creditcards|credito|creditor|crew|criminal|cron|crypt|crypted|crypto|csrf|cuenta|cuerpo|cuil|cuit|cumpleanos|curp|"
    "currencies|currency|current|cust|custom|customer|customers|cycle|cycles|dados|dashboard|dashboards|data|database|"
    "datatype|datatypes|date|datei|datetime|dati|datore|datos|datum|days|death|debit|debtor|debug|decease|deceased|"
    "deces|decimals|def|default|deleted|delimiter|deliver|delivered|delivery|denomination|deny|department|departments|"
    "dependant|dependent|dependents|deploy|deployment|deployments|depression|description|design|destinataire|"
    "destinatario|details|dev|device|deviceid|devices|diag|diagnose|diagnosed|diagnosen|diagnoses|diagnosi|diagnosis|"
    "diagnostico|dial|dialed|dialing|diary|dictation|dietary|diff|digest|digital|digitale|digits|dipendente|dipendenti|"
    "direccion|direcciones|director|disabled|discapacidad|disciplinary|discord|discount|disease|dish|dismissal|display|"
    "displayed|displayname|dispute|disputes|distance|district|division|dni|dob|doctor|doctors|document|documento|"
    "documents|domain|domains|domicilio|donor|donors|door|dosage|dosing|drawn|driver|drivers|driving|drug|duration|"
    "edad|editor|editors|ehepartner|ehic|eigenaar|eircode|electronico|elet|eletronico|elettronica|eleve|email|emails|"
    "emergency|emirates|emp|empfaenger|empfanger|emplacement|empleado|empleador|empleados|employe|employee|employees|"
    "employer|employers|employeur|employment|empno|empregador|empresa|enable|enabled|enables|encoding|encrypted|"
    "encryption|endereco|enderecos|endpoint|enfant|enfants|enquiries|enquiry|entered|enterprise|enterprises|entities|"
    "entity|entreprise|entry|envelope|environment|environments|epic|epost|error|errors|estado|estudante|estudiante|"
    "etat|ethereum|ethnic|ethnicity|etudiant|event|events|exam|exams|exception|exibicao|expediteur|expiration|expired|"
    "expires|expiry|explanation|export|exports|ext|extension|extensions|exterior|external|extract|extracted|face|"
    "facebook|facilities|facility|fahrer|failed|failure|failures|faith|familia|familiale|famille|family|famst|father|"
    "fathers|fax|feature|features|fecha|federal|federated|feedback|feedbacks|fees|fertility|fichier|field|fields|figli|"
    "figlio|file|files|filho|filhos|fille|film|films|filter|filters|finger|fingerprint|firma|first|fiscal|fiscale|fixe|"
    "flag|flags|flat|flight|flights|fnac|fname|fodselsnummer|folder|folders|font|fonts|footer|fore|forenames|form|"
    "format|former|forms|forum|forums|forwarded|foto|four|frame|free|freelancer|freguesia|frequency|friendly|from|"
    "front|fuehrerschein|fuhrerschein|full|fullname|funcionario|function|functions|furniture|gaid|game|gamertag|games|"
    "gasse|gate|gateway|gateways|gbdat|gbjhr|gblnd|gbort|geboren|gebruiker|geburts|gehalt|geheime|geheimer|geheimnis|"
    "geloof|gemeente|gender|genero|genetic|genotype|genre|genres|geog|geohash|geom|geometry|geraete|gerate|gesch|"
    "gestation|gesundheit|gezondheid|gift|girorekening|github|gitlab|given|glucose|goal|goals|google|government|grad|"
    "grade|grado|gross|group|groupe|groups|grupo|gruppo|guardian|guest|guests|guida|hall|handle|handler|handles|handy|"
    "hardware|harm|hash|hashed|hausnr|header|headers|headline|health|healthcard|hearing|heart|height|heir|heirs|help|"
    "henkilotunnus|hetu|hide|hijo|hijos|hint|histogram|historia|histories|history|hkid|hmac|hobbies|hobby|holder|"
    "holders|holiday|home|homephone|hometown|honorific|hook|hooks|hospital|hospitals|host|hosts|hotel|hotp|hourly|"
    "house|household|hsnmr|html|http|husband|huurder|hwid|iban|iccid|icon|icons|id|idade|idcard|idempotency|ident|"
    "identidad|identidade|identificacion|identification|identifier|identita|identite|identiteitskaart|identity|idfa|"
    "idfv|illness|image|images|imap|imei|img|immatriculation|immigration|immunisation|immunization|immunizations|"
    "impfdatum|imported|imsi|inbox|inboxes|incident|incidents|income|index|indigenous|indirizzi|indirizzo|industry|"
    "info|information|infos|ingredient|ingresos|inhaber|inhalt|initial|initials|input|inquiries|inquiry|insee|"
    "inspector|instagram|instructions|instructor|insurance|insurances|insured|insurer|integration|interac|interest|"
    "interests|interface|interior|interlocuteur|interval|interview|intestatario|invitation|invite|ip|ipaddr|ipaddress|"
    "iqama|iris|irsz|is|issue|issuer|item|items|iterations|itin|jabber|jahr|jahrgang|jeune|jobs|journal|json|judge|"
    "justification|kakao|kakaotalk|kana|kanji|karma|karte|karten|kategorie|kennwort|kennzeichen|key|keyfile|keys|"
    "keystore|kids|kimlik|kind|kinder|kinderen|kirche|klant|klanten|known|kode|koinh|kommune|konfe|kontakt|"
    "kontaktdaten|kontakte|konto|koordinaten|krankenstand|krankmeldung|kreditkarte|kreditkarten|kunde|kunden|"
    "kundenwunsch|kwargs|label|labels|labs|laender|land|lander|landline|landlord|landmark|lang|language|languages|last|"
    "lati|latitud|latitude|latitudine|lavoro|lawyer|layer|layers|layout|layouts|ldap|lead|leads|league|leagues|learner|"
    "learners|leave|leaves|lebensalter|leeftijd|leerling|legajo|legal|legalname|lehrer|length|lesson|letter|letters|"
    "level|levels|licence|license|lieu|lifetime|light|limit|limits|line|lines|link|linkedin|links|list|listen|lname|"
    "locale|localidad|localidade|localita|locality|localizacao|locataire|locatie|location|locations|locker|log|login|"
    "logon|logout|lohn|long|longi|longit|longitude|loon|loss|macaddr|macaddress|machine|madre|magic|maiden|maidenname|"
    "mail|mailer|mailing|mails|mailto|maker|makers|malade|maladie|maladies|manager|managers|mandate|manufacturer|"
    "manufacturers|margin|marital|married|mask|masked|master|mastodon|matcher|material|materials|matricula|matricule|"
    "matrikelnummer|matrimoniale|matrix|max|medewerker|medewerkers|media|medical|medicare|medicaux|medicos|meeting|"
    "member|members|membership|memo|memory|memos|mensagem|mensagens|mensaje|mensajes|menstrual|mental|mentee|mentor|"
    "menu|menus|merchant|merchants|mere|merged|message|messages|messaggi|messaggio|meta|method|methods|metric|metrics|"
    "middle|middlename|mieter|migration|migrations|military|min|mitarbeiter|mittente|mname|mnemonic|mobiel|mobil|"
    "mobile|mode|model|models|moderation|moderator|modified|modlog|module|modules|moeder|money|month|monthly|"
    "moodlenetprofile|morada|mother|mothers|motivation|movie|movies|movil|municipio|music|must|mutter|mykad|mynumber|"
    "myself|naam|nach|nachn|nachnam|nachname|nachricht|nachrichten|nacimiento|naiss|naissance|name|namen|names|"
    "namespace|nasc|nascimento|natid|natio|nation|national|nationalid|native|needs|neighborhood|neighbourhood|net|"
    "netid|new|next|nice|nick|nickname|nif|nino|niss|no|node|nodes|nom|nombre|nombres|nome|nomi|noms|nonce|nota|notas|"
    "note|notes|notification|notifications|notify|notitie|notities|notiz|notizen|npwp|nr|nric|num|number|numberplate|"
    "numeric|numero|nummer|nurse|nurses|nursing|nutzer|oauth|object|objet|observation|observations|occupation|of|"
    "officer|oggetto|old|on|onderwerp|ontvanger|opacity|open|opened|openid|operation|operator|opinion|optin|option|"
    "optional|options|optout|orcid|order|organisation|organisations|organization|organizations|orgs|orientacao|"
    "orientacion|orientamento|orientation|origin|original|other|otp|outbox|output|override|overrides|own|owner|owners|"
    "paciente|package|packages|padding|padre|page|pager|pages|pairing|pais|parameter|parameters|params|parcel|parcels|"
    "parent|parish|parola|parser|partei|participant|participants|partita|partition|partitions|partner|party|pasaporte|"
    "pasep|paspoort|pass|passaporte|passaporto|passe|passenger|passengers|passeport|passkey|passport|password|"
    "passwords|passwort|patch|patente|path|patient|patienten|patients|pattern|pay|payee|payer|payload|payment|paypal|"
    "payroll|pays|payslip|paziente|pbkdf|peer|pension|people|percent|pere|perfil|performance|perid|period|permis|"
    "permiso|permission|permissions|permit|pers|persnr|person|persona|personal|personalnummer|personas|persone|"
    "personen|personne|personnel|personnes|persons|pesel|pessoa|pessoas|pfach|phone|phones|phonetic|photo|photos|"
    "phrase|physician|piazza|pic|pickup|picture|pictures|pila|pipeline|place|placeholder|plain|plan|plans|plant|plaque|"
    "plate|plates|platform|platforms|platz|player|players|playlist|playlists|plural|plus|plz|poblacion|pocztowy|point|"
    "points|policies|policy|policyholder|political|port|portable|portrait|portraits|position|posizione|post|posta|"
    "postal|postale|postbus|postcode|posted|postleitzahl|postnr|postnummer|posts|ppsn|pre|precision|preference|"
    "preferences|preferred|prefix|prenom|prenoms|prepaid|presenting|pressure|preview|previous|price|prices|primary|"
    "primeiro|primer|primo|print|printed|priority|privada|privata|private|privee|privilege|privileges|problem|"
    "procedure|prodotti|prodotto|product|producto|productos|products|produit|produits|produkt|produkte|produto|"
    "produtos|profesion|profesor|professeur|profession|professione|professor|professore|profil|profile|profiles|"
    "profilo|profissao|program|programs|progress|project|projects|promissory|promotion|prompt|pronouns|property|"
    "propietario|proprietaire|proprietario|proprio|proprios|prospect|prospects|provider|province|pseudo|pstcd|pstl|"
    "pstlz|psych|public|pupil|pupils|purpose|push|pushid|pwd|pwdhash|pwdsaltedhash|quality|queries|query|question|"
    "questions|queue|quiz|quota|quote|raca|race|radius|range|rank|rasse|rate|rates|rating|ratio|ration|raw|raza|razza|"
    "rcpt|reaction|reading|real|realm|realms|reason|reasons|received|receiver|recipe|recipes|recipient|recipients|"
    "record|recorded|recording|recovery|reddito|redirect|ref|reference|refreshtoken|refugee|regex|region|regions|"
    "register|registration|registrations|rego|rehab|rejection|rekening|relative|release|religione|religious|remark|"
    "remarks|remarque|remarques|remetente|reminder|reminders|remit|remitente|remittance|remote|renda|rendimento|"
    "replies|reply|report|reporter|reports|repositories|repository|representation|representative|request|requester|"
    "requestor|requests|require|required|requires|reset|residence|residencia|resident|residenz|residenza|resource|"
    "resources|responsable|responsavel|response|responses|responsive|restaurant|restriction|restrictions|result|"
    "results|resume|retention|retina|retries|return|revenu|revenus|review|reviewer|reviews|revision|revisions|rider|"
    "rijbewijs|road|roads|rodne|role|roles|room|rooms|rounds|route|routing|rows|rufnm|rule|rules|sachbearbeiter|"
    "salarie|salary|salesperson|salt|salted|salud|salutation|salute|sample|sanguigno|sanguin|sanguineo|sanitaria|santa|"
    "sante|saude|scale|scan|schedule|schedules|schema|schemas|schlussel|school|schools|schueler|schufa|schuler|"
    "schwerbehindert|scope|scopes|score|scram|screen|script|scripts|scrypt|search|season|seasons|second|secondary|"
    "seconds|secret|secreta|secrete|secrets|section|sections|sector|secure|securite|security|seed|segreta|segundo|"
    "seguridad|self|selfie|seller|send|sender|senders|sends|senha|sensor|sent|sepa|separator|sequence|serial|server|"
    "servers|service|services|sess|sessdata|session|sessionid|sessions|sesso|sessuale|setting|settings|severance|"
    "severity|sex|sexe|sexo|sexual|sexuelle|shape|shared|ship|shipment|shipper|shippers|shipping|shop|shops|should|"
    "show|sibling|sicherheitsfrage|sick|sight|signal|signatory|signature|signatures|signed|signer|signing|since|singer|"
    "site|sites|situation|size|skill|skills|skin|skip|skype|slack|sleutel|small|smoker|sms|smtp|snapchat|snapshot|"
    "snils|social|sociale|socio|software|sold|song|songs|soprannome|sort|source|sources|sozialvers|space|speaker|"
    "speakers|special|species|spouse|src|ssn|staat|stad|stadt|staff|staffer|stage|standard|standort|start|state|"
    "statement|states|station|statistics|stato|stats|status|statuses|stcd|stceg|steam|step|sterbedatum|steuer|steuernr|"
    "stop|stops|stopwords|store|stores|story|straat|strada|stras|strasse|stream|street|streets|strength|string|student|"
    "studente|students|style|sub|subject|subjects|submission|subscribed|subscriber|subscribers|substance|suburb|"
    "success|suicide|summary|supervisor|supplier|suppliers|supply|support|supported|surface|surgeries|surgery|surname|"
    "surnom|survey|suspension|suspensions|svnr|swift|symbol|symbols|symptom|symptoms|sync|synced|syncing|syntax|system|"
    "table|tables|tags|targa|target|tarjeta|tarjetas|task|tasks|tax|taxes|taxid|taxon|taxons|tckn|teacher|teachers|"
    "team|teams|tel|telbx|telefax|telefone|telefonico|telefono|telegram|telephone|telf|telfx|telno|telnr|teltx|"
    "template|templates|tenant|tenants|terapia|termination|terminations|territories|territory|tessera|testimonial|"
    "testo|text|texte|texto|tfno|theme|themes|therapie|therapy|thread|threads|three|threshold|thresholds|thru|thumb|"
    "thumbprint|ticket|tickets|tiene|tiktok|tile|time|timeout|timestamp|timezone|tin|title|titulaire|titular|tmp|to|"
    "token|tokens|tombstones|tongue|tooltip|topic|topics|total|totals|totp|tournament|town|township|track|tracks|trade|"
    "trail|trainer|traitement|transcript|transcription|transfer|translation|transport|transports|tratamento|"
    "tratamiento|travel|traveler|traveller|treatment|trend|tribe|tries|trigger|tutor|twitch|twitter|two|type|typed|"
    "types|ubicacion|uname|union|unit|units|universities|university|unix|unlock|unsubscribed|until|updated|url|usage|"
    "used|user|useragent|userid|usermeta|username|userphone|users|uses|usr|ustid|usuario|utente|utilisateur|utilizador|"
    "uuid|vaccine|vader|valid|validated|validation|value|values|variable|variant|variants|vat|vater|vatin|vehicle|"
    "vehiculo|vendor|vendors|venmo|verfasser|verification|verified|verify|verjaardag|vermieter|versicherungsnummer|"
    "version|versions|verwendungs|verwendungszweck|veteran|viber|view|views|village|ville|virtual|visa|visibility|"
    "visible|visit|visitor|visitors|vital|vitals|vkontakte|voice|voicemail|voiceprint|void|voie|volledige|volunteer|"
    "volunteers|vorna|vornam|vorname|voter|wage|wages|wallet|wallets|want|wants|warehouse|warehouses|warning|web|"
    "webhook|webhooks|website|wechat|wehrdienst|weibo|weight|welcome|werkgever|werknemer|what|whats|whatsapp|where|"
    "whodunnit|whole|widget|widgets|width|wife|wifi|window|windows|winner|wishes|witness|wohnort|wohnung|word|words|"
    "work|worker|workflow|workphone|workplace|worth|writer|writers|written|wunsch|wunsche|xing|xmpp|yahoo|yaml|year|"
    "yearly|years|youtube|zelle|zip|zipcode|zipp|zone|zones|zusatz|zweck";

constexpr auto words = index_list<count_texts(text)>(text);

constexpr size_t longest = 63;  // of PostgreSQL's names

}  // namespace

extern constexpr Index dictionary = words;

size_t split_fused(std::string_view word, std::span<std::string_view, most_pieces> pieces) {
  constexpr uint8_t never = 255;
  if (word.size() < 5 || word.size() > longest || dictionary.holds(word)) return 0;
  // From the end: in how few pieces the rest from a letter on comes apart, and how long the first of them is then.
  std::array<uint8_t, longest + 1> fewest, first;
  fewest[word.size()] = 0;
  for (size_t at = word.size(); at-- > 0;) {
    fewest[at] = never;
    std::string_view rest = word.substr(at);
    for (const auto &[piece, row] : dictionary.like(rest)) {
      if (!rest.starts_with(piece)) continue;
      uint8_t behind = fewest[at + piece.size()];
      if (behind == never || behind + 1 > fewest[at]) continue;
      fewest[at] = static_cast<uint8_t>(behind + 1);
      first[at] = static_cast<uint8_t>(piece.size());  // words come sorted: of equal ones the longest stays
    }
  }
  if (fewest[0] > most_pieces) return 0;
  size_t n = 0;
  for (size_t at = 0; at < word.size(); at += first[at]) pieces[n++] = word.substr(at, first[at]);
  return n;
}

}  // namespace confiture::mask
