// Words that decide beside the patterns: who is a person, what is a thing, what is only about the data.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr std::string_view person_list =
    "customer|customers|cust|client|clients|user|users|usr|member|employee|emp|staff|person|people|patient|doctor|"
    "physician|nurse|student|pupil|teacher|instructor|professor|tutor|contact|owner|holder|cardholder|sender|"
    "recipient|receiver|beneficiary|buyer|seller|payer|payee|author|applicant|candidate|guest|visitor|passenger|"
    "driver|rider|tenant|landlord|subscriber|donor|volunteer|guardian|parent|mother|father|mothers|fathers|child|"
    "spouse|partner|husband|wife|sibling|relative|kin|manager|supervisor|agent|rep|representative|salesperson|"
    "attendee|participant|player|winner|witness|signer|signatory|consignee|shipper|ship|shipping|billing|bill|"
    "delivery|account|acct|profile|lead|prospect|borrower|debtor|creditor|insured|policyholder|claimant|lawyer|"
    "attorney|judge|officer|inspector|host|traveler|traveller|actor|director|artist|composer|caller|reporter|"
    "assignee|requester|requestor|reviewer|approver|creator|operator|cashier|clerk|courier|trainer|coach|"
    "resident|citizen|voter|worker|contractor|freelancer|signed|emergency|birth|kunde|kunden|mitarbeiter|"
    "benutzer|nutzer|patienten|inhaber|empfanger|empfaenger|absender|ansprechpartner|schuler|schueler|lehrer|"
    "arzt|vater|mutter|kind|mieter|vermieter|besitzer|fahrer|kontakt|cliente|clientes|usuario|empleado|paciente|"
    "alumno|estudiante|profesor|propietario|titular|destinatario|remitente|padre|madre|hijo|conductor|contacto|"
    "socio|utilisateur|employe|salarie|malade|eleve|etudiant|professeur|proprietaire|titulaire|destinataire|"
    "expediteur|pere|mere|enfant|conducteur|adherent|abonne|locataire|utente|dipendente|paziente|studente|"
    "professore|proprietario|intestatario|mittente|figlio|contatto|utilizador|funcionario|aluno|estudante|"
    "remetente|pai|mae|filho|contato|klant|gebruiker|medewerker|werknemer|eigenaar|ontvanger|afzender|vader|"
    "moeder|huurder|contactpersoon|leerling|authors|commenter|speaker|speakers|singer|players|crew|cast|staffer|"
    "mentor|mentee|learner|learners|writer|writers|editor|editors|moderator|subscribers|donors|volunteers|owners|"
    "holders|tenants|drivers|doctors|nurses|teachers|students|pupils|applicants|candidates|guests|visitors|"
    "passengers|members|actors|artists|agents|managers|contacts|leads|prospects|participants|attendees|"
    "authorized|heir|heirs|insurer|dependent|dependant|kid|personne|personnes|personas|persone|pessoa|pessoas|"
    "personen|benutzern|medewerkers|klanten|clienti|dipendenti|empleados|kontakte|autor|autoren|auteur|auteurs|"
    "autores|ouder|ouders|pt|abs|empf|huesped|huespedes|hospede|ospite|ospiti|klient|klienta|klienci|pacjent|"
    "pacjenta|pacjenci|pracownik|pracownika|pracownicy|uczen|ucznia|uczniowie|rodzic|rodzica|rodzice|dest|iscritti|iscritto|nadawca|nadawcy|odbiorca|"
    "odbiorcy|responsavel|responsable|responsabile|conjuge|conyuge|coniuge|mandant|mandanten|verzorger|alunos|"
    "alunas|aluna|leerlingen|eleves|etudiants|malades|salaries|employes|adherents|abonnes|accounts|profiles|"
    "membre|membres|mitglied|mitglieder|studenti|studenten|schuelern|pazienti|pacientes|alumnos|estudiantes|"
    "profesores|employees|patients|physicians|inhabers|fisica|interviewee|reviewee|organizer|organiser|assistito|"
    "titolare|locatario|inquilino|inquilinos|najemca|wlasciciel|lekarz|nauczyciel|opiekun|relaties|versicherte|"
    "versicherter|organiser|scheduler|registrant|registrants|respondent|respondents|caregiver|carer|poster|submitter|uploader|"
    "salesman|salesrep|advisor|adviser|counselor|surgeon|therapist|dentist|lecturer|trainee|trainees|apprentice|alumni|friend|"
    "friends|household|households|bride|groom|deceased|inmate|prisoner|offender|victim|suspect|defendant|plaintiff|complainant|"
    "trustee|honoree|nominee|guarantor|lessee|lessor|occupant|homeowner|landowner|socios|usuarios|utenti|utilisateurs|nutzer|"
    "angestellte|lehrkraft|lehrkraefte|bewerber|berater|vertreter|aerzte|eltern|elternteil|trabajador|trabajadores|vendedor|"
    "vendedores|comprador|afiliado|afiliados|asegurado|contribuyente|ciudadano|apoderado|apoderados|docente|docentes|maestro|"
    "maestros|medico|medicos|vendeur|acheteur|parents|enseignant|enseignants|beneficiaire|beneficiaires|usager|usagers|assure|"
    "assures|licencie|licencies|tuteur|benevole|benevoles|donateur|donateurs|medecin|docenti|insegnante|insegnanti|genitore|"
    "genitori|volontario|cittadino|trabalhador|professores|responsaveis|cidadao|beneficiarios|doadores|voluntarios|werknemers|"
    "docent|docenten|pat|leden|bewoner|bewoners|leraar|vrijwilliger|pracownicy|nauczyciele|opiekunowie|osoba|osoby|alumnus";
