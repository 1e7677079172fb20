// What the law protects most: health, origin, belief, family, work and money.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr PersonalKind origin = {CALLED("gender, origin, belief or family"), numbers | type_enum, "redact", "null",
                                 true};
constexpr PersonalKind family_day = {CALLED("gender, origin, belief or family"), type_date, "redact", "null", true};
constexpr PersonalKind employment = {CALLED("employment"), texts, "redact", "null", true};
constexpr PersonalKind income = {CALLED("income"), numbers, "redact", "noise", true, "null", "noise"};

}  // namespace

extern constexpr PersonalKind pay_kind = {CALLED("income"), type_fraction, "null", "null", true, "null", "noise"};
extern constexpr PersonalKind health_kind = {
    CALLED("health"), numbers | type_date | type_enum, "redact", "null", true, "null", "noise"};

namespace {

constexpr NamePattern table[] = {
    {&health_kind, Place::part, Vague::no,
     "krankheit|allerg|medikament|blutgruppe|bloedgroep|behinderung|schwanger|krankenkasse|patientenakte|"
     "enfermedad|malattia|medicament|disabilit|prescription|vaccin|impfstatus|impfung|pregnan|handicap|invalidit|"
     "medication|ziekte|symptom|discapacidad|deficiencia|doenca|alergi|epilep|epilet|hemofil|haemophil|hipertens|"
     "hypertens|asmatic|asthma|diabet|insulin|patologi|dyslex|medicac|niepelnospr|schwerbeh|chorob|krankenversicher"},
    {&health_kind, Place::anywhere, Vague::no,
     "health|diagnosis|diagnoses|diagnose|diagnosen|diagnosi|diagnostico|diagnosed|medical|medical history|"
     "medical record|medical condition|medical notes|disease|illness|blood type|blood group|blood pressure|"
     "bloodtype|bmi|body weight|body height|hiv|icd|icd code|heart rate|mental health|maladie|maladies|"
     "groupe sanguin|sante|grupo sanguineo|salud|gruppo sanguigno|salute|saude|grado discapacidad|gezondheid|"
     "gesundheit|mrn|patient record|drug use|alcohol use|smoker|sick leave|sick days|krankmeldung|arret maladie|"
     "disabled person|dietary|cause death|diag|dx|diag code|dx code|allergen|coded allergen|non coded allergen|"
     "reaction coded|reaction non coded|condition non coded|clinical|clinical history|clinical notes|clinical note|"
     "chief complaint|presenting complaint|treatment notes|therapie|anamnese|befund|dosing instructions|"
     "dosage instructions|drug non coded|surgery|surgeries|operation notes|lab result|lab value|hba|glucose|"
     "cholesterol|hearing loss|eye sight|menstrual|last period|gestation|fertility|genetic|genotype|dna|covid|"
     "covid status|immunization|immunisation|vaccine|impfdatum|rehab|addiction|substance use|suicide|self harm|"
     "depression|anxiety|psych notes|counseling notes|care plan|nursing notes|health insurance|health plan|"
     "schwerbehindert|grad behinderung|gdb|krankenstand|arbeitsunfahig|antecedentes medicos|historia clinica|"
     "antecedents medicaux|anamnesi|terapia|tratamiento|traitement|tratamento|fumante|fumador|fumeur|raucher|roker|"
     "palacy|fator rh|rhesus|rh factor|groupe sang|gruppo sang|grupo sang|grupa krwi|hx|rx text|rx notes|rx number|"
     "systolic|diastolic|smoking|smoking status|alcohol status|presenting problem|sickness|sickness absence|"
     "sickness reason|absence reason|meds|farmaci|farmaco|esame esito|esito esame|esami|referto|motif consultation|"
     "motivo consulta|ordonnance|receta medica|receita medica|ricetta|antecedents|antecedentes|mutuelle|sen status|"
     "sen need|nec educativas|necessidades educativas|necesidades educativas|regime alim|regime alimentaire|dieet|"
     "leki|diagnoza|rozpoznanie|wywiad lekarski|grupa inwalidzka|acomp medico|acompanhamento medico|"
     "restricao atividade|fratura|fractura|plano saude|ubezpieczenie zdrowotne|zorgverzekering|kv name|"
     "discharge summary|discharge letter|arztbrief|entlassbrief|blood sugar|blood glucose|wada wzroku|gravidez|"
     "embarazo|gravidanza|grossesse|zwangerschap|ciaza|injury|injuries|injury description|hiv status|std status|"
     "disability status|vaccination status|pregnancy status|lesiones|lesioni|blessures|letsel|verletzung|"
     "verletzungen|obrazenia|massa grassa|body fat|cert medico|certificato medico|certificado medico|"
     "certificat medical|opinia psychologa|orzeczenie|vorerkrankung|vorerkrankungen|sen details|patient weight|"
     "patient height|pat weight|pat height|social interaction|social skills|cognition|self management|hemoglobin|"
     "haemoglobin|hematocrit|creatinine|triglycerides|apgar|gravida|lmp|contraception|viral load|tb status|cancer|"
     "tumor|tumour|chemotherapy|radiotherapy|dialysis|transplant|wheelchair|impairment|hearing impaired|"
     "learning disability|food restriction|food restrictions|diet|diet restrictions|food intolerance|intolerances|"
     "first aid notes|admission reason|reason admission|admitted for|reason visit|visit reason|triage|"
     "mental status|prognosis|comorbidity|comorbidities|complications|tetanus|hepatitis|std|sti|ecg|xray|biopsy|"
     "histology|anesthesia|anaesthesia|hospitalization|hospitalisation|insurance company|insurance provider|"
     "insurance plan|insurance group|insurance policy|nka|hpi|physical exam|social history|family history|"
     "past history|review systems|obstetric history|gynecological|menarche|menopause|smoking history|alcohol|"
     "tobacco|cigarettes|drug history|drugs used|caffeine|birth weight|birthweight|head circumference|body mass|"
     "waist|hip circumference|oxygen saturation|temperature method|eyesight|vision left|vision right|hearing left|"
     "hearing right|gravidity|parity|breastfeeding|organ donor|advance directive|living will|resuscitation|dnr|"
     "immunity|mental|psychiatric|tipo sangre|tipo sanguineo|tipo sangue|sangre|rhesus factor|prontuario|"
     "num prontuario|historial medico|historial clinico|enfermedades|malattie|maladie chronique|gruppe blut|"
     "vaccinations|vaccinated|allergy status|groupage|poids naissance|doencas|cirugias|cirurgias|"
     "interventi chirurgici|operaties|special needs|special diet|besoins particuliers|iep|sped|section plan|"
     "ell status|preg|menop|anamnesis|abortion|abortions"},
    {&health_kind, Place::whole, Vague::persons,
     "temp|pulse|bps|bpd|vision|hearing|sugar|cd|oxygen|respiration|appetite|assessment|examination|complaints|"
     "impression|findings|subjective|objective|plan care|medicine|medicines|drugs|surgeon notes|wellness"},
    {&health_kind, Place::last, Vague::persons, "therapy|treatment|medicine|surgery"},
    {&health_kind, Place::whole, Vague::no, "treatment|therapy"},

    {&origin, Place::part, Vague::no,
     "religion|religio|ethnic|ethni|nationalit|nacionalid|citizenship|konfession|staatsangehorig|staatsangehoerig|"
     "staatsburger|staatsbuerger|geschlecht|geslacht|familienstand|sexualit|pronoun|gewerkschaft|parteizugehorig|"
     "cittadinanza|ciudadania|cidadania|citoyennete|etnia|etnic"},
    {&origin, Place::anywhere, Vague::no,
     "gender|gender identity|gender code|sex|sexe|sexo|sesso|sexual orientation|orientation sexuelle|"
     "orientacion sexual|orientamento sessuale|orientacao sexual|sexual preference|marital status|marital state|"
     "civil status|family status|etat civil|situation familiale|situation matrimoniale|estado civil|stato civile|"
     "burgerlijke staat|political party|political affiliation|political opinion|political view|political views|"
     "trade union|union member|union membership|faith|caste|skin color|skin colour|country birth|birth country|"
     "pays naissance|pais nacimiento|title courtesy|salutation|anrede|civilite|native language|mother tongue|"
     "criminal record|criminal history|convictions|veteran status|immigration status|visa status|race ethnicity|"
     "number children|anzahl kinder|nombre enfants|anred|gblnd|natio|konfe|famst|anzkd|gesch|number kids|"
     "num children|nb children|nb enfants|children count|num kids|number dependents|num dependents|dependents|kids|"
     "sexual|gender other|sex code|sex assigned|sex birth|birth nation|place origin|ethnic group|ethnicity code|"
     "tribe name|indigenous|aboriginal|refugee|asylum|asylum status|residence permit|work permit|visa number|"
     "military service|military status|wehrdienst|party membership|religious|denomination|honorific|mothers tongue|"
     "preferred pronouns|marital|married|civilstatus|hijos numero|numero hijos|numero figli|numero filhos|"
     "aantal kinderen|gdr|gender cd|plec|stan cywilny|obywatelstwo|narodowosc|wyznanie|estado civ|etat civ|"
     "staatsang|pais nacionalidad|first lang|home lang|first language|home language|muttersprache|moedertaal|"
     "langue maternelle|lengua materna|lingua madre|lingua materna|jezyk ojczysty|parentesco|grau parentesco|"
     "grado parentesco|grado parentela|lien parente|lien parental|verwandtschaftsgrad|verwandtschaft|pokrewienstwo|"
     "relatie kind|family background|kinderfreibetrag|kinderzahl|household size|household members|"
     "precedenti penali|vorstrafen|antecedentes penales|antecedentes criminais|casier judiciaire|karalnosc|"
     "strafblad|right work|aanhef|zwrot grzecznosciowy|tratamento civil|partido politico|sindicato|syndicat|salut|"
     "confession|situation maritale|situacao conjugal|bapteme|bautismo|battesimo|batismo|taufe|chrzest|"
     "church affil|religia|age enfants|edad hijos|gezinssamenstelling|burgerlijke stand|familiensituation|"
     "looking for"},
    {&origin, Place::whole, Vague::no,
     "race|rasse|raza|razza|raca|genero|tribe|nation|pronouns|religione|partei|kirche|geloof|clan|church|"
     "denomination|courtesy title|kinder|enfants|hijos|figli|filhos|kinderen"},
    {&origin, Place::whole, Vague::persons, "relation|relationship|kin relation|relationship type|country origin"},
    {&family_day, Place::anywhere, Vague::no,
     "baptism date|date baptism|date bapteme|taufdatum|data battesimo|fecha bautismo|data batismo|data chrztu|"
     "wedding|marriage date|date marriage|date mariage|hochzeitsdatum|heiratsdatum|fecha matrimonio|fecha boda|"
     "data casamento|data matrimonio|data uniao|data slubu|trouwdatum|divorce date|date divorce"},
    {&origin, Place::whole, Vague::persons,
     "orientation|greeting|trait|children no|family|religion cd|prefix name|interested|seeking|salutations"},
    {&origin, Place::anywhere, Vague::persons,
     "land herkomst|herkomst|herkunft|herkunftsland|pays origine|pais origen|pais origem|paese origine|"
     "kraj pochodzenia"},
    {&origin, Place::whole, Vague::things, "children|child names|childrens names"},

    {&origin, Place::part, Vague::no, "sukupuoli|cinsiyet|pohlavi|civilstand|siviilisaaty"},
    {&origin, Place::anywhere, Vague::no,
     "relationship status|family size|ethnoracial|rodinny stav|statni prislusnost|medeni durum|medeni hal|"
     "stare civila|jenis kelamin|agama|status perkawinan|uyruk|kjonn|sivilstatus|gndr|sex cd|mrtl sts|marital sts|"
     "marstat|mar stat|relgn|natnlty|ethncty|siblings|number siblings|living with|lives with|custody|orphan|"
     "migrant|language spoken|languages spoken|spoken languages|spoken language|primary language|subcaste|"
     "sub caste|gotra|military branch|military rank|housing status|homeless|sexual identity|preferred gender|"
     "gender preference|interested in|party affiliation|union name|offence|offense|offences|arrests|"
     "background check|police check|dbs number|crb|raca cor|cor raca|cor pele|situacion familiar|sit fam|"
     "situation fam|nb enf|nbenfants|estado familiar|familienst|akad titel|titulatuur|namenstitel|tribal|hispanic|"
     "latino|religious affiliation|place worship|parents marital|household type|household income|citizen status|"
     "citizenship status|immigrant|immigrant status|free lunch|lunch eligibility|blood relation|relation patient|"
     "relationship patient|relation student|relation employee|relationship employee|parent relation|"
     "parent relationship|right to work|right work|guardian relation|guardian relationship|guardian relations|"
     "emergency relation|emergency relationship|contact relation|contact relationship|lien famille|"
     "vinculo familiar|kinship"},
    {&origin, Place::whole, Vague::no, "civ|zodiac|sexe pers|mrtlsts|caste|hispanic"},

    {&employment, Place::anywhere, Vague::no,
     "employer|employers|arbeitgeber|employeur|empleador|datore lavoro|empregador|werkgever|workplace|occupation|"
     "beruf|profesion|profession|professione|profissao|beroep|work history|employment history|job history|"
     "previous employer|termination reason|dismissal reason|performance rating|performance review|disciplinary|"
     "disciplinary action|employer name|employer address|company employed|place work|work place|work experience|"
     "work experiences|past employers|job experience|nama pekerjaan|pekerjaan|zawod|reason leaving|"
     "termination note|ocupacion|occupazione|metier|csp|pracodawca|lavoro attuale|datore|voormalig werkgever|"
     "funktion beruf"},
    {&origin, Place::anywhere, Vague::no, "filing status|federal status|tax filing"},

    {&income, Place::part, Vague::no,
     "salary|salaries|jahresgehalt|monatsgehalt|grundgehalt|bruttogehalt|nettogehalt|bruttolohn|nettolohn|"
     "stundenlohn|monatslohn|einkommen|salaire|salario|stipendio|salaris|sueldo|entgelt|wynagrodz|remunerac|"
     "remuneraz|inkomen"},
    {&income, Place::anywhere, Vague::no,
     "wage|wages|annual income|yearly income|monthly income|household income|gross income|hourly rate|pay rate|"
     "pay grade|payslip|net worth|credit score|credit rating|schufa|bonitat|bonitaet|revenu annuel|revenus|"
     "ingresos|reddito|rendimento|renda|compensation|bonus amount|gehalt|lohn|payroll|net pay|gross pay|"
     "monthly salary|salary amount|salary scale|wage amount|salary band|wage rate|rate pay|annual pay|severance|"
     "pension|pension amount|gross salary|net salary|household income band|income band|income range|bank balance|"
     "annual sal|monthly sal|base sal|hourly pay|weekly pay|monthly pay|annual inc|monthly inc|household inc|ctc|"
     "nomina|dochod|dochody|pensja|zarobki|steuerklasse|tarifgruppe|lohngruppe|escalao|ordenado|earnings|"
     "gross earnings|net earnings|take home pay|uurloon|taux horaire|credit class|giving capacity|wealth rating|"
     "bruto inkomen|netto inkomen|reddito annuo|renta anual|revenu fiscal|sal amt|mthly sal|ann sal|basic sal|"
     "gross sal|net sal|hourly wage|stipend|family income|parents income|father income|mother income|net income|"
     "day rate|overtime rate|take home|salry|sal grade|pay scale|pay band|pay step|salarie base|traitement brut|"
     "haber|haberes|jornal|retribuzione|paga oraria|vencimento base|vencimentos|bezuege|verguetung|vergutung|"
     "besoldung|brutolonen|maandloon|pensioen|pensja brutto|ctc annual|sdl threshold"},
    {&income, Place::whole, Vague::persons, "lon|plat|mzda|palkka|maas|fizetes|salariu|gaji|zarplata"},
    {&income, Place::last, Vague::persons, "sal|salry"},
    {&income, Place::whole, Vague::no, "income|gehalt|lohn|loon|revenu|bonus|basic pay|base pay|pay"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup sensitive_patterns = {table, words, parts};

}  // namespace confiture::mask
