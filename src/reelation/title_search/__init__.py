"""Finding titles and people by what a person types, while they type it.

    atlas  ->  TitleSearch.open  ->  search("alein")  ->  Found: titles and people, best first, with what matched

    names.py     all names of an atlas: shown, original, other, pinyin, initials
    index.py     prefixes by a sorted column; typos, words and n-grams by tantivy
    plain.py     the same candidates without an index, while there is none yet
    query.py     what a text may mean: with or without a year, numerals either way
    ranking.py   the order of the candidates
    store.py     the index in the cache folder, one an atlas
    search.py    all together

tantivy, pypinyin and OpenCC come with the extra `serve`.
"""
