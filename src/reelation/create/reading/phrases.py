"""How genres and countries are written in running text, and which of those words mean other things as well.

labels of `reelation.catalogue.genres`, names of messages/zh/tags.json  ->  what `mentions` looks for
"""

from __future__ import annotations

from functools import cache

from reelation.catalogue.genres import GENRES
from reelation.messages import messages


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


AFTER_GENRE = _words(
    """
    film films movie movie's movies picture drama comedy thriller series story tale epic adventure mystery romance
    musical saga western horror satire caper procedural documentary biopic fable fantasy franchise
    """
)
"""After one of these two words on, an everyday word is a genre: "war film", "crime drama"."""
AMBIGUOUS = _words(
    """
    action adventure adult art arts bio child children children's competition concert cooking costume crime cult
    dance disaster drama epic faith family fitness food gangster history historical independent kids legal
    lifestyle medical military monster music mystery mysteries nature news noir performance pink police/cop
    political politic politics prison reality religion religious romance romantic science short silent soap spoof
    sport sports spy supernatural suspense talk teen teens trial travel treasure variety vampire war western
    wildlife youth zombie werewolf none unknown gore experimental propaganda heist caper fantasy courtroom
    espionage animated
    """
)
"""Words that are genres only before "film" and the like."""
STOP_WORDS = _words(
    """
    a an and are as at be been before but by down for from had has have he her hers him his i if in into is it its
    last life long love man men more most must new no not of off old on one only or other our out over own part
    she so some story than that the their them then there these they this those three through time to two under
    until up very was way we were what when where which while who whom whose why will with woman women world year
    years you young your death family father mother home day night city town friend friends about after again
    against all almost alone also always among another any around away back because become becomes begin begins
    behind being between beyond both bring brings came come comes could did does done each end even ever every
    find finds first forced found four get gets give given go goes gone good got great help how just keep know
    known large learn leave leaves left let like live lives look made make makes many may meet meets might money
    much name never next nothing once open others people place play plays point put real really right run save set
    sets should show since small something soon still stop take takes tell tells things think too took toward
    towards try trying turn turns used want wants war well went within without work works son sons daughter
    daughters wife husband brother sister brothers sisters child children boy girl boys girls house life's stories
    film films movie movies drama comedy tragic comic
    """
)
"""Words that make no theme and no title, however rare they are as a tag."""
_EVERYDAY_ZH = _words(
    """
    家庭 历史 音乐 战争 犯罪 自然 新闻 政治 监狱 宗教 舞蹈 动作 冒险 爱情 体育 科学 旅行 美食
    法律 医疗 灾难 怪兽 黑帮 生活方式 同志 成长 圣诞 实验 音乐会 健身 青少年 超自然 间谍 短片
    犯罪片 悬疑 史诗 剧情 文化艺术 邪典 现实 讽刺 吸血鬼 丧尸 僵尸 狼人 歌舞 宣传 传记 奇幻 恐怖
    西部
    """
)
"""Chinese genre names that are everyday words as well: only before 片, 电影, 剧 …"""


def spelled(label: str) -> tuple[str, ...]:
    """The genres that a lower-case word or two stand for in running text; none where it is no genre."""
    return GENRES.get(label, ())


@cache
def chinese_names() -> tuple[tuple[str, str, str, bool], ...]:
    """Name, "genre" or "country", canonical value, and whether the name alone is clear; longest names first."""
    say, found = messages("zh"), []
    for key, name in say.all("tags").items():
        kind, _, value = key.partition(".")
        if kind in ("genre", "country") and len(name) >= 2:
            found.append((name, kind, value, kind == "country" or name not in _EVERYDAY_ZH))
    return tuple(sorted(found, key=lambda one: (-len(one[0]), one[0])))
