// The table. English, German, French, Spanish, Italian, Portuguese, Dutch; accents folded, digits and little words
// ("of", "de") left out before comparing, so date_of_birth is "date birth" here.
//
// The choices lean to the safe side where a leak would be silent and a false alarm costs one call of keep(): a bare
// "name" counts, "title" and "description" do not, since nearly all of them are about things.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

#define CALLED(what) "name matches " what, "type matches " what

constexpr uint16_t texts = type_text | type_document | type_own;
constexpr uint16_t numbers = texts | type_integer | type_fraction;

constexpr PersonalKind free_text = {CALLED("free text"), texts, "redact", "null"};
constexpr PersonalKind address = {CALLED("postal address"), texts, "redact", "null"};
constexpr PersonalKind email = {CALLED("e-mail address"), texts, "email", "null"};
constexpr PersonalKind first_name = {CALLED("first name"), texts, "first_name", "null"};
constexpr PersonalKind last_name = {CALLED("last name"), texts, "last_name", "null"};
constexpr PersonalKind user_name = {CALLED("user name"), texts, "hash", "null"};
constexpr PersonalKind phone = {CALLED("telephone number"), numbers, "phone", "hash"};
constexpr PersonalKind postal_code = {CALLED("postal code"), texts | type_integer, "redact", "null"};
constexpr PersonalKind birth = {CALLED("date of birth or age"), numbers | type_date, "redact", "null"};
constexpr PersonalKind national_id = {CALLED("identity number"), numbers, "hash", "hash"};
constexpr PersonalKind account = {CALLED("bank account or card"), numbers, "hash", "hash"};
constexpr PersonalKind credential = {CALLED("password or other secret"), texts | type_bytes | type_uuid, "redact",
                                     "hash"};
constexpr PersonalKind pin = {CALLED("password or other secret"), texts | type_bytes | type_integer, "redact", "null"};
constexpr PersonalKind network = {CALLED("network or device identifier"), texts, "hash", "null"};
constexpr PersonalKind social = {CALLED("account at another service"), texts, "hash", "null"};
constexpr PersonalKind location = {CALLED("geographic location"), numbers | type_geometry, "redact", "null"};
constexpr PersonalKind place_of_points = {CALLED("geographic location"), type_geometry, "null", "null"};
constexpr PersonalKind health = {CALLED("health"), numbers | type_date, "redact", "null"};
constexpr PersonalKind origin = {CALLED("gender, origin, belief or family"), numbers, "redact", "null"};
constexpr PersonalKind income = {CALLED("income"), numbers, "redact", "null"};
constexpr PersonalKind picture = {CALLED("picture or signature of a person"), texts | type_bytes, "redact", "null"};
constexpr PersonalKind vehicle = {CALLED("vehicle or licence"), numbers, "hash", "hash"};

}  // namespace

extern constexpr PersonalKind person_name_kind = {CALLED("name of a person"), texts, "name", "null"};