constexpr auto person_index = index_list<count_texts(person_list)>(person_list);

}  // namespace

extern constexpr Index person_words = person_index;

namespace {

constexpr std::string_view subject_list =
    "user|member|employee|emp|staff|patient|customer|client|student|pupil|applicant|candidate|guest|"
    "contact|person|resident|citizen|tenant|donor|volunteer|claimant|insured|passenger|driver|beneficiary|"
    "subscriber|participant|attendee|mitarbeiter|kunde|patientin|schueler|schuler|mieter|mitglied|salarie|"
    "employe|adherent|eleve|etudiant|locataire|paciente|empleado|alumno|estudiante|aluno|aluna|funcionario|"
    "servidor|paziente|dipendente|studente|cliente|klant|medewerker|leerling|huurder|pacjent|pracownik|klient|"
    "uczen|pessoa|persona|personne|pat";
constexpr auto subject_index = index_list<count_texts(subject_list)>(subject_list);

}  // namespace

extern constexpr Index subject_words = subject_index;
extern constexpr std::string_view key_nouns = "id|ids|no|nr|num|number|cod|codigo|code|uuid|key|ref|name";
extern constexpr std::string_view mail_nouns = "mail|mails|mailadres";

extern constexpr std::string_view name_nouns = "name|names|nom|noms|nombre|nombres|nome|nomi|naam|namen|nm";

