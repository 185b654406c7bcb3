"""Genres by one name each: what the shops, encyclopedias and databases of this field write, and what it means.

A label that joins genres ("romantic comedy", "Sci-Fi & Fantasy") stands for its parts, so that titles of
different sources share them. A label that says something else than a genre ("International Movies", "IMAX",
"TV Movie") stands for nothing.
"""

_LABELS = """
action=action fiction|action series|action genre
adventure=adventure fiction|treasure hunt|swashbuckler|swashbuckling|adventure novel
animation=animated|cartoon|cartoons|animated cartoon|computer animation|computer animated|computer-animated
animation=traditionally animated
animation=adult animation|animated series|puppetoon|stop motion|live-action/animated
animation=computer-animated television series
anime,animation=anime|anime series|anime features|animes
arts and culture=arts|and culture|arts and culture|arts, entertainment, and culture|performance|performing arts|art
art film=art film|arthouse|auteur|art house
biography=biographical|biopic|bio|autobiography|autobiographical|biography
family=children|children's|kids|kids & family|children & family|children & family movies|family & kids|kids' tv
family=kids tv|child|youth
family=children's television series|all ages
christmas=christmas
comedy=comedies|tv comedies|television comedy|comedy|comedy of manners|comedy of remarriage|slapstick|farce
comedy=comedy fiction
comedy,drama=comedy-drama|comedy drama|dramedy|tragicomedy
comedy,romance=romantic comedy|romcom|screwball comedy|romantic comedies
comedy,crime=crime-comedy|crime comedy|buddy cop
comedy,horror=comedy horror|horror comedy|horror-comedy
comedy,horror,zombie=zombie comedy
comedy,action=action comedy|comedy action
comedy,thriller=comedy thriller
comedy,science fiction=comic science fiction|science fiction comedy|sci-fi comedy
comedy,teen=teen comedy
comedy,erotic=sex comedy
comedy,fantasy=comic fantasy
comedy,musical=musical comedy
black comedy,comedy=black comedy|dark comedy|black comedy television program
parody,comedy=parody|spoof
satire,comedy=satire|satirical|political satire|religious satire
mockumentary,comedy=mockumentary
sitcom,comedy=sitcom|situation comedy|american television sitcom|teen sitcom|animated sitcom
sketch comedy,comedy=sketch comedy
stand-up comedy,comedy=stand-up comedy|stand up|stand-up|stand up comedy|stand-up comedy & talk shows|standup comedy
coming of age=coming of age|coming-of-age story|coming-of-age|bildungsroman
concert=concert|music videos and concerts|rockumentary
cooking=cooking|cooking & food|food
crime=crime|crime fiction|crime novel|police/cop|police procedural|crime serial|true crime|crime tv shows
crime=detective fiction|crime & mystery
crime,gangster=gangster
crime,thriller=crime thriller|crime-thriller
crime,drama=crime drama
crime,heist=heist|caper story|caper
cult=cult
dance=dance
disaster=disaster
documentary=documentary|documentaries|documentation|docuseries|docu-series|television documentary
documentary=documentary series|documental|docu
documentary,drama=docudrama|docufiction|docu-drama
documentary,nature=nature documentary
drama=drama|dramas|tv dramas|television drama|drama fiction|serial drama
drama,teen=teen drama
drama,political=political drama
drama,romance=romantic drama|romance drama
drama,legal=legal drama|courtroom drama
drama,medical=medical drama
drama,history=historical drama|historical period drama|period drama|costume drama|costume
epic=epic
erotic=erotic|erotica|softcore pornography|pink
erotic,thriller=erotic thriller
experimental=experimental|avant-garde
exploitation=exploitation|sexploitation
fantasy=fantasy|fantasy fiction|fantasy television|tv fantasy|high fantasy|heroic fantasy|urban fantasy
fantasy=sword and sorcery|dark fantasy
fantasy,science fiction=sci-fi & fantasy|scifi & fantasy|science fiction & fantasy|tv sci-fi & fantasy
fantasy,science fiction=science fantasy|fantasy & sci-fi
film noir=film noir|film-noir|noir
fitness=fitness|health & wellness
found footage=found footage
game show=game show|game-show|game shows|game show / competition|competition
history=history|historical|historical fiction|history genre|historical television series|jidaigeki
horror=horror|horror movies|tv horror|horror television|horror fiction|japanese horror|gothic horror
horror=horror literature|body horror
horror,splatter=splatter|gore
horror,psychological horror=psychological horror
horror,vampire=vampire
horror,werewolf=werewolf
horror,zombie=zombie
horror,slasher=slasher
horror,monster=monster
independent=independent|independent movies|indie|independent cinema
legal=legal|trial|courtroom
lgbt=lgbt|lgbtq|lgbtq+|lgbt-related|lgbtq movies|lgbtq-related|new queer cinema|gay & lesbian
lifestyle=lifestyle|lifestyle & culture|travel
martial arts=martial arts|kung fu|wuxia|karate
martial arts,action=martial arts action
medical=medical
melodrama,drama=melodrama
miniseries=mini-series|miniseries|tv mini-series
music=music
music,musical=music & musicals|music and musical
musical=musical|musicals|jukebox musical|musical fiction
mystery=mystery|mysteries|tv mysteries|mystery fiction|mystery & suspense
nature=nature|animals & nature|science & nature tv|science & nature|wildlife
neo-noir,film noir=neo-noir|neo noir
news=news|late night news
political=political|political cinema|politics|politic
political,thriller=political thriller
prison=prison
propaganda=propaganda
reality=reality|reality tv|reality-tv|unscripted|reality television|reality television series|realiity
religious=faith & spirituality|faith and spirituality|religious|religion|faith
road movie=road movie
romance=romance|romantic|romantic movies|romantic tv shows|romance fiction|love story
science=science & technology|science
science fiction=science fiction|sci-fi|scifi|sci fi|sf|military science fiction|space opera
science fiction=science fiction television|science fiction & space
science fiction,action=science fiction action
short=short
silent=silent
soap opera=soap|soap opera|soap opera / melodrama|telenovela|soaps
sport=sport|sports
spy=spy|spy/espionage|spy fiction|espionage
superhero=superhero|superhero fiction
supernatural=supernatural|supernatural fiction
talk show=talk|talk show|talk-show|talk show and variety|late night|late-night talk show|talk shows
teen=teen|teen tv shows|young adult audience|teens|young adult
thriller=thriller|thrillers|tv thrillers|suspense|thriller fiction|tv suspense
thriller,psychological thriller=psychological thriller
thriller,action=action thriller|action-thriller
thriller,techno-thriller=techno-thriller
action,adventure=action & adventure|action-adventure|tv action & adventure|action and adventure|action/adventure
action,adventure=actionadventure
variety=variety|variety show
war=war|military and war|military & war|war & military
war,political=war & politics
western=western|westerns|revisionist western|b western
western,spaghetti western=spaghetti western|italian western
=international movies|international tv shows|international|tv shows|movies|series|tv movie|imax|(no genres listed)
=no genres listed|n/a
=british tv shows|korean tv shows|spanish-language tv shows|special interest|entertainment|foreign|european|latino
=classics
=classic movies|classic & cult tv|british|korean|live action|adult|none|unknown|undefined|television film|tv|show
=movie|film|other
"""


def _read(text: str) -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for line in text.strip().split("\n"):
        meaning, _, labels = line.partition("=")
        parts = tuple(part for part in meaning.split(",") if part)
        table.update(dict.fromkeys((label for label in labels.split("|") if label), parts))
    return table


GENRES = _read(_LABELS)
"""Lower-case label, without a trailing " film", -> the genres that it stands for, or none."""