namespace {

// Order decides: what is special comes first (an e-mail address before an address).
constexpr NamePattern table[] = {
    {&network, Place::anywhere, false,
     "ip address|ip addr|ip adresse|adresse ip|direccion ip|indirizzo ip|endereco ip|ip adres|mac address|"
     "mac addr|mac adresse|adresse mac|remote address|remote addr|client address|peer address|forwarded for|ip|"
     "ipv|ipaddress|ipaddr|macaddr|macaddress|imei|imsi|iccid|idfa|idfv|gaid|device id|device identifier|"
     "device uid|device serial|device fingerprint|browser fingerprint|deviceid|user agent|useragent|http agent|"
     "cookie|cookies|session id|sessionid|session identifier|session data|advertising id|visitor id|geraete id|"
     "gerate id"},
    {&network, Place::whole, false, "mac|fingerprint|session|sid"},

    {&credential, Place::part, false,
     "password|passwd|passphrase|passcode|passwort|kennwort|contrasena|wachtwoord|apikey|credential|zugangsdaten"},
    {&credential, Place::anywhere, false,
     "pass word|pwd|pw|api key|api token|access key|private key|secret key|ssh key|encryption key|signing key|"
     "auth key|session key|session token|client secret|secret|token|otp|totp|hotp|mfa|recovery code|"
     "recovery codes|backup code|backup codes|reset code|security answer|security question|salt|mot passe|mdp|"
     "senha|clave acceso|parola chiave|verification code|login code|magic link|oauth|accesstoken|refreshtoken|"
     "authtoken"},
    {&credential, Place::whole, false, "pass|hash digest|password digest|clave"},

    {&pin, Place::whole, false, "pin|pin hash|card pin|otp|otp code"},

    {&email, Place::part, false, "email|courriel|mailadress|mailaddress"},
    {&email, Place::anywhere, false,
     "e mail|e mails|mail address|mail adresse|adresse mail|correo electronico|correo e|posta elettronica|"
     "indirizzo mail|correio eletronico|correio electronico|mail adres"},
    {&email, Place::last, false, "mail|mails|correo|mel"},

    {&phone, Place::part, false,
     "telefon|telephon|telefoon|phonenum|phoneno|phonenr|cellphone|handynummer|handynr|mobilnummer|rufnummer|"
     "faxnummer|faxnum|faxno|telemovel|msisdn|festnetz|durchwahl|cellulare|gsmnummer|mobilenum|mobileno|"
     "phoneprimary"},
    {&phone, Place::anywhere, false,
     "phone|phones|tel|fax|telefax|handy|cell phone|cell number|cell no|mobile number|mobile no|mobile num|"
     "mobile phone|numero portable|telephone portable|numero movil|telf|tlf|tfno|whatsapp|gsm nummer|numero tel"},
    {&phone, Place::last, false, "mobile|mobil|mobiel|movil|celular|homephone|workphone|userphone|contactphone"},
    {&phone, Place::whole, false, "cell|gsm|portable"},

    {&national_id, Place::part, false,
     "personalausweis|ausweisnummer|ausweisnr|reisepass|sozialversicherung|steuernummer|steueridentifik|"
     "rentenversicherung|versichertennummer|krankenversichertennr|codicefiscale|sofinummer|rijksregister|"
     "personnummer|passportn|taxpayer|nationalid|socialsecurity"},
    {&national_id, Place::anywhere, false,
     "ssn|ssn last|social security|social insurance|nino|ni number|national insurance|national id|"
     "national number|national identity|national identification|nationalid|government id|identity card|"
     "identity number|identity document|identity no|id card|id number|id document|idcard|personal id|"
     "personal number|personal code|person nummer|citizen id|aadhaar|aadhar|pan number|pan card|sin number|"
     "tax id|tax no|tax number|taxid|tax identification|itin|fiscal id|fiscal code|fiscal number|vat number|"
     "vat no|vat id|passport|passport number|passeport|pasaporte|passaporto|passaporte|paspoort|pass nummer|"
     "ausweis|steuer id|steuer nr|steuer nummer|svnr|sv nummer|ust id|ustid|numero securite|securite sociale|"
     "insee|numero fiscal|numero fiscale|carte identite|dni|nif|curp|seguridad social|numero identidad|"
     "documento identidad|documento identita|codice fiscale|cod fiscale|partita iva|carta identita|"
     "tessera sanitaria|cpf|cnpj|cpf cnpj|cnh|pasep|cartao cidadao|bilhete identidade|contribuinte|"
     "numero contribuinte|bsn|burgerservicenummer|identiteitskaart|btw nummer|btw number|pesel|medicare number|"
     "medicare no|nhs number|nhs no|insurance number|policyholder id|employee number|personalnummer|"
     "matrikelnummer|student number"},
    {&national_id, Place::last, false, "nir|spi|cni|nie|cif|rfc|nss|rg|pis|nis|niss|tin"},
    {&national_id, Place::whole, false,
     "nhs|sin|cedula|cuit|cuil|rut|documento|identificacion|ine|egn|oib|cnp|amka|afm"},

    {&account, Place::part, false,
     "iban|kreditkart|creditcard|cardnumber|cardno|kontonummer|kontonr|bankverbindung|rekeningnummer|"
     "accountnumber|accountno|ccnumber|ccnum|bankaccount"},
    {&account, Place::anywhere, false,
     "bic|swift|swift code|account number|account no|account num|account nr|acct number|acct no|acct num|"
     "bank account|routing number|routing no|sort code|aba number|bankleitzahl|blz|credit card|debit card|"
     "card number|card num|card no|card nr|card pan|card last|cc number|cc num|cc no|cvv|cvc|cvn|card security|"
     "numero carte|carte bancaire|carte credit|numero compte|rib|compte bancaire|numero cuenta|cuenta bancaria|"
     "tarjeta credito|numero tarjeta|carta credito|numero carta|conto corrente|numero conto|"
     "coordinate bancarie|cartao credito|numero cartao|conta bancaria|conta corrente|creditcard|crypto wallet|"
     "wallet address|paypal"},
    {&account, Place::whole, false, "pan|clabe|cbu|rekening|konto|konto nr"},

    {&vehicle, Place::part, false,
     "licenseplate|licenceplate|numberplate|fuhrerschein|fuehrerschein|nummernschild|kenteken"},
    {&vehicle, Place::anywhere, false,
     "license plate|licence plate|number plate|plate number|plate no|driver license|drivers license|"
     "driver licence|drivers licence|driving license|driving licence|license number|licence number|"
     "permis conduire|plaque immatriculation|carnet conducir|permiso conducir|numero patente|"
     "matricula vehiculo|kfz kennzeichen|patente guida|numero targa|rijbewijs"},
    {&vehicle, Place::whole, false, "vin|vin number|kfz|kennzeichen|immatriculation|targa"},

    {&social, Place::anywhere, false,
     "facebook|twitter|instagram|linkedin|skype|telegram|snapchat|tiktok|wechat|discord|xing|github username|"
     "github login|github user|google id|apple id|social handle|social media handle|social profile|mastodon|"
     "orcid|icq|viber|signal number|google account|sso subject|openid|external account id"},

    {&first_name, Place::part, false, "vorname|firstname|givenname|forename|prenom|voornaam|rufname|roepnaam"},
    {&first_name, Place::anywhere, false,
     "first name|given name|given names|christian name|fore name|middle name|middle names|middlename|"
     "middle initial|fname|mname|first nm|nombre pila|primer nombre|segundo nombre|primo nome|primeiro nome|"
     "vor name|name first|name given"},
    {&first_name, Place::whole, false, "first|given"},

    {&last_name, Place::whole, false, "last"},
    {&last_name, Place::part, false,
     "nachname|geburtsname|familienname|lastname|surname|familyname|maidenname|madchenname|maedchenname|zuname|"
     "achternaam|"
     "familienaam|meisjesnaam|apellido|cognome|sobrenome|tussenvoegsel"},
    {&last_name, Place::anywhere, false,
     "last name|family name|maiden name|birth name|nom famille|nom naissance|nom jeune fille|nom usage|"
     "nom marital|lname|last nm|nome familia|nach name|name last|name family|primer apellido|apelido"},

    {&user_name, Place::part, false,
     "username|benutzername|nutzername|nickname|displayname|screenname|loginname|gebruikersnaam|accountname|"
     "spitzname|anmeldename|pseudonym|anzeigename"},
    {&user_name, Place::anywhere, false,
     "user name|user login|user handle|nick name|nick|screen name|display name|login name|login id|"
     "account name|preferred name|twitter handle|nom utilisateur|nom affichage|nombre usuario|nome utente|"
     "nome usuario|nome utilizador|nome exibicao|preferred username|apodo|soprannome|surnom|bijnaam|"
     "public name|profile name"},
    {&user_name, Place::last, false, "login"},
    {&user_name, Place::whole, false,
     "handle|pseudo|usuario|utente|utilizador|benutzer|gebruiker|utilisateur|user|uname"},

    {&birth, Place::part, false,
     "birthdate|birthday|birthyear|birthplace|geburt|naissance|nacimiento|nascita|nascimento|geboorte|gebdat|"
     "gebtag|dateofbirth"},
    {&birth, Place::anywhere, false,
     "birth|dob|date born|born on|born at|born in|year born|fecha nac|data nasc|date naiss|geboren|geb datum|"
     "geb dat|cumpleanos|compleanno|aniversario|anniversaire|verjaardag|date death|death date|deceased on|"
     "sterbedatum"},
    {&birth, Place::whole, false,
     "born|age|age years|age in years|edad|idade|leeftijd|lebensalter|user age|patient age|customer age|"
     "age group|age range"},

    {&person_name_kind, Place::part, false,
     "fullname|kundenname|mitarbeitername|patientenname|empfangername|empfaengername|absendername|inhabername|"
     "kontoinhaber|karteninhaber|ansprechpartner|contactname|customername|clientname|employeename|cardholder|"
     "accountholder|nominativo|contactpersoon|kontaktperson|patientname|ownername|custname|realname|legalname|"
     "lehrername|schulername|schuelername"},
    {&person_name_kind, Place::anywhere, false,
     "full name|complete name|legal name|real name|name full|whole name|own name|card holder|account holder|"
     "contact person|emergency contact|next kin|person name|nom complet|nom prenom|prenom nom|nombre completo|"
     "nombre apellidos|nombres apellidos|nome completo|nome cognome|cognome nome|volledige naam|name on card|"
     "name card|bill to|ship to|deliver to|sold to|attention to|attn|kontakt person|personne contact|"
     "persona contacto|titulaire|titular|intestatario|mother name|father name|signed by|signatory|alias name|"
     "also known as|aka"},
    {&person_name_kind, Place::whole, false,
     "contact|attention|recipient|beneficiary|payee|patient|employee|student|guest|passenger|customer|"
     "empfanger|empfaenger|absender|destinataire|destinatario|beneficiario|ontvanger|inhaber|emergency contact|"
     "kunde|mitarbeiter|klant|persona|person|spouse|ehepartner|conjoint|conyuge|coniuge"},
    {&person_name_kind, Place::whole, true, "name|names|initials|nom|nombre|nombres|nome|naam|nm|namen|noms"},

    {&postal_code, Place::part, false, "postleitzahl|zipcode|postalcode|postcode|codepostal|codigopostal|postkode"},
    {&postal_code, Place::anywhere, false,
     "zip|zip code|postal code|post code|plz|code postal|codigo postal|codice postale|cap residenza|cod postal|"
     "postal|post kode|pin code|eircode"},
    {&postal_code, Place::whole, false, "cp|cep|zipp"},

    {&address, Place::part, false,
     "adress|anschrift|strasse|direccion|indirizzo|endereco|straat|hausnummer|hausnr|huisnummer|wohnort|"
     "wohnadr|logradouro|domicil|woonplaats|streetname|streetaddr|homeaddr|shippingaddr|billingaddr|zustelladr|"
     "postfach|huisadres"},
    {&address, Place::tail, false, "adres|address|addr"},
    {&address, Place::anywhere, false,
     "address|addresses|address line|addr|street|streets|house number|house no|house num|apartment|apt|apt no|"
     "apartment number|flat number|unit number|po box|p o box|postbus|city town|hometown|home town|home city|"
     "birth city|line address|numero rue|nom rue|numero voie|complement adresse|lieu dit|boite postale|"
     "codigo casa|barrio residencia|via residenza|citta residenza|comune residenza|localidade|bairro|freguesia|"
     "str nr|neighborhood|neighbourhood|residence"},
    {&address, Place::whole, false, "str|ort|rue|voie|calle|via|rua|morada|adr|domicilio|strada|piazza|gasse|platz"},
    {&address, Place::last, true,
     "city|town|ville|stadt|ciudad|localidad|poblacion|citta|localita|cidade|stad|wohnort|gemeente|suburb|village"},

    {&location, Place::part, false,
     "latitud|longitud|geolocation|geoloc|breitengrad|laengengrad|langengrad|geokoordinat|latlng|latlon"},
    {&location, Place::anywhere, false,
     "lat|lng|lon|lat lng|lat lon|geo point|geo location|geo position|gps|gps coordinates|gps position|"
     "coordinates|coords|home location|last location|current location|user location|last known location|"
     "last position|coordonnees gps|coordenadas|coordinate gps|koordinaten|standort|posizione gps|"
     "what three words"},

    {&place_of_points, Place::anywhere, false,
     "location|position|loc|point|place|where|home|geom|geog|geometry|coordinate|pos|ubicacion|posizione|"
     "localizacao|locatie|emplacement|address"},

    {&health, Place::part, false,
     "krankheit|allerg|medikament|blutgruppe|bloedgroep|behinderung|schwanger|krankenkasse|patientenakte|"
     "enfermedad|malattia|medicament|disabilit|prescription|vaccin|impfstatus|impfung|pregnan|handicap|"
     "invalidit|medication|ziekte|symptom|discapacidad|deficiencia|doenca"},
    {&health, Place::anywhere, false,
     "health|diagnosis|diagnoses|diagnose|diagnosen|diagnosi|diagnostico|diagnosed|medical|medical history|"
     "medical record|medical condition|medical notes|disease|illness|blood type|blood group|blood pressure|"
     "bloodtype|bmi|body weight|body height|hiv|icd|icd code|heart rate|mental health|maladie|maladies|"
     "groupe sanguin|sante|grupo sanguineo|salud|gruppo sanguigno|salute|saude|grado discapacidad|gezondheid|"
     "gesundheit|mrn|patient record|drug use|alcohol use|smoker|sick leave|sick days|krankmeldung|"
     "arret maladie|disabled person|dietary"},

    {&origin, Place::part, false,
     "religion|religio|ethnic|ethni|nationalit|nacionalid|citizenship|konfession|staatsangehorig|"
     "staatsangehoerig|staatsburger|staatsbuerger|geschlecht|geslacht|familienstand|sexualit|pronoun|"
     "gewerkschaft|parteizugehorig|cittadinanza|ciudadania|cidadania|citoyennete|etnia|etnic"},
    {&origin, Place::anywhere, false,
     "gender|gender identity|gender code|sex|sexe|sexo|sesso|sexual orientation|orientation sexuelle|"
     "orientacion sexual|orientamento sessuale|orientacao sexual|sexual preference|marital status|"
     "marital state|civil status|family status|etat civil|situation familiale|situation matrimoniale|"
     "estado civil|stato civile|burgerlijke staat|political party|political affiliation|political opinion|"
     "political view|political views|trade union|union member|union membership|faith|caste|skin color|"
     "skin colour|country birth|birth country|pays naissance|pais nacimiento|title courtesy|salutation|anrede|"
     "civilite|native language|mother tongue|criminal record|criminal history|convictions|veteran status|"
     "immigration status|visa status|race ethnicity|number children|anzahl kinder|nombre enfants"},
    {&origin, Place::whole, false,
     "race|rasse|raza|razza|raca|genero|tribe|nation|pronouns|religione|partei|kirche|geloof"},

    {&income, Place::part, false,
     "salary|salaries|jahresgehalt|monatsgehalt|grundgehalt|bruttogehalt|nettogehalt|bruttolohn|nettolohn|"
     "stundenlohn|monatslohn|einkommen|salaire|salario|stipendio|salaris|sueldo|remunerac|remuneraz|inkomen"},
    {&income, Place::anywhere, false,
     "wage|wages|annual income|yearly income|monthly income|household income|gross income|hourly rate|pay rate|"
     "pay grade|payslip|net worth|credit score|credit rating|schufa|bonitat|bonitaet|revenu annuel|revenus|"
     "ingresos|reddito|rendimento|renda|compensation|bonus amount|gehalt|lohn|payroll"},
    {&income, Place::whole, false, "income|gehalt|lohn|loon|revenu|bonus|basic pay|base pay|pay"},

    {&picture, Place::part, false,
     "avatar|headshot|selfie|unterschrift|handtekening|assinatura|passbild|lichtbild|profilbild|profilepic|"
     "pasfoto|mugshot|biometri|gravatar|profilephoto|profileimage"},
    {&picture, Place::anywhere, false,
     "profile picture|profile pic|profile image|profile photo|user image|user picture|user photo|user pic|face|"
     "face image|face encoding|voice recording|voice print|voiceprint|portrait|photo profil|foto perfil|"
     "foto profilo|firma digital|firma digitale|finger print|iris scan|id photo|id scan|passport photo|"
     "passport scan|fingerprint template|signature image"},
    {&picture, Place::last, true,
     "signature|photo|photos|picture|pictures|foto|photo url|picture url|photo path|photo file"},

    {&free_text, Place::part, false,
     "freitext|freetext|bemerkung|anmerkung|lebenslauf|curriculum|biograph|biograf|opmerking|toelichting|"
     "commentaire|comentario|observacion|observacao|observacoes|osservazion|annotazion|kommentar|beschwerde|"
     "kundennotiz|testimonial"},
    {&free_text, Place::anywhere, false,
     "note|notes|comment|comments|message|remark|remarks|bio|about me|about you|about user|about myself|"
     "feedback|complaint|complaints|complaint text|memo|memos|free text|cover letter|review text|review body|"
     "chat text|transcript|conversation|instructions delivery|delivery instructions|special instructions|"
     "special requests|special request|customer request|notiz|notizen|nachricht|nachrichten|remarque|remarques|"
     "observations|message texte|notas|nota|mensaje|mensajes|commento|commenti|messaggio|messaggi|mensagem|"
     "mensagens|obs|notitie|notities|commentaar|sms text|message body|mail body|email body|ticket text|inquiry|"
     "enquiry|self description|personal statement|hobbies|hobby|interests"},
    {&free_text, Place::whole, false, "about|resume|cv|bericht|story|anliegen|motivation|remarks|reply|answer text"},
};

}  // namespace

