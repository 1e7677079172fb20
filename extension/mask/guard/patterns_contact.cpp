// How a person is reached.
#include "mask/guard/patterns.h"

namespace confiture::mask {

extern constexpr PersonalKind phone_kind = {CALLED("telephone number"), numbers, "phone", "hash", true};
extern constexpr PersonalKind email_kind = {CALLED("e-mail address"), texts, "email", "null", true};

namespace {

constexpr NamePattern table[] = {
    {&email_kind, Place::part, Vague::no, "email|courriel|mailadress|mailaddress|sahkoposti|mejladress"},
    {&email_kind, Place::anywhere, Vague::no,
     "e mail|e mails|mail address|mail adresse|adresse mail|correo electronico|correo e|posta elettronica|"
     "indirizzo mail|correio eletronico|correio electronico|mail adres|reply to|from address|to address|"
     "sender address|recipient address|mail from|mail to|rcpt to|notify address|e post|epost|smtp mail|posta elet|"
     "send to|sent to|hashed em|hashed email|email hash|e addr|poczta elektroniczna|adres mailowy|eposta|eml|"
     "emladdr|eml addr|email adr|mailaddr|mail addr|adresse electronique|adresse messagerie|courrier electronique|"
     "to addr|from addr|cc addr|bcc addr|rcpt|return path|envelope sender|envelope recipient|smtp from|notify to|"
     "mail privat|mail prive|mail pro|mail perso|mel pro|mel perso|direccion electronica|indirizzo elettronico|"
     "endereco eletronico|elektronische post"},
    {&email_kind, Place::last, Vague::no, "mail|mails|correo|mel"},
    {&email_kind, Place::last, Vague::things, "email id|mail id"},
    {&email_kind, Place::whole, Vague::no,
     "pec|poczta|surel|envelope from|envelope to|header from|mailto|bcc|cc list|adel|mailfrom|emailid|mailid|"
     "netfang|sent as|send as"},

    {&phone_kind, Place::part, Vague::no,
     "telefon|telephon|telefoon|phonenum|phoneno|phonenr|cellphone|handynummer|handynr|mobilnummer|rufnummer|"
     "faxnummer|faxnum|faxno|telemovel|msisdn|festnetz|durchwahl|cellulare|gsmnummer|mobilenum|mobileno|"
     "phoneprimary|satphone|satfax|dayphone|officephone|otherphone|altphone|puhelin|telefonszam"},
    {&phone_kind, Place::anywhere, Vague::no,
     "phone|phones|tel|fax|telefax|handy|cell phone|cell number|cell no|mobile number|mobile no|mobile num|"
     "mobile phone|numero portable|telephone portable|numero movil|telf|tlf|tfno|whatsapp|gsm nummer|numero tel|"
     "tel number|tel num|tel no|tel nr|phone no|contact number|contact no|callback number|caller number|caller id|"
     "called number|dialed number|voice number|sms number|whats app|telfx|telbx|teltx|telnr|telno|telefone|"
     "phone notify|sms notify|landline|land line|pager|beeper|numero telefono|numero telefonico|numero telephone|"
     "fixe portable|tel portable|tel fixe|tel mobile|tel cell|tlm|number to call|fone|ramal|ddd|mob no|mob nr|"
     "mobile nr|telef|komorka|tel kom|numer telefonu|nr telefonu|recapito|recapito tel|cel no|nr tel|nr telefono|"
     "num telefono|telefono fijo|fijo|tel fisso|tel thuis|tel werk|tel prywatny|tel sluzbowy|gsm nr|handy nr|rufnr|"
     "tel privat|portable num|num portable|ph nr|ph num|calling number|calling no|calling party|called party|"
     "called no|from number|to number|a number|b number|dialled number|cep tel|no hp|nomor hp|no telp|telepon|telp|"
     "phn|phne|tele no|teleph|telnum|telnbr|tel nbr|cell nbr|fax nbr|faxnbr|contact num|contact nbr|contact mob|"
     "emergency number|emergency no|emergency num|emergency tel|emergency cell|reminder number|sms no|sms num|"
     "sms nummer|callback no|callback num|dialed no|caller no|callerid|sip uri|sip address|voip number|direct line|"
     "direct dial|office no|office number|home number|work number|whatsapp no|wa no|wa num|viber no|tel dom|"
     "tel pro|tel bureau|tel perso|portable perso|portable pro|gsm perso|numero fixe|numero mobile|num mobile|"
     "num fixe|mobilfunk|mobilfunknr|natel|telmovil|telfijo|telcasa|teltrabajo|fono|fonos|tel casa|tel trabajo|"
     "tel celular|numero cellulare|num cell|tel ufficio|tel abitazione|telemovel|contacto telefonico|"
     "tel residencial|tel comercial|mobielnummer|mobiele nummer|vast nummer|nr komorkowy|numer komorkowy|home no|"
     "work no"},
    {&phone_kind, Place::last, Vague::no,
     "mobile|mobil|mobiel|movil|celular|homephone|workphone|userphone|contactphone|fon|home ph|work ph|cell ph|"
     "mobile ph|day ph|ph ext|ph no|gsm|komorkowy|cellulare"},
    {&phone_kind, Place::last, Vague::persons, "mob|cel|extension|phone ext|cell|tele|phn|work|extn"},
    {&phone_kind, Place::whole, Vague::no, "cell|gsm|portable"},
    {&phone_kind, Place::last, Vague::things, "tele"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup contact_patterns = {table, words, parts};

}  // namespace confiture::mask
