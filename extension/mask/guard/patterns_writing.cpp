// Pictures of people, and what people write or send.
#include "mask/guard/patterns.h"

namespace confiture::mask {

extern constexpr PersonalKind picture_kind = {CALLED("picture or signature of a person"), texts | type_bytes, "redact",
                                              "null", false};
extern constexpr PersonalKind free_text_kind = {CALLED("free text"), texts, "lorem", "null", false};

namespace {

// "event_json" of text, which a json would be asked about whatever it is called.
constexpr PersonalKind text_document = {CALLED("free text"), type_text, "redact", "null", false};
constexpr PersonalKind text_json = {CALLED("free text"), type_text, "json", "null", false};

// Of text, a "firma" is a company more often.
constexpr PersonalKind signed_bytes = {CALLED("picture or signature of a person"), type_bytes, "redact", "null", false};

constexpr NamePattern table[] = {
    {&picture_kind, Place::part, Vague::no,
     "avatar|headshot|selfie|unterschrift|handtekening|assinatura|passbild|lichtbild|profilbild|profilepic|pasfoto|"
     "mugshot|biometri|gravatar|profilephoto|profileimage"},
    {&picture_kind, Place::anywhere, Vague::no,
     "profile picture|profile pic|profile image|profile photo|user image|user picture|user photo|user pic|face|"
     "face image|face encoding|voice recording|voice print|voiceprint|portrait|photo profil|foto perfil|"
     "foto profilo|firma digital|firma digitale|finger print|iris scan|id photo|id scan|passport photo|"
     "passport scan|fingerprint template|signature image|signature data|signature svg|typed signature|"
     "drawn signature|face id|face template|retina scan|thumb print|thumbprint|user avatar|photo url user|"
     "photo blob|photo data|image face|passport copy|id copy|id front|id back|document front|document back|"
     "voice sample|voice memo|call recording|recording url|recording file|recordingfile|recording path|doc scan|"
     "passport img|id img|voice clip|audio clip|podpis|employee image|customer image|patient image|student image|"
     "member image|staff image|contact image|person image|zdjecie profilowe"},
    {&signed_bytes, Place::anywhere, Vague::no, "firma|signed|rubrica"},
    {&picture_kind, Place::anywhere, Vague::no,
     "id kopie|kopie ausweis|ausweiskopie|copia documento|copie identite|zdjecie|foto tessera|foto carnet|passfoto|"
     "pics"},
    {&picture_kind, Place::last, Vague::things,
     "signature|photo|photos|picture|pictures|foto|photo url|picture url|photo path|photo file"},

    {&free_text_kind, Place::part, Vague::no,
     "freitext|freetext|bemerkung|anmerkung|lebenslauf|curriculum|biograph|biograf|opmerking|toelichting|"
     "commentaire|comentario|observacion|observacao|observacoes|osservazion|annotazion|kommentar|beschwerde|"
     "kundennotiz|testimonial"},
    {&free_text_kind, Place::anywhere, Vague::no,
     "note|notes|comment|comments|message|remark|remarks|bio|about me|about you|about user|about myself|feedback|"
     "complaint|complaints|complaint text|memo|memos|free text|cover letter|review text|review body|chat text|"
     "transcript|conversation|instructions delivery|delivery instructions|special instructions|special requests|"
     "special request|customer request|notiz|notizen|nachricht|nachrichten|remarque|remarques|observations|"
     "message texte|notas|nota|mensaje|mensajes|commento|commenti|messaggio|messaggi|mensagem|mensagens|obs|"
     "notitie|notities|commentaar|sms text|message body|mail body|email body|ticket text|inquiry|enquiry|"
     "self description|personal statement|hobbies|hobby|interests|contact info|contact detail|contact details|"
     "contact data|contact information|kontaktdaten|contact infos|coordonnees contact|datos contacto|dati contatto|"
     "dados contato|old values|new values|row data|old data|new data|old row|new row|before image|after image|"
     "before data|after data|before values|after values|changed fields|changed data|changed values|original values|"
     "previous values|previous data|record data|record snapshot|row snapshot|entity snapshot|audit data|"
     "audit details|diff data|object changes|merged data|custom data|raw payload|raw body|raw request|raw response|"
     "raw message|request body|response body|request data|request payload|response payload|request params|"
     "query params|request headers|response headers|event payload|event body|webhook payload|message payload|"
     "job args|job arguments|task args|task kwargs|kwargs|form data|form values|form response|form responses|"
     "submission data|post data|details json|json payload|handler yaml|custom text|original text|rejection reason|"
     "rejection note|cancel note|cancellation note|void note|dispute note|statement text|purpose text|"
     "verwendungszweck|verwendungs zweck|payment purpose|transfer text|remittance information|special needs|wishes|"
     "wunsch|wunsche|kundenwunsch|anfrage text|beschreibung problem|problem description|issue description|"
     "incident description|description incident|user description|profile text|profile description|bio text|"
     "summary bio|headline bio|quote text|testimonial text|review title|review comment|survey response|"
     "survey answer|answers json|open answer|comment content|comment text|comment html|comment body|post body|"
     "post text|message text|pm text|dm text|message html|message content|message subject|full message|"
     "small message|mail text|mail subject|email subject|email text|email html|email content|call notes|"
     "meeting notes|visit notes|interview notes|case notes|session notes|progress notes|doctor notes|search text|"
     "search history|browsing history|chat log|chat history|prompt text|user input|user message|user prompt|"
     "ocr text|extracted text|transcription|voice text|dictation|uwagi|komentarz|notatka|notatki|wiadomosc|opm|"
     "observ|compte rendu|gespreksverslag|verslag|klacht|klachten|bijzonderheden|sachverhalt|fatti|reclamacao|"
     "reclamacion|reclamation client|demandes particulieres|behaviour log|behavior log|behaviour notes|"
     "safeguarding|exit reason|cancellation reason|cancel reason|decline reason|denial reason|return reason|"
     "refund reason|exit interview|leaving reason|reason leaving|reason for leaving|interview summary|letter text|"
     "chat msg|last msg|user msg|motto|resume link|resume url|resume file|resume attachment|resume text|"
     "resume path|cv file|cv url|cv link|cv path|cv text|work references|qualification reason|justificativa|"
     "parecer|valor antigo|valor novo|valeur avant|valeur apres|valor anterior|valore precedente|alter wert|"
     "neuer wert"},
    {&picture_kind, Place::anywhere, Vague::no,
     "passport image|id image|license image|license scan|licence scan|dl image|dl front|cheque image|voice file|"
     "audio recording|video recording|video interview|cover photo|cover picture|profile banner|profile cover|"
     "profile thumbnail|photo thumb|photo filename|photo name|picture name|picture file|picture filename|user icon|"
     "user thumb|usericon|face vector|face embedding|face descriptor|face data|fingerprint data|finger template|"
     "palm print|iris data|signature path|signature file|signature url|esignature|esign|sign image|sign path|"
     "firma imagen|foto firma|photo identite|foto url|foto path|bildpfad|bildname|foto alumno|foto aluno|"
     "foto cliente|imagem perfil|imagen perfil|imagen usuario|image profil|image utilisateur|scanned id|"
     "scanned document|thumb impression"},
    {&free_text_kind, Place::anywhere, Vague::no,
     "additional details|additional notes|additional comments|other information|other info|other details|more info|"
     "more information|personal message|gift message|purpose visit|self intro|self introduction|personal intro|"
     "personal info|personal information|personal data|personal details|private notes|internal notes|admin note|"
     "admin notes|staff notes|user note|teacher comment|teacher comments|appreciation|appreciations|"
     "appreciation generale|libelle virement|narration|narrative|particulars|remittance info|statement narrative|"
     "omschrijving transactie|avis client|motif absence|motif refus|motif rejet|motif demande|motivo baja|"
     "motivo rechazo|motivo rifiuto|motivo ausencia|grund absage|kuendigungsgrund|kundigungsgrund|ablehnungsgrund|"
     "reden afwijzing|rueckmeldung|ruckmeldung|anfragetext|nachrichtentext|observ|observacions|"
     "detalles adicionales|informacion adicional|informacao adicional|informations complementaires|"
     "info complementaires|infos complementaires|zusatzinfo|zusatzinformation|zusatzangaben|altre informazioni|"
     "note private|nota privada|note interne|notes internes|notas internas|interne notiz|memorandum|journal text|"
     "diary entry|case summary|case description|case details|visit summary|call summary|meeting summary|"
     "conversation summary|chat message|chat body|away message|custom status|last message|comment author text|"
     "private message|welcome note|apology|testimony|statement witness|explanatory|reason change|"
     "reason cancellation|reason rejection|reason refusal|decline note|rejected reason|reject reason|"
     "cancelled reason|canceled reason|cancel comment|suspend reason|delete reason|deletion reason|edit reason|"
     "close reason|closing comment|usernote|usernotes|remarks internal|customer message|customer comment|"
     "customer comments|buyer note|order comment|order comments|delivery note text|action taken|actions taken|"
     "hear about|heard about|hear us|did you hear|parent response|parents response|employee response|"
     "customer response|spoiler text|poll options|reassign reason|assignment reason|order reason|transfer reason"},
    {&free_text_kind, Place::whole, Vague::persons,
     "tagline|blurb|byline|intro|sig|user sig|whois|quote|profile|self|passions|expertise|achievements|aboutme|"
     "presentation|presentazione|presentacion|steckbrief|activities|skills text|qualifications|education|"
     "experience|experiences|references"},
    {&text_json, Place::last, Vague::no, "json"},
    {&text_document, Place::last, Vague::no, "xml"},
    {&free_text_kind, Place::part, Vague::no,
     "intnotes|poznamk|anteckning|bemaerkning|merknad|muistiinpan|megjegyzes|primechani"},
    {&free_text_kind, Place::whole, Vague::no,
     "additional info|additional information|further information|raw source|extra info|extrainfo|raw info|userinfo|"
     "user info|notlar|observatii|catatan|huomautus|huomautukset|about|resume|cv|bericht|story|anliegen|motivation|"
     "remarks|reply|answer text|payload|headers|args|arguments|handler|old value|new value|initial data|raw data|"
     "event data|prompt|concept|concepto|causale|follow up|followup|instructions text|hl data|value text|"
     "text value|search query|representation"},
    {&free_text_kind, Place::tail, Vague::no, "notiz|notitie|hinweis|vermerk|verslag|notatka"},
    {&free_text_kind, Place::last, Vague::persons,
     "txt|msg|sms body|rpt|tresc|omschr|line text|chat line|hergang|relato|narrative|story"},
    {&free_text_kind, Place::anywhere, Vague::no,
     "suspended reason|suspension reason|ban reason|banned reason|block reason|witness statement|schadenhergang|"
     "relato hechos|recit|racconto|instr entrega|instr livraison|instrucciones entrega|instrukcje dostawy|uwaga|"
     "opinia"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup writing_patterns = {table, words, parts};

}  // namespace confiture::mask