std::span<const NamePattern> name_patterns() { return table; }

namespace {

constexpr RelationPattern by_relation[] = {
    // What people write to each other.
    {&free_text,
     "message|messages|mail|mails|email|emails|ticket|tickets|chat|chats|comment|comments|conversation|conversations|"
     "note|"
     "notes|review|reviews|feedback|feedbacks|complaint|complaints|inquiry|inquiries|enquiry|enquiries|sms|reply|"
     "replies|"
     "letter|letters|survey|answers|nachricht|nachrichten|mensaje|mensajes|messaggi|mensagens|berichten|support",
     "body|text|content|contents|subject|title|description|html|raw|plain|texte|texto|testo|inhalt|betreff"},
    {&address, "address|addresses|anschrift|anschriften|adresse|adressen|direccion|direcciones|indirizzi|enderecos",
     "line"},
    {&account,
     "card|cards|creditcard|creditcards|account|accounts|bank|karte|karten|carte|tarjeta|tarjetas|conto|conti",
     "number|no|nr|num|numero|nummer|holder|pan"},
};

}  // namespace

std::span<const RelationPattern> relation_patterns() { return by_relation; }

constexpr std::string_view people =

    "customer|customers|cust|client|clients|user|users|member|employee|emp|staff|person|people|patient|doctor|"
    "physician|nurse|student|pupil|teacher|instructor|professor|tutor|contact|owner|holder|cardholder|sender|"
    "recipient|receiver|beneficiary|buyer|seller|payer|payee|author|applicant|candidate|guest|visitor|"
    "passenger|driver|rider|tenant|landlord|subscriber|donor|volunteer|guardian|parent|mother|father|mothers|"
    "fathers|child|spouse|partner|husband|wife|sibling|relative|kin|manager|supervisor|agent|rep|"
    "representative|salesperson|attendee|participant|player|winner|witness|signer|signatory|consignee|shipper|"
    "ship|shipping|billing|bill|delivery|account|acct|profile|lead|prospect|borrower|debtor|creditor|insured|"
    "policyholder|claimant|lawyer|attorney|judge|officer|inspector|host|traveler|traveller|actor|director|"
    "artist|composer|caller|reporter|assignee|requester|requestor|reviewer|approver|creator|operator|cashier|"
    "clerk|courier|trainer|coach|resident|citizen|voter|worker|contractor|freelancer|signed|emergency|birth|"
    "kunde|kunden|mitarbeiter|benutzer|nutzer|patienten|inhaber|empfanger|empfaenger|absender|ansprechpartner|"
    "schuler|schueler|lehrer|arzt|vater|mutter|kind|mieter|vermieter|besitzer|fahrer|kontakt|cliente|clientes|"
    "usuario|empleado|paciente|alumno|estudiante|profesor|propietario|titular|destinatario|remitente|padre|"
    "madre|hijo|conductor|contacto|socio|utilisateur|employe|salarie|malade|eleve|etudiant|professeur|"
    "proprietaire|titulaire|destinataire|expediteur|pere|mere|enfant|conducteur|adherent|abonne|locataire|"
    "utente|dipendente|paziente|studente|professore|proprietario|intestatario|mittente|figlio|contatto|"
    "utilizador|funcionario|aluno|estudante|remetente|pai|mae|filho|contato|klant|gebruiker|medewerker|"
    "werknemer|eigenaar|ontvanger|afzender|vader|moeder|huurder|contactpersoon|leerling";