namespace {

constexpr std::string_view thing_list =
    "product|products|item|items|article|articles|artikel|category|categories|kategorie|genre|genres|tag|tags|"
    "brand|brands|country|countries|city|cities|state|states|region|regions|territory|territories|language|"
    "languages|locale|currency|currencies|role|roles|permission|permissions|privilege|status|statuses|type|types|"
    "kind|level|levels|group|groups|team|teams|department|departments|division|company|companies|organization|"
    "organizations|organisation|organisations|org|orgs|business|store|stores|shop|shops|warehouse|warehouses|"
    "branch|branches|project|projects|task|tasks|job|jobs|event|events|campaign|campaigns|course|courses|lesson|"
    "subject|subjects|class|classes|room|rooms|building|buildings|hotel|restaurant|film|films|movie|movies|album|"
    "albums|track|tracks|song|songs|playlist|playlists|book|books|game|games|channel|channels|file|files|folder|"
    "folders|document|documents|image|images|attachment|attachments|asset|assets|report|reports|template|"
    "templates|field|fields|column|columns|table|tables|schema|schemas|index|view|views|menu|menus|"
    "page|pages|site|sites|app|apps|application|applications|service|services|server|servers|host|hosts|node|"
    "nodes|cluster|database|device|devices|sensor|machine|vehicle|car|plan|plans|package|packages|feature|"
    "features|bot|bots|module|modules|component|components|setting|settings|option|options|attribute|attributes|property|"
    "parameter|parameters|variable|metric|metrics|unit|units|material|materials|color|colour|size|shape|model|"
    "models|version|release|migration|migrations|queue|topic|topics|rule|rules|policy|policies|workflow|step|"
    "stage|pipeline|integration|webhook|webhooks|media|recipe|recipes|ingredient|dish|species|plant|animal|pet|"
    "disease|drug|port|airport|station|route|line|zone|area|district|province|collection|catalog|catalogue|"
    "variant|variants|sku|discount|coupon|promotion|tax|shipment|carrier|method|industry|reason|reasons|platform|"
    "platforms|point|points|container|containers|export|exports|sector|skill|skills|license|licence|constraint|"
    "trigger|function|sequence|producto|productos|produit|produits|prodotto|prodotti|produto|produtos|produkt|"
    "produkte|fichier|datei|archivo|ciudad|pais|pays|land|lander|laender|ville|categoria|firma|empresa|"
    "entreprise|azienda|bedrijf|supplier|suppliers|vendor|vendors|manufacturer|manufacturers|section|sections|"
    "scope|scopes|concept|concepts|datatype|datatypes|privileges|program|programs|source|sources|taxes|wallet|"
    "wallets|inbox|inboxes|label|labels|threshold|thresholds|fees|price|prices|charge|charges|zones|cohort|"
    "cohorts|filter|filters|flag|flags|realm|realms|resource|resources|action|actions|cycle|cycles|schedule|"
    "schedules|calculator|gateway|gateways|configuration|configurations|taxon|taxons|facility|facilities|symbol|"
    "symbols|bucket|buckets|domain|domains|forum|forums|blog|blogs|board|boards|badge|badges|config|layer|layers|"
    "extension|extensions|hook|hooks|backup|backups|cron|script|scripts|rate|rates|season|seasons|league|leagues|"
    "tournament|kpi|goal|goals|quiz|exam|exams|question|questions|theme|themes|font|fonts|icon|icons|widget|"
    "widgets|block|blocks|layout|layouts|partition|partitions|chart|charts|dashboard|dashboards|query|queries|"
    "functions|environment|environments|deployment|deployments|repository|repositories|commit|build|builds|"
    "artifact|artifacts|bank|banks|hospital|hospitals|school|schools|university|universities|clinic|clinics|road|"
    "roads|stop|stops|flight|flights|airline|airlines|maker|makers|substance|procedure|insurance|insurances|"
    "shipper|shippers|merchant|merchants|bundle|bundles|locker|parcel|parcels|transport|transports|location|"
    "locations|entity|entities|enterprise|enterprises|methods";
constexpr auto thing_index = index_list<count_texts(thing_list)>(thing_list);

}  // namespace

extern constexpr Index thing_words = thing_index;

extern constexpr std::string_view time_words = "date|time|datetime|timestamp|ts|at|on|datum|dt";

extern constexpr std::string_view edit_words =
    "created|updated|modified|changed|deleted|verified|synced|imported|entered|recorded";

namespace {

constexpr std::string_view about_list =
    "id|ids|fk|pk|type|types|kind|count|counts|cnt|total|totals|status|state|verified|verify|verification|"
    "confirmed|confirmation|valid|validated|validation|enabled|disabled|active|flag|flags|required|optional|"
    "visible|visibility|length|size|width|height|format|template|templates|policy|policies|limit|limits|max|min|"
    "order|sort|position|index|idx|priority|category|class|level|rank|mode|method|provider|version|locale|lang|"
    "language|schema|table|column|field|fields|at|on|date|time|datetime|timestamp|ts|until|since|expiry|expires|"
    "expiration|expired|ttl|lifetime|attempts|retries|tries|changed|updated|created|modified|sent|received|"
    "delivered|opened|bounced|clicked|subscribed|unsubscribed|optin|optout|consent|notification|notifications|"
    "notify|alert|alerts|reminder|reminders|preference|preferences|setting|settings|config|configuration|"
    "frequency|interval|rule|rules|domain|campaign|queue|job|list|group|label|strength|score|ratio|rate|percent|"
    "pct|amount|price|cost|fee|currency|unit|units|algorithm|algo|cipher|rounds|iterations|brand|prefix|timezone|"
    "tz|server|port|host|regex|pattern|mask|masked|check|checked|usage|used|threshold|duration|weight|reason|"
    "quality|accuracy|radius|distance|precision|ms|seconds|failures|failed|success|error|errors|supported|"
    "allowed|theme|color|colour|icon|typ|anzahl|datum|status code|nonce|issuer|scope|scopes|permissions|role|"
    "roles|restriction|restrictions|karma|reset|redirect|endpoint|country|province|region|window|period|alg|"
    "handler|parser|matcher|widget|placeholder|tooltip|button|footer|banner|help|namespace|plural|stopwords|"
    "separator|delimiter|syntax|counter|quota|allowance|stats|statistics|metric|trend|histogram|capacity|"
    "retention|cleanup|sync|syncing|stop|override|overrides|alignment|padding|margin|opacity|style|css|response|"
    "flg|yn|approved|checksum|component|components|structure|structures|slip|slips|center|centre|abbr|abbreviation|withholding";
constexpr auto about_index = index_list<count_texts(about_list)>(about_list);

}  // namespace

