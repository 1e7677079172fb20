// Where a person lives or is.
#include "mask/guard/patterns.h"

namespace confiture::mask {

namespace {

constexpr PersonalKind postal_code = {CALLED("postal code"), numbers, "postcode", "null", true};
constexpr PersonalKind house_number = {CALLED("postal address"), numbers, "redact", "null", true};
constexpr PersonalKind place_of_points = {CALLED("geographic location"), type_geometry, "null", "null", false};

}  // namespace

extern constexpr PersonalKind address_kind = {CALLED("postal address"), texts, "redact", "null", true};
extern constexpr PersonalKind location_kind = {CALLED("geographic location"), numbers | type_geometry, "redact", "null",
                                               false};

// Moved within the town.
extern constexpr PersonalKind longitude_kind = {CALLED("geographic location"),
                                                numbers,
                                                "redact",
                                                "null",
                                                false,
                                                "null",
                                                "location",
                                                R"({"axis": "longitude", "radius": 5000})"};

namespace {

constexpr PersonalKind latitude = {CALLED("geographic location"),
                                   numbers,
                                   "redact",
                                   "null",
                                   false,
                                   "null",
                                   "location",
                                   R"({"axis": "latitude", "radius": 5000})"};
}  // namespace

namespace {

constexpr NamePattern table[] = {
    {&postal_code, Place::part, Vague::no,
     "postleitzahl|zipcode|postalcode|postcode|codepostal|codigopostal|postkode|postcd|zipcd|postinumero|"
     "iranyitoszam"},
    {&postal_code, Place::anywhere, Vague::no,
     "zip|zip code|postal code|post code|plz|code postal|codigo postal|codice postale|cap residenza|cod postal|"
     "postal|post kode|pin code|eircode|pstlz|pstl|pstcd|post cd|post codes|zip plus|plus four|zip ext|postnummer|"
     "postnr|kod pocztowy|irsz|pincode|pcode|cod post|kod poczt|adr cp|cod postale|code post|psc|posta kodu|"
     "kode pos|kodepos|post no|postno|pst cd|pstcode|pstl cd|codpos|codpostal|cod pos|cpostal|postzip|zip postal|"
     "postal zip|zip plus four|zipplus|code postale|kodp|post kod"},
    {&postal_code, Place::whole, Vague::no, "cp|cep|zipp"},
    {&postal_code, Place::last, Vague::addressed, "cp|cap|kod|cep|npa|pc"},

    {&address_kind, Place::part, Vague::no,
     "adress|anschrift|strasse|direccion|indirizzo|endereco|straat|hausnummer|hausnr|huisnummer|wohnort|wohnadr|"
     "logradouro|domicil|woonplaats|streetname|streetaddr|homeaddr|shippingaddr|billingaddr|zustelladr|postfach|"
     "huisadres"},
    {&address_kind, Place::tail, Vague::no, "adres|address|addr|adresse"},
    {&address_kind, Place::anywhere, Vague::no,
     "address|addresses|address line|addr|street|streets|house number|house no|house num|apartment|apt|apt no|"
     "apartment number|flat number|unit number|po box|p o box|postbus|city town|hometown|home town|home city|"
     "birth city|line address|numero rue|nom rue|numero voie|complement adresse|lieu dit|boite postale|codigo casa|"
     "barrio residencia|via residenza|citta residenza|comune residenza|localidade|bairro|freguesia|str nr|"
     "neighborhood|neighbourhood|residence|stras|hsnmr|house nr|pfach|adrnr|addr line|address lines|street nr|"
     "street no|mailing addr|home addr|delivery addr|ship addr|bill addr|addr street|addr city|landmark|house name|"
     "flat no|door no|parish town|postal town|birth town|residenz|wohnung|hausnr zusatz|adresszusatz|"
     "zusatz adresse|complemento endereco|numero interior|numero exterior|colonia|adr postale|addr ln|city st|"
     "city state zip|adres zam|adres kor|adres vorig"},
    {&address_kind, Place::whole, Vague::no,
     "str|ort|rue|voie|calle|via|rua|morada|adr|domicilio|strada|piazza|gasse|platz"},
    {&house_number, Place::anywhere, Vague::no,
     "house number|house no|house num|house nr|hausnummer|hausnr|huisnummer|huisnr|nr domu|numer domu|"
     "numero civico|numero casa"},
    {&address_kind, Place::anywhere, Vague::no,
     "morada|ulica|nr mieszkania|nr lokalu|miejscowosc|zamieszkania|adr rue|adr fact|adr ville|adr livr|hnr|"
     "str hnr|poblac|munic|localid|indir|anschr|addr fact|abstellort|neighborhood name|direcc|endereco fiscal|"
     "morada fiscal"},
    {&address_kind, Place::last, Vague::addressed,
     "str|ort|rue|voie|via|plaats|hnr|bairro|barrio|quartier|concelho|distrito"},
    {&address_kind, Place::whole, Vague::addressed,
     "complemento|complement|zusatz|piso|porta|puerta|escalera|etage|stairs|floor"},
    {&house_number, Place::whole, Vague::addressed, "number|numero|nummer|numer|numero civico|num"},
    {&address_kind, Place::last, Vague::places,
     "city|city area|town|ville|stadt|ciudad|localidad|poblacion|citta|localita|cidade|stad|wohnort|gemeente|"
     "suburb|village|county|borough|district residence|city village|county district|commune|comune|municipio|"
     "locality|barangay|kommune|bourg|township|plaats|miasto|concelho|gmina|woonplaats|localite|mesto|obec|varos|"
     "oras|kota|ilce|gorod|kaupunki|sehir|city code|citycode"},
    {&address_kind, Place::part, Vague::no, "katuosoite|postitoimipaikka|poststed|lakcim"},
    {&address_kind, Place::anywhere, Vague::no,
     "postbox|post box|cislo popisne|osoite|sokak|mahalle|alamat|kelurahan|kecamatan|ulitsa|hazszam|utca|adresa|"
     "ulice|street num|street nbr|str no|str num|house nbr|hse no|apt nbr|apt num|unit nbr|suite no|suite number|"
     "bldg no|building no|building number|block no|block number|plot no|plot number|mail stop|mailstop|address ext|"
     "address extra|address suffix|adr zusatz|adrzusatz|pobox|box number|thana|upazila|taluka|taluk|tehsil|"
     "townland|cross street|native place|native village|home village|place residence|wohnsitz|ortsteil|stadtteil|"
     "zustellort|num ext|num int|numext|numint|entre calles|apartado postal|num rue|type voie|libelle voie|"
     "nom voie|lieudit|ligne adresse|adresse ligne|num civico|ponto referencia|huisnr toev|nr budynku|"
     "nr mieszkania|street type|street direction|adr ligne|driving directions|dir envio|rua num|permanent add|"
     "present add|current add|corr add|postal add|res add|resident add|residential add|home add"},
    // What people write of themselves: "Berlin", "somewhere warm".
    {&address_kind, Place::whole, Vague::persons, "location|ubicacion|localizacao|emplacement|aufenthaltsort"},
    {&address_kind, Place::whole, Vague::no,
     "streetno|ulica nr|quartier|batiment|hameau|lieudit|domic|cedex|urbanizacion"},
    {&address_kind, Place::whole, Vague::addressed,
     "suite|bldg|building|block|unit|ward|directions|villa|dom|dir|direc|bat|scala|interno|frazione|manzana|quadra|"
     "lote|casa|apartado|bp|apto|depto|dpto|apdo|box|room|toevoeging|add|entrance|staircase|tower|estate|colony|"
     "purok|sitio|chome|prefecture|parish|street type|osiedle|budynek|barrio|delegacion|vereda|cross"},
    {&address_kind, Place::last, Vague::addressed, "provincia|poblacion|prov|powiat|wojewodztwo"},

    {&latitude, Place::part, Vague::no, "latitud|breitengrad"},
    {&longitude_kind, Place::part, Vague::no, "longitud|laengengrad|langengrad"},
    {&latitude, Place::last, Vague::no, "lat|lati"},
    {&longitude_kind, Place::last, Vague::no, "lng|lon|longi"},
    {&location_kind, Place::part, Vague::no, "geolocation|geoloc|geokoordinat|latlng|latlon"},
    {&location_kind, Place::anywhere, Vague::no,
     "lat|lng|lon|lat lng|lat lon|geo point|geo location|geo position|gps|gps coordinates|gps position|coordinates|"
     "coords|home location|last location|current location|user location|last known location|last position|"
     "coordonnees gps|coordenadas|coordinate gps|koordinaten|standort|posizione gps|what three words|home tile|"
     "home location name|longitude latitude|lati|longi|geo lat|geo lng|geo lon|geo coord|geo hash|geohash|"
     "plus code|eircode point|travel history|gps track|latlong|lat long|geocode|geocodes|geopoint|geo coords|"
     "geo coordinates|coord x|coord y|x coord|y coord|xcoord|ycoord|pickup location|dropoff location|"
     "checkin location|check in location|punch location|clock in location|login location|ip location|ip city|geoip|"
     "whereabouts|google maps|maps link|map link"},

    {&place_of_points, Place::anywhere, Vague::no,
     "location|position|loc|point|place|where|home|geom|geog|geometry|coordinate|pos|ubicacion|posizione|"
     "localizacao|locatie|emplacement|address|route|track|path|residence|geo|center|centre|centroid|service area|"
     "delivery area|travel path|home area"},
};

constexpr auto words = index_patterns<count_patterns(table, false)>(table, false);
constexpr auto parts = index_patterns<count_patterns(table, true)>(table, true);

}  // namespace

extern constexpr PatternGroup places_patterns = {table, words, parts};

}  // namespace confiture::mask
