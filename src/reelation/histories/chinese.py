"""Countries and genres as Douban writes them, and the catalogue's name of each."""

_COUNTRIES = """
中国大陆 China|中国 China|大陆 China|中国香港 Hong Kong|香港 Hong Kong|中国台湾 Taiwan
台湾 Taiwan|中国澳门 Macau|澳门 Macau
美国 United States|英国 United Kingdom|法国 France|德国 Germany|西德 West Germany|东德 East Germany|意大利 Italy
日本 Japan|韩国 South Korea|朝鲜 North Korea|印度 India|泰国 Thailand|越南 Vietnam|新加坡 Singapore|马来西亚 Malaysia
菲律宾 Philippines|印度尼西亚 Indonesia|印尼 Indonesia|柬埔寨 Cambodia|蒙古 Mongolia|尼泊尔 Nepal|巴基斯坦 Pakistan
伊朗 Iran|伊拉克 Iraq|以色列 Israel|黎巴嫩 Lebanon|土耳其 Turkey|巴勒斯坦 Palestine|埃及 Egypt|约旦 Jordan
卡塔尔 Qatar|阿联酋 United Arab Emirates|沙特阿拉伯 Saudi Arabia|哈萨克斯坦 Kazakhstan|格鲁吉亚 Georgia
俄罗斯 Russia|苏联 Soviet Union|乌克兰 Ukraine|波兰 Poland|捷克 Czech Republic|捷克斯洛伐克 Czechoslovakia
匈牙利 Hungary|罗马尼亚 Romania|保加利亚 Bulgaria|塞尔维亚 Serbia|克罗地亚 Croatia|南斯拉夫 Yugoslavia
斯洛文尼亚 Slovenia|斯洛伐克 Slovakia|爱沙尼亚 Estonia|拉脱维亚 Latvia|立陶宛 Lithuania|希腊 Greece
西班牙 Spain|葡萄牙 Portugal|荷兰 Netherlands|比利时 Belgium|卢森堡 Luxembourg|瑞士 Switzerland|奥地利 Austria
瑞典 Sweden|挪威 Norway|丹麦 Denmark|芬兰 Finland|冰岛 Iceland|爱尔兰 Ireland
加拿大 Canada|澳大利亚 Australia|新西兰 New Zealand|墨西哥 Mexico|巴西 Brazil|阿根廷 Argentina|智利 Chile
哥伦比亚 Colombia|秘鲁 Peru|古巴 Cuba|乌拉圭 Uruguay|南非 South Africa|尼日利亚 Nigeria|摩洛哥 Morocco
突尼斯 Tunisia|阿尔及利亚 Algeria|肯尼亚 Kenya|塞内加尔 Senegal
"""
_GENRES = """
剧情 drama|喜剧 comedy|动作 action|爱情 romance|科幻 science fiction|动画 animation|悬疑 mystery|惊悚 thriller
恐怖 horror|纪录片 documentary|犯罪 crime|奇幻 fantasy|冒险 adventure|战争 war|传记 biography|历史 history
音乐 music|歌舞 musical|西部 western|家庭 family|儿童 family|运动 sport|武侠 martial arts|黑色电影 film noir
同性 lgbt|情色 erotic|灾难 disaster|古装 history|真人秀 reality|脱口秀 talk show
"""


def _table(text: str) -> dict[str, str]:
    pairs = (pair.partition(" ") for line in text.split("\n") for pair in line.split("|") if pair)
    return {chinese: english for chinese, _, english in pairs}


COUNTRIES = _table(_COUNTRIES)
"""Chinese name -> the catalogue's."""
GENRES = _table(_GENRES)
"""Chinese label -> the catalogue's."""
