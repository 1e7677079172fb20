// Turkish. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Ramazan Halil Süleyman Abdullah "
    "Mahmut Recep Salih Fatih Kadir Emre Hakan Adem Kemal Yaşar Bekir Musa Metin Orhan Serkan Bayram Furkan Gökhan "
    "Uğur Yunus Arif İlhan İhsan Kenan Ercan Erkan Fikret Cemal Sinan Şükrü Selim Serdar Burak Onur Volkan Barış "
    "Cem Can Deniz Efe Eren Alp Kaan Mert Arda Berk Bora Doruk Emir Kerem Poyraz Rüzgâr Toprak Umut Yiğit Çınar "
    "Atlas Aras Tuna Tolga Tuncay Turgut Vedat Yavuz Zafer Zeki Levent Nihat Oğuz Okan Orçun Özgür Rıza Sabri "
    "Şahin Şener Taner Ferhat Engin Ender Erdem Cihan Cengiz Bülent Bilal Aydın Atilla Ayhan", Umlauts::bare);
LOCALE_NAMES(female,
    "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Sultan Zehra Hanife Merve Havva Zeliha Esra Fadime Özlem "
    "Hacer Melek Yasemin Rabia Hülya Cemile Sevim Gülsüm Leyla Dilek Büşra Aysel Songül Kübra Halime Esma Aynur "
    "Hayriye Kadriye Tuğba Sevgi Rukiye Hava Sibel Derya Filiz Arzu Ebru Gamze Burcu Pınar Seda Selin Ece Ecrin "
    "Defne Azra Nehir Asel Eylül Miray Duru Öykü Ceren Cansu Buse İrem Gizem İpek Bahar Beren Berna Beste Çağla "
    "Çiğdem Damla Demet Didem Dilara Duygu Feride Figen Funda Gonca Gül Gülay Gülşen Handan Işıl İnci Jale "
    "Kıvılcım Lale Mine Müge Nalan Nazlı Nermin Neslihan Nilüfer Nur Oya Özge Perihan Reyhan Şebnem", Umlauts::bare);
#define LAST_NAMES \
    "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç " \
    "Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Yavuz Can Acar Şen Aktaş Güler Yalçın Güneş Bozkurt Bulut " \
    "Keskin Ünal Turan Gül Özer Işık Kaplan Avcı Sarı Tekin Taş Köse Yüksel Ateş Aksoy Kahraman Erdem Coşkun Uçar " \
    "Tunç Güven Aksu Uysal Demirci Karaca Sönmez Toprak Karakaya Yaman Ceylan Özcan Altun Duman Ekinci Durmaz " \
    "Gündüz Bayram Çiftçi Kocaman Akın Eren Bilgin Başaran Akbulut Türkmen Soylu Özbek Önal Sezer Tosun Uzun Varol " \
    "Yazıcı Zengin Ercan Ergin Eroğlu Ertürk Esen Fidan Genç Gök Gökçe Gürbüz Gürsoy Güngör Gümüş Güney Ilgaz İnan " \
    "İnce Kalkan Kandemir Karabulut Karadağ Karagöz Karahan Karaman Karataş Karslı Kartal Kayhan Kızıl Kiraz Koçak " \
    "Konak Kurtuluş Kuş Kutlu Külah Mutlu Nalbant Okur Oral Orhan Özen Özgür Öz Özmen Özyurt Parlak Pehlivan " \
    "Sağlam Sakarya Sayın Seven Sevim Soysal Subaşı Şeker Şener Tan Taşkın Tatar Temiz Topal Topçu Tuna Tuncer " \
    "Turgut Türk Uğur Ulusoy Usta Uyar Ünlü Üstün Vural Yalçınkaya Yaşar Yeşil Yiğit Yurt Yücel Zorlu Akça Akgül " \
    "Akkaya Aktürk Albayrak Alkan Altıntaş Apaydın Arıkan Atalay Ay Aydemir Aydoğan Baş Baysal Bayrak Beyaz Bingöl " \
    "Boz Budak Cengiz Çalışkan Çam Çevik Çınar Çoban Dağ Dalkılıç Deniz Dinç Dursun"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "Bay|Dr.|Prof.|Av.");
LOCALE_TITLES(female, "Bayan|Dr.|Prof.|Av.");
// clang-format on

}  // namespace

extern constexpr Locale locale_tr = {.code = "tr",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles}};

}  // namespace confiture::mask
