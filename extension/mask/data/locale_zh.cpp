// Chinese. Changing a list changes what every value is masked to.
#include "mask/data/locale_names.h"

namespace confiture::mask {

namespace {

// clang-format off
LOCALE_NAMES(male,
    "伟=Wei 强=Qiang 磊=Lei 军=Jun 洋=Yang 勇=Yong 杰=Jie 涛=Tao 明=Ming 超=Chao 刚=Gang 平=Ping 辉=Hui 鹏=Peng "
    "华=Hua 飞=Fei 鑫=Xin 波=Bo 斌=Bin 宇=Yu 浩=Hao 凯=Kai 健=Jian 俊=Jun 帆=Fan 帅=Shuai 旭=Xu 宁=Ning 龙=Long "
    "林=Lin 阳=Yang 建华=Jianhua 建国=Jianguo 建军=Jianjun 志强=Zhiqiang 志明=Zhiming 国强=Guoqiang 国庆=Guoqing "
    "海波=Haibo 海涛=Haitao 文杰=Wenjie 文博=Wenbo 子轩=Zixuan 浩然=Haoran 宇航=Yuhang 宇轩=Yuxuan 俊杰=Junjie "
    "俊熙=Junxi 梓豪=Zihao 天宇=Tianyu 一鸣=Yiming 明轩=Mingxuan 明哲=Mingzhe 嘉豪=Jiahao 家豪=Jiahao 家明=Jiaming "
    "晓东=Xiaodong 晓明=Xiaoming 小龙=Xiaolong 永强=Yongqiang 永健=Yongjian 玉龙=Yulong 德华=Dehua 德明=Deming "
    "立伟=Liwei 立新=Lixin 春生=Chunsheng 东海=Donghai 思远=Siyuan 思源=Siyuan 泽宇=Zeyu 泽洋=Zeyang 昊天=Haotian "
    "睿=Rui 博文=Bowen 承志=Chengzhi 广平=Guangping 宏伟=Hongwei 宏远=Hongyuan 景明=Jingming 凌云=Lingyun "
    "启明=Qiming 庆丰=Qingfeng 荣华=Ronghua 瑞林=Ruilin 世杰=Shijie 松=Song 为民=Weimin 向阳=Xiangyang 学文=Xuewen "
    "亚东=Yadong 云飞=Yunfei 振国=Zhenguo 正阳=Zhengyang 智渊=Zhiyuan 中华=Zhonghua 卓=Zhuo 奕辰=Yichen 沐阳=Muyang", Umlauts::bare);
LOCALE_NAMES(female,
    "芳=Fang 娜=Na 敏=Min 静=Jing 丽=Li 艳=Yan 娟=Juan 霞=Xia 燕=Yan 玲=Ling 丹=Dan 萍=Ping 红=Hong 婷=Ting 慧=Hui "
    "莹=Ying 雪=Xue 琳=Lin 晶=Jing 洁=Jie 倩=Qian 颖=Ying 蕾=Lei 薇=Wei 璐=Lu 瑶=Yao 悦=Yue 欣=Xin 梅=Mei 兰=Lan "
    "秀英=Xiuying 桂英=Guiying 玉兰=Yulan 秀兰=Xiulan 淑珍=Shuzhen 淑华=Shuhua 桂兰=Guilan 美玲=Meiling 丽华=Lihua "
    "丽娜=Lina 晓燕=Xiaoyan 晓红=Xiaohong 小红=Xiaohong 海燕=Haiyan 雪梅=Xuemei 春梅=Chunmei 冬梅=Dongmei "
    "红梅=Hongmei 玉梅=Yumei 玉华=Yuhua 子涵=Zihan 欣怡=Xinyi 诗涵=Shihan 梓涵=Zihan 雨涵=Yuhan 可馨=Kexin "
    "佳怡=Jiayi 思琪=Siqi 语嫣=Yuyan 一诺=Yinuo 梦瑶=Mengyao 梦洁=Mengjie 雅婷=Yating 雅琴=Yaqin 文静=Wenjing "
    "文慧=Wenhui 婉清=Wanqing 晨曦=Chenxi 若曦=Ruoxi 若兰=Ruolan 紫萱=Zixuan 宇彤=Yutong 雨桐=Yutong 心怡=Xinyi "
    "心妍=Xinyan 安琪=Anqi 白雪=Baixue 碧云=Biyun 彩霞=Caixia 翠花=Cuihua 凤英=Fengying 桂花=Guihua 惠兰=Huilan "
    "佳琪=Jiaqi 金凤=Jinfeng 静怡=Jingyi 菊香=Juxiang 莉莉=Lili 玲玲=Lingling 露=Lu 美华=Meihua 敏儿=Miner "
    "宁馨=Ningxin 琴=Qin 青=Qing 秋月=Qiuyue 素芬=Sufen 婷婷=Tingting 晓雯=Xiaowen 怡=Yi 月娥=Yuee 珍珍=Zhenzhen", Umlauts::bare);
#define LAST_NAMES \
    "王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang 周=Zhou 吴=Wu 徐=Xu 孙=Sun 胡=Hu 朱=Zhu 高=Gao " \
    "林=Lin 何=He 郭=Guo 马=Ma 罗=Luo 梁=Liang 宋=Song 郑=Zheng 谢=Xie 韩=Han 唐=Tang 冯=Feng 于=Yu 董=Dong " \
    "萧=Xiao 程=Cheng 曹=Cao 袁=Yuan 邓=Deng 许=Xu 傅=Fu 沈=Shen 曾=Zeng 彭=Peng 吕=Lyu 苏=Su 卢=Lu 蒋=Jiang " \
    "蔡=Cai 贾=Jia 丁=Ding 魏=Wei 薛=Xue 叶=Ye 阎=Yan 余=Yu 潘=Pan 杜=Du 戴=Dai 夏=Xia 钟=Zhong 汪=Wang 田=Tian " \
    "任=Ren 姜=Jiang 范=Fan 方=Fang 石=Shi 姚=Yao 谭=Tan 廖=Liao 邹=Zou 熊=Xiong 金=Jin 陆=Lu 郝=Hao 孔=Kong " \
    "白=Bai 崔=Cui 康=Kang 毛=Mao 邱=Qiu 秦=Qin 江=Jiang 史=Shi 顾=Gu 侯=Hou 邵=Shao 孟=Meng 龙=Long 万=Wan " \
    "段=Duan 雷=Lei 钱=Qian 汤=Tang 尹=Yin 黎=Li 易=Yi 常=Chang 武=Wu 乔=Qiao 贺=He 赖=Lai 龚=Gong 文=Wen 庞=Pang " \
    "樊=Fan 兰=Lan 殷=Yin 施=Shi 陶=Tao 洪=Hong 翟=Zhai 安=An 颜=Yan 倪=Ni 严=Yan 牛=Niu 温=Wen 芦=Lu 季=Ji 俞=Yu " \
    "章=Zhang 鲁=Lu 葛=Ge 伍=Wu 韦=Wei 申=Shen 尤=You 毕=Bi 聂=Nie 丛=Cong 焦=Jiao 向=Xiang 柳=Liu 邢=Xing 路=Lu " \
    "岳=Yue 齐=Qi 沿=Yan 梅=Mei 莫=Mo 庄=Zhuang 辛=Xin 管=Guan 祝=Zhu 左=Zuo 涂=Tu 谷=Gu 祁=Qi 时=Shi 舒=Shu " \
    "耿=Geng 牟=Mu 卜=Bu 詹=Zhan 关=Guan 苗=Miao 凌=Ling 费=Fei 纪=Ji 靳=Jin 盛=Sheng 童=Tong 欧=Ou 甄=Zhen " \
    "项=Xiang 曲=Qu 成=Cheng 游=You 阳=Yang 裴=Pei 席=Xi 卫=Wei 查=Zha 屈=Qu 鲍=Bao 位=Wei 覃=Qin 霍=Huo 翁=Weng " \
    "隋=Sui 植=Zhi 甘=Gan 景=Jing 薄=Bo 单=Shan 包=Bao 司=Si 柏=Bai 宁=Ning 柯=Ke 阮=Ruan 桂=Gui 闵=Min " \
    "欧阳=Ouyang 上官=Shangguan 司马=Sima 诸葛=Zhuge 夏侯=Xiahou 皇甫=Huangfu 慕容=Murong"
LOCALE_NAMES(last, LAST_NAMES, Umlauts::bare);
LOCALE_TITLES(male, "先生|博士|教授");
LOCALE_TITLES(female, "女士|小姐|博士|教授");
// clang-format on

}  // namespace

extern constexpr Locale locale_zh = {.code = "zh",
                                     .first = {male_list, female_list},
                                     .last = {last_list, last_list},
                                     .titles = {&male_titles, &female_titles},
                                     .is_in_other_script = true,
                                     .family_first = true,
                                     .between = ""};

}  // namespace confiture::mask
