// Japanese. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "大輔=Daisuke 健太=Kenta 翔=Sho 拓也=Takuya 直樹=Naoki 健一=Kenichi 浩=Hiroshi 誠=Makoto 修=Osamu 茂=Shigeru "
    "隆=Takashi 豊=Yutaka 進=Susumu 勝=Masaru 清=Kiyoshi 実=Minoru 博=Hiroshi 和夫=Kazuo 正=Tadashi 勇=Isamu "
    "大樹=Daiki 亮=Ryo 翔太=Shota 大翔=Hiroto 蓮=Ren 陽翔=Haruto 湊=Minato 樹=Itsuki 悠真=Yuma 颯太=Sota 陸=Riku "
    "海斗=Kaito 優斗=Yuto 駿=Shun 涼太=Ryota 和也=Kazuya 哲也=Tetsuya 達也=Tatsuya 竜也=Tatsuya 雄太=Yuta "
    "祐介=Yusuke 洋平=Yohei 純=Jun 学=Manabu 剛=Tsuyoshi 聡=Satoshi 智=Satoru 徹=Toru 悟=Satoru 猛=Takeshi "
    "秀樹=Hideki 英樹=Hideki 一郎=Ichiro 二郎=Jiro 三郎=Saburo 太郎=Taro 次郎=Jiro 健=Ken 明=Akira 昭=Akira "
    "章=Akira 敏=Satoshi 敬=Takashi 孝=Takashi 貴之=Takayuki 信行=Nobuyuki 義男=Yoshio 幸雄=Yukio 正雄=Masao "
    "俊介=Shunsuke 慎吾=Shingo 圭=Kei 光=Hikaru 薫=Kaoru 仁=Jin 望=Nozomu 匠=Takumi 巧=Takumi 恵太=Keita "
    "啓介=Keisuke 遼=Ryo 旭=Asahi 新=Arata 律=Ritsu 朝陽=Asahi 蒼=Ao 碧=Aoi 奏太=Kanata 暖=Dan 晴=Haru 瑛太=Eita "
    "航=Wataru 渉=Wataru 歩=Ayumu 司=Tsukasa", Umlauts::bare);
LOCALE_NAMES(female,
    "陽子=Yoko 恵子=Keiko 久美子=Kumiko 由美子=Yumiko 智子=Tomoko 裕子=Yuko 真由美=Mayumi 明美=Akemi 洋子=Yoko "
    "和子=Kazuko 幸子=Sachiko 節子=Setsuko 弘子=Hiroko 美智子=Michiko 京子=Kyoko 悦子=Etsuko 恵美=Emi 直美=Naomi "
    "香織=Kaori 愛=Ai 彩=Aya 美咲=Misaki 葵=Aoi 陽菜=Hina 結衣=Yui 結菜=Yuna 凛=Rin 紬=Tsumugi 芽依=Mei "
    "咲良=Sakura 桜=Sakura 莉子=Riko 美月=Mizuki 杏=An 心春=Koharu 花=Hana 華=Hana 楓=Kaede 舞=Mai 遥=Haruka 優=Yu "
    "優子=Yuko 純子=Junko 順子=Junko 典子=Noriko 紀子=Noriko 理恵=Rie 理沙=Risa 沙織=Saori 早紀=Saki 千尋=Chihiro "
    "千夏=Chinatsu 千春=Chiharu 夏美=Natsumi 春香=Haruka 秋子=Akiko 冬美=Fuyumi 雪=Yuki 由紀=Yuki 由香=Yuka "
    "有紀=Yuki 麻衣=Mai 麻美=Asami 真理=Mari 真紀=Maki 真央=Mao 瞳=Hitomi 光=Hikari 梓=Azusa 茜=Akane 紅葉=Momiji "
    "緑=Midori 泉=Izumi 渚=Nagisa 海=Umi 美帆=Miho 美穂=Miho 美香=Mika 美紀=Miki 絵美=Emi 絵里=Eri 玲奈=Rena "
    "里奈=Rina 菜々子=Nanako 菜摘=Natsumi 友美=Tomomi 知美=Tomomi 朋子=Tomoko 静香=Shizuka 静子=Shizuko "
    "敏子=Toshiko 房子=Fusako 文子=Fumiko 照美=Terumi 晴美=Harumi 景子=Keiko 佳奈=Kana 香奈=Kana 詩織=Shiori", Umlauts::bare);