extern constexpr std::string_view person_words = people;
extern constexpr std::string_view name_nouns = "name|names|nom|noms|nombre|nombres|nome|nomi|naam|namen|nm";

extern constexpr std::string_view thing_words =

    "product|products|item|items|article|articles|artikel|category|categories|kategorie|genre|genres|tag|tags|"
    "brand|brands|country|countries|city|cities|state|states|region|regions|territory|territories|language|"
    "languages|locale|currency|currencies|role|roles|permission|permissions|privilege|status|statuses|type|"
    "types|kind|level|levels|group|groups|team|teams|department|departments|division|company|companies|"
    "organization|organizations|organisation|organisations|org|orgs|business|store|stores|shop|shops|warehouse|"
    "warehouses|branch|branches|project|projects|task|tasks|job|jobs|event|events|campaign|campaigns|course|"
    "courses|lesson|subject|subjects|class|classes|room|rooms|building|buildings|hotel|restaurant|film|films|"
    "movie|movies|album|albums|track|tracks|song|songs|playlist|playlists|book|books|game|games|channel|"
    "channels|file|files|folder|folders|document|documents|image|images|attachment|attachments|asset|assets|"
    "report|reports|template|templates|form|forms|field|fields|column|columns|table|tables|schema|schemas|"
    "index|view|views|menu|menus|page|pages|site|sites|app|apps|application|applications|service|services|"
    "server|servers|host|hosts|node|nodes|cluster|database|device|devices|sensor|machine|vehicle|car|plan|"
    "plans|package|packages|feature|features|module|modules|component|components|setting|settings|option|"
    "options|attribute|attributes|property|parameter|parameters|variable|metric|metrics|unit|units|material|"
    "materials|color|colour|size|shape|model|models|version|release|migration|migrations|queue|topic|topics|"
    "rule|rules|policy|policies|workflow|step|stage|pipeline|integration|webhook|webhooks|media|recipe|recipes|"
    "ingredient|dish|species|plant|animal|pet|disease|drug|port|airport|station|route|line|zone|area|district|"
    "province|collection|catalog|catalogue|variant|variants|sku|discount|coupon|promotion|tax|fee|shipment|"
    "carrier|method|industry|reason|reasons|platform|platforms|point|points|container|containers|export|exports|sector|"
    "skill|skills|license|licence|constraint|trigger|function|sequence|producto|"
    "productos|produit|produits|prodotto|prodotti|produto|produtos|produkt|produkte|fichier|datei|archivo|"
    "ciudad|pais|pays|land|lander|laender|ville|categoria|firma|empresa|entreprise|azienda|bedrijf|supplier|"
    "suppliers|vendor|vendors|manufacturer|manufacturers";

