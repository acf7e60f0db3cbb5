"""How laboratories spell the items, beside the names and aliases of the packs, and as what each is expressed."""

from __future__ import annotations

from collections.abc import Mapping

# What would be another quantity (总铬, 亚硝酸盐氮, COD) is not here.
MORE: Mapping[str, tuple[str, ...]] = {
    "total_coliform": ("总大肠菌群数", "总大肠杆菌群", "coliform", "total coliform", "coliforms"),
    "e_coli": ("大肠埃希氏菌数", "大肠埃希", "e.coli", "e coli", "ecoli"),
    "thermotolerant_coliform": ("耐热大肠菌", "耐热大肠菌群数", "粪大肠菌群数", "fecal coliform", "faecal coliform", "thermotolerant coliforms"),
    "plate_count": ("菌落总数(细菌总数)", "菌落数", "细菌菌落总数", "total bacteria", "heterotrophic plate count", "hpc", "plate count"),
    "chromium_vi": ("六价铬(cr6+)", "cr6+", "cr(vi)", "cr(ⅵ)", "铬六价", "chromium(vi)", "hexavalent chromium"),
    "fluoride": ("氟离子", "f-", "f"), "chloride": ("氯离子", "cl-"), "sulfate": ("硫酸根", "so42-", "so4", "sulphate"),
    "cyanide": ("氰", "cn-", "cn"), "nitrate": ("no3-n", "硝氮", "硝态氮", "nitrate nitrogen", "硝酸根氮"),
    "ammonia": ("nh3-n", "nh4-n", "nh4+-n", "ammonia nitrogen", "氨(氮)"),
    "permanganate_index": ("cod(mn)", "耗氧量(codmn)", "高锰酸盐耗氧量", "高锰酸钾指数"),
    "colour": ("色度(铂钴色度单位)", "color", "颜色"), "turbidity": ("浑浊", "混浊", "浊"), "odour_taste": ("臭味", "嗅味", "臭与味", "嗅与味", "臭和味(嗅和味)", "臭及味", "嗅及味"),
    "visible_matter": ("肉眼可见物质", "可见物"), "ph": ("酸碱度", "ph值(无量纲)"),
    "dissolved_solids": ("溶解固体", "溶解性固体", "溶解性总固体(tds)"), "hardness": ("总硬度(caco3)", "硬度", "total hardness"),
    "chloroform": ("三氯甲烷(氯仿)", "chcl3", "chloroform"), "carbon_tetrachloride": ("ccl4", "四氯化碳(ccl4)"), "bromoform": ("chbr3",),
    "trihalomethanes": ("三卤甲烷总量", "thms", "thm"), "bromate": ("bro3-",), "chlorite": ("clo2-",), "chlorate": ("clo3-",),
    "dichloroacetic_acid": ("dcaa",), "trichloroacetic_acid": ("tcaa",),
    "volatile_phenols": ("挥发性酚类", "挥发性酚", "挥发酚类(以苯酚计)"), "anionic_detergent": ("阴离子合成洗涤剂", "阴离子洗涤剂", "阴离子表面活性剂"),
    "free_chlorine": ("游离性余氯", "余氯(游离氯)", "游离余氯(余氯)", "residual free chlorine", "free residual chlorine"),
    "total_chlorine": ("总余氯", "总氯(一氯胺)", "residual total chlorine"), "chlorine_dioxide": ("二氧化氯余量", "二氧化氯(clo2)"), "ozone": ("臭氧余量", "residual ozone"),
    "gross_alpha": ("总α放射性活度", "总阿尔法", "总a", "gross alpha"), "gross_beta": ("总β放射性活度", "总贝塔", "总b", "gross beta", "总b放射性"),
    "selenium": ("selenium",), "arsenic": (), "mercury": ("总汞",), "formaldehyde": ("hcho",),
}
# What a standard item is expressed as; any other basis is another number.
BASIS: Mapping[str, tuple[str, ...]] = {
    "nitrate": ("n",), "ammonia": ("n",), "hardness": ("caco3", "碳酸钙"), "permanganate_index": ("o2", "o"), "fluoride": ("f-", "f"), "chloride": ("cl-", "cl"),
    "cyanide": ("cn-", "cn"), "sulfate": ("so42-", "so4"), "volatile_phenols": ("苯酚", "c6h5oh"), "chlorite": ("clo2-", "clo2"), "chlorate": ("clo3-", "clo3"),
    "bromate": ("bro3-", "bro3"), "free_chlorine": ("cl2", "cl"), "total_chlorine": ("cl2", "cl"), "chlorine_dioxide": ("clo2",), "ozone": ("o3",),
    "chromium_vi": ("cr6+", "cr"),
}