#define LAST_NAMES \
    "佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 伊藤=Ito 渡辺=Watanabe 山本=Yamamoto 中村=Nakamura " \
    "小林=Kobayashi 加藤=Kato 吉田=Yoshida 山田=Yamada 佐々木=Sasaki 山口=Yamaguchi 松本=Matsumoto 井上=Inoue " \
    "木村=Kimura 林=Hayashi 斎藤=Saito 清水=Shimizu 山崎=Yamazaki 森=Mori 池田=Ikeda 橋本=Hashimoto 阿部=Abe " \
    "石川=Ishikawa 山下=Yamashita 中島=Nakajima 石井=Ishii 小川=Ogawa 前田=Maeda 岡田=Okada 長谷川=Hasegawa " \
    "藤田=Fujita 後藤=Goto 近藤=Kondo 村上=Murakami 遠藤=Endo 青木=Aoki 坂本=Sakamoto 福田=Fukuda 太田=Ota " \
    "西村=Nishimura 藤井=Fujii 金子=Kaneko 岡本=Okamoto 藤原=Fujiwara 三浦=Miura 中野=Nakano 中川=Nakagawa " \
    "原田=Harada 松田=Matsuda 竹内=Takeuchi 小野=Ono 田村=Tamura 中山=Nakayama 和田=Wada 石田=Ishida 森田=Morita " \
    "上田=Ueda 原=Hara 内田=Uchida 柴田=Shibata 酒井=Sakai 宮崎=Miyazaki 横山=Yokoyama 高木=Takagi 安藤=Ando " \
    "宮本=Miyamoto 大野=Ono 小島=Kojima 谷口=Taniguchi 工藤=Kudo 今井=Imai 高田=Takada 増田=Masuda 丸山=Maruyama " \
    "杉山=Sugiyama 村田=Murata 大塚=Otsuka 新井=Arai 小山=Koyama 平野=Hirano 藤本=Fujimoto 河野=Kono 上野=Ueno " \
    "野口=Noguchi 武田=Takeda 松井=Matsui 千葉=Chiba 菅原=Sugawara 岩崎=Iwasaki 久保=Kubo 木下=Kinoshita 佐野=Sano " \
    "野村=Nomura 松尾=Matsuo 市川=Ichikawa 菊地=Kikuchi 杉本=Sugimoto 古川=Furukawa 大西=Onishi 島田=Shimada " \
    "水野=Mizuno 桜井=Sakurai 高野=Takano 渡部=Watabe 吉川=Yoshikawa 山内=Yamauchi 西田=Nishida 飯田=Iida " \
    "菊池=Kikuchi 西川=Nishikawa 小松=Komatsu 北村=Kitamura 安田=Yasuda 五十嵐=Igarashi 川口=Kawaguchi 平田=Hirata " \
    "関=Seki 中田=Nakata 久保田=Kubota 服部=Hattori 東=Higashi 岩田=Iwata 土屋=Tsuchiya 川崎=Kawasaki " \
    "福島=Fukushima 本田=Honda 辻=Tsuji 樋口=Higuchi 秋山=Akiyama 田口=Taguchi 永井=Nagai 中西=Nakanishi " \
    "吉村=Yoshimura 川上=Kawakami 石原=Ishihara 大橋=Ohashi 松岡=Matsuoka 馬場=Baba 浜田=Hamada 森本=Morimoto " \
    "星野=Hoshino 矢野=Yano 浅野=Asano 大久保=Okubo 松下=Matsushita 吉岡=Yoshioka 小池=Koike 野田=Noda 荒木=Araki " \
    "熊谷=Kumagai 松浦=Matsuura 大谷=Otani 内藤=Naito 黒田=Kuroda 尾崎=Ozaki 川村=Kawamura 永田=Nagata " \
    "望月=Mochizuki 堀=Hori 田辺=Tanabe 荒井=Arai 鎌田=Kamata 早川=Hayakawa 大島=Oshima 菅野=Kanno 栗原=Kurihara " \
    "広瀬=Hirose 西=Nishi 横田=Yokota 石橋=Ishibashi 岩本=Iwamoto 片山=Katayama 萩原=Hagiwara 関口=Sekiguchi " \
    "宮田=Miyata 大石=Oishi 本間=Homma 高山=Takayama 岡崎=Okazaki 小西=Konishi 岡=Oka"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "様|氏|先生");
LOCALE_TITLES(female, "様|さん|先生");
// clang-format on

}  // namespace

extern constexpr Locale locale_ja = {.code = "ja",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles},
                                     .is_in_other_script = true,
                                     .family_first = true};

}  // namespace confiture::mask
