// What a person is called, and since when.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr PersonalKind first_name = {CALLED("first name"), texts, "first_name", "null", true};
constexpr PersonalKind last_name = {CALLED("last name"), texts, "last_name", "null", true};
constexpr PersonalKind birth = {
    CALLED("date of birth or age"), numbers | type_date | type_enum, "redact", "null", true, "birthdate"};

}  // namespace

extern constexpr PersonalKind user_name_kind = {CALLED("user name"), texts, "username", "null", true};
extern constexpr PersonalKind person_name_kind = {CALLED("name of a person"), texts, "name", "null", true};

namespace {

constexpr NamePattern table[] = {
    {&first_name, Place::part, Vague::no,
     "vorname|firstname|givenname|forename|prenom|voornaam|rufname|roepnaam|fornamn|fornavn|etunimi|keresztnev|"
     "utonev"},
    {&first_name, Place::anywhere, Vague::no,
     "first name|given name|given names|christian name|fore name|middle name|middle names|middlename|"
     "middle initial|fname|mname|first nm|nombre pila|primer nombre|segundo nombre|primo nome|primeiro nome|"
     "vor name|name first|name given|vorna|vornam|rufnm|christian names|second name|nombre proprio|nombres pila|"
     "additional name|additional names|fst name|f name|m name|name middle|imie|imiona|voorl|voorletters|pt first|"
     "patient first|customer first|cust first|user first|contact first|guest first|billing first|shipping first|"
     "member first|emp first|employee first|holder first|fst nm|frst nm|frst name|fstname|frstname|first nme|fnm|"
     "midname|mid name|mid nm|mid init|middle init|middle nm|nm first|given nm|chosen name|preferred first|"
     "call name|calling name|vname|prenom usuel|primer nom|segundo nom|gname|namefirst|namegiven"},
    {&first_name, Place::whole, Vague::no,
     "first|given|forenames|prenoms|nombres proprios|middle|nomb|jmeno|krestni jmeno|tilltalsnamn|adi|prenume|"
     "nama depan|imya|otchestvo"},
    {&first_name, Place::last, Vague::no, "vorn|nom bapteme|nome proprio"},
    {&first_name, Place::whole, Vague::persons, "mi|mname|ad"},

    {&last_name, Place::whole, Vague::no, "last|maiden|maiden nm|maidenname|nama belakang"},
    {&last_name, Place::part, Vague::no,
     "efternamn|efternavn|etternavn|sukunimi|vezeteknev|csaladnev|soyad|prijmeni|familiya|nachname|geburtsname|"
     "familienname|nazwisk|achternm|lastname|surname|familyname|maidenname|madchenname|maedchenname|zuname|"
     "achternaam|familienaam|meisjesnaam|apellido|cognome|sobrenome|tussenvoegsel"},
    {&last_name, Place::whole, Vague::persons, "nume|sname|ape|apes|paterno|materno|lastnm"},
    {&last_name, Place::anywhere, Vague::no,
     "patronyme|patronymic|apell|pt last|patient last|customer last|cust last|user last|contact last|guest last|"
     "billing last|shipping last|member last|emp last|employee last|holder last|mmn|last name|family name|"
     "maiden name|birth name|nom famille|nom naissance|nom jeune fille|nom usage|nom marital|lname|last nm|"
     "nome familia|nach name|name last|name family|primer apellido|apelido|nachn|nachnam|second surname|"
     "name surname|birth surname|geb name|name birth|segundo apellido|family name prefix|surname prefix|"
     "last name prefix|lnm|lst nm|lstname|surn|surnm|nm last|last nme|nname|nom jf|nomjf|nom patronymique|"
     "nom epouse|nom epoux|nom usuel|apepat|apemat|ape paterno|ape materno|ap paterno|ap materno|apellido paterno|"
     "apellido materno|namenszusatz|namensvorsatz|vorsatzwort|tussenv|voorvoegsel|voorvoegsels|apelidos|"
     "ultimo nome|namelast"},

    {&user_name_kind, Place::part, Vague::no,
     "username|benutzername|nutzername|nickname|screenname|loginname|gebruikersnaam|accountname|spitzname|"
     "anmeldename|pseudonym|anzeigename|nicename|usrname|anvandarnamn|brugernavn|brukernavn|kayttajatunnus|"
     "felhasznalonev"},
    {&user_name_kind, Place::anywhere, Vague::no,
     "user name|user login|user handle|nick name|nick|screen name|login name|login id|account name|preferred name|"
     "twitter handle|nom utilisateur|nom affichage|nombre usuario|nome utente|nome usuario|nome utilizador|"
     "nome exibicao|preferred username|apodo|soprannome|surnom|bijnaam|public name|profile name|user nm|user alias|"
     "nice name|account login|unix user|unix login|ldap user|ldap login|sam account|windows login|net id|netid|"
     "logon name|logon|bname|gamer tag|gamertag|pseudo|display nm|nazwa uzytkownika|nazwa konta|user alias name|"
     "usernames|username list|kullanici adi|uzivatelske jmeno|nama pengguna|usr name|usrnm|usernm|screen nm|"
     "login nm|loginid|logon id|signin name|sign in name|login user|login account|ad user|ad login|domain user|"
     "domain account|windows user|windows account|user principal name|principal name|samaccountname|eppn|"
     "poster name|posted name|last poster|last poster name|first poster|topic poster|author nick|author login|"
     "submitter|uploader|entered user|created user|modified user|updated user|changed user|deleted user|"
     "create user|update user|crt user|upd user|mod user|insert user|last user|last editor|usuario registro|"
     "nom connexion|benutzerkennung|anwendername|cuenta usuario|nome conta|utente ins|utente mod|vanity url|"
     "vanity name|profile slug|user slug|username slug|screenname|login ucznia|login pracownika|operator name|"
     "codigo usuario|cod usuario|code utilisateur|user code|usercode"},
    {&user_name_kind, Place::last, Vague::no,
     "by|por|par|door|przez|assigned to|approver|interviewer|reviewer|assignee|requester|requestor|lead owner|"
     "ticket owner|record owner|account owner|deal owner|from user|to user|cree par|modifie par|creado por|"
     "modificado por|criado por|aangemaakt door|gewijzigd door|utworzyl|zmodyfikowal|usuario alta|usuario creacion|"
     "usuario modificacion|login|username|inviter"},
    {&user_name_kind, Place::whole, Vague::no,
     "owner|creator|erstellt|geandert|angelegt|angenommen|creato|modificato|handle|pseudo|usuario|utente|"
     "utilizador|benutzer|gebruiker|utilisateur|user|uname|utilizator|identifiant|submitter|uploader|ersteller|"
     "erfasser|reporter|vanity|usuarios"},
    {&user_name_kind, Place::last, Vague::persons, "handle"},
    {&user_name_kind, Place::anywhere, Vague::persons, "display name|displayname|displayed name"},
    {&user_name_kind, Place::whole, Vague::persons, "alias|aliases|userid|editor|kennung|operador|operatore|poster"},
    {&user_name_kind, Place::last, Vague::things, "user"},

    {&birth, Place::part, Vague::no,
     "urodz|nascimen|birthdate|birthday|birthyear|birthplace|geburt|naissance|nacimiento|nascita|nascimento|"
     "geboorte|gebdat|gebtag|dateofbirth|fodelsedat|fodselsdat|foedselsdat|syntymaaika|szuletes|narozen"},
    {&birth, Place::anywhere, Vague::no,
     "birth|dob|date born|born on|born at|born in|year born|fecha nac|data nasc|date naiss|geboren|geb datum|"
     "geb dat|cumpleanos|compleanno|aniversario|anniversaire|verjaardag|date death|death date|deceased on|"
     "sterbedatum|yob|dod|gbdat|gbort|gbjhr|geb jahr|geb ort|geburts|annee naiss|lieu naiss|jahrgang|age bracket|"
     "age band|date decease|date deces|deceased date|death time|birthtime|born date|bday|b day|nac fecha|fnac|"
     "fec nac|dt nasc|dt nascimento|nasc|data ur|geb am|f nacimiento|f nac|pais nac|luogo nasc|ddn|data obito|"
     "data falecimento|data deces|data smierci|fecha defuncion|fecha fallecimiento|data decesso|datum overlijden|"
     "overleden|verstorben|todestag|data zgonu|year birth|annee naissance|rok ur|deceased dt|birth yr|dt birth|"
     "dt deces|dod dt|dogum|data nasterii|tanggal lahir|tgl lahir|tempat lahir|data rozhdeniya|umur|dt brth|"
     "brth dt|brthdt|bth dt|bdate|bthdate|birthdt|birth dt|dt naiss|dat naiss|dnaiss|datenaiss|naiss|dept naiss|"
     "dtnasc|datnas|data nas|datnasc|fecnac|fechanac|fec nacim|nacim|gebd|gebort|gebjahr|gebplaats|geb plaats|"
     "age yrs|age yr|age mths|age months|age death|age diagnosis|age admission|age visit|approx age|zodiac|"
     "zodiac sign|star sign|burial date|date burial|death place|place death|death certificate|death year|date died|"
     "died on|fecha muerte|data morte|todesdatum|gestorben|date decede|overlijdensdatum"},
    {&birth, Place::whole, Vague::no,
     "born|wiek|o b|ddn|obito|naturalidade|age|age years|age in years|edad|idade|leeftijd|lebensalter|user age|"
     "patient age|customer age|age group|age range|yob|age band|age years old|alter|died|decede|bdt"},
    {&birth, Place::last, Vague::persons, "age"},

    {&person_name_kind, Place::part, Vague::no,
     "kundenname|mitarbeitername|patientenname|empfangername|empfaengername|absendername|inhabername|kontoinhaber|"
     "karteninhaber|ansprechpartner|contactname|customername|clientname|employeename|cardholder|accountholder|"
     "nominativo|contactpersoon|kontaktperson|patientname|ownername|custname|realname|lehrername|schulername|"
     "schuelername"},
    {&person_name_kind, Place::anywhere, Vague::no,
     "real name|whole name|own name|card holder|account holder|contact person|emergency contact|next kin|"
     "person name|nom complet|nom prenom|prenom nom|nombre completo|nombre apellidos|nombres apellidos|"
     "nome completo|nome cognome|cognome nome|volledige naam|name on card|name card|bill to|ship to|deliver to|"
     "sold to|attention to|attn|kontakt person|personne contact|persona contacto|titulaire|titular|intestatario|"
     "mother name|father name|signed by|signatory|alias name|also known as|aka|koinh|alternate name|alternatename|"
     "former name|previous name|other names|known as|preferred name|name kana|name kanji|name native|phonetic name|"
     "contact details name|caller name|emergency name|billing name|shipping name|recipient name|sender name|"
     "receiver name|customer nm|cust name|emp name|employee nm|owner nm|pay to|remit to|received by name|"
     "whodunnit name|comment author|signed name|printed name|author name|vor nachname|vor und nachname|"
     "name vorname|nachname vorname|ansprech partner|sachbearbeiter|kontakt name|bearbeiter name|interlocuteur|"
     "responsable nombre|nome responsavel|lekarz|kierowca|nadawca|odbiorca|opiekun|wlasciciel|wychowawca|"
     "pelnomocnik|swiadek|nom mere|nom pere|nom conjoint|nom madre|nom padre|nombre madre|nombre padre|nome pai|"
     "nome mae|nm mae|nm pai|nome conjuge|nome social|nome madre|nome padre|naam moeder|naam vader|name mutter|"
     "name vater|imie matki|imie ojca|pessoa contato|pessoa contacto|persona confianza|personne confiance|"
     "pers confiance|personne prevenir|notfallkontakt|notfall kontakt|contatto emergenza|contacto emergencia|"
     "contato emergencia|noodcontact|osoba kontaktowa|person contacted|person contact|person to contact|"
     "person to be contacted|person be contacted|by name|name organizer|organizer name|referrer name|reviewer name|"
     "interviewer name|line mgr|line manager|account mgr|accountmgr|relationship mgr|relationship manager|"
     "case worker|caseworker|attending physician|referring physician|treating physician|form tutor|"
     "medecin traitant|medecin|medico base|medico curante|medico cabecera|hausarzt|huisarts|verzorger|voogd|"
     "encarregado educacao|enc educacao|tutor legal|representante legal|representant legal|avvocato|abogado|"
     "advogado|anwalt|rechtsanwalt|gegenanwalt|notaio|testimone|testigo|testemunha|temoin|assistito|controparte|"
     "cointestatario|cotitular|contitular|accompagnant|acompanante|acompanhante|real nm|alias nm|parent name|"
     "guardian name|billing nm|shipping nm|asegurado|asegurada|tomador|conductor habitual|perito|parrain|marraine|"
     "padrino|madrina|padrinho|madrinha|imie nazwisko|rodzic|opiekun prawny|dluznik|najemca|poreczyciel|"
     "contatto emerg|contacto emerg|contato emerg|preferred nm|spouse nm|co borrower|co applicant|coborrower|"
     "coapplicant|next friend|bailleur|locataire|garant|caution nom|fiador|avalista|estafeta|courier name|"
     "guardians name|guardiansname|mothersname|fathersname|guardian contact|parent contact|plus one name|"
     "cele jmeno|jmeno prijmeni|jmeno prijemce|ad soyad|adi soyadi|anne adi|baba adi|anyja neve|teljes nev|"
     "nume complet|nume prenume|nama lengkap|nama ibu|nama ayah|fio|familiya imya|koko nimi|fullnm|full nm|"
     "formatted name|file as|badge name|name badge|name print|print name|printed as|patient nm|pt nm|pt name|"
     "nom usager|nom beneficiaire|nom responsable|nom contact|nom tuteur|nom medecin|resp legal|responsable legal|"
     "nombre tutor|nombre conyuge|nombre contacto|nombre beneficiario|nombre responsable|nombre titular|nome resp|"
     "kdname|kd name|ansprechp|nm cliente|nm pessoa|nm contato|company contact|business contact|pen name|"
     "stage name|nok|emerg name|emerg contact|emg contact|primary contact|main contact|billing contact|"
     "technical contact|tech contact|admin contact|secondary contact|alternate contact|key contact|contact nm|"
     "rep name|sales rep|salesrep|salesperson|salesman|account rep|account manager|case manager|case mgr|pcp|"
     "referring doctor|family doctor|class teacher|homeroom teacher|godfather|godmother|received from|issued to|"
     "delivered to|gift from|gift to|person charge|responsible person|person responsible|point contact|"
     "notify party|tenaamstelling|rekeninghouder|full names|given to|honoree|tributee|nom signataire|firmante|"
     "legal representative|rep legal|contact first|contact last|moth name|fath name|prescriber|prescribed"},
    {&person_name_kind, Place::whole, Vague::no,
     "contact|attention|recipient|beneficiary|payee|patient|employee|student|guest|passenger|customer|empfanger|"
     "empfaenger|absender|destinataire|destinatario|beneficiario|ontvanger|inhaber|emergency contact|kunde|"
     "mitarbeiter|klant|persona|person|spouse|ehepartner|conjoint|conyuge|coniuge|sender|receiver|addressee|"
     "guardian|attending|autorizado|autorise|responsavel|conjuge|partner naam|bestuurder|tecnico|conducente|"
     "motorista|autista|tutor|mentor|supervisor|nauczyciel|trainer|doctor|physician|surgeon|nurse|dentist|"
     "therapist|teacher|instructor|lecturer|professor|advisor|adviser|counselor|counsellor|headmaster|father|"
     "mother|wife|husband|groom|bride|priest|pastor|defendant|plaintiff|petitioner|complainant|accused|victim|"
     "witness|suspect|attorney|lawyer|solicitor|notary|guarantor|nominee|landlord|lessee|lessor|occupant|"
     "policyholder|claimant|donor|carer|caregiver|candidate|applicant|consignee|signer|visitor|treasurer|chairman|"
     "president|proprietor|mae|pai|filiacao|filiacion|vendedor|berater|docente|medico|comprador|representante|"
     "apoderado|tutor legal|tuteur|enseignant|vertreter|padre|madre|pere|mere|vater|mutter"},
    {&person_name_kind, Place::last, Vague::no,
     "vorgesetzter|vorgesetzte|fahrer|zeuge|zeugen|ehegatte|ehegattin|ehefrau|ehemann|mandant|mandantin|kontoinh|"
     "gegner|chauffeur|behandelaar|bezugsberechtigter|begunstigter|makler|huurder|medehuurder|borgsteller|"
     "bewindvoerder|betreuer|vormund|burge|schuldner|glaubiger|erbe|vermieter|mieter"},
    {&person_name_kind, Place::whole, Vague::persons,
     "name|names|initials|nom|nombre|nombres|nome|naam|nm|namen|noms|namn|navn|nimi|nama|nev|isim|name keywords|"
     "sort name|sortable name|normalized name|driver|manager|director|judge|secretary|coach|captain|pilot|"
     "consultant|organizer|organiser|titolare|responsible|poc|gp|coordinator|coordenador|coordinador|rep"},
    {&person_name_kind, Place::last, Vague::persons, "prefix|suffix|payee"},
    {&person_name_kind, Place::anywhere, Vague::things,
     "full name|fullname|name full|complete name|legal name|legalname|official name|native name|name native|"
     "name characters|name in characters|name kana|name kanji|name hangul|name phonetic|romanized name|name english"},
    {&last_name, Place::last, Vague::persons, "sname"},
    {&birth, Place::anywhere, Vague::no, "pat age"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup names_patterns = {table, words, parts};

}  // namespace confiture::mask
