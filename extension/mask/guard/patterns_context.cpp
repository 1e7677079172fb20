// Names that say something only in their relation, or beside other columns.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr ContextPattern by_context[] = {
    // What people write to each other.
    {&free_text_kind,
     "message|messages|mail|mails|email|emails|ticket|tickets|chat|chats|comment|comments|conversation|conversations|"
     "note|notes|review|reviews|feedback|feedbacks|complaint|complaints|inquiry|inquiries|enquiry|enquiries|sms|reply|"
     "replies|letter|letters|survey|answers|nachricht|nachrichten|mensaje|mensajes|messaggi|mensagens|berichten|support|"
     "incident|incidents|diary|notification|notifications|post|posts|thread|threads",
     0,
     "body|text|content|contents|subject|title|description|html|raw|plain|texte|texto|testo|inhalt|betreff|"
     "extract|preview"},
    // Why a person was reported, blocked or let go.
    {&free_text_kind,
     "report|reports|complaint|complaints|block|blocks|ban|bans|modlog|moderation|appeal|appeals|suspension|"
     "suspensions|absence|absences|leave|leaves|termination|terminations|dispute|disputes|registration|"
     "registrations|applicant|applicants",
     0, "reason|reasons|answer|answers|explanation|justification|deny"},
    {&free_text_kind, "", clue_sender,
     "details|body|content|contents|text|subject|html|raw|plain|texte|texto|testo|inhalt|betreff|objet|asunto|oggetto|assunto|"
     "onderwerp|corps|cuerpo|corpo"},
    {&free_text_kind, "", clue_writing, "subject|betreff|objet|asunto|oggetto|assunto|onderwerp"},
    {&email_kind, "mail|mails|email|emails|message|messages|notification|notifications|inbox|outbox", clue_writing,
     "from|to|cc|bcc|sender|senders|recipient|recipients|reply|absender|empfanger|empfaenger|expediteur|destinataire|"
     "remitente|destinatario|mittente|afzender|ontvanger"},
    {&address_kind,
     "address|addresses|anschrift|anschriften|adresse|adressen|direccion|direcciones|indirizzi|enderecos", clue_place,
     "line|lines"},
    {&location_kind, "", clue_latitude, "long|lo|longit"},
    {&account_kind,
     "card|cards|creditcard|creditcards|account|accounts|bank|karte|karten|carte|tarjeta|tarjetas|conto|conti", 0,
     "number|no|nr|num|numero|nummer|holder|pan"},
    {&account_kind, "card|cards|creditcard|creditcards|kreditkarte|kreditkarten|tarjeta|tarjetas", 0,
     "expiry|expiration|expires|exp|month|year|date|start|digits|last|valid|until|thru|issue|number|security"},
    {&credential_kind,
     "password|passwords|passwort|kennwort|credential|credentials|token|tokens|secret|secrets|keys|apikey|apikeys", 0,
     "hash|value|digest|key|data|hashed"},
    {&credential_kind, "transport|transports|mailer|smtp|ldap", 0, "config|configuration|options|dsn"},
    // Whole rows, kept for history.
    {&free_text_kind,
     "version|versions|history|histories|audit|audits|archive|archived|revision|revisions|journal|trail|changes|"
     "changelog|tombstones|deleted",
     0, "object|data|changes|change|diff|before|after|old|new|snapshot|row|rows|record|state|values|details|content"},
    // Attributes of persons, one a row.
    {&free_text_kind,
     "user|users|usermeta|person|people|customer|customers|patient|member|members|contact|contacts|profile|profiles|"
     "employee|employees|student|students|subscriber|subscribers",
     0, "value|meta|data|info"},
    {&national_id_kind, "patient|patients|person|persons|customer|member|employee|student|citizen|pupil|resident", 0,
     "identifier|ident"},
    {&social_kind, "", clue_provider, "uid|sub|provider uid"},
    {&social_kind, "social", 0, "url|link|links|handle|handles|value|address"},
    {&network_kind, "session|sessions|sess", 0, "data|value|payload"},
    {&health_kind,
     "obs|observation|observations|vital|vitals|lab|labs|diagnosis|diagnoses|allergy|allergies|immunization|"
     "immunizations|symptom|symptoms|anamnese",
     0, "value|coded|numeric|complex|text|result|results|reading|reference|code|severity|reaction"},
    {&picture_kind, "avatar|avatars|photo|photos|portrait|portraits|signature|signatures|selfie", 0,
     "data|bytes|content|image|url|path|file|blob|svg|base"},
};

constexpr CluePattern clues[] = {
    {clue_sender, Place::anywhere,
     "sender|author|posted by|written by|sent by|user id|member id|contact id|customer id|absender|expediteur|remitente|"
     "mittente|afzender|verfasser|auteur|autor|autore"},
    {clue_sender, Place::whole, "from|user|userid"},
    {clue_writing, Place::whole, "body|message|body html|body text|message body|cc|bcc"},
    {clue_provider, Place::whole, "provider|auth provider|identity provider|oauth provider|idp|connector"},
    {clue_latitude, Place::anywhere, "lat|latitude|breitengrad|latitud|latitudine"},
    {clue_place, Place::anywhere,
     "zip|zipcode|postcode|postal code|plz|code postal|codigo postal|cap|postleitzahl|street|address|strasse|adresse|"
     "direccion|indirizzo|endereco|rue|calle|adres|straat"},
};

}  // namespace

std::span<const ContextPattern> context_patterns() { return by_context; }
std::span<const CluePattern> clue_patterns() { return clues; }

}  // namespace confiture::mask