extern constexpr std::string_view time_words = "date|time|datetime|timestamp|ts|at|on|datum|dt";
extern constexpr std::string_view edit_words =
    "created|updated|modified|changed|deleted|verified|synced|imported|entered|recorded";

extern constexpr std::string_view about_words =

    "id|ids|fk|pk|type|types|kind|count|counts|cnt|total|totals|status|state|verified|verify|verification|"
    "confirmed|confirmation|valid|validated|validation|enabled|disabled|active|flag|flags|required|optional|"
    "visible|visibility|length|size|width|height|format|template|templates|policy|policies|limit|limits|max|"
    "min|order|sort|position|index|idx|priority|category|class|level|rank|mode|method|provider|version|locale|"
    "lang|language|schema|table|column|field|fields|at|on|date|time|datetime|timestamp|ts|until|since|expiry|"
    "expires|expiration|expired|ttl|lifetime|attempts|retries|tries|changed|updated|created|modified|sent|"
    "received|delivered|opened|bounced|clicked|subscribed|unsubscribed|optin|optout|consent|notification|"
    "notifications|notify|alert|alerts|reminder|reminders|preference|preferences|setting|settings|config|"
    "configuration|frequency|interval|rule|rules|domain|campaign|queue|job|list|group|label|strength|score|"
    "ratio|rate|percent|pct|amount|price|cost|fee|currency|unit|units|algorithm|algo|cipher|rounds|iterations|"
    "brand|prefix|timezone|tz|server|port|host|regex|pattern|mask|masked|check|checked|usage|used|threshold|"
    "duration|weight|reason|quality|accuracy|radius|distance|precision|ms|seconds|failures|failed|success|"
    "error|errors|supported|allowed|theme|color|colour|icon|typ|anzahl|datum|status code|nonce|issuer|scope|"
    "scopes|permissions|role|roles";