extern constexpr Index about_words = about_index;

extern constexpr std::string_view flag_words =
    "is|has|was|are|can|should|must|allow|allows|allowed|enable|enables|require|requires|show|hide|count|max|min|"
    "avg|use|uses|accept|accepts|want|wants|send|sends|skip|ist|hat|est|es|tiene";

namespace {

constexpr std::string_view phrases_list =
    "error message|commit message|log message|status message|exception message|welcome message|system message|"
    "validation message|warning message|failure message|debug message|message key|message queue|message broker|"
    "release note|release notes|patch note|patch notes|credit note|credit notes|debit notes|delivery notes|debit note|delivery note|promissory note|"
    "bank note|health check|health status|health score|host name|mail server|mail host|smtp host|email template|"
    "smtp address|imap address|pop address|ldap address|server address|host address|bind address|listen address|public token|csrf|token count|tokens|token supply|phone model|phone brand|phone book|phone system|"
    "address book|address space|memory address|contract address|web address|interface|surface|race condition|"
    "token url|token uri|token endpoint|code challenge|config json|settings json|schema json|options json|"
    "layout json|meta json|metadata json|definition json|city hall|street view|geo target|cookie banner|cookie policy|message format|signature algorithm|"
    "payment token type|pay period|pay date|pay frequency|account name template|contact form|contact page|"
    "face value|note value|music note|pin number order|bonus points|bonus product|sex ratio|mobile app|mobile os|"
    "mobile version|mobile friendly|mobile money|location code|country code|area code|dialing code|dial code|"
    "home page|point scale|order position|age limit|voice mail|voicemail|note book|key note|zip file|zip archive|mail box|"
    "mail queue|translation key|public key|idempotency key|token bucket|page token|"
    "next page token|invoice prefix|order prefix|number prefix|provider display name|continuation token|design token|token limit|max tokens|input tokens|output tokens|"
    "prompt tokens|completion tokens|comment status|comment count|interest rate|interest rates|comments enabled|"
    "allow comments|session timeout|session duration|session count|hash algorithm|hash type|hash function|"
    "location id|face up|street furniture|race date|race time|race track|race name|race number|"
    "display name template|client secret expires|cookie domain|cookie name|cookie path|secret manager|"
    "secret santa|token name|token symbol|token address|token standard|token decimals|token uri|key card type|"
    "job payload size|payload size|payload type|payload format|payload version|payload hash|headers count|"
    "credit card fee|card type|card brand|card country|card game|card layout|card color|card style|"
    "license key type|license type|license name|license url|software license|license model|license version|"
    "birth rate|death rate|plate type|plate size|plate number type|number plates count|health url|"
    "health endpoint|health checks|about page|about url|about text|phone support|email support|email enabled|"
    "address format|address family|treatment group|treatment type|bank holiday|motivation score|state machine|"
    "state name|country name|region name|province name|type name|party size|party count|party type|street light|"
    "mobile responsive|mobile view|mobile layout|mobile url|mobile image|mobile banner|content type|message bus|"
    "error msg|log msg|status msg|debug msg|in reply|component name|sort by|sorted by|order by|group by|filter by|partition by|locked by|powered by|hosted by|supported by|caused by|indexed by|followed by|limited by|manufactured by|produced by|provided by|sold by|made by|published by|template message|message template|message templates|response message|result message|return message";
constexpr auto phrases_index = index_list<count_texts(phrases_list)>(phrases_list);

}  // namespace

extern constexpr Index harmless_phrases = phrases_index;

}  // namespace confiture::mask
