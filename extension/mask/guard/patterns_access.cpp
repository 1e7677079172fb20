// Secrets, and what tells one device or session from another.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr PersonalKind pin = {CALLED("password or other secret"), texts | type_bytes | type_integer, "redact", "null",
                              false};
// Also packed, as many systems store it.
constexpr PersonalKind user_agent = {CALLED("network or device identifier"), texts, "user_agent", "null", false};
constexpr PersonalKind ip_address = {CALLED("network or device identifier"), texts | type_bytes, "ip", "null", false};
constexpr PersonalKind hardware_address = {CALLED("network or device identifier"), texts, "mac", "null", false};
constexpr PersonalKind ip_number = {CALLED("network or device identifier"), texts | type_bytes | type_integer, "ip",
                                    "hash", false};

}  // namespace

extern constexpr PersonalKind network_kind = {CALLED("network or device identifier"), texts | type_bytes, "hash",
                                              "null", false};
extern constexpr PersonalKind credential_kind = {CALLED("password or other secret"), texts | type_bytes | type_uuid,
                                                 "redact", "hash", false};

namespace {

constexpr NamePattern table[] = {
    {&ip_address, Place::anywhere, Vague::no,
     "ip address|ip addr|ip adresse|adresse ip|direccion ip|indirizzo ip|endereco ip|ip adres|remote address|"
     "remote addr|client address|peer address|forwarded for|ip|ipv|ipaddress|ipaddr|forwarded ip|host ip"},
    {&hardware_address, Place::anywhere, Vague::no,
     "mac address|mac addr|mac adresse|adresse mac|macaddr|macaddress|mac id|wifi mac|bssid|adres mac|"
     "bluetooth address|mac wifi|mac lan"},
    {&hardware_address, Place::whole, Vague::no, "mac"},
    {&hardware_address, Place::last, Vague::things, "mac"},
    {&network_kind, Place::anywhere, Vague::no,
     "imei|imsi|iccid|idfa|idfv|gaid|device id|device identifier|device uid|device serial|device fingerprint|"
     "browser fingerprint|deviceid|cookie|cookies|session id|sessionid|session identifier|session data|"
     "advertising id|visitor id|geraete id|gerate id|push id|pushid|device token|push key|pushkey|"
     "device display name|registration id|sess data|device uuid|device name|hwid|hardware id|client id hash"},
    {&user_agent, Place::anywhere, Vague::no, "user agent|useragent|http agent|comment agent|ua string|ua str"},
    {&user_agent, Place::whole, Vague::no, "ua"},
    {&network_kind, Place::whole, Vague::no, "fingerprint|session|sid|sessdata|session value"},
    {&network_kind, Place::anywhere, Vague::no,
     "ifa|ssid|hw fingerprint|hardware fingerprint|device hash|device guid|installation id|buyer uid|visitor uid|"
     "user uid|adres ip"},

    {&credential_kind, Place::part, Vague::no,
     "password|passwd|passphrase|passcode|passwort|kennwort|contrasena|wachtwoord|apikey|credential|zugangsdaten|"
     "losenord|adgangskode|passord|salasana|kodeord"},
    {&credential_kind, Place::anywhere, Vague::no,
     "pass word|pwd|pw|api key|api token|access key|private key|secret key|ssh key|encryption key|signing key|"
     "auth key|session key|session token|client secret|secret|token|otp|totp|hotp|mfa|recovery code|recovery codes|"
     "backup code|backup codes|reset code|security answer|security question|salt|mot passe|mdp|senha|clave acceso|"
     "parola chiave|verification code|login code|magic link|oauth|accesstoken|refreshtoken|authtoken|secrets|"
     "user pass|usr pass|post password|db pass|login pass|user pwd|auth data|auth info|auth string|auth hash|"
     "secret data|credential data|credentials data|activation key|activation code|activation hash|reset key|"
     "reset hash|confirmation key|confirmation code|verification key|verify key|validation key|validation code|"
     "invite code|invitation code|hmac key|hmac|master key|license key|licence key|recovery key|deploy key|"
     "service key|service account key|cipher key|aes key|rsa key|consumer key|app key|application key|client key|"
     "webhook key|token key|login key|user key|account key|stream key|wallet key|seed phrase|mnemonic|"
     "mnemonic phrase|pgp key|gpg key|tls key|ssl key|pem key|host key|sync key|pairing code|pairing key|"
     "unlock key|unlock code|pickup code|entry code|door code|alarm code|gate code|access code|security code|"
     "shared key|shared secret|pre shared key|psk|jwt|bearer|session secret|signing secret|encrypted|ciphertext|"
     "cipher text|crypt|crypted|pwdhash|bcrypt|scrypt|argon|scram|pbkdf|one time code|sms code|tan|password hint|"
     "secret question|cle api|cle privee|cle secrete|clave api|clave privada|clave secreta|chiave api|"
     "chiave privata|chiave segreta|chave api|chave privada|api schlussel|geheimnis|geheimer schlussel|"
     "sicherheitsfrage|geheime sleutel|passkey|keystore|key material|key data|basic auth|auth header|"
     "authorization header|push tok|memorable word|memorable place|guest code|friend code|join code|share code|"
     "share key|share token|hashed key|key hash|key auth|p dh|push auth|palavra passe|palavra chave|parole chiave|"
     "haslo|klucz api|klucz prywatny|kod dostepu|toegangscode|zugangscode|code acces|codigo acceso|codice accesso|"
     "codigo acesso|twofa key|twofa secret|factor key|fa key|fa secret|auth code|authorization code|oauth code|"
     "device code|user code|one time key|grant code"},
    {&credential_kind, Place::whole, Vague::no,
     "pass|hash digest|password digest|clave|authorization|bcode|pwdsaltedhash|key value|keyfile|pw hash|heslo|"
     "sifre|jelszo|kata sandi|sandi|parol|sifra"},
    {&credential_kind, Place::tail, Vague::no, "secret|token|passwort|pwd|crypt"},
    {&credential_kind, Place::last, Vague::no, "salt|parola|contrasenya|tok|verifier"},

    {&pin, Place::whole, Vague::no, "pin|pin hash|card pin|otp|otp code|pin code hash|pin number"},
    {&credential_kind, Place::last, Vague::no, "pin|puk|pin hash"},
    {&ip_number, Place::anywhere, Vague::no,
     "ip long|ip num|ip number|ip int|user ip|last ip|login ip|register ip|registration ip|reg ip|signup ip|"
     "created ip|remote ip|client ip|poster ip|author ip|sender ip|visitor ip"},
    {&ip_number, Place::whole, Vague::no, "ip|regip|lastip|joinip|postip|loginip|signupip|userip|clientip|remoteip"},
    {&ip_address, Place::anywhere, Vague::no, "remote addr|client addr|peer addr"},
    {&network_kind, Place::anywhere, Vague::no,
     "remote host|remote hostname|client host|udid|android id|androidid|fcm id|gcm id|onesignal id|aaid|adid|"
     "gps adid|ga client id|ga cid|gclid|fbclid|msclkid|anonymous id|anon id|distinct id|visitor uuid|visitorid|"
     "machine id|machine guid|computer name|workstation name|device serial number|device library identifier|"
     "device sn|sess key|sesskey|session hash|session guid|session cookie|session uuid|session uid|sessid|"
     "phpsessid|browser id|browser info|browser string|browser data|client fingerprint|machine fingerprint|"
     "device info|device details|device data|agent string|sim number|sim no|sim serial|wifi name|cell id|"
     "cell tower|http referer|http referrer"},
    {&network_kind, Place::whole, Vague::no, "lac|udid"},
    {&credential_kind, Place::part, Vague::no, "motdepasse|motpasse|contrasenia|wachtw|passw|pswd|paswd"},
    {&credential_kind, Place::anywhere, Vague::no,
     "ssh keys|api keys|access keys|secret keys|private keys|sec answer|security answers|security questions|"
     "challenge answer|challenge question|hint answer|login hash|login link|reset link|reset url|activation link|"
     "activation url|verification link|verification url|verification hash|confirm key|confirm code|confirm hash|"
     "confirmation hash|confirm link|actkey|act key|reset pass|autologin key|auto login key|remember key|"
     "cookie hash|unsubscribe hash|unsubscribe key|unsubscribe code|hashed pass|pass hash|database url|"
     "connection string|conn string|smtp pass|imap pass|pop pass|ftp pass|proxy pass|wifi pass|wifi key|totp seed|"
     "otp seed|fa seed|fa code|fa codes|scratch codes|scratch code|emergency codes|private url|private link|"
     "ical key|ical hash|calendar hash|calendar key|feed key|rss key|feed hash|keypair|key pair|enc key|crypto key|"
     "vault key|decryption key|safe code|keypad code|lock code|code secret|question secrete|reponse secrete|"
     "pregunta secreta|respuesta secreta|pergunta secreta|resposta secreta|domanda segreta|risposta segreta|"
     "geheime frage|geheime antwort|sicherheitsantwort|geheime vraag|cle activation|cle confirmation|llave api|"
     "llave privada|llave secreta|authcode|auth keys|reset password hash|consumer keys|signed url|access url|"
     "developer key|dev key|partner key"},
    {&credential_kind, Place::last, Vague::no, "jeton|dsn"},
    {&credential_kind, Place::whole, Vague::no, "psw|passcode|actkey|otpcode|autologin"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup access_patterns = {table, words, parts};

}  // namespace confiture::mask