extern constexpr std::string_view flag_words =

    "is|has|was|are|can|should|must|allow|allows|allowed|enable|enables|require|requires|show|hide|count|max|"
    "min|avg|use|uses|accept|accepts|want|wants|send|sends|skip|ist|hat|est|es|tiene";

extern constexpr std::string_view harmless_phrases =

    "error message|commit message|log message|status message|exception message|welcome message|system message|"
    "validation message|warning message|failure message|debug message|message key|message queue|message broker|"
    "release note|release notes|patch note|patch notes|credit note|debit note|delivery note|promissory note|"
    "bank note|health check|health status|health score|host name|mail server|mail host|smtp host|"
    "email template|public token|csrf|token count|tokens|token supply|phone model|phone brand|phone book|"
    "phone system|address book|address space|memory address|contract address|web address|interface|surface|"
    "race condition|city hall|street view|geo target|cookie banner|cookie policy|message format|"
    "signature algorithm|payment token type|pay period|pay date|pay frequency|account name template|"
    "contact form|contact page|face value|note value|music note|pin number order|bonus points|bonus product|"
    "sex ratio|mobile app|mobile os|mobile version|mobile friendly|mobile money|location code|country code|area "
    "code|dialing code|dial code|home page|"
    "point scale|order position|age limit";

}  // namespace confiture::mask
