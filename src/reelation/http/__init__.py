"""11. the service: parse, call the engine, answer; no logic of its own.

request  ->  limits, key  ->  route  ->  Service.generation.engine(language)  ->  JSON, or one shape of problem

Nothing here is imported by other commands than `reelation serve`. docs/reference/http.md has every route.
"""
