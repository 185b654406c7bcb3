"""The closed word lists of the catalogue: kinds, roles, facets …; plain tuples, so that answering can use them."""

KINDS = ("film", "series", "mini_series", "short", "special", "episode", "video", "unknown")
ROLES = (
    "actor",
    "director",
    "writer",
    "producer",
    "composer",
    "cinematographer",
    "editor",
    "creator",
    "production_designer",
    "self",
    "other",
)
FACETS = (
    "genre",
    "keyword",
    "subject",
    "country",
    "language",
    "company",
    "place",
    "certificate",
    "award",
    "network",
    "franchise",
    "based_on",
    "trope",
)
LINKS = (
    "episode_of",
    "same_series",
    "sequel",
    "remake",
    "spin_off",
    "based_on_same",
    "follows",
    "recommended_with",
)
TEXTS = ("plot", "lead", "tagline")
EVENTS = ("rating", "watch", "like", "dislike", "watchlist", "hide")
UNKNOWN_TIME = -(2**63)
"""The least int64 stands in arrays for an event's time that is not known."""
MEASURES = (
    "votes",
    "popularity",
    "critic_score",
    "audience_score",
    "box_office_usd",
    "budget_usd",
    "oscars_won",
)
MODALITIES = ("poster", "still", "trailer", "audio")

# The crosswalk: columns of `titles` that hold another service's id, as that service writes it.
EXTERNAL_IDS = (
    "imdb_id",
    "wikidata_id",
    "tmdb_id",
    "movielens_id",
    "letterboxd_id",
    "douban_id",
    "justwatch_id",
)
